/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files of kmod/ use of the kernel, in userspace
 *
 * Copyright (C) k8sov contributors
 */
#ifndef _K8SOV_SHIM_H
#define _K8SOV_SHIM_H

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned int gfp_t;

#define __rcu
#define __force
#define __init
#define __exit
#define __user
#define __percpu
#define __read_mostly
#define __packed			__attribute__((packed))
#define __aligned(x)			__attribute__((aligned(x)))
#ifndef __always_inline
#define __always_inline			inline __attribute__((always_inline))
#endif
#ifndef __must_check
#define __must_check			__attribute__((warn_unused_result))
#endif
#ifndef fallthrough
#define fallthrough			__attribute__((fallthrough))
#endif
#define likely(x)			__builtin_expect(!!(x), 1)
#define unlikely(x)			__builtin_expect(!!(x), 0)

#define ARRAY_SIZE(a)			(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)		(((n) + (d) - 1) / (d))
#define BIT(n)				(1UL << (n))
#define BIT_ULL(n)			(1ULL << (n))
#define hweight64(x)			((unsigned int)__builtin_popcountll(x))
#define hweight32(x)			((unsigned int)__builtin_popcount(x))
#define min(a, b)			((a) < (b) ? (a) : (b))
#define max(a, b)			((a) > (b) ? (a) : (b))
#define min_t(t, a, b)			min((t)(a), (t)(b))
#define max_t(t, a, b)			max((t)(a), (t)(b))
#define struct_size(p, m, n)		(sizeof(*(p)) + sizeof(*(p)->m) * (n))
#define array_size(a, b)		((size_t)(a) * (b))
#define container_of(p, type, m)	((type *)((char *)(p) - \
						  offsetof(type, m)))
#define BUILD_BUG_ON(c)			_Static_assert(!(c), #c)

#define READ_ONCE(x)			__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)		__atomic_store_n(&(x), v, \
							 __ATOMIC_RELAXED)

#define WARN_ON(c)			shim_warn(!!(c), #c, __FILE__, __LINE__)
#define WARN_ON_ONCE(c)			WARN_ON(c)
#define might_sleep()			do { } while (0)
#define cond_resched()			do { } while (0)

static inline bool shim_warn(bool bad, const char *what, const char *file,
			     int line)
{
	if (bad) {
		fprintf(stderr, "%s:%d: %s\n", file, line, what);
		abort();
	}
	return bad;
}

/* Mutexes only know whether they are held: tests have one writer. */
struct mutex {
	bool held;
};

#define mutex_init(m)			((m)->held = false)
#define mutex_lock(m)			((m)->held = true)
#define mutex_unlock(m)			((m)->held = false)
#define lockdep_is_held(m)		((m)->held)
#define lockdep_assert(c)		WARN_ON(!(c))
#define lockdep_assert_held(m)		lockdep_assert(lockdep_is_held(m))

/*
 * RCU: memory is freed once every thread that was inside a read side section
 * has left it. Threads other than main call shim_rcu_register() first.
 */
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define rcu_assign_pointer(p, v)	__atomic_store_n(&(p), v, \
							 __ATOMIC_RELEASE)
#define rcu_dereference(p)		__atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_dereference_check(p, c)	rcu_dereference(p)
#define rcu_dereference_protected(p, c)	(lockdep_assert(c), (p))
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_read_lock_bh_held()		true
#define kfree_rcu_mightsleep(p)		shim_rcu_free(p)

void shim_rcu_register(void);
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
void rcu_barrier(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void shim_rcu_free(void *p);

/*
 * Memory: shim_alloc_bytes is what is allocated now, before rounding by the
 * C library. The allocation that counts shim_alloc_fail down to 0 fails, and
 * with shim_alloc_fail_all so do all after it.
 */
extern size_t shim_alloc_bytes;
extern long shim_alloc_fail;
extern bool shim_alloc_fail_all;

#define GFP_KERNEL			0
#define GFP_ATOMIC			0
#define GFP_KERNEL_ACCOUNT		0
#define SLAB_ACCOUNT			0

size_t kmalloc_size_roundup(size_t size);
void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void kfree(const void *p);

#define kcalloc(n, size, gfp)		kzalloc(array_size(n, size), gfp)
#define kmalloc_array(n, size, gfp)	kmalloc(array_size(n, size), gfp)
#define kvmalloc(size, gfp)		kmalloc(size, gfp)
#define kvzalloc(size, gfp)		kzalloc(size, gfp)
#define kvcalloc(n, size, gfp)		kcalloc(n, size, gfp)
#define kvfree(p)			kfree(p)

struct kmem_cache {
	size_t size;
};

#define KMEM_CACHE(s, flags)		shim_cache_create(sizeof(struct s))
#define kmem_cache_alloc(c, gfp)	kmalloc((c)->size, gfp)
#define kmem_cache_zalloc(c, gfp)	kzalloc((c)->size, gfp)
#define kmem_cache_free(c, p)		kfree(p)
#define kmem_cache_destroy(c)		kfree(c)

struct kmem_cache *shim_cache_create(size_t size);

#endif /* _K8SOV_SHIM_H */

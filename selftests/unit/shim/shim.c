// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the pure files of kmod/ use of the kernel, in userspace
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>

/* As kmalloc() does, so that byte counts in tests are those of the kernel. */
size_t kmalloc_size_roundup(size_t size)
{
	size_t class = 8;

	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	while (class < size)
		class *= 2;
	return class;
}

size_t shim_alloc_bytes;
long shim_alloc_fail;
bool shim_alloc_fail_all;

static bool alloc_fails(void)
{
	if (!shim_alloc_fail || --shim_alloc_fail)
		return false;
	if (shim_alloc_fail_all)
		shim_alloc_fail = 1;
	return true;
}

/* The size in front of the memory keeps it aligned as kmalloc() would. */
#define HEAD 16

void *kmalloc(size_t size, gfp_t gfp)
{
	size_t *head;

	(void)gfp;
	head = alloc_fails() ? NULL : malloc(size + HEAD);
	if (!head)
		return NULL;
	*head = size;
	__atomic_add_fetch(&shim_alloc_bytes, size, __ATOMIC_RELAXED);
	return (char *)head + HEAD;
}

void *kzalloc(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	return p ? memset(p, 0, size) : NULL;
}

void kfree(const void *p)
{
	size_t *head;

	if (!p)
		return;
	head = (size_t *)((const char *)p - HEAD);
	__atomic_sub_fetch(&shim_alloc_bytes, *head, __ATOMIC_RELAXED);
	free(head);
}

struct kmem_cache *shim_cache_create(size_t size)
{
	struct kmem_cache *c = kmalloc(sizeof(*c), GFP_KERNEL);

	if (c)
		c->size = size;
	return c;
}

/* An odd count is a reader inside; the writer waits until it has changed. */
#define THREADS_MAX 16

static unsigned long reader_count[THREADS_MAX];
static unsigned int threads = 1;
static __thread unsigned int self;

void shim_rcu_register(void)
{
	self = __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED);
	WARN_ON(self >= THREADS_MAX);
}

void rcu_read_lock(void)
{
	__atomic_add_fetch(&reader_count[self], 1, __ATOMIC_SEQ_CST);
}

void rcu_read_unlock(void)
{
	__atomic_add_fetch(&reader_count[self], 1, __ATOMIC_SEQ_CST);
}

void synchronize_rcu(void)
{
	unsigned long count;
	unsigned int i;

	for (i = 0; i < THREADS_MAX; i++) {
		count = __atomic_load_n(&reader_count[i], __ATOMIC_SEQ_CST);
		while (count % 2 && count == __atomic_load_n(&reader_count[i],
							     __ATOMIC_SEQ_CST))
			sched_yield();
	}
}

struct rcu_pointer {
	struct rcu_head rcu;
	void *p;
};

static struct rcu_head *pending;
static unsigned int pending_count;

/* Frees are put off for long, to let readers find what should be gone. */
#define PENDING_MAX 256

void rcu_barrier(void)
{
	struct rcu_head *head;

	synchronize_rcu();
	while ((head = pending)) {
		pending = head->next;
		head->func(head);
	}
	pending_count = 0;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	head->next = pending;
	pending = head;
	if (++pending_count >= PENDING_MAX)
		rcu_barrier();
}

static void pointer_free(struct rcu_head *head)
{
	struct rcu_pointer *r = container_of(head, struct rcu_pointer, rcu);

	kfree(r->p);
	free(r);
}

void shim_rcu_free(void *p)
{
	struct rcu_pointer *r = malloc(sizeof(*r));

	if (!r)
		abort();
	r->p = p;
	call_rcu(&r->rcu, pointer_free);
}

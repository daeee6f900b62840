/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_OBJECT_H
#define _K8SOV_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "attrs_gen.h"

struct k8sov_error;
struct k8sov_sock;

/** union k8sov_any - room for the attributes of any message */
union k8sov_any {
	uint64_t present;
	struct k8sov_device device;
	struct k8sov_host host;
	struct k8sov_subnet subnet;
	struct k8sov_endpoint endpoint;
	struct k8sov_identity identity;
	struct k8sov_ruleset ruleset;
	struct k8sov_denial denial;
	struct k8sov_txn txn;
	struct k8sov_stats stats;
	struct k8sov_trace trace;
};

/**
 * struct k8sov_object - a kind of entry in the tables of a device
 * @name: noun
 * @set: its attributes; the first five ids are the same in all of them
 * @table: bit of its table
 * @get: operation that gets or dumps
 * @new: operation that adds or replaces
 * @del: operation that deletes
 * @ntf: event after @new
 * @del_ntf: event after @del
 */
struct k8sov_object {
	const char *name;
	const struct k8sov_set *set;
	enum k8sov_table table;
	uint8_t get;
	uint8_t new;
	uint8_t del;
	uint8_t ntf;
	uint8_t del_ntf;
};

/** enum k8sov_write - what to do if the key is, or is not, in the table */
enum k8sov_write {
	K8SOV_WRITE_ADD,
	K8SOV_WRITE_REPLACE,
};

extern const struct k8sov_object k8sov_object_host;
extern const struct k8sov_object k8sov_object_subnet;
extern const struct k8sov_object k8sov_object_endpoint;
extern const struct k8sov_object k8sov_object_identity;
extern const struct k8sov_object k8sov_object_ruleset;
#define K8SOV_OBJECTS 5
extern const struct k8sov_object *const k8sov_objects[K8SOV_OBJECTS];

typedef int (*k8sov_object_cb)(const void *obj, void *data);

uint16_t k8sov_write_flags(enum k8sov_write how);

int k8sov_object_get(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     const void *key, void *obj, struct k8sov_error *err);
int k8sov_object_dump(struct k8sov_sock *sock,
		      const struct k8sov_object *kind, const void *filter,
		      k8sov_object_cb cb, void *data, struct k8sov_error *err);
int k8sov_object_new(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     enum k8sov_write how, const void *obj, void *echo,
		     struct k8sov_error *err);
int k8sov_object_del(struct k8sov_sock *sock, const struct k8sov_object *kind,
		     const void *key, struct k8sov_error *err);

int k8sov_device_get(struct k8sov_sock *sock, uint32_t ifindex,
		     struct k8sov_device *device, struct k8sov_error *err);
int k8sov_device_dump(struct k8sov_sock *sock, k8sov_object_cb cb, void *data,
		      struct k8sov_error *err);
int k8sov_stats_get(struct k8sov_sock *sock, uint32_t ifindex,
		    struct k8sov_stats *stats, struct k8sov_error *err);
int k8sov_stats_dump(struct k8sov_sock *sock, k8sov_object_cb cb, void *data,
		     struct k8sov_error *err);
int k8sov_trace_get(struct k8sov_sock *sock, const struct k8sov_trace *query,
		    struct k8sov_trace *answer, struct k8sov_error *err);

/*
 * k8sov_host_get(), k8sov_subnet_new() and so on: the calls above with the
 * types of one noun.
 */
#define K8SOV_OBJECT_CALLS(noun)					\
static inline int k8sov_##noun##_get(struct k8sov_sock *sock,		\
				     const struct k8sov_##noun *key,	\
				     struct k8sov_##noun *obj,		\
				     struct k8sov_error *err)		\
{									\
	return k8sov_object_get(sock, &k8sov_object_##noun, key, obj, err); \
}									\
static inline int k8sov_##noun##_new(struct k8sov_sock *sock,		\
				     enum k8sov_write how,		\
				     const struct k8sov_##noun *obj,	\
				     struct k8sov_error *err)		\
{									\
	return k8sov_object_new(sock, &k8sov_object_##noun, how, obj,	\
				NULL, err);				\
}									\
static inline int k8sov_##noun##_del(struct k8sov_sock *sock,		\
				     const struct k8sov_##noun *key,	\
				     struct k8sov_error *err)		\
{									\
	return k8sov_object_del(sock, &k8sov_object_##noun, key, err);	\
}

K8SOV_OBJECT_CALLS(host)
K8SOV_OBJECT_CALLS(subnet)
K8SOV_OBJECT_CALLS(endpoint)
K8SOV_OBJECT_CALLS(identity)
K8SOV_OBJECT_CALLS(ruleset)

#endif /* _K8SOV_OBJECT_H */

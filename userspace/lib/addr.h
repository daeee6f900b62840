/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_ADDR_H
#define _K8SOV_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct k8sov_set;

/* Room for any address, prefix or MAC address as text. */
#define K8SOV_ADDR_TEXT 64

/**
 * struct k8sov_addr - an IPv4 or IPv6 address
 * @family: AF_INET or AF_INET6
 * @v4: the address if AF_INET
 * @v6: the address if AF_INET6
 */
struct k8sov_addr {
	int family;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

/**
 * struct k8sov_pair - the two attributes that hold an address of either family
 * @v4: attribute of IPv4 addresses
 * @v6: attribute of IPv6 addresses
 * @len: attribute of the length of a prefix, 0 if the pair is no prefix
 */
struct k8sov_pair {
	unsigned int v4;
	unsigned int v6;
	unsigned int len;
};

int k8sov_addr_parse(const char *text, struct k8sov_addr *addr);
int k8sov_prefix_parse(const char *text, struct k8sov_addr *addr,
		       uint8_t *len);
int k8sov_mac_parse(const char *text, uint8_t mac[static 6]);
int k8sov_number_parse(const char *text, uint64_t *number);

void k8sov_addr_format(const struct k8sov_addr *addr,
		       char text[static K8SOV_ADDR_TEXT]);
void k8sov_prefix_format(const struct k8sov_addr *addr, uint8_t len,
			 char text[static K8SOV_ADDR_TEXT]);
void k8sov_mac_format(const uint8_t mac[static 6],
		      char text[static K8SOV_ADDR_TEXT]);

int k8sov_pair_add(const struct k8sov_set *set, const struct k8sov_pair *pair,
		   void *obj, const struct k8sov_addr *addr);
unsigned int k8sov_pair_count(const struct k8sov_set *set,
			      const struct k8sov_pair *pair, const void *obj);
bool k8sov_pair_item(const struct k8sov_set *set,
		     const struct k8sov_pair *pair, const void *obj,
		     unsigned int index, struct k8sov_addr *addr);

#endif /* _K8SOV_ADDR_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "addrs.h"

#include <linux/inet.h>
#include <net/ipv6.h>

#include "lpm.h"

static u8 full_len(const struct k8sov_addr *addr)
{
	return addr->family == AF_INET6 ? 128 : 32;
}

static bool list_has(const struct k8sov_addr *list, unsigned int n,
		     const struct k8sov_addr *addr)
{
	while (n--)
		if (k8sov_addr_equal(&list[n], addr))
			return true;
	return false;
}

/**
 * k8sov_addr_equal() - are two addresses the same?
 * @a: one
 * @b: the other
 *
 * Return: true if family and address are.
 */
bool k8sov_addr_equal(const struct k8sov_addr *a, const struct k8sov_addr *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == AF_INET6)
		return ipv6_addr_equal(&a->v6, &b->v6);
	return a->v4 == b->v4;
}

/**
 * k8sov_addr_is_unicast() - can a host or pod on the network have the address?
 * @addr: an address
 *
 * Return: false for the unspecified, loopback, multicast and broadcast
 * addresses, and for IPv4 addresses in IPv6 form.
 */
bool k8sov_addr_is_unicast(const struct k8sov_addr *addr)
{
	if (addr->family == AF_INET6)
		return !(ipv6_addr_any(&addr->v6) ||
			 ipv6_addr_loopback(&addr->v6) ||
			 ipv6_addr_is_multicast(&addr->v6) ||
			 ipv6_addr_v4mapped(&addr->v6));
	return !(ipv4_is_zeronet(addr->v4) || ipv4_is_loopback(addr->v4) ||
		 ipv4_is_multicast(addr->v4) || ipv4_is_lbcast(addr->v4));
}

/**
 * k8sov_addrs_find() - who has an address?
 * @tables: full length addresses, one table for each family
 * @addr: the address
 *
 * Context: writer of @tables.
 * Return: the entry of exactly the address, or NULL.
 */
struct k8sov_lpm_entry *k8sov_addrs_find(const struct k8sov_lpm *tables,
					 const struct k8sov_addr *addr)
{
	return k8sov_lpm_find(&tables[k8sov_family_index(addr->family)],
			      addr->bytes, full_len(addr));
}

/**
 * k8sov_addrs_claim() - let addresses point to a value
 * @tables: full length addresses, one table for each family
 * @addrs: the addresses
 * @n: length of @addrs
 * @value: whose they are. Those that are @value's already stay so
 * @bad: on -EEXIST and -EINVAL the index of the address that is to blame
 *
 * Context: writer of @tables. May sleep.
 * Return: 0; -EEXIST if an address is another value's, -EINVAL if one occurs
 * twice, -ENOMEM. @tables are unchanged in all these cases.
 */
int k8sov_addrs_claim(struct k8sov_lpm *tables, const struct k8sov_addr *addrs,
		      unsigned int n, u32 value, unsigned int *bad)
{
	unsigned long fresh = 0;
	struct k8sov_lpm *t;
	unsigned int i;
	int err;

	for (i = 0; i < n; i++) {
		struct k8sov_lpm_entry *e = k8sov_addrs_find(tables, &addrs[i]);

		*bad = i;
		if (list_has(addrs, i, &addrs[i]))
			return -EINVAL;
		if (e && e->value != value)
			return -EEXIST;
		if (!e)
			__set_bit(i, &fresh);
	}

	for (i = 0; i < n; i++) {
		if (!test_bit(i, &fresh))
			continue;
		t = &tables[k8sov_family_index(addrs[i].family)];
		err = k8sov_lpm_insert(t, addrs[i].bytes, full_len(&addrs[i]),
				       value, 0);
		if (err)
			goto err_undo;
	}
	return 0;

err_undo:
	while (i--) {
		if (!test_bit(i, &fresh))
			continue;
		t = &tables[k8sov_family_index(addrs[i].family)];
		k8sov_lpm_remove(t, k8sov_addrs_find(tables, &addrs[i]));
	}
	return err;
}

/**
 * k8sov_addrs_release() - let addresses point to nothing any more
 * @tables: full length addresses, one table for each family
 * @addrs: the addresses, all claimed
 * @n: length of @addrs
 * @keep: addresses that stay claimed
 * @n_keep: length of @keep
 *
 * Context: writer of @tables. May sleep.
 */
void k8sov_addrs_release(struct k8sov_lpm *tables,
			 const struct k8sov_addr *addrs, unsigned int n,
			 const struct k8sov_addr *keep, unsigned int n_keep)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (list_has(keep, n_keep, &addrs[i]))
			continue;
		k8sov_lpm_remove(&tables[k8sov_family_index(addrs[i].family)],
				 k8sov_addrs_find(tables, &addrs[i]));
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The last of a takeover: direct routes, which only the store explains. */
#include <stdlib.h>
#include <string.h>

#include "../lib/bits.h"
#include "../lib/error.h"
#include "agent_parts.h"
#include "flannel.h"
#include "log.h"

/* Routes of one family, sorted, and who may be behind them. */
struct search {
	struct agent *agent;
	struct flannel found;
	unsigned int family;
};

static int compare(const void *left, const void *right)
{
	const struct flannel_peer *a = left, *b = right;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(bits_bytes(&a->subnet), bits_bytes(&b->subnet),
		      bits_width(&a->subnet) / 8);
}

static void forget(const struct cluster_node *node, void *data)
{
	struct search *search = data;
	const struct lease_family *family =
		&node->lease->family[search->family];
	struct flannel_peer key = {
		.subnet = family->subnet, .len = family->len,
	};
	struct k8sov_error err = {};
	const struct flannel_peer *peer;
	char text[K8SOV_ADDR_TEXT];

	if (!family->subnet.family)
		return;
	peer = bsearch(&key, search->found.peer, search->found.peers,
		       sizeof(key), compare);
	if (!peer || !bits_equal(&peer->public, &family->public))
		return;
	k8sov_prefix_format(&peer->subnet, peer->len, text);
	if (flannel_write_route(&search->agent->rtnl, &search->found, peer,
				false, &err))
		log_warn("takeover", "%s: %s", text, err.message);
	else
		log_info("takeover", "%s has no direct route of Flannel's any more",
			 text);
}

/**
 * agent_flannel_forget() - remove Flannel's direct routes
 * @agent: agent whose tables have all other nodes
 *
 * A route to the subnet of a lease by the address of that lease is Flannel's;
 * each is more specific than ours, so that our device has no work before.
 */
void agent_flannel_forget(struct agent *agent)
{
	struct search search = { .agent = agent };
	struct k8sov_error err = {};
	unsigned int f;

	for (f = 0; f < FAMILIES; f++) {
		search.family = f;
		if (flannel_read_direct(&agent->rtnl, f, &search.found, &err))
			log_warn("takeover", "%s", err.message);
		if (search.found.peers) {
			qsort(search.found.peer, search.found.peers,
			      sizeof(*search.found.peer), compare);
			cluster_each(agent->cluster, forget, &search);
		}
		flannel_exit(&search.found);
	}
}

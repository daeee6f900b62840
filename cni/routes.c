// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "routes.h"

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "error.h"
#include "node.h"

static const int families[2] = { AF_INET, AF_INET6 };

static bool has_address(const struct result *result, int family)
{
	unsigned int i;

	for (i = 0; i < result->n_ips; i++) {
		if (result->ips[i].addr.family == family)
			return true;
	}
	return false;
}

static bool has_default_route(const struct result *result, int family)
{
	unsigned int i;

	for (i = 0; i < result->n_routes; i++) {
		if (result->routes[i].dst.family == family &&
		    !result->routes[i].len)
			return true;
	}
	return false;
}

/* May IPAM's route stay? A list for several interfaces of a pod says the
 * default route for each.
 */
static bool wanted(const struct conf *conf, const struct k8sov_addr source[2],
		   const struct result_route *route)
{
	bool has = source[route->dst.family == AF_INET6].family;

	return route->len || conf->default_route == 1 ||
	       (conf->default_route == -1 && !has);
}

static int add(struct result *result, const struct result_route *route,
	       struct cni_error *err)
{
	if (result->n_routes == RESULT_ROUTES)
		return cni_fail(err, CNI_CONFIG, "over %d routes for a pod",
				RESULT_ROUTES);
	result->routes[result->n_routes++] = *route;
	return 0;
}

/* The way to everywhere. Where another interface has that, the way to the other
 * pods, but for those that it reaches from an address that they know.
 */
static int add_way(const struct conf *conf, const struct node *node,
		   const struct k8sov_addr source[2], int f,
		   struct result *result, struct cni_error *err)
{
	const struct node_prefix *network = &node->networks[f];
	struct result_route route = {
		.dst = { .family = families[f] },
		.priority = -1, .table = -1, .scope = -1,
	};

	if (has_default_route(result, families[f]))
		return 0;
	if (!wanted(conf, source, &route)) {
		route.dst = network->addr;
		route.len = network->len;
	}
	if (!route.dst.family || (route.len && source[f].family &&
				  bits_covers(&route.dst, route.len,
					      &source[f])))
		return 0;
	return add(result, &route, err);
}

/**
 * routes_plan() - what routes a pod gets
 * @conf: more routes, and if there is to be a default one
 * @node: networks of the cluster
 * @source: by family (0: IPv4, 1: IPv6) what the pod speaks from already; family
 *          0: it has no default route yet
 * @result: has addresses and IPAM's routes; those of a family without an
 *          address go
 * @err: CNI_CONFIG if they are too many
 *
 * Return: 0, or -1.
 */
int routes_plan(const struct conf *conf, const struct node *node,
		const struct k8sov_addr source[2], struct result *result,
		struct cni_error *err)
{
	unsigned int i, n = result->n_routes;

	result->n_routes = 0;
	for (i = 0; i < n; i++) {
		struct result_route *route = &result->routes[i];

		if (has_address(result, route->dst.family) &&
		    wanted(conf, source, route))
			result->routes[result->n_routes++] = *route;
	}
	for (i = 0; i < conf->n_routes; i++) {
		if (has_address(result, conf->routes[i].dst.family) &&
		    add(result, &conf->routes[i], err))
			return -1;
	}
	for (i = 0; i < 2; i++) {
		if (has_address(result, families[i]) &&
		    add_way(conf, node, source, (int)i, result, err))
			return -1;
	}
	return 0;
}

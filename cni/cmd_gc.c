// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "cmd.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "error.h"
#include "ipam.h"
#include "veth.h"

/* Links to delete, which is no thing to do during a dump. */
struct gc {
	const struct conf *conf;
	char (*hosts)[16];
	size_t n_hosts;
};

/* @name is CONTAINER:IFNAME. */
static bool is_valid(const json_t *valid, const char *name)
{
	size_t i, n = strcspn(name, ":");
	const json_t *json;

	json_array_foreach(valid, i, json) {
		const char *container, *ifname;

		container = json_string_value(json_object_get(json,
							      "containerID"));
		ifname = json_string_value(json_object_get(json, "ifname"));
		if (strlen(container) == n && !strncmp(container, name, n) &&
		    name[n] && !strcmp(ifname, name + n + 1))
			return true;
	}
	return false;
}

static int on_link(void *data, const char *host, const char *alias)
{
	struct gc *gc = data;
	char prefix[256];
	size_t n;
	void *more;

	n = (size_t)snprintf(prefix, sizeof(prefix), "k8sov:%s:",
			     gc->conf->name);
	if (n >= sizeof(prefix) || strncmp(alias, prefix, n) != 0 ||
	    is_valid(gc->conf->valid, alias + n))
		return 0;
	more = reallocarray(gc->hosts, gc->n_hosts + 1, sizeof(*gc->hosts));
	if (!more)
		return -1;
	gc->hosts = more;
	snprintf(gc->hosts[gc->n_hosts++], sizeof(*gc->hosts), "%s", host);
	return 0;
}

/* All that failed is to be heard of. */
static void join(struct cni_error *err, const struct cni_error *next)
{
	size_t n = strlen(err->details);

	if (!next->code)
		return;
	if (!err->code) {
		*err = *next;
		return;
	}
	snprintf(err->details + n, sizeof(err->details) - n, "%s%s",
		 n ? "; " : "", next->msg);
}

/**
 * cmd_gc() - delete the attachments that the runtime does not know
 * @env: for a delegated plugin
 * @conf: names the network, and those to keep
 * @err: all that could not be deleted; the rest is
 *
 * Return: 0, or -1.
 */
int cmd_gc(const struct cni_env *env, struct conf *conf, struct cni_error *err)
{
	struct gc gc = { .conf = conf };
	struct cni_error one = {};
	size_t i;

	if (veth_each(on_link, &gc, &one))
		cni_fail(&one, CNI_IO, "out of memory");
	join(err, &one);
	for (i = 0; i < gc.n_hosts; i++) {
		one = (struct cni_error){};
		veth_delete(gc.hosts[i], &one);
		join(err, &one);
	}
	free(gc.hosts);
	one = (struct cni_error){};
	ipam_gc(env, conf, &one);
	join(err, &one);
	return err->code ? -1 : 0;
}

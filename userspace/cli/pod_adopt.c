// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * 'pod adopt': pods that another plugin attached before ours was in the list.
 * Runtimes keep what they asked and what they were answered, so ours is told
 * now as it would have been then.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/attr.h"
#include "cmd.h"
#include "ctx.h"
#include "plugin.h"

/* libcni's, in all runtimes. */
#define RESULTS "/var/lib/cni/results"
#define KIND "cniCacheV1"
#define IFNAME "eth0"

/**
 * struct adoption - what becomes of the pods of a node
 * @ctx: context; its error is the first that comes
 * @device: name of the device
 * @path: folders of plugins
 * @known: containers that have an endpoint, as keys
 * @failed: so many could not be adopted
 */
struct adoption {
	struct ctx *ctx;
	const char *device;
	const char *path;
	json_t *known;
	size_t failed;
};

static int note_endpoint(const void *obj, void *data)
{
	const struct k8sov_endpoint *endpoint = obj;
	struct adoption *adoption = data;
	const char *container = strrchr(endpoint->name, '/');

	return json_object_set_new(adoption->known,
				   container ? container + 1 : endpoint->name,
				   json_true()) ? -ENOMEM : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Where the interface is, "" if the answer does not say it. */
static const char *netns_of(const json_t *result, const char *ifname)
{
	const json_t *list = json_object_get(result, "interfaces"), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(text_of(one, "name"), ifname) &&
		    *text_of(one, "sandbox"))
			return text_of(one, "sandbox");
	return "";
}

/* As the runtime said them. */
static char *format_args(const json_t *cache)
{
	const json_t *list = json_object_get(cache, "cniArgs"), *one;
	char *text = NULL;
	size_t size, i;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	fputs("IgnoreUnknown=1", file);
	json_array_foreach(list, i, one) {
		const char *key = json_string_value(json_array_get(one, 0));
		const char *value = json_string_value(json_array_get(one, 1));

		if (key && value && strcmp(key, "IgnoreUnknown") != 0)
			fprintf(file, ";%s=%s", key, value);
	}
	fclose(file);
	return text;
}

static char *format_conf(const struct adoption *adoption, const json_t *cache)
{
	json_t *result = json_object_get(cache, "result"), *conf;
	char *text;

	conf = json_pack("{s:s, s:s, s:s, s:b, s:s, s:i, s:O}",
			 "cniVersion", text_of(result, "cniVersion"),
			 "name", text_of(cache, "networkName"),
			 "type", "k8sov", "policyOnly", 1,
			 "device", adoption->device, "policyTimeout", 0,
			 "prevResult", result);
	text = json_dumps(conf, JSON_COMPACT);
	json_decref(conf);
	return text;
}

static void print_pod(struct out *out, const json_t *cache, const char *netns)
{
	out_object(out);
	out_string(out, "container", "", text_of(cache, "containerId"));
	out_string(out, "network", " network ", text_of(cache, "networkName"));
	out_string(out, "netns", " netns ", netns);
	out_object_end(out);
}

/* One that fails leaves the others to be adopted. */
static void fail(struct adoption *adoption, const char *container,
		 const struct k8sov_error *why)
{
	if (!adoption->failed++) {
		k8sov_error_set(&adoption->ctx->err, EIO, "%.64s: %.180s",
				container, why->message);
		adoption->ctx->err.refused = true;
		return;
	}
	fprintf(stderr, "k8sovctl: %s: %s\n", container, why->message);
}

static void adopt(struct adoption *adoption, const json_t *cache,
		  const char *netns)
{
	const char *container = text_of(cache, "containerId");
	char *args = format_args(cache);
	struct plugin plugin = {
		.path = adoption->path,
		.conf = format_conf(adoption, cache),
		.ifname = IFNAME,
		.args = args,
	};
	struct k8sov_error why = {};

	snprintf(plugin.container, sizeof(plugin.container), "%s", container);
	snprintf(plugin.netns, sizeof(plugin.netns), "%s", netns);
	if (!plugin.conf || !args)
		k8sov_error_system(&why, ENOMEM, "cannot adopt the pod");
	else if (!plugin_call(&plugin, "ADD", NULL, &why))
		print_pod(&adoption->ctx->out, cache, netns);
	if (why.code)
		fail(adoption, container, &why);
	free(plugin.conf);
	free(args);
}

/* The loopback and further networks have answers as well, and what is gone may
 * have one still. Policy is about a pod's first interface.
 */
static void look_at(struct adoption *adoption, const char *path)
{
	json_t *cache = json_load_file(path, 0, NULL);
	const char *ifname = text_of(cache, "ifName");
	const char *netns = netns_of(json_object_get(cache, "result"), ifname);

	if (!strcmp(text_of(cache, "kind"), KIND) && *netns &&
	    !strcmp(ifname, IFNAME) && !access(netns, F_OK) &&
	    !json_object_get(adoption->known, text_of(cache, "containerId")))
		adopt(adoption, cache, netns);
	json_decref(cache);
}

static int adopt_all(struct adoption *adoption, const char *dir)
{
	struct dirent **entries;
	char path[4096];
	int n, i;

	n = scandir(dir, &entries, NULL, alphasort);
	if (n < 0)
		return k8sov_error_set(&adoption->ctx->err, errno,
				       "cannot read %s: %s", dir,
				       strerror(errno));
	out_begin(&adoption->ctx->out);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			look_at(adoption, path);
		free(entries[i]);
	}
	free(entries);
	out_end(&adoption->ctx->out);
	return adoption->failed ? -adoption->ctx->err.code : 0;
}

static int find_device(struct ctx *ctx, const struct args *args,
		       uint32_t *ifindex)
{
	if (!K8SOV_HAS(&args->obj.endpoint, K8SOV_A_ENDPOINT_IFINDEX))
		return ctx_only_device(ctx, ifindex);
	*ifindex = args->obj.endpoint.ifindex;
	return 0;
}

/**
 * cmd_pod_adopt() - register pods that are there already
 * @ctx: context
 * @noun: pods
 * @args: device, and where runtimes keep answers
 *
 * Return: 0 if all pods are registered now; else -errno with @ctx->err filled,
 * by the first that is not.
 */
int cmd_pod_adopt(struct ctx *ctx, const struct noun *noun, struct args *args)
{
	struct adoption adoption = {
		.ctx = ctx, .path = plugin_path(), .known = json_object(),
	};
	struct k8sov_endpoint filter = {};
	uint32_t ifindex = 0;
	int ret;

	(void)noun;
	ret = ctx_open(ctx);
	if (!ret)
		ret = find_device(ctx, args, &ifindex);
	if (!ret) {
		adoption.device = dev_name(&ctx->devs, ifindex);
		K8SOV_SET(&filter, ifindex, K8SOV_A_ENDPOINT_IFINDEX, ifindex);
		ret = k8sov_object_dump(ctx->sock, &k8sov_object_endpoint,
					&filter, note_endpoint, &adoption,
					&ctx->err);
	}
	if (!ret)
		ret = adopt_all(&adoption, args->text ? args->text : RESULTS);
	json_decref(adoption.known);
	return ret;
}

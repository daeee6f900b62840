// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../userspace/lib/bits.h"
#include "conf.h"
#include "error.h"
#include "member.h"

#define TEXT_SIZE 4096
#define IN_JSON "/run/k8sov/subnet.json"
#define IN_ENV "/run/flannel/subnet.env"

static int add_prefix(struct node_prefix list[2], const char *text,
		      struct cni_error *err)
{
	struct node_prefix *to, got;

	if (k8sov_prefix_parse(text, &got.addr, &got.len))
		return cni_fail(err, CNI_DECODE,
				"\"%.64s\" is no ADDRESS/LENGTH", text);
	to = &list[got.addr.family == AF_INET6];
	if (to->addr.family)
		return 0;
	/* Flannel says the first address of it. */
	bits_mask(&got.addr, got.len);
	*to = got;
	return 0;
}

static int parse_prefixes(const json_t *root, const char *key,
			  struct node_prefix list[2], struct cni_error *err)
{
	json_t *array = NULL, *json;
	size_t i;

	if (member_array(root, key, &array, err))
		return -1;
	json_array_foreach(array, i, json) {
		if (!json_is_string(json))
			return cni_fail(err, CNI_DECODE,
					"\"%s\" must have strings", key);
		if (add_prefix(list, json_string_value(json), err))
			return -1;
	}
	return 0;
}

static int parse_json(const char *text, struct node *node,
		      struct cni_error *err)
{
	json_t *root = json_loads(text, 0, NULL);
	const char *device = "";
	int64_t mtu = 0;
	int ret = -1;

	if (!json_is_object(root)) {
		cni_fail(err, CNI_DECODE, "it is no JSON object");
		goto out;
	}
	if (parse_prefixes(root, "networks", node->networks, err) ||
	    parse_prefixes(root, "subnets", node->subnets, err) ||
	    member_number(root, "mtu", UINT16_MAX, &mtu, err) ||
	    member_text(root, "device", &device, err))
		goto out;
	node->mtu = (uint32_t)mtu;
	snprintf(node->device, sizeof(node->device), "%s", device);
	ret = 0;
out:
	json_decref(root);
	return ret;
}

/* The value of @key in a line, NULL if that says something else. */
static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(line, key, n) && line[n] == '=' ? line + n + 1 : NULL;
}

static int parse_line(const char *line, struct node *node,
		      struct cni_error *err)
{
	const char *value;
	uint64_t mtu;

	if ((value = value_of(line, "FLANNEL_NETWORK")) ||
	    (value = value_of(line, "FLANNEL_IPV6_NETWORK")))
		return add_prefix(node->networks, value, err);
	if ((value = value_of(line, "FLANNEL_SUBNET")) ||
	    (value = value_of(line, "FLANNEL_IPV6_SUBNET")))
		return add_prefix(node->subnets, value, err);
	value = value_of(line, "FLANNEL_MTU");
	if (!value)
		return 0;
	if (k8sov_number_parse(value, &mtu) || mtu > UINT16_MAX)
		return cni_fail(err, CNI_DECODE, "\"%.64s\" is no MTU", value);
	node->mtu = (uint32_t)mtu;
	return 0;
}

static int parse_env(const char *text, struct node *node,
		     struct cni_error *err)
{
	char line[128];

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		snprintf(line, sizeof(line), "%.*s",
			 (int)strcspn(text, "\r\n"), text);
		if (parse_line(line, node, err))
			return -1;
	}
	return 0;
}

/**
 * node_parse() - read what the daemon wrote
 * @text: subnet.json, or Flannel's subnet.env
 * @node: filled on success
 * @err: CNI_DECODE, or CNI_TRY_LATER if the node has no subnet
 *
 * Return: 0, or -1.
 */
int node_parse(const char *text, struct node *node, struct cni_error *err)
{
	int ret;

	memset(node, 0, sizeof(*node));
	ret = text[strspn(text, " \t\r\n")] == '{' ?
		parse_json(text, node, err) : parse_env(text, node, err);
	if (ret)
		return -1;
	if (!node->subnets[0].addr.family && !node->subnets[1].addr.family)
		return cni_fail(err, CNI_TRY_LATER,
				"this node has no subnet yet");
	return 0;
}

/* -errno. */
static int read_file(const char *path, char text[static TEXT_SIZE])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, TEXT_SIZE - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	return 0;
}

static int find_file(const struct conf *conf, const char **path,
		     char text[static TEXT_SIZE])
{
	int ret;

	*path = conf->subnet_file ? conf->subnet_file : IN_JSON;
	ret = read_file(*path, text);
	if (ret != -ENOENT || conf->subnet_file)
		return ret;
	ret = read_file(IN_ENV, text);
	if (ret != -ENOENT)
		*path = IN_ENV;
	return ret;
}

/**
 * node_read() - what this node has
 * @conf: says where that is; its device is set if it was not said
 * @node: filled on success, and as long as @conf is used
 * @err: CNI_TRY_LATER if there is no subnet yet, CNI_IO, CNI_DECODE
 *
 * Return: 0, or -1.
 */
int node_read(struct conf *conf, struct node *node, struct cni_error *err)
{
	char text[TEXT_SIZE] = "";
	const char *path;
	int ret = find_file(conf, &path, text);

	if (ret == -ENOENT) {
		cni_fail(err, CNI_TRY_LATER, "this node has no subnet yet");
		return cni_details(err, "k8sovd writes it to %.128s when it is ready",
				   path);
	}
	if (ret)
		return cni_fail(err, CNI_IO, "cannot read %.128s: %s", path,
				strerror(-ret));
	if (node_parse(text, node, err))
		return cni_details(err, "in %.128s", path);
	if (!conf->device)
		conf->device = *node->device ? node->device : CONF_DEVICE;
	return 0;
}

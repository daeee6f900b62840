// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as a list of nodes: cut by the first byte's size it must give what
 * it gives whole, and each item goes through what reads and patches nodes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../daemon/kube_list.h"
#include "../daemon/kube_node.h"
#include "../lib/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PREFIX "flannel.alpha.coreos.com"

static void take_node(const json_t *node)
{
	struct lease *lease = NULL;
	struct k8sov_error err = {};

	if (kube_node_lease(node, PREFIX, &lease, &err))
		return;
	free(kube_node_patch(node, PREFIX, lease));
	free(kube_node_ready_patch(node, NULL, "2020-01-01T00:00:00Z"));
	free(kube_node_ready_patch(node, "why", "2020-01-01T00:00:00Z"));
	lease_destroy(lease);
}

/* FNV-1a of all items. */
static void on_item(void *data, const char *text, size_t len)
{
	json_t *node = json_loadb(text, len, 0, NULL);
	uint64_t *hash = data;
	size_t i;

	for (i = 0; i < len; i++)
		*hash = (*hash ^ (uint8_t)text[i]) * 0x100000001b3ULL;
	if (node)
		take_node(node);
	json_decref(node);
}

static uint64_t read_all(const uint8_t *data, size_t size, size_t step)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	char *version = NULL, *more = NULL;
	struct kube_list list;
	size_t n;
	int ret = 0;

	kube_list_init(&list, on_item, &hash);
	for (; size && !ret; data += n, size -= n) {
		n = size < step ? size : step;
		ret = kube_list_put(&list, (const char *)data, n);
	}
	if (!ret)
		ret = kube_list_end(&list, &version, &more);
	free(version);
	free(more);
	kube_list_exit(&list);
	return hash ^ (uint64_t)(uint32_t)ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (read_all(data + 1, size - 1, size) !=
	    read_all(data + 1, size - 1, *data % 64u + 1))
		abort();
	return 0;
}

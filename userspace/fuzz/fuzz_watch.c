// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as the stream of a watch: cut by the first byte's size it must
 * give what it gives whole, and each object goes through what reads keys.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../daemon/etcd_json.h"
#include "../daemon/etcd_table.h"
#include "../daemon/json_stream.h"
#include "../lib/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct etcd_table table;

static void take_kv(const json_t *json)
{
	struct etcd_kv kv = {
		.revision = etcd_json_get_number(json, "mod_revision"),
		.lease = etcd_json_get_number(json, "lease"),
	};
	char *key = etcd_json_get_bytes(json, "key", NULL);
	char *value = etcd_json_get_bytes(json, "value", &kv.len);
	const struct etcd_entry *entry;
	struct k8sov_error err;

	kv.key = key;
	kv.value = value;
	if (key && value)
		(void)etcd_table_put(&table, &kv, &entry, &err);
	free(key);
	free(value);
}

static void take(const char *text, size_t len)
{
	json_t *answer = json_loadb(text, len, 0, NULL), *event;
	const json_t *result = json_object_get(answer, "result");
	size_t i;

	json_array_foreach(json_object_get(result, "events"), i, event) {
		take_kv(json_object_get(event, "kv"));
	}
	json_decref(answer);
}

/* FNV-1a of all objects and how it ended. */
static uint64_t read_all(const uint8_t *data, size_t size, size_t step,
			 int keep)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	struct json_stream stream;
	const char *text;
	size_t n, len, i;
	int ret = 0;

	json_stream_init(&stream, 65536);
	for (; size && ret >= 0; data += n, size -= n) {
		n = size < step ? size : step;
		if (json_stream_put(&stream, (const char *)data, n))
			abort();
		while ((ret = json_stream_next(&stream, &text, &len)) > 0) {
			for (i = 0; i < len; i++)
				hash = (hash ^ (uint8_t)text[i]) *
				       0x100000001b3ULL;
			hash = (hash ^ 0x100) * 0x100000001b3ULL;
			if (keep)
				take(text, len);
		}
	}
	json_stream_exit(&stream);
	return hash ^ (ret < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 65536)
		return -1;
	if (read_all(data + 1, size - 1, data[0] + 1, 1) !=
	    read_all(data + 1, size - 1, size, 0))
		abort();
	etcd_table_exit(&table);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory.h"

/* etcd takes no object of more than 1.5 MiB; JSON may be twice as long. */
#define ITEM_MAX (4u << 20)
/* All but the items: a continue token is the longest part. */
#define REST_MAX (64u << 10)

/**
 * kube_list_init() - begin a list
 * @list: to begin
 * @item: called for each item
 * @data: for @item
 */
void kube_list_init(struct kube_list *list,
		    void (*item)(void *data, const char *text, size_t len),
		    void *data)
{
	memset(list, 0, sizeof(*list));
	list->item = item;
	list->data = data;
}

/**
 * kube_list_exit() - free what a list holds
 * @list: the list
 */
void kube_list_exit(struct kube_list *list)
{
	free(list->part.buf);
	free(list->rest.buf);
	memset(list, 0, sizeof(*list));
}

static int text_add(struct kube_text *text, char byte, size_t max)
{
	if (text->len >= max)
		return -EMSGSIZE;
	if (text->len == text->room) {
		text->room = text->room ? text->room * 2 : 4096;
		text->buf = memory_must(realloc(text->buf, text->room));
	}
	text->buf[text->len++] = byte;
	return 0;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Between the items, and what ends them. */
static int between(struct kube_list *list, char byte)
{
	if (is_space(byte) || byte == ',')
		return 0;
	if (byte == ']') {
		list->items = false;
		list->depth--;
		return text_add(&list->rest, byte, REST_MAX);
	}
	if (byte != '{')
		return -EBADMSG;
	list->depth++;
	list->part.len = 0;
	return text_add(&list->part, byte, ITEM_MAX);
}

static void step(struct kube_list *list, char byte)
{
	if (list->escaped) {
		list->escaped = false;
	} else if (list->string) {
		list->escaped = byte == '\\';
		list->string = byte != '"';
	} else if (byte == '"') {
		list->string = true;
	} else if (byte == '{' || byte == '[') {
		list->depth++;
	} else if (byte == '}' || byte == ']') {
		list->depth--;
	}
}

static int take(struct kube_list *list, char byte)
{
	unsigned int depth = list->depth;
	int ret;

	if (list->whole)
		return is_space(byte) ? 0 : -EBADMSG;
	if (!depth && byte != '{')
		return is_space(byte) ? 0 : -EBADMSG;
	if (list->items && depth == 2 && !list->string)
		return between(list, byte);
	step(list, byte);
	if (list->items) {
		ret = text_add(&list->part, byte, ITEM_MAX);
		if (!ret && list->depth == 2)
			list->item(list->data, list->part.buf, list->part.len);
		return ret;
	}
	/* A List has no other array at this depth. */
	list->items = depth == 1 && byte == '[' && list->depth == 2;
	list->whole = !list->depth;
	return text_add(&list->rest, byte, REST_MAX);
}

/**
 * kube_list_put() - more of a list has come
 * @list: the list
 * @data: the bytes
 * @len: how many
 *
 * Return: 0; -EBADMSG if it is no list, -EMSGSIZE if a part of it is too long.
 */
int kube_list_put(struct kube_list *list, const char *data, size_t len)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < len && !ret; i++)
		ret = take(list, data[i]);
	return ret;
}

/**
 * kube_list_end() - all of a list has come
 * @list: the list
 * @version: set to its resourceVersion, which the caller frees
 * @more: set to the token of the next page, NULL if this was the last one;
 *	the caller frees it
 *
 * Return: 0; -EBADMSG if it was cut off, or is no list.
 */
int kube_list_end(struct kube_list *list, char **version, char **more)
{
	const char *kind, *at, *token;
	json_t *rest = NULL, *meta;
	int ret = -EBADMSG;

	*version = NULL;
	*more = NULL;
	if (list->whole)
		rest = json_loadb(list->rest.buf, list->rest.len, 0, NULL);
	meta = json_object_get(rest, "metadata");
	kind = json_string_value(json_object_get(rest, "kind"));
	at = json_string_value(json_object_get(meta, "resourceVersion"));
	token = json_string_value(json_object_get(meta, "continue"));
	/* Without items there may be null instead of an array. */
	if (kind && strlen(kind) > 4 &&
	    !strcmp(kind + strlen(kind) - 4, "List") && at && *at) {
		*version = memory_must(strdup(at));
		if (token && *token)
			*more = memory_must(strdup(token));
		ret = 0;
	}
	json_decref(rest);
	return ret;
}

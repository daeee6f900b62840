/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_LIST_H
#define _KUBE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/**
 * struct kube_text - bytes that grow
 * @buf: the bytes
 * @len: how many
 * @room: size of @buf
 */
struct kube_text {
	char *buf;
	size_t len;
	size_t room;
};

/**
 * struct kube_list - a List of the Kubernetes API, in pieces
 *
 * Its items are handed out one by one, so that a page of thousands is never
 * held in memory.
 *
 * @item: called with each item's JSON, which is valid during the call
 * @data: for @item
 * @part: the item that is coming
 * @rest: all that is not in an item
 * @depth: open brackets
 * @items: within the list's array
 * @string: within a string
 * @escaped: behind a backslash
 * @whole: the last bracket was closed
 */
struct kube_list {
	void (*item)(void *data, const char *text, size_t len);
	void *data;
	struct kube_text part;
	struct kube_text rest;
	unsigned int depth;
	bool items;
	bool string;
	bool escaped;
	bool whole;
};

void kube_list_init(struct kube_list *list,
		    void (*item)(void *data, const char *text, size_t len),
		    void *data);
void kube_list_exit(struct kube_list *list);
int kube_list_put(struct kube_list *list, const char *data, size_t len);
int kube_list_end(struct kube_list *list, char **version, char **more);

#endif /* _KUBE_LIST_H */

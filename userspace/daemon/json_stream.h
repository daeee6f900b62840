/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _JSON_STREAM_H
#define _JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct json_stream - JSON objects one after the other, in pieces
 *
 * Objects end where their brackets say: servers have sent them without a
 * newline between, and newlines within.
 *
 * @buf: what was put and is not used up
 * @start: offset in @buf of what was not yet handed out
 * @pos: offset of the next byte to look at
 * @end: offset past the last byte
 * @room: size of @buf
 * @limit: the largest object that is taken, in bytes
 * @depth: open brackets at @pos
 * @string: @pos is within a string
 * @escaped: the byte at @pos follows a backslash
 */
struct json_stream {
	char *buf;
	size_t start;
	size_t pos;
	size_t end;
	size_t room;
	size_t limit;
	unsigned int depth;
	bool string;
	bool escaped;
};

void json_stream_init(struct json_stream *stream, size_t limit);
void json_stream_exit(struct json_stream *stream);
int json_stream_put(struct json_stream *stream, const char *data, size_t len);
int json_stream_next(struct json_stream *stream, const char **text,
		     size_t *len);

#endif /* _JSON_STREAM_H */

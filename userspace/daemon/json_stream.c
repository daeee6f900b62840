// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "json_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/**
 * json_stream_init() - begin a stream
 * @stream: to begin
 * @limit: the largest object that is taken, in bytes
 */
void json_stream_init(struct json_stream *stream, size_t limit)
{
	memset(stream, 0, sizeof(*stream));
	stream->limit = limit;
}

/**
 * json_stream_exit() - free what a stream holds
 * @stream: the stream
 */
void json_stream_exit(struct json_stream *stream)
{
	free(stream->buf);
	memset(stream, 0, sizeof(*stream));
}

/**
 * json_stream_put() - more of a stream has come
 * @stream: the stream; texts that it handed out are no longer valid
 * @data: the bytes
 * @len: how many
 *
 * Return: 0; -EMSGSIZE if an object is larger than the limit.
 */
int json_stream_put(struct json_stream *stream, const char *data, size_t len)
{
	size_t kept = stream->end - stream->start, room = stream->room;
	char *buf;

	if (!len)
		return 0;
	if (stream->start) {
		memmove(stream->buf, stream->buf + stream->start, kept);
		stream->pos -= stream->start;
		stream->end = kept;
		stream->start = 0;
	}
	if (len > stream->limit || kept > stream->limit - len)
		return -EMSGSIZE;
	while (room < kept + len)
		room = room ? room * 2 : 4096;
	if (room != stream->room) {
		buf = realloc(stream->buf, room);
		if (!buf)
			abort();
		stream->buf = buf;
		stream->room = room;
	}
	memcpy(stream->buf + kept, data, len);
	stream->end = kept + len;
	return 0;
}

/* Is the object whole with this byte? */
static bool take(struct json_stream *stream, char byte)
{
	if (stream->escaped) {
		stream->escaped = false;
	} else if (stream->string) {
		stream->escaped = byte == '\\';
		stream->string = byte != '"';
	} else if (byte == '"') {
		stream->string = true;
	} else if (byte == '{' || byte == '[') {
		stream->depth++;
	} else if (byte == '}' || byte == ']') {
		return !--stream->depth;
	}
	return false;
}

/**
 * json_stream_next() - the next object, if all of it has come
 * @stream: the stream
 * @text: set to its text, valid until the stream is used again
 * @len: set to its length in bytes
 *
 * That brackets and strings are in order is all that is known of it.
 *
 * Return: 1; 0 if more must be put first; -EBADMSG if what comes is no object.
 */
int json_stream_next(struct json_stream *stream, const char **text,
		     size_t *len)
{
	char byte;

	while (stream->pos < stream->end) {
		byte = stream->buf[stream->pos];
		if (!stream->depth) {
			stream->start = stream->pos;
			if (strchr(" \t\r\n", byte) && byte) {
				stream->start = ++stream->pos;
				continue;
			}
			if (byte != '{')
				return -EBADMSG;
		}
		stream->pos++;
		if (take(stream, byte)) {
			*text = stream->buf + stream->start;
			*len = stream->pos - stream->start;
			stream->start = stream->pos;
			return 1;
		}
	}
	return 0;
}

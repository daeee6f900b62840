// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "talk.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

/* GC of a node with thousands of pods fits. */
#define INPUT_MAX (4UL << 20)
#define INPUT_STEP 4096UL

static int write_all(const char *text, size_t len)
{
	ssize_t n;

	for (; len; text += n, len -= (size_t)n) {
		n = write(STDOUT_FILENO, text, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -1;
	}
	return 0;
}

/**
 * talk_write() - give the answer
 * @json: the only line on stdout; its reference is taken
 * @err: CNI_IO
 *
 * Return: 0, or -1.
 */
int talk_write(json_t *json, struct cni_error *err)
{
	char *text = json_dumps(json, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0;
	int ret = 0;

	json_decref(json);
	if (!text)
		return cni_fail(err, CNI_IO, "out of memory");
	/* In the place of the final 0: a single write() is what runtimes see
	 * wholly or not at all.
	 */
	text[len] = '\n';
	if (write_all(text, len + 1))
		ret = cni_fail(err, CNI_IO, "cannot write the answer: %s",
			       strerror(errno));
	free(text);
	return ret;
}

/* Bytes read, 0 at the end or after @wait. */
static ssize_t read_some(char *to, size_t room, int wait)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n;

	do {
		if (wait >= 0 && poll(&in, 1, wait) == 0)
			return 0;
		n = read(STDIN_FILENO, to, room);
	} while (n < 0 && errno == EINTR);
	return n;
}

/**
 * talk_read() - take the question
 * @wait: for a byte, in milliseconds; -1: as long as it takes
 * @len: of the text
 * @err: CNI_IO, or CNI_DECODE if it has over 4 MiB
 *
 * Return: the text, terminated, which the caller frees; NULL after a failure.
 */
char *talk_read(int wait, size_t *len, struct cni_error *err)
{
	size_t room = 0;
	char *text = NULL, *more;
	ssize_t n;

	*len = 0;
	do {
		if (room - *len < INPUT_STEP) {
			room = room ? 2 * room : 2 * INPUT_STEP;
			more = realloc(text, room);
			if (!more) {
				cni_fail(err, CNI_IO, "out of memory");
				goto fail;
			}
			text = more;
		}
		n = read_some(text + *len, room - *len - 1, wait);
		if (n < 0) {
			cni_fail(err, CNI_IO, "cannot read stdin: %s",
				 strerror(errno));
			goto fail;
		}
		*len += (size_t)n;
		if (*len > INPUT_MAX) {
			cni_fail(err, CNI_DECODE,
				 "the configuration is over 4 MiB");
			goto fail;
		}
	} while (n);
	text[*len] = '\0';
	return text;
fail:
	free(text);
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_FIELD_H
#define _POLICY_FIELD_H

#include <jansson.h>

#include "object.h"

/*
 * Fields of an object in JSON, read strictly. All readers return false if
 * something is wrong; the first such thing is kept as a sentence.
 *
 * As the API server has it, null is the same as not given; but a null in a
 * list, which it takes for an empty element, is refused: an empty rule would
 * allow everything.
 */

/* Rules, peers, ports, values ... that one object may have in all. The API
 * server takes no larger ones either, if they are written out.
 */
#define FIELD_ENTRIES 65536

/**
 * struct field - where we are, as a chain of frames on the stack
 * @up: what it is a part of, or NULL
 * @key: name of the member, NULL if it is an element
 * @index: of the element
 */
struct field {
	const struct field *up;
	const char *key;
	size_t index;
};

/**
 * struct reader - one object being read
 * @broken: what is wrong, to be freed, or NULL
 * @note: what is right but not obeyed, to be freed, or NULL
 * @entries: elements of lists so far
 */
struct reader {
	char *broken;
	char *note;
	size_t entries;
};

bool field_bad(struct reader *reader, const struct field *at,
	       const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void field_note(struct reader *reader, const struct field *at,
		const char *what);
const json_t *field_get(const json_t *object, const char *key);
bool field_object(struct reader *reader, const struct field *at,
		  const json_t *json, const char *const *known);
bool field_list(struct reader *reader, const struct field *at,
		const json_t *json, size_t most, size_t *n);
bool field_text(struct reader *reader, const struct field *at,
		const json_t *json, const char **text);
bool field_number(struct reader *reader, const struct field *at,
		  const json_t *json, json_int_t least, json_int_t most,
		  json_int_t *number);
bool field_cidr(struct reader *reader, const struct field *at,
		const json_t *json, struct policy_cidr *cidr);
bool field_port_name(struct reader *reader, const struct field *at,
		     const json_t *json, char **name);
bool field_selector(struct reader *reader, const struct field *at,
		    const json_t *json, struct policy_selector *selector);

/* Names as Kubernetes has them: of DNS, or of one part of it. */
bool field_is_subdomain(const char *text, size_t len);
bool field_is_label(const char *text, size_t len);
/* Bytes that would not be one line of plain text become '?'. */
void field_clean(char *text);

#endif /* _POLICY_FIELD_H */

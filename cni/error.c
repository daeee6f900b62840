// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

/**
 * cni_fail() - say why a command fails
 * @err: filled unless something is in it already
 * @code: for the runtime
 * @fmt: a sentence without full stop
 *
 * Return: -1.
 */
int cni_fail(struct cni_error *err, enum cni_code code, const char *fmt, ...)
{
	va_list args;

	if (err->code)
		return -1;
	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	return -1;
}

/**
 * cni_details() - say what to look at or do
 * @err: has failed; filled unless it has details already
 * @fmt: a sentence without full stop
 *
 * Return: -1.
 */
int cni_details(struct cni_error *err, const char *fmt, ...)
{
	va_list args;

	if (err->details[0])
		return -1;
	va_start(args, fmt);
	vsnprintf(err->details, sizeof(err->details), fmt, args);
	va_end(args);
	return -1;
}

/* What came from the environment, or was cut, need not be UTF-8. */
static json_t *words(const char *text)
{
	json_t *json = json_string(text);
	char plain[1024];
	size_t i;

	if (json)
		return json;
	for (i = 0; i < sizeof(plain) - 1 && text[i]; i++)
		plain[i] = text[i] & 0x80 ? '?' : text[i];
	plain[i] = '\0';
	return json_string(plain);
}

/**
 * error_format() - what the runtime reads of a failure
 * @err: the failure
 * @version: to answer in
 *
 * Return: an object, which the caller owns; NULL without memory.
 */
json_t *error_format(const struct cni_error *err, enum version version)
{
	json_t *json = json_pack("{s:s, s:i, s:o}", "cniVersion",
				 version_name(version), "code", err->code,
				 "msg", words(err->msg));

	if (json && err->details[0])
		json_object_set_new(json, "details", words(err->details));
	return json;
}

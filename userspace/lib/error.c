// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/**
 * k8sov_error_clear() - make an error say that nothing failed
 * @err: to clear
 */
void k8sov_error_clear(struct k8sov_error *err)
{
	memset(err, 0, sizeof(*err));
}

/**
 * k8sov_error_set() - say why a call failed
 * @err: to fill; what it said before is lost
 * @code: errno, positive
 * @fmt: format of the sentence
 *
 * Return: -@code.
 */
int k8sov_error_set(struct k8sov_error *err, int code, const char *fmt, ...)
{
	va_list args;

	k8sov_error_clear(err);
	err->code = code;
	va_start(args, fmt);
	/* clang-tidy 14 forgets va_start() when it reads several files. */
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return -code;
}

/**
 * k8sov_error_system() - say that a system call failed
 * @err: to fill
 * @code: errno, positive
 * @what: what was tried, as "cannot open a netlink socket"
 *
 * Return: -@code.
 */
int k8sov_error_system(struct k8sov_error *err, int code, const char *what)
{
	k8sov_error_set(err, code, "%s: %s", what, strerror(code));
	err->refused = true;
	return -code;
}

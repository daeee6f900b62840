/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _LOG_H
#define _LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** enum log_level - as syslog(3) counts them, fewer of them */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/**
 * struct log_config - where and how much
 * @level: the least important level that is written
 * @json: a JSON object a line, else logfmt (key=value)
 * @out: where to write, NULL for standard error
 * @now_ms: monotonic clock in milliseconds for what is held back, NULL for the
 *	system's
 */
struct log_config {
	enum log_level level;
	bool json;
	FILE *out;
	uint64_t (*now_ms)(void);
};

void log_init(const struct log_config *config);
void log_exit(void);
void log_hide(const char *secret);
const char *log_level_name(enum log_level level);

/*
 * log_info("lease", "node %s has %s", ...): area, then a sentence without full
 * stop. Equal messages of warnings and errors are held back for a while
 * and then counted; what is logged never contains what log_hide() was told.
 */
void log_write(enum log_level level, const char *area, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define log_error(area, ...)	log_write(LOG_ERROR, area, __VA_ARGS__)
#define log_warn(area, ...)	log_write(LOG_WARN, area, __VA_ARGS__)
#define log_info(area, ...)	log_write(LOG_INFO, area, __VA_ARGS__)
#define log_debug(area, ...)	log_write(LOG_DEBUG, area, __VA_ARGS__)

#endif /* _LOG_H */

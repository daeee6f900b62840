/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _OPTION_H
#define _OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

struct conf;
struct k8sov_error;

/* Room for the name of an environment variable. */
#define OPTION_ENV_TEXT 64

/** enum option_type - what the value of an option is, and its field */
enum option_type {
	OPTION_ACTION,		/* none; sets enum conf_action to @min */
	OPTION_TEXT,		/* char *, never NULL, from @min to @max long */
	OPTION_PATH,		/* char *, absolute, or "" for "none" */
	OPTION_SECRET,		/* char *, never printed */
	OPTION_NUMBER,		/* uint32_t from @min to @max */
	OPTION_WORD,		/* int, index in @words, -1 for not told */
	OPTION_BOOL,		/* the same; without a value it is true */
	OPTION_ADDR,		/* struct k8sov_addr of either family */
	OPTION_ADDR4,
	OPTION_ADDR6,
};

/**
 * struct option - a line of the only list of options
 * @name: as a flag behind "--", as a key in the file, and in the environment
 *	as K8SOVD_NAME with _ for -
 * @value: what help calls the value, NULL for an action
 * @env: one more variable of the environment, or NULL
 * @type: what is valid
 * @letter: the same as a flag of one letter, or 0
 * @flag_only: neither in the file nor in the environment
 * @offset: field of struct conf
 * @min: lowest number, shortest text
 * @max: highest number, longest text
 * @words: of OPTION_WORD and OPTION_BOOL, ends with NULL
 * @fallback: value if nothing else says one, NULL for none
 * @help: a sentence
 */
struct option {
	const char *name;
	const char *value;
	const char *env;
	enum option_type type;
	char letter;
	bool flag_only;
	size_t offset;
	uint32_t min;
	uint32_t max;
	const char *const *words;
	const char *fallback;
	const char *help;
};

#define OPTIONS 42
extern const struct option option_table[OPTIONS];

const struct option *option_find(const char *name, size_t len);
const struct option *option_letter(char letter);
void option_env(const struct option *option, char name[static OPTION_ENV_TEXT]);

int option_set(const struct option *option, struct conf *conf,
	       const char *value, struct k8sov_error *err);
int option_init(const struct option *option, struct conf *conf);
void option_exit(const struct option *option, struct conf *conf);
json_t *option_describe(const struct option *option, const struct conf *conf);
void option_help(FILE *out);

#endif /* _OPTION_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "option.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/error.h"
#include "conf.h"

/**
 * option_find() - the option of a name
 * @name: without dashes, not ended by 0
 * @len: its length
 *
 * Return: the option, or NULL.
 */
const struct option *option_find(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < OPTIONS; i++)
		if (strlen(option_table[i].name) == len &&
		    !memcmp(option_table[i].name, name, len))
			return &option_table[i];
	return NULL;
}

/**
 * option_letter() - the option of a letter
 * @letter: what stands behind a single dash
 *
 * Return: the option, or NULL.
 */
const struct option *option_letter(char letter)
{
	unsigned int i;

	for (i = 0; i < OPTIONS; i++)
		if (option_table[i].letter && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

/**
 * option_env() - name of an option's variable in the environment
 * @option: the option
 * @name: set to it
 */
void option_env(const struct option *option, char name[static OPTION_ENV_TEXT])
{
	char *c;

	snprintf(name, OPTION_ENV_TEXT, "K8SOVD_%s", option->name);
	for (c = name; *c; c++)
		*c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
}

static void *field(const struct option *option, struct conf *conf)
{
	return (char *)conf + option->offset;
}

static bool is_text(const struct option *option)
{
	return option->type == OPTION_TEXT || option->type == OPTION_PATH ||
	       option->type == OPTION_SECRET;
}

static int set_text(const struct option *option, char **text,
		    const char *value, struct k8sov_error *err)
{
	const char *c;
	char *copy;
	size_t len;

	/* A variable of the environment cannot be empty: that says nothing. */
	if (option->type == OPTION_PATH && !strcmp(value, "none"))
		value = "";
	len = strlen(value);
	for (c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return k8sov_error_set(err, EINVAL,
					       "has a control character");
	if (option->type == OPTION_PATH && len && *value != '/')
		return k8sov_error_set(err, EINVAL,
				       "'%s' is no absolute path", value);
	if (len < option->min)
		return k8sov_error_set(err, EINVAL, "must not be empty");
	if (len > option->max)
		return k8sov_error_set(err, EINVAL,
				       "is longer than %u characters",
				       option->max);
	copy = strdup(value);
	if (!copy)
		return k8sov_error_set(err, ENOMEM, "out of memory");
	free(*text);
	*text = copy;
	return 0;
}

static int set_number(const struct option *option, uint32_t *number,
		      const char *value, struct k8sov_error *err)
{
	uint64_t big;

	if (k8sov_number_parse(value, &big) || big < option->min ||
	    big > option->max)
		return k8sov_error_set(err, EINVAL,
				       "'%s' is no number from %u to %u",
				       value, option->min, option->max);
	*number = (uint32_t)big;
	return 0;
}

static int set_word(const struct option *option, int *word, const char *value,
		    struct k8sov_error *err)
{
	char list[128] = "";
	int i;

	for (i = 0; option->words[i]; i++) {
		if (!strcmp(option->words[i], value)) {
			*word = i;
			return 0;
		}
		if (i)
			strncat(list, option->words[i + 1] ? ", " : " or ",
				sizeof(list) - strlen(list) - 1);
		strncat(list, option->words[i],
			sizeof(list) - strlen(list) - 1);
	}
	return k8sov_error_set(err, EINVAL, "'%s' is not %s", value, list);
}

static int set_addr(const struct option *option, struct k8sov_addr *addr,
		    const char *value, struct k8sov_error *err)
{
	struct k8sov_addr parsed;
	int family = 0;

	if (option->type == OPTION_ADDR4)
		family = AF_INET;
	else if (option->type == OPTION_ADDR6)
		family = AF_INET6;
	if (!*value) {
		memset(addr, 0, sizeof(*addr));
		return 0;
	}
	if (k8sov_addr_parse(value, &parsed) ||
	    (family && parsed.family != family))
		return k8sov_error_set(err, EINVAL, "'%s' is no IP%s address",
				       value, family == AF_INET ? "v4" :
				       family == AF_INET6 ? "v6" : "");
	*addr = parsed;
	return 0;
}

/**
 * option_set() - take a value
 * @option: the option
 * @conf: its field is set on success, and as it was else
 * @value: text of the value; NULL stands for a flag without one
 * @err: says what is wrong with the value, without the option's name
 *
 * Return: 0; -EINVAL if @value is not valid; -ENOMEM.
 */
int option_set(const struct option *option, struct conf *conf,
	       const char *value, struct k8sov_error *err)
{
	void *at = field(option, conf);

	if (!value && option->type == OPTION_BOOL)
		value = "true";
	if (!value != (option->type == OPTION_ACTION))
		return k8sov_error_set(err, EINVAL, value ?
				       "takes no value" : "needs a value");
	switch (option->type) {
	case OPTION_ACTION:
		*(enum conf_action *)at = option->min;
		return 0;
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_SECRET:
		return set_text(option, at, value, err);
	case OPTION_NUMBER:
		return set_number(option, at, value, err);
	case OPTION_WORD:
	case OPTION_BOOL:
		return set_word(option, at, value, err);
	case OPTION_ADDR:
	case OPTION_ADDR4:
	case OPTION_ADDR6:
		return set_addr(option, at, value, err);
	}
	return -EINVAL;
}

/**
 * option_init() - take the default
 * @option: the option
 * @conf: its field is all zeroes
 *
 * Return: 0, or -ENOMEM.
 */
int option_init(const struct option *option, struct conf *conf)
{
	struct k8sov_error err;
	char **text;

	if (is_text(option)) {
		text = field(option, conf);
		*text = strdup(option->fallback ? option->fallback : "");
		return *text ? 0 : -ENOMEM;
	}
	if (option->fallback)
		return option_set(option, conf, option->fallback, &err);
	if (option->type == OPTION_WORD || option->type == OPTION_BOOL)
		*(int *)field(option, conf) = -1;
	return 0;
}

/**
 * option_exit() - give back what the field holds
 * @option: the option
 * @conf: its field is empty, then
 */
void option_exit(const struct option *option, struct conf *conf)
{
	char **text;

	if (!is_text(option))
		return;
	text = field(option, conf);
	if (*text && option->type == OPTION_SECRET)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

/**
 * option_describe() - value of an option
 * @option: the option
 * @conf: has the value
 *
 * Return: string, number or boolean, a new reference; NULL if it has no value
 * that can be told.
 */
json_t *option_describe(const struct option *option, const struct conf *conf)
{
	const void *at = (const char *)conf + option->offset;
	const struct k8sov_addr *addr = at;
	char text[K8SOV_ADDR_TEXT];
	const int *word = at;

	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_PATH:
		return json_string(*(char *const *)at);
	case OPTION_SECRET:
		return **(char *const *)at ? json_string("***") : NULL;
	case OPTION_NUMBER:
		return json_integer(*(const uint32_t *)at);
	case OPTION_WORD:
		return *word < 0 ? NULL : json_string(option->words[*word]);
	case OPTION_BOOL:
		return *word < 0 ? NULL : json_boolean(*word);
	case OPTION_ADDR:
	case OPTION_ADDR4:
	case OPTION_ADDR6:
		if (!addr->family)
			return NULL;
		k8sov_addr_format(addr, text);
		return json_string(text);
	case OPTION_ACTION:
		break;
	}
	return NULL;
}

static void help_words(const struct option *option, FILE *out)
{
	int i;

	fputc(' ', out);
	for (i = 0; option->words[i]; i++)
		fprintf(out, "%s%s", i ? "|" : "", option->words[i]);
}

/**
 * option_help() - print the list of options
 * @out: where to
 */
void option_help(FILE *out)
{
	const struct option *option;
	unsigned int i;

	fputs("k8sovd [OPTION]... - keeps the tables of a node's k8sov device\n"
	      "\n"
	      "An option is a flag, or K8SOVD_NAME in the environment with _\n"
	      "for -, or a line of the configuration file; the first of these\n"
	      "counts. See k8sovd(8) and k8sovd.conf(5).\n\n", out);
	for (i = 0; i < OPTIONS; i++) {
		option = &option_table[i];
		fputs("  ", out);
		if (option->letter)
			fprintf(out, "-%c, ", option->letter);
		fprintf(out, "--%s", option->name);
		if (option->words)
			help_words(option, out);
		else if (option->value)
			fprintf(out, " %s", option->value);
		fprintf(out, "\n        %s", option->help);
		if (option->fallback && *option->fallback)
			fprintf(out, " [%s]", option->fallback);
		fputc('\n', out);
	}
}

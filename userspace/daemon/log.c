// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <jansson.h>

/* A longer sentence is cut: a line of a log is read by people. */
#define SENTENCE 1024
/* Equal warnings and errors are written once in this time. */
#define HOLD_MS 30000U
/* Different ones that are remembered; the oldest is forgotten. */
#define HELD 64
#define SECRETS 8

/**
 * struct held - a warning or error that was written
 * @hash: of area and sentence, 0 if not in use
 * @until: when it may be written again, ms
 * @count: how often it was not written since
 */
struct held {
	uint64_t hash;
	uint64_t until;
	unsigned long count;
};

static struct {
	struct log_config config;
	bool journal;
	struct held held[HELD];
	char *secrets[SECRETS];
} state = { .config = { .level = LOG_INFO } };

static uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* systemd says which file the journal reads: others get their own time. */
static bool is_journal(FILE *out)
{
	const char *told = getenv("JOURNAL_STREAM");
	char here[64];
	struct stat st;

	if (!told || fstat(fileno(out), &st))
		return false;
	snprintf(here, sizeof(here), "%llu:%llu",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	return !strcmp(told, here);
}

/**
 * log_init() - say where and how much to log
 * @config: copied
 *
 * Without it, information and worse goes to standard error. Call it again to
 * change it.
 */
void log_init(const struct log_config *config)
{
	FILE *out = config->out ? config->out : stderr;

	state.config = *config;
	state.journal = is_journal(out);
	memset(state.held, 0, sizeof(state.held));
}

static void forget(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

/**
 * log_exit() - forget secrets and what was held back
 */
void log_exit(void)
{
	unsigned int i;

	for (i = 0; i < SECRETS; i++)
		forget(state.secrets[i]);
	memset(&state, 0, sizeof(state));
	state.config.level = LOG_INFO;
}

/**
 * log_hide() - never write this text
 * @secret: password or token; copied. The oldest of more than 8 is forgotten
 */
void log_hide(const char *secret)
{
	unsigned int i;

	if (!*secret)
		return;
	for (i = 0; i < SECRETS; i++)
		if (state.secrets[i] && !strcmp(state.secrets[i], secret))
			return;
	forget(state.secrets[SECRETS - 1]);
	memmove(&state.secrets[1], &state.secrets[0],
		sizeof(state.secrets) - sizeof(state.secrets[0]));
	state.secrets[0] = strdup(secret);
}

/**
 * log_level_name() - word for a level
 * @level: the level
 *
 * Return: as --log-level takes it.
 */
const char *log_level_name(enum log_level level)
{
	static const char *const names[] = {
		[LOG_ERROR] = "error",
		[LOG_WARN] = "warn",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	return names[level];
}

static void mask_secrets(char *sentence)
{
	unsigned int i;
	size_t len;
	char *at;

	for (i = 0; i < SECRETS && state.secrets[i]; i++) {
		len = strlen(state.secrets[i]);
		at = sentence;
		while ((at = strstr(at, state.secrets[i]))) {
			/* Its length is a secret, too. */
			*at++ = '\a';
			memmove(at, at + len - 1, strlen(at + len - 1) + 1);
		}
	}
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
	return hash;
}

/*
 * Is this to be held back? If not, @count is how many were before. What would
 * be forgotten first is what may be written first.
 */
static bool hold(const char *area, const char *sentence, unsigned long *count)
{
	uint64_t now, hash = hash_text(0xcbf29ce484222325U, area);
	struct held *held = &state.held[0];
	unsigned int i;

	hash = hash_text(hash_text(hash, "\n"), sentence) | 1;
	now = state.config.now_ms ? state.config.now_ms() : monotonic_ms();
	for (i = 0; i < HELD; i++) {
		if (state.held[i].hash == hash) {
			held = &state.held[i];
			break;
		}
		if (state.held[i].until < held->until)
			held = &state.held[i];
	}
	*count = held->hash == hash ? held->count : 0;
	if (held->hash == hash && now < held->until) {
		held->count++;
		return true;
	}
	*held = (struct held){ .hash = hash, .until = now + HOLD_MS };
	return false;
}

/* A masked secret is a \a until here, so that it is not masked again. */
static void put_quoted(FILE *line, const char *text)
{
	fputc('"', line);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\a')
			fputs("***", line);
		else if (c == '"' || c == '\\')
			fprintf(line, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", line);
		else if (c < ' ' || c == 0x7f)
			fprintf(line, "\\x%02x", c);
		else
			fputc(c, line);
	}
	fputc('"', line);
}

static void put_json(FILE *line, const char *text)
{
	char clean[3 * SENTENCE], *to = clean;
	json_t *string;

	for (; *text && to < clean + sizeof(clean) - 4; text++) {
		if (*text == '\a')
			to = stpcpy(to, "***");
		else
			*to++ = *text;
	}
	*to = '\0';
	string = json_string(clean);
	if (!string) {
		/* Not UTF-8: what is cut in the middle, or was never any. */
		for (to = clean; *to; to++)
			if ((unsigned char)*to >= 0x80)
				*to = '?';
		string = json_string(clean);
	}
	json_dumpf(string, line, JSON_ENCODE_ANY);
	json_decref(string);
}

static void put_time(FILE *line)
{
	struct timespec now;
	char text[32];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(line, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

static void put_line(FILE *line, enum log_level level, const char *area,
		     const char *sentence, unsigned long count)
{
	/* Numbers of syslog(3): error, warning, informational, debug. */
	static const char priority[] = "3467";
	const char *name = log_level_name(level);

	if (state.journal)
		fprintf(line, "<%c>", priority[level]);
	if (state.config.json) {
		fputs("{\"time\":\"", line);
		put_time(line);
		fprintf(line, "\",\"level\":\"%s\",\"area\":\"%s\",\"msg\":",
			name, area);
		put_json(line, sentence);
		if (count)
			fprintf(line, ",\"held\":%lu", count);
		fputs("}\n", line);
		return;
	}
	if (!state.journal) {
		fputs("time=", line);
		put_time(line);
		fputc(' ', line);
	}
	fprintf(line, "level=%s area=%s msg=", name, area);
	put_quoted(line, sentence);
	if (count)
		fprintf(line, " held=%lu", count);
	fputc('\n', line);
}

/**
 * log_write() - write a line
 * @level: how important it is
 * @area: part of the program, a word
 * @fmt: format of a sentence without full stop
 *
 * From the thread of the loop only.
 */
void log_write(enum log_level level, const char *area, const char *fmt, ...)
{
	FILE *line, *out = state.config.out ? state.config.out : stderr;
	char sentence[SENTENCE], *text = NULL;
	unsigned long count = 0;
	size_t size = 0;
	va_list args;

	if (level > state.config.level)
		return;
	va_start(args, fmt);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	mask_secrets(sentence);
	if (level <= LOG_WARN && hold(area, sentence, &count))
		return;
	/* One write a line, so that lines of others do not come between. */
	line = open_memstream(&text, &size);
	if (!line)
		return;
	put_line(line, level, area, sentence, count);
	if (!fclose(line))
		fwrite(text, 1, size, out);
	fflush(out);
	free(text);
}

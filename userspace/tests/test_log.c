// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What lines of the log look like, and which are not written. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "../daemon/log.h"
#include "tap.h"

static uint64_t clock_ms;
static char *text;
static size_t size;
static FILE *to_text;

static uint64_t now_ms(void)
{
	return clock_ms;
}

static void begin(enum log_level level, bool json)
{
	struct log_config config = {
		.level = level, .json = json, .now_ms = now_ms,
	};

	to_text = open_memstream(&text, &size);
	config.out = to_text;
	clock_ms = 1000000;
	log_init(&config);
}

/* What was written, behind the time; to be freed. */
static char *end(void)
{
	struct log_config config = { .level = LOG_INFO };
	char *from, *to, *out;

	log_init(&config);
	fclose(to_text);
	out = strdup("");
	for (from = text; *from; from = to) {
		char *line;

		to = strchr(from, '\n') + 1;
		if (!strncmp(from, "time=", 5))
			from = strchr(from, ' ') + 1;
		if (asprintf(&line, "%s%.*s", out, (int)(to - from), from) < 0)
			abort();
		free(out);
		out = line;
	}
	return out;
}

static void is(const char *expected, const char *what)
{
	char *got = end();

	tap_equal(expected, got, what);
	free(got);
	free(text);
}

static void test_levels(void)
{
	begin(LOG_WARN, false);
	log_error("a", "one");
	log_warn("a", "two");
	log_info("a", "three");
	log_debug("a", "four");
	is("level=error area=a msg=\"one\"\nlevel=warn area=a msg=\"two\"\n",
	   "only what is important enough is written");
}

static void test_quotes(void)
{
	begin(LOG_INFO, false);
	log_info("a", "%s", "say \"x\\y\"\nlevel=error\x01 \xc3\xa4");
	is("level=info area=a msg=\"say \\\"x\\\\y\\\"\\nlevel=error\\x01 \xc3\xa4\"\n",
	   "a sentence cannot begin a line of its own");
}

static const char *json_of(json_t *line, const char *key)
{
	const char *value = json_string_value(json_object_get(line, key));

	return value ? value : "none";
}

static void test_json(void)
{
	static const struct {
		const char *msg;
		const char *read;
		const char *what;
	} lines[] = {
		{ "a \"b\"\n\xc3\xa4", "a \"b\"\n\xc3\xa4",
		  "a sentence survives JSON" },
		{ "\xff\xfe", "??", "what is no UTF-8 becomes JSON, too" },
	};
	json_t *line;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		begin(LOG_INFO, true);
		log_info("net", "%s", lines[i].msg);
		free(end());
		line = json_loads(text, 0, NULL);
		tap_equal(lines[i].read, json_of(line, "msg"), lines[i].what);
		tap_equal("info", json_of(line, "level"), "with its level");
		tap_equal("net", json_of(line, "area"), "and its area");
		tap_ok(strlen(json_of(line, "time")) == 24, "and its time");
		json_decref(line);
		free(text);
	}
}

static void test_hold(void)
{
	unsigned int i;

	begin(LOG_INFO, false);
	for (i = 0; i < 100; i++) {
		log_warn("etcd", "no answer");
		clock_ms += 10;
	}
	log_warn("etcd", "another");
	log_warn("file", "no answer");
	clock_ms += 40000;
	log_warn("etcd", "no answer");
	clock_ms += 40000;
	log_warn("etcd", "no answer");
	is("level=warn area=etcd msg=\"no answer\"\n"
	   "level=warn area=etcd msg=\"another\"\n"
	   "level=warn area=file msg=\"no answer\"\n"
	   "level=warn area=etcd msg=\"no answer\" held=99\n"
	   "level=warn area=etcd msg=\"no answer\"\n",
	   "equal warnings are held back and counted");
	begin(LOG_INFO, false);
	log_info("a", "x");
	log_info("a", "x");
	is("level=info area=a msg=\"x\"\nlevel=info area=a msg=\"x\"\n",
	   "information is not");
}

static void test_secrets(void)
{
	begin(LOG_INFO, false);
	log_hide("hunter2");
	log_hide("***");
	log_info("etcd", "u:hunter2@host, hunter2hunter2, hunter");
	is("level=info area=etcd msg=\"u:***@host, ******, hunter\"\n",
	   "a secret is masked wherever it stands");
	log_exit();
	begin(LOG_INFO, true);
	log_hide("hunter2");
	log_info("etcd", "hunter2");
	free(end());
	tap_ok(strstr(text, "\"msg\":\"***\"") && !strstr(text, "hunter2"),
	       "in JSON, too");
	free(text);
	log_exit();
}

/* The journal wants the priority and has its own clock. */
static void test_journal(void)
{
	char path[] = "/tmp/test_log.XXXXXX", stream[64], line[128] = "";
	struct log_config config = { .level = LOG_DEBUG };
	struct stat st;

	config.out = fdopen(mkstemp(path), "w+");
	fstat(fileno(config.out), &st);
	snprintf(stream, sizeof(stream), "%llu:%llu",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init(&config);
	log_error("a", "x");
	rewind(config.out);
	tap_ok(fgets(line, sizeof(line), config.out), "a line is written");
	tap_equal("<3>level=error area=a msg=\"x\"\n", line,
		  "the journal gets the priority and no time");
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_init(&config);
	if (ftruncate(fileno(config.out), 0))
		abort();
	rewind(config.out);
	log_error("a", "x");
	rewind(config.out);
	tap_ok(fgets(line, sizeof(line), config.out) &&
	       !strncmp(line, "time=", 5),
	       "a file that is not the journal gets the time");
	log_exit();
	fclose(config.out);
	unlink(path);
}

int main(void)
{
	test_levels();
	test_quotes();
	test_json();
	test_hold();
	test_secrets();
	test_journal();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The server of metrics and health, asked by libcurl. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "../daemon/conf.h"
#include "../daemon/health.h"
#include "../daemon/http_server.h"
#include "../lib/error.h"
#include "tap.h"

static struct status status;
static struct conf conf;

static void read_status(void *data, struct status *to)
{
	(void)data;
	*to = status;
}

static json_t *describe(void *data)
{
	(void)data;
	return json_pack("{s:s}", "cluster", "here");
}

static const struct status_source source = { read_status, describe, NULL };

/**
 * struct ask - a question that another thread asks while the loop turns
 * @work: in the loop
 * @method: HTTP method
 * @path: to ask for
 * @post: body of the question, or NULL
 * @status: HTTP status, 0 for no answer
 * @type: content type
 * @allow: header Allow
 * @body: answer
 * @size: of @body
 */
struct ask {
	uv_work_t work;
	const char *method;
	const char *path;
	const char *post;
	long status;
	char type[64];
	char allow[64];
	char *body;
	size_t size;
};

static size_t on_header(char *line, size_t size, size_t n, void *data)
{
	struct ask *ask = data;

	/* Lines end in CR LF and are ended by nothing else. */
	sscanf(line, "Allow: %63[^\r]", ask->allow);
	return size * n;
}

static void ask_work(uv_work_t *work)
{
	struct ask *ask = work->data;
	FILE *body = open_memstream(&ask->body, &ask->size);
	CURL *curl = curl_easy_init();
	char *type = NULL, url[128];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", conf.health_port,
		 ask->path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, ask);
	if (ask->post)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->post);
	if (!strcmp(ask->method, "HEAD"))
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
	curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ask->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	snprintf(ask->type, sizeof(ask->type), "%s", type ? type : "");
	curl_easy_cleanup(curl);
	fclose(body);
}

static void ask_done(uv_work_t *work, int ret)
{
	(void)work;
	(void)ret;
}

static void run_ask(uv_loop_t *loop, struct ask *ask)
{
	ask->work.data = ask;
	uv_queue_work(loop, &ask->work, ask_work, ask_done);
	/* Until the answer is there: the server alone does not hold the loop. */
	uv_run(loop, UV_RUN_DEFAULT);
}

static void test_answers(uv_loop_t *loop)
{
	static const struct {
		const char *what;
		const char *method;
		const char *path;
		const char *post;
		long status;
		const char *body;
	} answers[] = {
		{ "the loop turns", "GET", "/healthz", NULL, 200, "ok\n" },
		{ "HEAD has no body", "HEAD", "/healthz", NULL, 200, "" },
		{ "a query does no harm", "GET", "/healthz?verbose", NULL, 200,
		  "ok\n" },
		{ "another path", "GET", "/", NULL, 404,
		  "there are /healthz, /readyz, /metrics and /debug/state\n" },
		{ "a path that only begins like one", "GET", "/metrics/x", NULL,
		  404,
		  "there are /healthz, /readyz, /metrics and /debug/state\n" },
		{ "a POST", "POST", "/healthz", "x=1", 405,
		  "only GET and HEAD\n" },
		{ "a DELETE", "DELETE", "/metrics", NULL, 405,
		  "only GET and HEAD\n" },
	};
	char what[128];
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct ask ask = { .method = answers[i].method,
				   .path = answers[i].path,
				   .post = answers[i].post };

		run_ask(loop, &ask);
		snprintf(what, sizeof(what), "%s: status", answers[i].what);
		tap_number_is(answers[i].status, ask.status, what);
		snprintf(what, sizeof(what), "%s: body", answers[i].what);
		tap_equal(answers[i].body, ask.body, what);
		if (ask.status == 405)
			tap_equal("GET, HEAD", ask.allow,
				  "what is allowed is told");
		free(ask.body);
	}
}

static void test_ready(uv_loop_t *loop)
{
	struct ask ask = { .method = "GET", .path = "/readyz" };

	status = (struct status){
		.scheme = "etcd", .store = STORE_REFUSED, .device = "ov0",
		.device_up = true, .store_why = "etcd: user unknown",
	};
	run_ask(loop, &ask);
	tap_number_is(503, ask.status, "a node that is not ready says 503");
	tap_equal("the store refuses this node: etcd: user unknown\n", ask.body,
		  "and why");
	free(ask.body);
	status.store = STORE_SYNCED;
	status.snapshots = 1;
	status.own_known = true;
	status.last_error = "cannot write x";
	run_ask(loop, &ask);
	tap_equal("CNI plugins are not told this node's subnet: cannot write x\n",
		  ask.body, "what failed last is said");
	free(ask.body);
	status.told = true;
	status.last_error = "";
	status.policy.told = true;
	status.policy.trouble = "all.yaml: no YAML";
	run_ask(loop, &ask);
	tap_equal("policies are not in force yet: all.yaml: no YAML\n",
		  ask.body, "policies that are not in force are a reason");
	free(ask.body);
	status.policy.in_force = true;
	status.policy.problem = "NetworkPolicy a/b is broken";
	run_ask(loop, &ask);
	tap_number_is(200, ask.status, "a node that is ready says 200");
	tap_equal("ok\nin service: all.yaml: no YAML: NetworkPolicy a/b is broken\n",
		  ask.body, "and what is wrong all the same");
	free(ask.body);
	status.policy.trouble = "";
	status.policy.problem = "";
	run_ask(loop, &ask);
	tap_equal("ok\n", ask.body, "where nothing is, that is all");
	free(ask.body);
}

static void test_state(uv_loop_t *loop)
{
	struct ask ask = { .method = "GET", .path = "/debug/state" };
	json_t *state, *shown;

	run_ask(loop, &ask);
	tap_equal("application/json", ask.type, "the state is JSON");
	state = json_loads(ask.body, 0, NULL);
	tap_ok(json_is_true(json_object_get(state, "ready")),
	       "it says if the node is ready");
	shown = json_object_get(state, "conf");
	tap_equal("***", json_string_value(json_object_get(shown,
							   "etcd-password")),
		  "it shows options without secrets");
	tap_ok(!strstr(ask.body, "hunter2"), "nowhere");
	shown = json_object_get(state, "policy");
	tap_ok(json_is_true(json_object_get(shown, "in_force")),
	       "it says how policy is doing");
	shown = json_object_get(state, "agent");
	tap_ok(!!json_object_get(shown, "cluster"), "and what the agent adds");
	json_decref(state);
	free(ask.body);
}

static void test_metrics(uv_loop_t *loop)
{
	struct ask ask = { .method = "GET", .path = "/metrics" };

	run_ask(loop, &ask);
	tap_equal("text/plain; version=0.0.4; charset=utf-8", ask.type,
		  "metrics have Prometheus' content type");
	tap_ok(strstr(ask.body, "\nk8sov_agent_ready 1\n"),
	       "and are those of the agent");
	free(ask.body);
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		abort();
	return fd;
}

/* Who connects and says nothing takes one of few places, and nothing else. */
static void test_silent(uv_loop_t *loop)
{
	struct ask ask = { .method = "GET", .path = "/healthz" };
	int fds[8];
	size_t i;

	for (i = 0; i < 8; i++)
		fds[i] = connect_to((uint16_t)conf.health_port);
	run_ask(loop, &ask);
	tap_number_is(200, ask.status, "who says nothing stops nobody");
	free(ask.body);
	for (i = 0; i < 8; i++)
		close(fds[i]);
}

static void not_found(const char *path, struct http_answer *answer, void *data)
{
	(void)path;
	(void)answer;
	(void)data;
}

/* A port that nobody has, known before the server of health is there. */
static void choose_port(uv_loop_t *loop)
{
	struct http_server *server;
	struct k8sov_error err;

	if (http_server_open(&server, loop, &conf.health_ip, 0, not_found, NULL,
			     &err))
		abort();
	conf.health_port = http_server_port(server);
	http_server_close(server);
	uv_run(loop, UV_RUN_DEFAULT);
	tap_ok(conf.health_port, "any port can be asked for");
}

static void test_taken(uv_loop_t *loop)
{
	struct health *second;
	struct k8sov_error err;
	char expected[128];

	tap_number_is(-EADDRINUSE, health_open(&second, loop, &conf, &source,
					       &err),
		      "a port that is taken is refused");
	snprintf(expected, sizeof(expected),
		 "metrics cannot listen on 127.0.0.1 port %u: Address already in use",
		 conf.health_port);
	tap_equal(expected, err.message, "with a sentence that names it");
}

int main(void)
{
	char *argv[] = { "k8sovd", "--config=/dev/null",
			 "--store=etcd:http://a:1", "--etcd-username=u",
			 "--etcd-password=hunter2", NULL };
	struct health *health;
	struct k8sov_error err;
	uv_loop_t loop;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	uv_loop_init(&loop);
	if (conf_init(&conf, 5, argv, stdout))
		return 1;
	choose_port(&loop);
	if (health_open(&health, &loop, &conf, &source, &err)) {
		printf("Bail out! %s\n", err.message);
		return 1;
	}
	test_answers(&loop);
	test_ready(&loop);
	test_state(&loop);
	test_metrics(&loop);
	test_silent(&loop);
	test_taken(&loop);
	health_close(health);
	uv_run(&loop, UV_RUN_DEFAULT);
	tap_number_is(0, uv_loop_close(&loop), "nothing stays in the loop");
	conf.health_port = 0;
	tap_ok(!health_open(&health, &loop, &conf, &source, &err) && !health,
	       "port 0 is for no server");
	conf_exit(&conf);
	log_exit();
	curl_global_cleanup();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "masq.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "../lib/memory.h"
#include "log.h"

/* How soon rules come back that somebody flushed, or that failed. */
#define CHECK_MS 5000
#define WORDS 256

/** enum job - what nft is to do */
enum job {
	JOB_LOOK,		/* is the table there? */
	JOB_WRITE,		/* the table as it is wanted */
	JOB_REMOVE,		/* the table, if it is there */
};

/**
 * struct masq - rules, and the nft that is running
 * @loop: runs everything
 * @timer: looks after the rules
 * @wanted: what nft is to read, NULL if that is not known yet
 * @there: @wanted is in the kernel, as far as we know
 * @process: nft
 * @in: its standard input
 * @err: its standard error
 * @write: writes to it
 * @shutdown: ends what it reads
 * @words: what it said
 * @len: of @words
 * @running: it runs
 * @job: what for
 * @reading: @wanted when it was started, "" if it reads nothing
 * @status: 0 if it did what it was to do
 * @handles: of the loop that are open
 * @closing: masq_close() was called
 */
struct masq {
	uv_loop_t *loop;
	uv_timer_t timer;
	char *wanted;
	bool there;
	uv_process_t process;
	uv_pipe_t in;
	uv_pipe_t err;
	uv_write_t write;
	uv_shutdown_t shutdown;
	char words[WORDS];
	size_t len;
	bool running;
	enum job job;
	char *reading;
	int64_t status;
	unsigned int handles;
	bool closing;
};

/* In Flannel's order. What has mark 0x4000 is kube-proxy's to masquerade. */
static void format_family(FILE *to, unsigned int f, const char *network,
			  const char *subnet)
{
	const char *ip = f == V4 ? "ip" : "ip6";

	fprintf(to, "\t\t%s saddr %s %s daddr %s return\n", ip, subnet, ip,
		network);
	fprintf(to, "\t\t%s saddr %s %s daddr %s return\n", ip, network, ip,
		subnet);
	fprintf(to, "\t\t%s saddr != %s %s daddr %s return\n", ip, network, ip,
		subnet);
	fprintf(to, "\t\t%s saddr %s %s daddr != %s masquerade fully-random\n",
		ip, network, ip, f == V4 ? "224.0.0.0/4" : "ff00::/8");
	fprintf(to, "\t\t%s saddr != %s %s daddr %s masquerade fully-random\n",
		ip, network, ip, network);
}

/**
 * masq_format() - rules of a node
 * @conf: the cluster's networks
 * @own: this node's subnets
 *
 * Return: what nft reads, in one transaction; the caller frees it.
 */
char *masq_format(const struct netconf *conf, const struct lease *own)
{
	char network[K8SOV_ADDR_TEXT], subnet[K8SOV_ADDR_TEXT];
	char *text = NULL;
	size_t size = 0;
	unsigned int f;
	FILE *to = memory_must(open_memstream(&text, &size));

	/* Deleting what is not there would fail; adding it twice does not. */
	fputs("table inet k8sov\n"
	      "delete table inet k8sov\n"
	      "table inet k8sov {\n"
	      "\tchain postrouting {\n"
	      "\t\ttype nat hook postrouting priority srcnat\n"
	      "\t\tmeta mark & 0x4000 == 0x4000 return\n", to);
	for (f = 0; f < FAMILIES; f++) {
		if (!conf->family[f].enabled || !own->family[f].subnet.family)
			continue;
		k8sov_prefix_format(&conf->family[f].network,
				    conf->family[f].len, network);
		k8sov_prefix_format(&own->family[f].subnet, own->family[f].len,
				    subnet);
		format_family(to, f, network, subnet);
	}
	fputs("\t}\n}\n", to);
	fclose(to);
	return memory_must(text);
}

static void run(struct masq *masq, enum job job);

static void on_timer(uv_timer_t *timer)
{
	struct masq *masq = timer->data;

	if (masq->wanted && !masq->running)
		run(masq, masq->there ? JOB_LOOK : JOB_WRITE);
}

/* Process and pipes are closed before the timer is. */
static void on_timer_closed(uv_handle_t *handle)
{
	struct masq *masq = handle->data;

	free(masq->wanted);
	free(masq->reading);
	free(masq);
}

static void tell(const struct masq *masq)
{
	switch (masq->job) {
	case JOB_LOOK:
		if (masq->status)
			log_warn("masq", "somebody removed the table k8sov, which comes back");
		break;
	case JOB_WRITE:
		if (masq->status)
			log_warn("masq", "nft fails, nothing is masqueraded: %s",
				 masq->words);
		else
			log_info("masq", "what leaves the cluster is masqueraded");
		break;
	case JOB_REMOVE:
		/* Mostly there is no table, and often no nft. */
		if (masq->status)
			log_debug("masq", "there is nothing to remove: %s",
				  masq->words);
		else
			log_info("masq", "nothing is masqueraded any more");
		break;
	}
}

/* What nft did is known when its last handle is closed. */
static void finish(struct masq *masq)
{
	masq->running = false;
	masq->words[masq->len] = '\0';
	masq->words[strcspn(masq->words, "\n")] = '\0';
	if (masq->closing) {
		uv_close((uv_handle_t *)&masq->timer, on_timer_closed);
		return;
	}
	tell(masq);
	if (masq->job == JOB_REMOVE)
		return;
	masq->there = !masq->status && !strcmp(masq->reading, masq->wanted);
	/* A failure is tried again in time, a change at once. */
	if (!masq->there && (masq->job == JOB_LOOK || !masq->status))
		run(masq, JOB_WRITE);
}

static void on_closed(uv_handle_t *handle)
{
	struct masq *masq = handle->data;

	if (!--masq->handles)
		finish(masq);
}

static void on_exit_nft(uv_process_t *process, int64_t status, int number)
{
	struct masq *masq = process->data;

	masq->status = number ? number : status;
	uv_close((uv_handle_t *)process, on_closed);
	uv_close((uv_handle_t *)&masq->in, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	struct masq *masq = handle->data;

	(void)size;
	/* More than we keep is overwritten, so that nft never waits for us. */
	if (masq->len >= WORDS - 1)
		masq->len = WORDS / 2;
	*buf = uv_buf_init(masq->words + masq->len,
			   (unsigned int)(WORDS - 1 - masq->len));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct masq *masq = stream->data;

	(void)buf;
	if (n >= 0)
		masq->len += (size_t)n;
	else
		uv_close((uv_handle_t *)stream, on_closed);
}

/* nft that ended early says why itself. */
static void on_written(uv_write_t *write, int status)
{
	(void)write;
	(void)status;
}

static void on_shut_down(uv_shutdown_t *shutdown, int status)
{
	(void)shutdown;
	(void)status;
}

static int spawn(struct masq *masq, enum job job)
{
	static char *const words[][6] = {
		[JOB_LOOK] = { "nft", "list", "table", "inet", "k8sov" },
		[JOB_WRITE] = { "nft", "-f", "-" },
		[JOB_REMOVE] = { "nft", "delete", "table", "inet", "k8sov" },
	};
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_CREATE_PIPE | UV_READABLE_PIPE,
		  .data.stream = (uv_stream_t *)&masq->in },
		{ .flags = UV_IGNORE },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&masq->err },
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_nft, .file = "nft",
		.args = (char **)words[job],
		.stdio = stdio, .stdio_count = 3,
	};

	return uv_spawn(masq->loop, &masq->process, &options);
}

static void fail(struct masq *masq, int ret)
{
	masq->status = ret;
	masq->len = (size_t)snprintf(masq->words, WORDS, "%s",
				     uv_strerror(ret));
	uv_close((uv_handle_t *)&masq->process, on_closed);
	uv_close((uv_handle_t *)&masq->in, on_closed);
	uv_close((uv_handle_t *)&masq->err, on_closed);
}

static void run(struct masq *masq, enum job job)
{
	uv_buf_t buf;
	int ret;

	free(masq->reading);
	masq->reading = memory_must(strdup(job == JOB_REMOVE ? "" :
					   masq->wanted));
	masq->running = true;
	masq->job = job;
	masq->len = 0;
	masq->handles = 3;
	uv_pipe_init(masq->loop, &masq->in, 0);
	uv_pipe_init(masq->loop, &masq->err, 0);
	masq->in.data = masq;
	masq->err.data = masq;
	masq->process.data = masq;
	ret = spawn(masq, job);
	if (ret) {
		/* Nobody has looked. */
		if (job == JOB_LOOK)
			masq->job = JOB_WRITE;
		fail(masq, ret);
		return;
	}
	uv_read_start((uv_stream_t *)&masq->err, on_alloc, on_read);
	buf = uv_buf_init(masq->reading, (unsigned int)strlen(masq->reading));
	if (job == JOB_WRITE)
		uv_write(&masq->write, (uv_stream_t *)&masq->in, &buf, 1,
			 on_written);
	/* The end of what nft reads; what was written is sent before. */
	uv_shutdown(&masq->shutdown, (uv_stream_t *)&masq->in, on_shut_down);
}

/**
 * masq_create() - masquerade nothing yet
 * @loop: loop
 *
 * Return: the object; masq_close() frees it.
 */
struct masq *masq_create(uv_loop_t *loop)
{
	struct masq *masq = memory_must(calloc(1, sizeof(*masq)));

	masq->loop = loop;
	uv_timer_init(loop, &masq->timer);
	masq->timer.data = masq;
	return masq;
}

/**
 * masq_set() - masquerade for these networks from now on
 * @masq: the object
 * @conf: the cluster's networks
 * @own: this node's subnets
 */
void masq_set(struct masq *masq, const struct netconf *conf,
	      const struct lease *own)
{
	char *text = masq_format(conf, own);

	if (masq->wanted && !strcmp(masq->wanted, text)) {
		free(text);
		return;
	}
	free(masq->wanted);
	masq->wanted = text;
	masq->there = false;
	uv_timer_start(&masq->timer, on_timer, CHECK_MS, CHECK_MS);
	if (!masq->running)
		run(masq, JOB_WRITE);
}

/**
 * masq_remove() - remove the table of an agent that had masqueraded
 * @masq: an object that nothing was set for
 */
void masq_remove(struct masq *masq)
{
	if (!masq->running)
		run(masq, JOB_REMOVE);
}

/**
 * masq_close() - look after nothing any more; the rules stay
 * @masq: gone when the loop has turned, or NULL
 */
void masq_close(struct masq *masq)
{
	if (!masq)
		return;
	masq->closing = true;
	uv_timer_stop(&masq->timer);
	if (masq->running)
		uv_process_kill(&masq->process, SIGTERM);
	else
		uv_close((uv_handle_t *)&masq->timer, on_timer_closed);
}

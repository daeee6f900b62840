// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../lib/attr.h"
#include "../lib/sock.h"
#include "cmd.h"
#include "ctx.h"
#include "denial.h"

/* Beside K8SOV_TABLE_*, to choose events by. */
#define EVENT_COMMIT (K8SOV_TABLE_MASK + 1U)
#define EVENT_DENIAL (EVENT_COMMIT << 1)

static const struct arg monitor_args[] = {
	ARG_DEVICE,
	{ .value = "host|subnet|endpoint|identity|ruleset", .type = ARG_TABLE,
	  .flags = ARG_MANY, .attr = K8SOV_A_TXN_TABLES,
	  .help = "Only changes of these tables." },
	{ .word = "commit", .type = ARG_FLAG, .attr = K8SOV_A_TXN_GENERATION,
	  .help = "Only, or also, that a transaction or flush was committed." },
	{ .word = "denied", .type = ARG_FLAG, .flags = ARG_OPTION,
	  .attr = K8SOV_A_TXN_OWNER,
	  .help = "Only, or also, what policy denies, audits or logs; or --denied." },
	{}
};

struct monitor {
	struct ctx *ctx;
	uint32_t ifindex;
	uint32_t events;
};

static void print_commit(struct ctx *ctx, const struct k8sov_txn *txn)
{
	struct out *out = &ctx->out;
	unsigned int i;

	out_object(out);
	out_string(out, "event", "", "commit");
	out_string(out, "dev", " dev ", dev_name(&ctx->devs, txn->ifindex));
	out_list(out, "tables");
	for (i = 0; i < k8sov_table_enum.count; i++)
		if (txn->tables & 1U << i)
			out_string(out, NULL, " ",
				   k8sov_table_enum.entries[i].name);
	out_close(out);
	out_number(out, "generation", " generation ", txn->generation);
	out_object_end(out);
}

/* Deleted host id 7 ... */
static void print_change(struct ctx *ctx, const struct noun *noun,
			 bool deleted, const void *obj)
{
	if (deleted)
		out_text(&ctx->out, "Deleted ");
	out_text(&ctx->out, noun->name);
	out_text(&ctx->out, " ");
	ctx->out.event = deleted ? "del" : "new";
	ctx->out.object = noun->name;
	noun->print(ctx, obj);
}

static const struct k8sov_object *find_object(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < K8SOV_OBJECTS; i++)
		if (cmd == k8sov_objects[i]->ntf ||
		    cmd == k8sov_objects[i]->del_ntf)
			return k8sov_objects[i];
	return NULL;
}

static int take_event(unsigned int cmd, const void *obj, void *data)
{
	const struct k8sov_object *object = find_object(cmd);
	struct monitor *mon = data;
	const struct k8sov_set *set = k8sov_op_get(cmd)->set;
	uint64_t ifindex = k8sov_field_number(set, ATTR_IFINDEX, obj);

	if (mon->ifindex && mon->ifindex != ifindex)
		return 0;
	if (object && mon->events & object->table)
		print_change(mon->ctx, cmd_noun_of(object),
			     cmd == object->del_ntf, obj);
	else if (cmd == K8SOV_CMD_COMMIT_NTF && mon->events & EVENT_COMMIT)
		print_commit(mon->ctx, obj);
	else if (cmd == K8SOV_CMD_DENIAL_NTF)
		denial_print(mon->ctx, obj);
	return 0;
}

/* Whoever reads us may go away at any time; that is no failure. */
static int flush_out(struct ctx *ctx)
{
	if (!fflush(ctx->out.file))
		return 0;
	if (errno == EPIPE)
		return -EPIPE;
	return k8sov_error_system(&ctx->err, errno, "cannot write");
}

static int read_events(struct monitor *mon)
{
	struct ctx *ctx = mon->ctx;
	int ret;

	ret = k8sov_sock_read_events(ctx->sock, take_event, mon, &ctx->err);
	if (ret == -ENOBUFS) {
		fprintf(stderr, "k8sovctl: warning: %s\n", ctx->err.message);
		ret = 0;
	}
	return ret < 0 ? ret : flush_out(ctx);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int watch(struct monitor *mon, int signals)
{
	struct ctx *ctx = mon->ctx;
	struct pollfd fds[] = {
		{ .fd = k8sov_sock_fd(ctx->sock), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		/* Nothing to wait for but that the reader goes. */
		{ .fd = fileno(ctx->out.file) },
	};
	int ret = 0;

	while (!ret) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return k8sov_error_system(&ctx->err, errno,
						  "cannot wait for events");
		if (fds[1].revents || fds[2].revents & (POLLERR | POLLNVAL))
			return 0;
		if (fds[0].revents)
			ret = read_events(mon);
	}
	return ret == -EPIPE ? 0 : ret;
}

static int subscribe(struct monitor *mon)
{
	struct ctx *ctx = mon->ctx;
	int ret = 0;

	if (mon->events & (EVENT_COMMIT | K8SOV_TABLE_MASK))
		ret = k8sov_sock_subscribe(ctx->sock, &ctx->err);
	if (!ret && mon->events & EVENT_DENIAL)
		ret = k8sov_sock_subscribe_denials(ctx->sock, &ctx->err);
	return ret;
}

static int run_monitor(struct ctx *ctx, const struct noun *noun,
		       struct args *args)
{
	struct monitor mon = { .ctx = ctx };
	const struct k8sov_txn *what = &args->obj.txn;
	int ret, signals;

	(void)noun;
	mon.ifindex = what->ifindex;
	mon.events = what->tables;
	if (args_seen(args, "commit"))
		mon.events |= EVENT_COMMIT;
	if (args_seen(args, "denied"))
		mon.events |= EVENT_DENIAL;
	if (!mon.events)
		mon.events = EVENT_COMMIT | K8SOV_TABLE_MASK;
	ret = ctx_open(ctx);
	if (!ret)
		ret = subscribe(&mon);
	if (ret)
		return ret;
	signals = open_signals();
	if (signals < 0)
		return k8sov_error_system(&ctx->err, errno,
					  "cannot wait for signals");
	ctx->out.lines = true;
	ret = watch(&mon, signals);
	close(signals);
	return ret;
}

static const struct command commands[] = {
	{ NULL, "Print changes as they happen, until interrupted.",
	  monitor_args, run_monitor },
	{}
};

const struct noun noun_monitor = {
	.name = "monitor",
	.help = "Print changes as they happen.",
	.set = &k8sov_txn_set,
	.commands = commands,
};

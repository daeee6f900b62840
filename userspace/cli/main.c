// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* k8sovctl: options, then one command or a batch of them. */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "cmd.h"
#include "complete.h"
#include "ctx.h"
#include "fail.h"
#include "help.h"
#include "netns.h"

#ifndef K8SOV_VERSION
#define K8SOV_VERSION "unknown"
#endif

/* What the options ask for beside the context. */
struct options {
	const char *netns;
	const char *batch;
	bool help;
	bool version;
	bool complete;
	bool bad;
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "stats", no_argument, NULL, 's' },
	{ "netns", required_argument, NULL, 'n' },
	{ "batch", required_argument, NULL, 'b' },
	{ "force-batch", no_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "complete", no_argument, NULL, 'C' },
	{}
};

static void take_option(struct ctx *ctx, struct options *opt, int c)
{
	switch (c) {
	case 'j':
		ctx->out.json = true;
		break;
	case 'p':
		ctx->out.pretty = true;
		break;
	case 's':
		ctx->stats = true;
		break;
	case '4':
	case '6':
		ctx->family = c == '4' ? AF_INET : AF_INET6;
		break;
	case 'n':
		opt->netns = optarg;
		break;
	case 'b':
		opt->batch = optarg;
		break;
	case 'f':
		ctx->keep_going = true;
		break;
	case 'h':
		opt->help = true;
		break;
	case 'V':
		opt->version = true;
		break;
	case 'C':
		opt->complete = true;
		break;
	default:
		opt->bad = true;
	}
}

static int run(struct ctx *ctx, const struct options *opt, char **words)
{
	int ret;

	if (!opt->batch && !words[0])
		return k8sov_error_set(&ctx->err, EINVAL,
				       "there is no command (try 'k8sovctl -h')");
	if (opt->batch && words[0])
		return k8sov_error_set(&ctx->err, EINVAL,
				       "a command and a batch exclude each other");
	if (opt->netns) {
		ret = netns_enter(opt->netns, &ctx->err);
		if (ret)
			return ret;
	}
	return opt->batch ? batch_file(ctx, opt->batch) : cmd_run(ctx, words);
}

static int finish(struct ctx *ctx, int ret)
{
	int status = ret ? fail_status(&ctx->err) : ctx->status;

	if (ret && ret != -ECANCELED)
		fail_print(&ctx->err, NULL, 0);
	ctx_close(ctx);
	errno = EIO;
	if ((fflush(stdout) || ferror(stdout)) && !status && errno != EPIPE) {
		fprintf(stderr, "k8sovctl: cannot write: %s\n",
			strerror(errno));
		status = STATUS_REFUSED;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct ctx ctx = { .out.file = stdout };
	struct options opt = {};
	int c;

	while ((c = getopt_long(argc, argv, "+:jps46n:b:fhV", long_options,
				NULL)) != -1 && !opt.bad)
		take_option(&ctx, &opt, c);
	if (opt.bad) {
		fprintf(stderr,
			"k8sovctl: '%s' is no option, or lacks its value (try 'k8sovctl -h')\n",
			argv[optind - 1]);
		return STATUS_USAGE;
	}
	if (opt.version)
		printf("k8sovctl %s\n", K8SOV_VERSION);
	else if (opt.help)
		help_program();
	else if (opt.complete)
		complete(argv + optind);
	else
		return finish(&ctx, run(&ctx, &opt, argv + optind));
	return finish(&ctx, 0);
}

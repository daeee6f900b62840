// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* Read what is asked, do it, answer. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "conf.h"
#include "env.h"
#include "error.h"
#include "only.h"
#include "talk.h"

/* A runtime may leave stdin open that it has nothing to say on. */
#define VERSION_WAIT 100

typedef int (*command_fn)(const struct cni_env *env, struct conf *conf,
			  struct cni_error *err);

static const struct {
	command_fn run;
	command_fn only;
	enum version since;
} commands[CMD_VERSION] = {
	[CMD_ADD] = { cmd_add, only_add, VERSION_0_1_0 },
	[CMD_DEL] = { cmd_del, only_del, VERSION_0_1_0 },
	[CMD_CHECK] = { cmd_check, only_check, VERSION_0_4_0 },
	[CMD_STATUS] = { cmd_status, only_status, VERSION_1_1_0 },
	[CMD_GC] = { cmd_gc, only_gc, VERSION_1_1_0 },
};

/* In the version of the question, if that can be read and is one of ours. */
static int say_version(struct cni_error *err)
{
	enum version version = VERSION_NEWEST;
	struct cni_error none = {};
	size_t len;
	char *text = talk_read(VERSION_WAIT, &len, &none);
	json_t *json = text ? json_loadb(text, len, 0, NULL) : NULL;

	if (!json_object_get(json, "cniVersion") ||
	    version_of(json, &version, &none))
		version = VERSION_NEWEST;
	json_decref(json);
	free(text);
	return talk_write(version_answer(version), err);
}

static int run(const struct cni_env *env, struct conf *conf,
	       struct cni_error *err)
{
	size_t len;
	char *text = talk_read(-1, &len, err);
	command_fn fn;
	int ret;

	if (!text)
		return -1;
	ret = conf_parse(text, len, env, conf, err);
	free(text);
	if (ret || env_check(env, err))
		return -1;
	if (env->command >= CMD_VERSION)
		return cni_fail(err, CNI_ENVIRONMENT,
				"unknown CNI_COMMAND: %.64s", env->verb);
	if (conf->version < commands[env->command].since) {
		cni_fail(err, CNI_VERSION,
			 "config version does not allow %s", env->verb);
		return cni_details(err, "the configuration is of version %s, %s is since %s",
				   version_name(conf->version), env->verb,
				   version_name(commands[env->command].since));
	}
	fn = conf->policy_only ? commands[env->command].only :
				 commands[env->command].run;
	return fn(env, conf, err);
}

int main(void)
{
	const char *command = getenv("CNI_COMMAND");
	struct conf conf = { .version = VERSION_NEWEST };
	struct cni_error err = {}, none = {};
	struct cni_env env;
	int ret;

	if (!command || !*command) {
		fprintf(stderr, "k8sov %s, a CNI plugin: pods in the overlay k8sov\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n",
			K8SOV_VERSION);
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	ret = env_read(&env, &err);
	if (!ret)
		ret = env.command == CMD_VERSION ? say_version(&err) :
						   run(&env, &conf, &err);
	if (ret)
		talk_write(error_format(&err, conf.version), &none);
	conf_clear(&conf);
	env_clear(&env);
	return ret ? 1 : 0;
}

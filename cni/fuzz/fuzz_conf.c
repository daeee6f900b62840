// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any bytes as a configuration: the first says the command. A result that was
 * understood can be said in each version and understood again.
 */
#include <stdlib.h>

#include "../conf.h"
#include "../env.h"
#include "../error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say(const struct result *result)
{
	struct result again;
	json_t *json;
	int v;

	for (v = 0; v < VERSIONS; v++) {
		struct cni_error err = {};

		json = result_format(result, (enum version)v, &err);
		if (!json) {
			if (err.code != CNI_UNSUPPORTED)
				abort();
			continue;
		}
		if (result_parse(json, &again, &err))
			abort();
		result_clear(&again);
		json_decref(json);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cni_error err = {};
	struct cni_env env = {};
	struct conf conf;
	int ret;

	if (!size)
		return 0;
	env.command = (enum cni_command)(*data % (CMD_UNKNOWN + 1));
	ret = conf_parse((const char *)data + 1, size - 1, &env, &conf, &err);
	if (!!ret != !!err.code || (ret && !err.msg[0]))
		abort();
	if (!ret && conf.prev_json)
		say(&conf.prev);
	conf_clear(&conf);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "kube_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "etcd_json.h"
#include "../text/yaml_json.h"

#define SECRETS "/var/run/secrets/kubernetes.io/serviceaccount/"
#define FILE_MAX (1u << 20)

/**
 * kube_config_slurp() - read a small file
 * @path: its name
 *
 * Return: as kube_config.h says; more than 1 MiB is EFBIG.
 */
char *kube_config_slurp(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t len;

	if (!file)
		return NULL;
	text = memory_must(malloc(FILE_MAX + 1));
	len = fread(text, 1, FILE_MAX + 1, file);
	if (ferror(file) || len > FILE_MAX) {
		errno = len > FILE_MAX ? EFBIG : EIO;
		free(text);
		text = NULL;
	} else {
		text[len] = '\0';
		text = memory_must(realloc(text, len + 1));
	}
	fclose(file);
	return text;
}

/* The certificate's name stands in the URL, the way to it beside. */
static int set_server(struct kube_config *config, const char *path,
		      const char *server, const char *name,
		      struct k8sov_error *err)
{
	const char *host, *slash, *port;
	int len;

	if (strncmp(server, "https://", 8) != 0 &&
	    strncmp(server, "http://", 7) != 0)
		return k8sov_error_set(err, EINVAL,
				       "%s: server '%.64s' is no URL", path,
				       server);
	len = (int)strlen(server);
	while (server[len - 1] == '/')
		len--;
	config->server = memory_must(strndup(server, (size_t)len));
	if (!name)
		return 0;
	host = strchr(server, ':') + 3;
	slash = strchrnul(host, '/');
	port = memrchr(host, ':', (size_t)(slash - host));
	if (!port || memchr(port, ']', (size_t)(slash - port)))
		port = NULL;
	free(config->server);
	if (asprintf(&config->connect, "::%.*s",
		     (int)(slash - host), host) < 0 ||
	    asprintf(&config->server, "https://%s%.*s", name,
		     (int)(server + len - (port ?: slash)), port ?: slash) < 0)
		memory_must(NULL);
	return 0;
}

/* A pod finds the API server in its environment. */
static int load_cluster(struct kube_config *config, const char *url,
			struct k8sov_error *err)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	const char *port = getenv("KUBERNETES_SERVICE_PORT");
	bool v6;

	if (!url && (!host || !*host || !port || !*port))
		return k8sov_error_set(err, EINVAL,
				       "--store kubernetes: this is no pod: KUBERNETES_SERVICE_HOST is not set; use --store kubernetes:KUBECONFIG");
	if (access(SECRETS "token", R_OK))
		return k8sov_error_set(err, errno,
				       "--store kubernetes: cannot read %s: %s",
				       SECRETS "token", strerror(errno));
	config->token_file = memory_must(strdup(SECRETS "token"));
	config->cafile = memory_must(strdup(SECRETS "ca.crt"));
	if (url)
		return set_server(config, "--kube-api-url", url, NULL, err);
	v6 = strchr(host, ':');
	if (asprintf(&config->server, "https://%s%s%s:%s", v6 ? "[" : "", host,
		     v6 ? "]" : "", port) < 0)
		memory_must(NULL);
	return 0;
}

static const char *get(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

/* The @part of the entry called @name in a list of named things. */
static const json_t *named(const json_t *root, const char *list,
			   const char *name, const char *part)
{
	const json_t *all = json_object_get(root, list), *one;
	const char *its;
	size_t i;

	json_array_foreach(all, i, one) {
		its = get(one, "name");
		if (name && its && !strcmp(its, name))
			return json_object_get(one, part);
	}
	return NULL;
}

/* Which file an object of several is from. */
#define FROM "k8sovd.from"

static const char *from(const json_t *object)
{
	return json_string_value(json_object_get(object, FROM)) ?: "";
}

/* Names of files are relative to the file that has them. */
static char *resolve(const json_t *object, const char *name)
{
	const char *path = from(object);
	const char *slash = strrchr(path, '/');
	char *full;

	if (*name == '/' || !slash)
		return memory_must(strdup(name));
	if (asprintf(&full, "%.*s/%s", (int)(slash - path), path, name) < 0)
		memory_must(NULL);
	return full;
}

/* A private key that was not in a file of its own does not get into one. */
static char *hold(struct kube_config *config, const char *data, size_t len)
{
	int fd = memfd_create("kubeconfig", MFD_CLOEXEC);
	char *path;
	size_t i;

	for (i = 0; config->fds[i] >= 0; i++)
		;
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		memory_must(NULL);
	config->fds[i] = fd;
	if (asprintf(&path, "/proc/self/fd/%d", fd) < 0)
		memory_must(NULL);
	return path;
}

/* KEY-data, which wins, or the file of KEY. */
static int get_pem(struct kube_config *config, const json_t *object,
		   const char *key, char **pem, struct k8sov_error *err)
{
	const char *file = get(object, key);
	char name[64], *data;
	size_t len;

	snprintf(name, sizeof(name), "%s-data", key);
	if (get(object, name)) {
		data = etcd_json_get_bytes(object, name, &len);
		if (!data)
			return k8sov_error_set(err, EINVAL,
					       "%s: %s is no base64",
					       from(object), name);
		*pem = hold(config, data, len);
		free(data);
	} else if (file) {
		*pem = resolve(object, file);
	}
	return 0;
}

static int load_user(struct kube_config *config, const json_t *user,
		     struct k8sov_error *err)
{
	static const char *const refused[] = {
		"exec", "auth-provider", "username", "password", "as",
	};
	const char *file = get(user, "tokenFile");
	const char *token = get(user, "token");
	size_t i;
	int ret;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (json_object_get(user, refused[i]))
			return k8sov_error_set(err, EINVAL,
					       "%s: '%s' of the user is not supported: use token, tokenFile or client-certificate",
					       from(user), refused[i]);
	if (file)
		config->token_file = resolve(user, file);
	else if (token)
		config->token = memory_must(strdup(token));
	ret = get_pem(config, user, "client-certificate", &config->certfile,
		      err);
	if (!ret)
		ret = get_pem(config, user, "client-key", &config->keyfile,
			      err);
	return ret;
}

static int load_root(struct kube_config *config, const char *path,
		     const char *url, const json_t *root,
		     struct k8sov_error *err)
{
	const char *current = get(root, "current-context");
	const json_t *context = named(root, "contexts", current, "context");
	const json_t *cluster = named(root, "clusters",
				      get(context, "cluster"), "cluster");
	const json_t *user = named(root, "users", get(context, "user"),
				   "user");
	int ret;

	if (!context)
		return k8sov_error_set(err, EINVAL,
				       "%s: there is no context '%.64s', which is current-context",
				       path, current ?: "");
	if (!cluster || (!url && !get(cluster, "server")))
		return k8sov_error_set(err, EINVAL,
				       "%s: context '%.64s' has no cluster with a server",
				       path, current);
	if (json_object_get(cluster, "proxy-url"))
		return k8sov_error_set(err, EINVAL,
				       "%s: 'proxy-url' of the cluster is not supported: use https_proxy in the environment",
				       path);
	config->insecure = json_is_true(
		json_object_get(cluster, "insecure-skip-tls-verify"));
	ret = set_server(config, from(cluster), url ?: get(cluster, "server"),
			 get(cluster, "tls-server-name"), err);
	if (!ret)
		ret = get_pem(config, cluster, "certificate-authority",
			      &config->cafile, err);
	return ret ? ret : load_user(config, user, err);
}

/* As kubectl does it: of two things by one name the first counts. */
static void merge_list(json_t *into, const json_t *root, const char *list,
		       const char *part, const char *path)
{
	const json_t *all = json_object_get(root, list), *one;
	json_t *merged = json_object_get(into, list), *object;
	size_t i;

	if (!merged) {
		merged = json_array();
		json_object_set_new(into, list, merged);
	}
	json_array_foreach(all, i, one) {
		object = json_object_get(one, part);
		if (named(into, list, get(one, "name"), part))
			continue;
		json_object_set_new(object, FROM, json_string(path));
		json_array_append(merged, (json_t *)one);
	}
}

static int merge_file(json_t *into, const char *path, struct k8sov_error *err)
{
	const char *current = get(into, "current-context");
	struct k8sov_error why = {};
	char *text = kube_config_slurp(path);
	json_t *root;

	if (!text)
		return k8sov_error_set(err, errno, "cannot read %s: %s", path,
				       strerror(errno));
	root = yaml_to_json(text, strlen(text), &why);
	free(text);
	if (!root)
		return k8sov_error_set(err, EINVAL, "%s: %.160s", path,
				       why.message);
	if (!current && get(root, "current-context"))
		json_object_set(into, "current-context",
				json_object_get(root, "current-context"));
	merge_list(into, root, "contexts", "context", path);
	merge_list(into, root, "clusters", "cluster", path);
	merge_list(into, root, "users", "user", path);
	json_decref(root);
	return 0;
}

/* FILE[:FILE]..., of which all but one may be absent. */
static int merge_files(json_t *into, const char *paths,
		       struct k8sov_error *err)
{
	char *own = memory_must(strdup(paths)), *rest = own, *path;
	unsigned int found = 0;
	int ret = 0;

	while ((!ret || ret == -ENOENT) && (path = strsep(&rest, ":"))) {
		if (!*path)
			continue;
		ret = merge_file(into, path, err);
		found += !ret;
	}
	free(own);
	return ret == -ENOENT && found ? 0 : ret;
}

/**
 * kube_config_load() - read how to reach an API server
 * @path: kubeconfig, or several as FILE:FILE, or "" for what a pod has
 * @url: of the server instead of what is there, or NULL
 * @config: set; kube_config_exit() is right whatever is returned
 * @err: filled on failure
 *
 * Return: 0, -EINVAL, or why a file cannot be read.
 */
int kube_config_load(const char *path, const char *url,
		     struct kube_config *config, struct k8sov_error *err)
{
	json_t *root;
	int ret;

	*config = (struct kube_config){ .fds = { -1, -1, -1, -1 } };
	if (!*path)
		return load_cluster(config, url, err);
	root = json_object();
	ret = merge_files(root, path, err);
	if (!ret)
		ret = load_root(config, path, url, root, err);
	json_decref(root);
	return ret;
}

/**
 * kube_config_exit() - free what a configuration holds
 * @config: the configuration
 */
void kube_config_exit(struct kube_config *config)
{
	size_t i;

	free(config->server);
	free(config->connect);
	free(config->cafile);
	free(config->certfile);
	free(config->keyfile);
	free(config->token);
	free(config->token_file);
	for (i = 0; i < 4 && config->fds[i] >= 0; i++)
		close(config->fds[i]);
	memset(config, 0, sizeof(*config));
}

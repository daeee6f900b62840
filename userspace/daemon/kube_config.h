/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _KUBE_CONFIG_H
#define _KUBE_CONFIG_H

#include <stdbool.h>

struct k8sov_error;

/**
 * struct kube_config - how to reach an API server, and as whom
 * @server: URL without slash at its end
 * @connect: as struct http_tls has it, or NULL
 * @cafile: authorities, or NULL for the system's
 * @certfile: own certificate, or NULL
 * @keyfile: its key, or NULL
 * @token: bearer token, or NULL
 * @token_file: file with one that may change, or NULL
 * @insecure: trust anybody
 * @fds: what was in the file itself is in memory that has a name; ended by -1
 */
struct kube_config {
	char *server;
	char *connect;
	char *cafile;
	char *certfile;
	char *keyfile;
	char *token;
	char *token_file;
	bool insecure;
	int fds[4];
};

int kube_config_load(const char *path, const char *url,
		     struct kube_config *config, struct k8sov_error *err);
void kube_config_exit(struct kube_config *config);

/* All of a small file, which the caller frees; NULL with errno. */
char *kube_config_slurp(const char *path);

#endif /* _KUBE_CONFIG_H */

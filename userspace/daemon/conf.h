/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CONF_H
#define _CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "log.h"
#include "netconf.h"

struct store_config;

/** enum conf_action - what the process was started for */
enum conf_action {
	CONF_RUN,		/* be the agent */
	CONF_HELP,		/* -h */
	CONF_VERSION,		/* -V */
	CONF_CHECK,		/* --check-config */
	CONF_COMPLETE,		/* --complete: names of options, for a shell */
};

/** enum conf_takeover - who hands the UDP port over to whom */
enum conf_takeover { TAKEOVER_NONE, TAKEOVER_FLANNEL, TAKEOVER_BACK };

/**
 * struct conf - the options of k8sovd, as option.c lists them
 * @action: what to do
 * @config: configuration file, "" for none
 * @store: SCHEME:WHERE, whichever option told it; checked to have a colon
 * @etcd_endpoints: --etcd-endpoints, already in @store
 * @node: name of this node, never ""
 * @device: name of the k8sov device
 * @iface: underlay's interface, "" for the one of the default route
 * @public: outer addresses by V4 and V6, family 0 for the interface's own
 * @backend: enum backend, or -1 for what the cluster's configuration says
 * @vni: 0 for what the cluster's configuration says
 * @port: UDP port, 0 likewise
 * @mtu: of the underlay in bytes, 0 likewise
 * @direct_routing: 0 or 1, -1 likewise
 * @prefix: --etcd-prefix
 * @kube_prefix: --kube-annotation-prefix
 * @api_url: --kube-api-url, "" for none
 * @cafile: --etcd-cafile, "" for none, as with the next four
 * @certfile: --etcd-certfile
 * @keyfile: --etcd-keyfile
 * @username: --etcd-username
 * @password: --etcd-password, or what @password_file holds; never printed
 * @password_file: --etcd-password-file
 * @subnet_file: where subnet.env is written, "" for nowhere
 * @cni_conf: where container runtimes are told of us, "" for nowhere
 * @cni_chain: plugins behind ours, with commas between
 * @cni_bin: directories that plugins are in, likewise
 * @state_dir: what survives a reboot, "" for nothing
 * @netconf_file: --net-config-path, "" for none
 * @renew_margin: minutes before the end of a lease to renew it
 * @health_ip: address that metrics and health listen on
 * @health_port: their TCP port, 0 for not at all
 * @log_level: enum log_level
 * @log_json: --log-format json
 * @ip_masq: masquerade what leaves the cluster
 * @takeover: enum conf_takeover
 * @policy: enum k8sov_policy_mode, -1 to leave the device as it is
 * @policy_dir: --policy-dir, "" for what conf_policy_dir() says
 * @policy_only: another network carries packets
 */
struct conf {
	enum conf_action action;
	char *config;
	char *store;
	char *etcd_endpoints;
	char *node;
	char *device;
	char *iface;
	struct k8sov_addr public[FAMILIES];
	int backend;
	uint32_t vni;
	uint32_t port;
	uint32_t mtu;
	int direct_routing;
	char *prefix;
	char *kube_prefix;
	char *api_url;
	char *cafile;
	char *certfile;
	char *keyfile;
	char *username;
	char *password;
	char *password_file;
	char *subnet_file;
	char *cni_conf;
	char *cni_chain;
	char *cni_bin;
	char *state_dir;
	char *netconf_file;
	uint32_t renew_margin;
	struct k8sov_addr health_ip;
	uint32_t health_port;
	int log_level;
	int log_json;
	int ip_masq;
	int takeover;
	int policy;
	char *policy_dir;
	int policy_only;
};

/*
 * Reads flags, environment, the configuration file and defaults, in this
 * order of precedence, and checks what can be checked without a network.
 * Writes a sentence a line to @errors for everything that is wrong.
 * Return: 0; -EINVAL if something was written to @errors. conf_exit() is
 * right after either.
 */
int conf_init(struct conf *conf, int argc, char *const *argv, FILE *errors);
void conf_exit(struct conf *conf);

/*
 * For CONF_HELP, CONF_VERSION, CONF_CHECK and CONF_COMPLETE: prints to @out.
 * Return: exit status.
 */
int conf_act(const struct conf *conf, FILE *out, FILE *errors);

/* Effective configuration in the format of the file, or as JSON; both without
 * secrets.
 */
void conf_print(const struct conf *conf, FILE *out);
json_t *conf_describe(const struct conf *conf);

/* What the options say about the cluster has the last word. */
void conf_override(const struct conf *conf, struct netconf *netconf);

/* "etcd" of "etcd:URL" in @scheme ("kubernetes" needs no colon), and all of
 * @config but wish, which borrow from @conf. What is "" in @conf is NULL in
 * @config.
 */
void conf_store(const struct conf *conf, char scheme[static 16],
		struct store_config *config);
/* Where manifests are; NULL if no option says it. The caller frees it. */
char *conf_policy_dir(const struct conf *conf);
void conf_log(const struct conf *conf, struct log_config *config);

#endif /* _CONF_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _AGENT_PARTS_H
#define _AGENT_PARTS_H

/* For the files of agent only. */
#include "../lib/rtnl.h"
#include "agent.h"
#include "cluster.h"
#include "conf.h"
#include "desired.h"
#include "dir_watch.h"
#include "kernel.h"
#include "link.h"
#include "masq.h"
#include "policing.h"
#include "tables.h"
#include "underlay.h"
#include "watch.h"

/**
 * struct agent - the agent
 * @conf: options
 * @loop: loop
 * @rtnl: socket for requests
 * @watch: events of links, addresses and routes
 * @plugin_dirs: where CNI plugins are installed, NULL if nobody is told of them
 * @kernel: tables in the kernel
 * @masq: masquerading
 * @policing: policy of pods, NULL if the device's is left as it is
 * @ops: store
 * @store: store
 * @idle: keeps the loop from sleeping while there is something to do
 * @check: does it, after all that came in one iteration was heard
 * @retry: does it again after a failure
 * @retry_ms: when
 * @pace: compares the tables again, not at once
 * @compare_ms: how long that took the last time, with what was changed
 * @compared_at: when that was, in ms of the loop
 * @doubt: asks for a snapshot again after one that was not believed
 * @handles: handles that are not closed yet
 * @closing: agent_close() was called
 * @on_change: see agent_open()
 * @data: for @on_change
 * @netconf: the cluster's configuration with the options in it
 * @has_netconf: it is known
 * @cluster: peers
 * @own: this node's lease as the store has it, NULL if it is not known
 * @self: what was published last, NULL if nothing was
 * @whole: the last snapshot was whole
 * @underlay: interface
 * @on_link: other nodes' outer addresses: are they neighbours?
 * @link: device
 * @link_dirty: look at interface and device
 * @tables_dirty: compare the tables
 * @actual: the kernel's tables, if @actual_known
 * @actual_known: they need not be dumped
 * @generation: of @actual
 * @plugins: CNI plugins that pods are attached by, "" for none, NULL if nobody
 *	has looked
 * @note: what was noted the last time
 * @notes: how many
 * @store_why: what the store said about @status.store
 * @trouble: what does not work right now, "" if all does
 * @synced: the kernel had what a whole snapshot wants at least once
 * @current: when the store was last known to be current, in ms of the loop
 * @left_out: what leases lack or contradict, by enum desired_kind
 * @blocked: entries that somebody else's entries prevent
 * @unmade: changes that the kernel refused the last time
 * @status: the rest of what others may know; its texts are not set
 */
struct agent {
	const struct conf *conf;
	uv_loop_t *loop;
	struct rtnl rtnl;
	struct watch *watch;
	struct dir_watch *plugin_dirs;
	struct kernel *kernel;
	struct masq *masq;
	struct policing *policing;
	const struct store_ops *ops;
	struct store *store;
	uv_idle_t idle;
	uv_check_t check;
	uv_timer_t retry;
	uint64_t retry_ms;
	uv_timer_t pace;
	double compare_ms;
	uint64_t compared_at;
	uv_timer_t doubt;
	unsigned int handles;
	bool closing;
	void (*on_change)(void *data);
	void *data;

	struct netconf netconf;
	bool has_netconf;
	struct cluster *cluster;
	struct lease *own;
	struct lease *self;
	bool whole;

	struct underlay underlay;
	json_t *on_link;
	struct link_state link;
	bool link_dirty;
	bool tables_dirty;
	struct tables actual;
	bool actual_known;
	uint64_t generation;

	char *plugins;
	struct desired_note *note;
	size_t notes;
	char store_why[256];
	char trouble[256];
	bool synced;
	uint64_t current;
	size_t left_out[DESIRED_KINDS];
	size_t blocked;
	size_t unmade;
	struct status status;
};

/* agent_node.c: interface, device and what is published. -errno. */
int agent_node_update(struct agent *agent, struct k8sov_error *err);
/* agent_files.c: what programs of this node are told. -errno. */
int agent_files_write(struct agent *agent, struct k8sov_error *err);
bool agent_files_stale(const struct agent *agent);
/* agent_flannel.c: the last of a takeover. */
void agent_flannel_forget(struct agent *agent);
/* agent_sync.c: from leases to the kernel. -errno. */
int agent_sync(struct agent *agent, struct k8sov_error *err);
int agent_sync_read(struct agent *agent, struct k8sov_error *err);

#endif /* _AGENT_PARTS_H */

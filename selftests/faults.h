/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_FAULTS_H
#define _K8SOV_FAULTS_H

#include "nlt.h"

#define OV	"ov0"

/**
 * struct ground - what operations work on
 * @route: for links
 * @genl: for tables
 * @other: a second socket for tables, where one would not do
 * @ifindex: the overlay device, 0 if there is none
 * @underlay: a link to send through
 * @pods: links that stand for pods
 * @txn: transaction of @genl
 * @nth: allocation that is to fail in the system calls to come, 0 for none
 * @fired: it has failed
 * @module: path of the module's file
 */
struct ground {
	struct nlt route;
	struct nlt genl;
	struct nlt other;
	uint32_t ifindex;
	uint32_t underlay;
	uint32_t pods[2];
	uint32_t txn;
	unsigned int nth;
	bool fired;
	const char *module;
};

/**
 * struct op - an operation that has to survive every failing allocation
 * @name: what
 * @prepare: makes the state that @run starts from, or NULL
 * @run: does it, with strike() around what may fail
 * @undo: takes it back after it succeeded, or NULL
 * @bare: no device is made beforehand
 * @coarse: takes long: after the n-th allocation skip n / @coarse; 0 skips none
 * @core: an errno by which the core, too, says that there is no memory, or 0
 */
struct op {
	const char *name;
	void (*prepare)(struct ground *g);
	int (*run)(struct ground *g);
	void (*undo)(struct ground *g);
	bool bare;
	unsigned int coarse;
	int core;
};

extern const struct op link_ops[];
extern const struct op table_ops[];

void arm(struct ground *g);
void disarm(struct ground *g);
int strike(struct ground *g, struct nlt *t, const void *bytes, size_t len,
	   uint32_t seq, mnl_cb_t cb, void *arg);
int strike_msg(struct ground *g, struct nlt *t, const struct nlt_msg *m);
void must(int err, const char *what);
uint32_t find_link(struct ground *g, const char *name);
void make_device(struct ground *g);
void drop_device(struct ground *g);
void set_up(struct ground *g);
void set_policy_on(struct ground *g);

/* faults_move.c */
void prepare_move(struct ground *g);
int run_move(struct ground *g);
void undo_move(struct ground *g);

#endif /* _K8SOV_FAULTS_H */

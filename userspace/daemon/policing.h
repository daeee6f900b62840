/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICING_H
#define _POLICING_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

struct conf;
struct k8sov_error;
struct link_state;

/* Keeps the kernel's policy what the cluster says: the agent of policies. */
struct policing;

/**
 * struct policing_status - how it is doing
 * @told: a mode was told, so that the rest counts
 * @in_force: the kernel had what all policies say at least once
 * @policies: policies that are known
 * @rulesets: what they make on this node
 * @identities: what these tell apart
 * @problems: policies that are not obeyed as they are
 * @problem: one of them, and why; "" if there is none
 * @ready: endpoints of pods that are in service
 * @pending: those that are isolated
 * @waiting: of these, those of which nobody has told the pod
 * @errors: so often could the kernel not be told
 * @changes: so many messages have made changes
 * @trouble: what does not work right now, "" if all does
 */
struct policing_status {
	bool told;
	bool in_force;
	size_t policies;
	size_t rulesets;
	size_t identities;
	size_t problems;
	const char *problem;
	size_t ready;
	size_t pending;
	size_t waiting;
	unsigned long errors;
	unsigned long changes;
	const char *trouble;
};

int policing_open(struct policing **policing, uv_loop_t *loop,
		  const struct conf *conf, void (*on_change)(void *data),
		  void *data, struct k8sov_error *err);
void policing_close(struct policing *policing);
/* The device is as told; to be called whenever that was looked at. */
void policing_set_device(struct policing *policing,
			 const struct link_state *device);
void policing_read_status(const struct policing *policing,
			  struct policing_status *status);

#endif /* _POLICING_H */

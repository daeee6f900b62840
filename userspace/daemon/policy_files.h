/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_FILES_H
#define _POLICY_FILES_H

#include <uv.h>

#include "policy_source.h"

/*
 * A directory of manifests as a source of policies. What a file said that
 * cannot be read any more stays; so does everything when all files are gone.
 */
struct policy_files;

struct policy_files *policy_files_open(uv_loop_t *loop, const char *path,
				       const struct policy_events *events,
				       void *data);
void policy_files_close(struct policy_files *files);

#endif /* _POLICY_FILES_H */

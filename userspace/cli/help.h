/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_HELP_H
#define _K8SOVCTL_HELP_H

struct command;
struct noun;

void help_program(void);
void help_noun(const struct noun *noun);
void help_command(const struct noun *noun, const struct command *cmd);

#endif /* _K8SOVCTL_HELP_H */

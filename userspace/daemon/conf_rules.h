/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CONF_RULES_H
#define _CONF_RULES_H

#include <stdio.h>

struct conf;

/* What options demand of each other and of the machine; a sentence a line. */
void conf_check_rules(const struct conf *conf, FILE *errors);

/* Sets @conf->password to the first line of its file. */
void conf_read_password(struct conf *conf, FILE *errors);

#endif /* _CONF_RULES_H */

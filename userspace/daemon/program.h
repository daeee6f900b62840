/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _PROGRAM_H
#define _PROGRAM_H

#include <stdbool.h>

/* Is a program in one of the directories, which have @separator between? */
bool program_exists(const char *dirs, char separator, const char *name);

#endif /* _PROGRAM_H */

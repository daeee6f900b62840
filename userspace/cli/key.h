/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_KEY_H
#define _K8SOVCTL_KEY_H

#include <stdint.h>

/* Room for any range of keys as text. */
#define KEY_TEXT 32

int key_parse(const char *text, uint32_t *from, uint32_t *to);
void key_format(uint32_t from, uint32_t to, char text[static KEY_TEXT]);

#endif /* _K8SOVCTL_KEY_H */

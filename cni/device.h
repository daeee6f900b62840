/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_DEVICE_H
#define _CNI_DEVICE_H

#include <stdint.h>

struct cni_error;

/* The overlay device is there. CNI_TRY_LATER if not. */
int device_find(const char *name, struct cni_error *err);
/* The overlay device is there and up. CNI_TRY_LATER if not. */
int device_read(const char *name, uint32_t *mtu, struct cni_error *err);

#endif /* _CNI_DEVICE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _MAC_FILE_H
#define _MAC_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct conf;
struct k8sov_error;

/*
 * The MAC address that peers know the device by, in --state-dir, so that it
 * survives a reboot. Without --state-dir there is none.
 */
bool mac_file_read(const struct conf *conf, uint8_t mac[static 6]);
int mac_file_write(const struct conf *conf, const uint8_t mac[static 6],
		   struct k8sov_error *err);

#endif /* _MAC_FILE_H */

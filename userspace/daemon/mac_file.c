// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "mac_file.h"

#include <stdio.h>
#include <string.h>

#include "../lib/error.h"
#include "../lib/memory.h"
#include "conf.h"
#include "text_file.h"

static char *mac_path(const struct conf *conf)
{
	char *path = NULL;

	if (!*conf->state_dir)
		return NULL;
	if (asprintf(&path, "%s/%s.mac", conf->state_dir, conf->device) < 0)
		memory_must(NULL);
	return path;
}

/**
 * mac_file_read() - the MAC address that was kept
 * @conf: options
 * @mac: set if there is one
 *
 * Return: true if there is one.
 */
bool mac_file_read(const struct conf *conf, uint8_t mac[static 6])
{
	char *path = mac_path(conf);
	char *text = path ? text_file_read(path) : NULL;
	bool found;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	found = text && !k8sov_mac_parse(text, mac) && !(mac[0] & 1);
	free(text);
	free(path);
	return found;
}

/**
 * mac_file_write() - keep the device's MAC address
 * @conf: options
 * @mac: the address
 * @err: filled on failure
 *
 * Return: 0, also without --state-dir; -errno.
 */
int mac_file_write(const struct conf *conf, const uint8_t mac[static 6],
		   struct k8sov_error *err)
{
	char mac_text[K8SOV_ADDR_TEXT], text[sizeof(mac_text) + 1];
	char *path = mac_path(conf);
	int ret;

	if (!path)
		return 0;
	k8sov_mac_format(mac, mac_text);
	snprintf(text, sizeof(text), "%s\n", mac_text);
	ret = text_file_write(path, text, err);
	free(path);
	return ret;
}

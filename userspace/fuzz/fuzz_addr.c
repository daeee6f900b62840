// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/*
 * Any text as an address, a prefix, a MAC address and a number. What is read
 * must be written in a form that is read as the same value.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_prefix(const char *text)
{
	struct k8sov_addr addr, again;
	char out[K8SOV_ADDR_TEXT], out_again[K8SOV_ADDR_TEXT];
	uint8_t len, len_again;

	if (k8sov_prefix_parse(text, &addr, &len))
		return;
	if (len > (addr.family == AF_INET ? 32 : 128))
		abort();
	k8sov_prefix_format(&addr, len, out);
	if (k8sov_prefix_parse(out, &again, &len_again))
		abort();
	k8sov_prefix_format(&again, len_again, out_again);
	if (strcmp(out, out_again) != 0)
		abort();
}

static void check_mac(const char *text)
{
	uint8_t mac[6], again[6];
	char out[K8SOV_ADDR_TEXT];

	if (k8sov_mac_parse(text, mac))
		return;
	k8sov_mac_format(mac, out);
	if (k8sov_mac_parse(out, again) || memcmp(mac, again, 6) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	uint64_t number;

	memcpy(text, data, size);
	text[size] = '\0';
	check_prefix(text);
	check_mac(text);
	k8sov_number_parse(text, &number);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_PROTO_H
#define _K8SOVCTL_PROTO_H

#include <stdint.h>

int proto_parse(const char *text, uint8_t *number);
int proto_parse_port(const char *text, uint16_t *port, uint8_t *number);
const char *proto_name(uint8_t number);

#endif /* _K8SOVCTL_PROTO_H */

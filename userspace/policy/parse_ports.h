/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_PARSE_PORTS_H
#define _POLICY_PARSE_PORTS_H

#include "field.h"

/**
 * typedef policy_port_reader - reads one entry of a rule's list of ports
 * @reader: takes what is wrong
 * @at: which one
 * @json: its value
 * @port: filled
 *
 * Return: true if nothing is wrong.
 */
typedef bool policy_port_reader(struct reader *reader, const struct field *at,
				const json_t *json, struct policy_port *port);

/* "protocols" of ClusterNetworkPolicy: tcp, udp, sctp, destinationNamedPort. */
policy_port_reader policy_read_cluster_port;
/* "ports" of the older kinds: portNumber, portRange, namedPort. */
policy_port_reader policy_read_admin_port;

#endif /* _POLICY_PARSE_PORTS_H */

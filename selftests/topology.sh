#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The ground that other tests stand on: in each topology of topo.sh the nodes
# reach each other, a node reaches its pod, and pods of different nodes do not
# reach each other, since nothing connects them yet.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"

nodes_and_pods()
{
	check "$1: nodes meet over v4" ping_once "$NODE_A" "$UL_B4"
	check "$1: nodes meet over v6" ping_once "$NODE_A" "$UL_B6"
	check "$1: a node reaches its pod over v4" \
		ping_once "$NODE_A" "$POD_A4"
	check "$1: a pod reaches its node over v6" ping_once "$POD_A" "$GW_A6"
	check "$1: pods of two nodes are apart over v4" \
		not ping_once "$POD_A" "$POD_B4" -W 1
	check "$1: pods of two nodes are apart over v6" \
		not ping_once "$POD_A" "$POD_B6" -W 1
}

two_nodes
nodes_and_pods "two nodes"
add_pod POD_A3 A 3
check "another pod reaches the first on its node" \
	ping_once "$POD_A3" "$POD_A4"

two_nodes_router 1500 1400
nodes_and_pods "router"
check "router: a large packet does not fit the narrow link" \
	not ping_once "$NODE_A" "$UL_B4" -M "do" -s 1472 -W 1

three_nodes
nodes_and_pods "three nodes"
check "the third node meets the second" ping_once "$NODE_C" "$UL_B4"
finish

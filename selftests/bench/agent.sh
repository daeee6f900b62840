#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# agent.sh STORE - in User-mode Linux, at native speed: k8sovd on one node of
# 5000, which are in a real etcd or API server, as agent.py makes them.
#   cpu_s        processor seconds of k8sovd from its start until the kernel
#                has all nodes, mean of a few cold starts
#   wall_s       how long that took, the least
#   rss_mb       the most memory that it had by then
#   change_ms    from writing a node to the store until the kernel has it,
#                median
#   churn_pct    share of one processor while 20 nodes a second change
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

NODES=5000

ip netns add nodea
ip -n nodea -batch - <<-END
	link set lo up
	link add eth0 type dummy
	link set eth0 up
	addr add 192.0.2.1/24 dev eth0
	route add default dev eth0
END
ip netns exec nodea /usr/bin/python3 "$BENCH_DIR/agent.py" "$1" $NODES \
	>"$K8SOV_OUT/figures"
while read -r metric value unit; do
	record agent "$1-$NODES" k8sovd "$metric" "$value" "$unit"
done <"$K8SOV_OUT/figures"

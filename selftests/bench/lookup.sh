#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# lookup.sh DIR
# In a machine whose virtual nanoseconds are instructions: what a packet costs
# when nodea knows 10 ... 1,000,000 subnets (those of subnets.sh, in DIR), for
# packets to destinations spread over all of them. They all arrive at nodeb,
# which has the addresses of all nodes.
#
# vxlan goes to 10,000 subnets only: a route, a neighbour and an FDB entry for
# each of them take too long to make here, and its curve shows by then.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

CLUSTER=16.0.0.0/4
DESTINATIONS=2048
PACKETS=4096
VXLAN_MOST=10000
dir=$1

# Any address of the cluster is podb's, any node's is nodeb's.
spread_nodes()
{
	ip -n podb route add local $CLUSTER dev lo
	ip -n nodeb route add $CLUSTER via 10.244.2.2
	ip -n nodeb route add local 198.18.0.0/16 dev lo
	ip -n nodea route add 198.18.0.0/16 via 192.0.2.2
}

# last_address N: the last address of subnet N - 1.
last_address()
{
	local i=$(($1 - 1))
	echo "$((16 + i / 65536)).$((i / 256 % 256)).$((i % 256)).255"
}

# Every destination once to warm what the kernel remembers, then the figure.
measure_size()
{
	local mode=$1 size=$2 i runs=()
	send $DESTINATIONS 16.0.0.0 "$(last_address "$size")" $DESTINATIONS
	for ((i = 0; i < 2; i++)); do
		send $PACKETS 16.0.0.0 "$(last_address "$size")" $DESTINATIONS
		runs+=("$USEC")
	done
	extremes "${runs[@]}"
	record lookup "$size" "$mode" insn_per_packet \
		"$(per_packet "$MIN" $PACKETS)" insn
}

# Entries FROM up to TO of FILE.
lines() { sed -n "$(($2 + 1)),$3p;$3q" "$dir/$1"; }

# Frames to the many Ethernet addresses of the other nodes are nodeb's.
vxlan_sizes()
{
	local size have=0
	vxlan_up
	tc -n nodeb -batch - <<-END
		qdisc add dev flannel.1 clsact
		filter add dev flannel.1 ingress matchall action skbedit ptype host
	END
	for ((size = 10; size <= VXLAN_MOST; size *= 10)); do
		lines fdb $have $size |
			bridge -n nodea -batch -
		lines neigh $have $size | ip -n nodea -batch -
		lines route $have $size | ip -n nodea -batch -
		have=$size
		measure_size vxlan $size
	done
	vxlan_down
}

k8sov_sizes()
{
	local size
	k8sov_up vxlan
	ip -n nodea route add $CLUSTER dev ov0
	k8sovctl -n nodeb subnet add $CLUSTER dev ov0 local
	for ((size = 10; size <= 1000000; size *= 10)); do
		{ cat "$dir/hosts"
		  lines subnets 0 $size
		  echo "subnet add 10.244.1.0/24 dev ov0 local"
		} | k8sovctl -n nodea restore dev ov0
		measure_size k8sov-vxlan $size
	done
	k8sov_down
}

main()
{
	local mode
	modprobe pktgen
	nodes_add
	spread_nodes
	sink_start
	for mode in $(modes); do
		case $mode in
		vxlan) vxlan_sizes ;;
		k8sov-vxlan) k8sov_sizes ;;
		esac
	done
}

main

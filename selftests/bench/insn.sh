#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# insn.sh bare|conntrack
# In a machine whose virtual nanoseconds are instructions (run.sh --icount):
# instructions that one UDP packet of 100 bytes costs from pod to pod, for
# each mode. Sender and receiver are in it: they are the same in all modes.
# With conntrack, both nodes have the rules of a Kubernetes node.
#
# The least of a few runs counts: what the machine does beside the packets
# (timer ticks, a late RCU callback) only ever adds.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

WARM_UP=500
PACKETS=2500
RUNS=3

# What the same TCP transfer takes when an instruction takes a nanosecond: the
# figure of native.sh without the noise. Only where the targets ask for it.
measure_tcp()
{
	local setting=$1 mode=$2
	offloads on on
	tcp_record "$setting" "$mode" gso 30M
	offloads off off
	tcp_record "$setting" "$mode" nogso 8M
	offloads on off
}

# Best of two: the first one also warms up.
tcp_record()
{
	local first second
	first=$(tcp_mbps "$4")
	second=$(tcp_mbps "$4")
	extremes "$first" "$second"
	record insn "$1" "$2" "tcp_$3_mbps" "$MAX" Mb/s
}

measure_mode()
{
	local setting=$1 mode=$2 i runs=()
	mode_up "$mode"
	send $WARM_UP
	for ((i = 0; i < RUNS; i++)); do
		send $PACKETS
		runs+=("$USEC")
	done
	extremes "${runs[@]}"
	record insn "$setting" "$mode" insn_per_packet \
		"$(per_packet "$MIN" $PACKETS)" insn
	record insn "$setting" "$mode" spread "$(percent "$MIN" "$MAX")" %
	case $setting:$mode in
	bare:vxlan|bare:k8sov-vxlan) measure_tcp "$setting" "$mode" ;;
	esac
	mode_down "$mode"
}

main()
{
	local setting=$1 mode
	modprobe pktgen
	nodes_add
	[ "$setting" = bare ] || kubeproxy_up
	sink_start
	tcp_server_start
	for mode in $(modes); do
		measure_mode "$setting" "$mode"
	done
}

main "$@"

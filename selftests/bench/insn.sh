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
	mode_down "$mode"
}

main()
{
	local setting=$1 mode
	modprobe pktgen
	nodes_add
	[ "$setting" = bare ] || kubeproxy_up
	sink_start
	for mode in $(modes); do
		measure_mode "$setting" "$mode"
	done
}

main "$@"

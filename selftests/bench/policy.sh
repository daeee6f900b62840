#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# policy.sh [SIZE...]
# In a machine whose virtual nanoseconds are instructions (run.sh --icount):
# instructions that one UDP packet of 100 bytes costs from pod to pod when N
# policies select both (1, 10, 100, 1,000 and 10,000), for each way to enforce
# them and for none: a packet of an established flow (established-N), and the
# first of a new one (first-N). The overlay is the same in all modes, and both
# nodes have the rules of a Kubernetes node.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"
# shellcheck source=selftests/bench/policy_modes.sh
. "$BENCH_DIR/policy_modes.sh"

WARM_UP=500
PACKETS=2500
# A new flow costs chains of 10,000 policies as much as hundreds of packets.
FLOWS=250
RUNS=3
PORT=40000

# On a busy host the clock of such a machine leaps while it waits for a file:
# no flow may end by itself.
keep_flows()
{
	local ns
	for ns in nodea nodeb; do
		net_sysctl $ns net.netfilter.nf_conntrack_udp_timeout=86400 \
			net.netfilter.nf_conntrack_udp_timeout_stream=86400
	done
}

forget_flows()
{
	in_ns nodea conntrack -F 2>/dev/null
	in_ns nodeb conntrack -F 2>/dev/null
}

# has_reply NODE: conntrack has seen both directions of the flow between pods
has_reply()
{
	in_ns "$1" conntrack -L -p udp 2>/dev/null |
		grep "src=10.244.1.2 dst=10.244.2.2 sport=$PORT dport=9 " |
		grep -qv UNREPLIED
}

# One datagram back: what only ever goes one way is never established.
reply()
{
	in_ns podb python3 - <<-END
		import socket, struct
		with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP) as s:
		    s.sendto(struct.pack("!4H", 9, $PORT, 8, 0), ("10.244.1.2", 0))
	END
	if ! has_reply nodea || ! has_reply nodeb; then
		die "the flow is not established"
	fi
}

# least_of SETTING MODE COUNT COMMAND...: runs COMMAND, then sends, and records
least_of()
{
	local setting=$1 mode=$2 count=$3 i runs=()
	shift 3
	for ((i = 0; i < RUNS; i++)); do
		"$@"
		send "$count"
		runs+=("$USEC")
	done
	extremes "${runs[@]}"
	record policy "$setting" "$mode" insn_per_packet \
		"$(per_packet "$MIN" "$count")" insn
	record policy "$setting" "$mode" spread "$(percent "$MIN" "$MAX")" %
}

measure_mode()
{
	local mode=$1 size=$2
	k8sov_up vxlan
	policy_up "$mode" "$size"
	forget_flows
	export BENCH_PORTS="$PORT $PORT"
	send $WARM_UP
	reply
	least_of "established-$size" "$mode" $PACKETS :
	# Each packet is a flow: the range has more ports than packets.
	export BENCH_PORTS="10000 $((10000 + 2 * FLOWS))"
	least_of "first-$size" "$mode" $FLOWS forget_flows
	policy_down "$mode"
	k8sov_down
}

# The modes to measure: all, or those of them that the user picked.
policy_modes()
{
	local mode
	for mode in $MODES_POLICY; do
		case " ${K8SOV_MODES:-$MODES_POLICY} " in
		*" $mode "*) echo "$mode" ;;
		esac
	done
}

main()
{
	local size mode
	[ $# -gt 0 ] || set -- 1 10 100 1000 10000
	modprobe pktgen
	nodes_add
	kubeproxy_up
	keep_flows
	sink_start
	for size; do
		for mode in $(policy_modes); do
			measure_mode "$mode" "$size"
		done
	done
}

main "$@"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# native.sh
# In User-mode Linux, where kernel code runs at native speed on one processor:
# UDP packets a second, and TCP throughput from pod to pod with segmentation
# and receive offloads on on (gso) and off (nogso).
#
# The host's load moves such figures. So the modes take turns, many rounds of
# runs that are short enough to fall between what else happens, and the median
# of a mode counts: how TCP's segments meet makes some runs luckier than others.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

ROUNDS=${K8SOV_ROUNDS:-8}
RUNS=4
PACKETS=2000
TCP_BYTES=40M
export BENCH_REPEAT=$RUNS
declare -A runs=()

# keep KEY VALUE
keep() { runs[$1]+="$2 "; }

median()
{
	tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

measure_udp()
{
	send $PACKETS
	keep "udp $1 pps" \
		"$(awk -v u="$USEC" -v n=$PACKETS \
			'BEGIN { printf "%.0f", n * 1e6 / u }')"
}

measure_tcp()
{
	keep "$2 $1 tcp_mbps" "$(tcp_mbps $TCP_BYTES)"
}

measure_mode()
{
	local i
	mode_up "$1"
	measure_udp "$1"
	for ((i = 0; i < RUNS; i++)); do
		measure_tcp "$1" gso
	done
	offloads off off
	for ((i = 0; i < RUNS; i++)); do
		measure_tcp "$1" nogso
	done
	offloads on on
	mode_down "$1"
}

main()
{
	local round mode key setting metric
	modprobe pktgen
	nodes_add
	offloads on on
	sink_start
	tcp_server_start
	for ((round = 0; round < ROUNDS; round++)); do
		for mode in $(modes); do
			measure_mode "$mode"
		done
	done
	for mode in $(modes); do
		for key in "udp pps" "gso tcp_mbps" "nogso tcp_mbps"; do
			read -r setting metric <<<"$key"
			record native "$setting" "$mode" "$metric" \
				"$(median "${runs[$setting $mode $metric]}")" \
				"$([ "$metric" = pps ] && echo 1/s || echo Mb/s)"
		done
	done
}

main "$@"

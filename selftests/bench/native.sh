#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# native.sh
# In User-mode Linux, where kernel code runs at native speed on one processor:
# UDP packets a second, and TCP throughput from pod to pod with segmentation
# and receive offloads on (gso) and off (nogso).
#
# The host's load moves such figures. So the modes take turns, several rounds
# of runs that are short enough to fall between what else happens, and the best
# run of a mode counts.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

ROUNDS=3
RUNS=8
PACKETS=2000
TCP_BYTES=40M
export BENCH_REPEAT=$RUNS
declare -A best=()

# keep_best KEY VALUE
keep_best()
{
	if awk -v new="$2" -v old="${best[$1]:-0}" 'BEGIN { exit new <= old }'
	then
		best[$1]=$2
	fi
}

# All ends of all veths: a device that merges nothing on one side would
# still be given big packets by the other.
offloads()
{
	local end ns dev
	for end in poda:eth0 nodea:pod0 nodea:eth0 nodeb:eth0 nodeb:pod0 \
		   podb:eth0; do
		ns=${end%:*} dev=${end#*:}
		in_ns "$ns" ethtool -K "$dev" tso "$1" gso "$1" gro "$1"
	done
}

tcp_server_start()
{
	in_ns podb iperf3 -s -D -p 5201
	until in_ns podb ss -Hltn 'sport = :5201' | grep -q .; do :; done
}

measure_udp()
{
	send $PACKETS
	keep_best "udp $1 pps" \
		"$(awk -v u="$USEC" -v n=$PACKETS \
			'BEGIN { printf "%.0f", n * 1e6 / u }')"
}

measure_tcp()
{
	local mode=$1 gso=$2 mbps
	mbps=$(in_ns poda iperf3 -c 10.244.2.2 -n $TCP_BYTES -J |
		jq -e '.end.sum_received.bits_per_second / 1e6 | round') ||
		die "$mode: iperf3 failed"
	keep_best "$gso $mode tcp_mbps" "$mbps"
}

measure_mode()
{
	local i
	mode_up "$1"
	measure_udp "$1"
	for ((i = 0; i < RUNS; i++)); do
		measure_tcp "$1" gso
	done
	offloads off
	for ((i = 0; i < RUNS; i++)); do
		measure_tcp "$1" nogso
	done
	offloads on
	mode_down "$1"
}

main()
{
	local round mode key setting metric
	modprobe pktgen
	nodes_add
	offloads on
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
				"${best[$setting $mode $metric]}" \
				"$([ "$metric" = pps ] && echo 1/s || echo Mb/s)"
		done
	done
}

main "$@"

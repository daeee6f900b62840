#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# native.sh bare|conntrack
# In User-mode Linux, where kernel code runs at native speed on one processor:
# UDP packets a second, and TCP throughput from pod to pod with segmentation
# and receive offloads on all links on (gso), only receive offloads on (gro),
# and both off (nogso).
#
# The host's load moves such figures, and so does what ran just before. So the
# modes take turns, in another order each round, and the median of a mode
# counts. The window is fixed: when slow start ends is chance (HyStart), and
# what is in flight then fits into the caches or does not.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

ROUNDS=${K8SOV_ROUNDS:-8}
RUNS=4
PACKETS=2000
TCP_BYTES=100M
WINDOW=256K
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

# measure_tcp MODE SETTING
measure_tcp()
{
	local i
	for ((i = 0; i < RUNS; i++)); do
		keep "$2 $1 tcp_mbps" "$(tcp_mbps $TCP_BYTES $WINDOW)"
	done
}

measure_mode()
{
	mode_up "$1"
	measure_udp "$1"
	measure_tcp "$1" gso
	offloads off on
	measure_tcp "$1" gro
	offloads off off
	measure_tcp "$1" nogso
	offloads on on
	mode_down "$1"
}

# turn ROUND: the modes in the order of this round. Each begins once, and what
# a mode comes after changes as well.
turn()
{
	local all i n
	read -ra all <<<"$(modes)"
	n=${#all[@]}
	for ((i = 0; i < n; i++)); do
		echo "${all[(($1 % 2 ? i : n - i) + $1) % n]}"
	done
}

main()
{
	local setting=$1 round mode key kind metric
	modprobe pktgen
	sysctl -qw net.core.rmem_max=$((1 << 20)) net.core.wmem_max=$((1 << 20))
	nodes_add
	[ "$setting" = bare ] || kubeproxy_up
	offloads on on
	sink_start
	tcp_server_start
	for ((round = 0; round < ROUNDS; round++)); do
		for mode in $(turn "$round"); do
			measure_mode "$mode"
		done
	done
	for mode in $(modes); do
		for key in "udp pps" "gso tcp_mbps" "gro tcp_mbps" \
			   "nogso tcp_mbps"; do
			read -r kind metric <<<"$key"
			record native "$setting-$kind" "$mode" "$metric" \
				"$(median "${runs[$kind $mode $metric]}")" \
				"$([ "$metric" = pps ] && echo 1/s || echo Mb/s)"
		done
	done
}

main "$@"

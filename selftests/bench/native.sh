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
# The host's load moves such figures, and so does what ran just before: memory
# and what a connection learned stay behind. So one thing is measured at a
# time, the modes take turns, in another order each round, and the median of a
# mode counts. TCP has one thread for both ends, so that no scheduler and no
# window decides how much is on the way and fits into the caches.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

ROUNDS=${K8SOV_ROUNDS:-8}
RUNS=4
PACKETS=2000
LAP=$((1 << 20))
LAPS=128
export BENCH_REPEAT=$RUNS
declare -A runs=()

# keep KEY VALUE
keep() { runs[$1]+="$2 "; }

median()
{
	tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# measure_udp MODE
measure_udp()
{
	send $PACKETS
	keep "udp $1" "$(awk -v u="$USEC" -v n=$PACKETS \
		'BEGIN { printf "%.0f", n * 1e6 / u }')"
}

# measure_tcp MODE KIND
measure_tcp()
{
	local i mbps
	for ((i = 0; i < RUNS; i++)); do
		mbps=$(tcp_mbps $LAP $LAPS)
		keep "$2 $1" "$mbps"
	done
}

# offloads_of KIND: of the links
offloads_of()
{
	case $1 in
	udp|gso) offloads on on ;;
	gro) offloads off on ;;
	nogso) offloads off off ;;
	esac
}

# measure_mode MODE KIND
measure_mode()
{
	mode_up "$1"
	case $2 in
	udp) measure_udp "$1" ;;
	*) measure_tcp "$1" "$2" ;;
	esac
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

# measure KIND: the modes in turn
measure()
{
	local round mode
	offloads_of "$1"
	for ((round = 0; round < ROUNDS; round++)); do
		for mode in $(turn $round); do
			measure_mode "$mode" "$1"
		done
	done
}

# record_kind SETTING KIND METRIC UNIT
record_kind()
{
	local mode
	for mode in $(modes); do
		record native "$1-$2" "$mode" "$3" "$(median "${runs[$2 $mode]}")" "$4"
	done
}

main()
{
	local setting=$1 kind
	modprobe pktgen
	nodes_add
	net_sysctl poda net.ipv4.tcp_no_metrics_save=1
	[ "$setting" = bare ] || kubeproxy_up
	sink_start
	for kind in udp gso gro nogso; do
		measure $kind
	done
	record_kind "$setting" udp pps 1/s
	for kind in gso gro nogso; do
		record_kind "$setting" $kind tcp_mbps Mb/s
	done
}

main "$@"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# stream.sh bare|conntrack
# In a machine whose virtual nanoseconds are instructions (run.sh --icount):
# instructions that 1,024 bytes of a TCP stream cost from pod to pod, with
# everything that belongs to it: sender, receiver and acknowledgements. With
# segmentation and receive offloads on on all links (gso), only receive offloads
# (gro), both off (nogso), and off on the overlay's own device as well (off).
#
# The modes take turns, and the median of a mode counts: a connection's ports
# and a timer's tick make a difference of some hundredths of a percent.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

ROUNDS=${K8SOV_ROUNDS:-3}
MODES="routing vxlan geneve ipip k8sov-vxlan k8sov-geneve k8sov-ipip"
KINDS="gso gro nogso off"
declare -A BYTES=([gso]=$((8 << 20)) [gro]=$((4 << 20)) [nogso]=$((2 << 20))
		  [off]=$((2 << 20)))
declare -A runs=()

# The device that MODE sends by, the same on both nodes.
overlay_of()
{
	case $1 in
	k8sov-*) echo ov0 ;;
	vxlan*) echo flannel.1 ;;
	geneve|ipip) echo tun9 ;;
	*) echo eth0 ;;
	esac
}

# overlay_offloads MODE on|off
overlay_offloads()
{
	local ns dev
	dev=$(overlay_of "$1")
	for ns in nodea nodeb; do
		in_ns $ns ethtool -K "$dev" tso "$2" gso "$2" gro "$2"
	done
}

# stream SETTING MODE
stream()
{
	local bytes=${BYTES[$1]} ns
	ns=$(stream_ns "$bytes")
	runs[$1 $2]+="$(awk -v n="$ns" -v b="$bytes" \
		'BEGIN { printf "%.2f ", n * 1024 / b }')"
}

measure_mode()
{
	mode_up "$1"
	offloads on on
	stream gso "$1"
	offloads off on
	stream gro "$1"
	offloads off off
	stream nogso "$1"
	overlay_offloads "$1" off
	stream off "$1"
	overlay_offloads "$1" on
	offloads on off
	mode_down "$1"
}

# record_mode SETTING MODE OFFLOADS
record_mode()
{
	local sorted
	mapfile -t sorted < <(tr ' ' '\n' <<<"${runs[$3 $2]}" | grep . | sort -n)
	record stream "$1-$3" "$2" insn_per_kB \
		"${sorted[$((${#sorted[@]} / 2))]}" insn
	record stream "$1-$3" "$2" spread \
		"$(percent "${sorted[0]}" "${sorted[-1]}")" %
}

# The modes to measure: all, or those of them that the user picked.
stream_modes()
{
	local mode
	for mode in $MODES; do
		case " ${K8SOV_MODES:-$MODES} " in
		*" $mode "*) echo "$mode" ;;
		esac
	done
}

main()
{
	local setting=$1 round mode kind
	nodes_add
	[ "$setting" = bare ] || kubeproxy_up
	# What one connection learned would decide how the next one begins.
	net_sysctl poda net.ipv4.tcp_no_metrics_save=1
	for ((round = 0; round < ROUNDS; round++)); do
		for mode in $(stream_modes); do
			measure_mode "$mode"
		done
	done
	for mode in $(stream_modes); do
		for kind in $KINDS; do
			record_mode "$setting" "$mode" "$kind"
		done
	done
}

main "$@"

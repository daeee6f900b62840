#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Packets without memory: one that would have to be copied to be given headers,
# or to lose them, is dropped and counted once, and the next one passes. Needs a
# kernel with fault injection. Copies are needed because somebody holds a clone:
# a packet socket that nobody reads.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

knob=/sys/kernel/debug/failslab

[ -d $knob ] || skip_all "the kernel has no FAILSLAB"

# fail_in FIRST LAST N - the next N allocations fail that code between these
# addresses makes, by itself or by what it calls
fail_in()
{
	echo 0 >$knob/verbose
	echo "$1" >$knob/require-start
	echo "$2" >$knob/require-end
	echo "$3" >$knob/times
	echo 100 >$knob/probability
}

memory_is_back()
{
	echo 0 >$knob/probability
	echo 0 >$knob/require-start
	echo 0xffffffffffffffff >$knob/require-end
}

# Where the module is, and the kernel's function that removes headers for it.
# The kernel lists its own symbols by address.
find_code()
{
	module_first=$(cat /sys/module/k8sov/sections/.text)
	module_last=$(printf '%#x' \
		$((module_first + $(cat /sys/module/k8sov/coresize))))
	read -r pull_first pull_last < <(awk '
		$3 == "__iptunnel_pull_header" { first = $1; next }
		first && $1 != first { print "0x" first, "0x" $1; exit }' \
		/proc/kallsyms)
	[ -n "$pull_last" ] || bail "the kernel has no __iptunnel_pull_header"
}

# hold NAMESPACE DEVICE - what passes there stays cloned
hold()
{
	local what="hold $2"
	start /dev/null in_ns "$1" "$PYTHON" -c '
import signal, socket, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
sock.bind((sys.argv[1], 3))
signal.pause()' "$2"
	wait_for 60 eval "in_ns $1 ss -Hl0 | grep -q '\*:$2 '" || bail "no $what"
}

# both_use ENCAP - nodes A and B send to each other so
both_use()
{
	local x y remote mac
	for x in A B; do
		y=B
		[ $x = A ] || y=A
		remote=UL_${y}4 mac=
		[ "$1" != vxlan ] || { mac=MAC_$y; mac="mac ${!mac}"; }
		# shellcheck disable=SC2086
		ctl $x host replace dev ov0 id "$(index_of $y)" \
			remote "${!remote}" encap "$1" $mac || bail "no $1"
	done
}

# sending ENCAP - the first allocation for a packet is that of its copy
sending()
{
	local before
	both_use "$1"
	check "$1: pods meet" ping_once "$POD_A" "$POD_B4"
	hold "$NODE_A" ov0
	before=$(drops A)
	fail_in "$module_first" "$module_last" 1
	check "$1: a packet without memory does not arrive" \
		not ping_once "$POD_A" "$POD_B4" -W 1
	memory_is_back
	equal "$1: it is counted once" " tx_no_memory+1" \
		"$(since "$before" "$(drops A)")"
	check "$1: the next one arrives" ping_once "$POD_A" "$POD_B4"
	stop "$started"
}

# Only the parts of a large send, still in one piece, are changed on arrival.
receiving()
{
	local before
	both_use "$1"
	hold "$NODE_B" eth0
	before=$(drops B)
	fail_in "$pull_first" "$pull_last" 1
	check "$1: TCP gets over what was lost" \
		xfer tcp "$POD_A" "$POD_B" "$POD_B4" 300000
	memory_is_back
	equal "$1: what was lost on arrival is counted" " rx_no_memory+1" \
		"$(since "$before" "$(drops B)" | grep -o " rx_[^ ]*")"
	stop "$started"
}

two_nodes
overlay_pair vxlan 4
find_code
defer memory_is_back
sending vxlan
sending ipip
sending direct
receiving vxlan
receiving ipip
finish

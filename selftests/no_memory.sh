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
# shellcheck source=selftests/knobs.sh
. "$(dirname "$0")/knobs.sh"

KNOBS=failslab

# fail_once CODE... - the next allocation of that code fails
fail_once()
{
	fails require "$@"
	knob verbose 0
	knob times 1
	knob probability 100
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
	fail_once code_of_module
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
	fail_once code_of __iptunnel_pull_header
	check "$1: TCP gets over what was lost" \
		xfer tcp "$POD_A" "$POD_B" "$POD_B4" 300000
	memory_is_back
	equal "$1: what was lost on arrival is counted" " rx_no_memory+1" \
		"$(since "$before" "$(drops B)" | grep -o " rx_[^ ]*")"
	stop "$started"
}

two_nodes
overlay_pair vxlan 4
defer memory_is_back
sending vxlan
sending ipip
sending direct
receiving vxlan
receiving ipip
finish

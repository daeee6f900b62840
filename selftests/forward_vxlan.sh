#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# vxlan: frames as Linux' own vxlan device, set up as Flannel does, sends and
# takes them. Inner IPv4 and IPv6 in outer IPv4 and
# IPv6, and between two of our devices, with small and jumbo frames.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# all_ways WORDS FAMILY... - each outer family, each kind of peer
all_ways()
{
	local family what=$1
	shift
	for family; do
		overlay A
		overlay_host A B vxlan "$family"
		peer_vxlan B A "$family"
		traffic "$what, kernel peer, outer v$family"
		unpeer B
		overlay B
		overlay_host B A vxlan "$family"
		traffic "$what, k8sov peer, outer v$family"
		equal "$what, outer v$family: nothing was dropped on the way back" \
			"" "$(drops B | grep -v ^tx_too_big)"
		unpeer A
		unpeer B
	done
}

two_nodes
all_ways "MTU 1500" 4 6
two_nodes 9000
if emulated; then
	overlay_pair vxlan 4
	traffic "MTU 9000, k8sov peer, outer v4"
else
	all_ways "MTU 9000" 4
fi
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The underlay is inside a VRF: the device finds its hosts there, and takes
# packets that arrive there, in every encapsulation.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# into_vrf NODE - its eth0 moves into vrf0; addresses of IPv6 leave by that
into_vrf()
{
	local node=NODE_$1 ul6=UL_${1}6
	ip_in "${!node}" <<-END
		link add vrf0 type vrf table 10
		link set vrf0 up
		link set eth0 master vrf0
		addr replace ${!ul6}/64 dev eth0 nodad
	END
}

# both WORDS
both()
{
	local v to back
	for v in 4 6; do
		to=POD_B$v back=POD_A$v
		check "$1: ping v$v" ping_once "$POD_A" "${!to}"
		check "$1: ping v$v from the other side" \
			ping_once "$POD_B" "${!back}"
		check "$1: TCP v$v" \
			xfer tcp "$POD_A" "$POD_B" "${!to}" "$BULK"
	done
}

two_nodes
into_vrf A
into_vrf B
check "nodes meet inside the VRF" \
	in_ns "$NODE_A" ping -q -n -c 1 -W 5 -I vrf0 "$UL_B4"
check "nodes meet inside the VRF over v6" \
	in_ns "$NODE_A" ping -q -n -c 1 -W 5 -I vrf0 "$UL_B6"
for row in "vxlan 4" "vxlan 6" "geneve 4" "ipip 4" "ipip 6"; do
	read -r encap family <<<"$row"
	overlay_pair "$encap" "$family" dev eth0
	both "$encap over v$family, dev eth0"
	unpeer A
	unpeer B
done
overlay_pair vxlan 4 dev vrf0
both "dev vrf0"
finish

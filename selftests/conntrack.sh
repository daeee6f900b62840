#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Outer packets stay out of connection tracking on both nodes, unless wanted;
# their fragments are put together all the same.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

need nft conntrack

# Rules that make connection tracking look at everything.
track()
{
	in_ns "$1" nft -f - <<-END
		table inet track {
			chain in {
				type filter hook prerouting priority 0
				ct state invalid counter
			}
			chain out {
				type filter hook output priority 0
				ct state new counter
			}
		}
	END
}

# outer NAMESPACE - entries of the underlay's tunnel packets
outer()
{
	local family
	for family in ipv4 ipv6; do
		in_ns "$1" conntrack -L -f $family 2>/dev/null
	done | grep -E "dport=(8472|6081)|^unknown +(4|41) " || :
}

inner() { in_ns "$1" conntrack -L 2>/dev/null | grep -c "src=10.244"; }

flush() { in_ns "$1" conntrack -F 2>/dev/null || :; }

two_nodes
track "$NODE_A"
track "$NODE_B"
for row in "vxlan 4" "vxlan 6" "geneve 4" "ipip 4" "ipip 6"; do
	read -r encap family <<<"$row"
	what="$encap over v$family"
	overlay_pair "$encap" "$family"
	flush "$NODE_A"
	flush "$NODE_B"
	check "$what: UDP of all sizes" xfer udp "$POD_A" "$POD_B" "$POD_B4"
	check "$what: pods' connections are tracked" \
		test "$(inner "$NODE_B")" -gt 0
	equal "$what: no outer packet is tracked where it is sent" "" \
		"$(outer "$NODE_A")"
	equal "$what: nor where it arrives" "" "$(outer "$NODE_B")"
	unpeer A
	unpeer B
done

# A small underlay and a large device: every packet comes in outer fragments.
for options in "notrack" "nonotrack"; do
	overlay_pair vxlan 4 $options df unset
	ip -n "$NODE_A" link set ov0 mtu 1500
	ip -n "$NODE_B" link set ov0 mtu 1500
	flush "$NODE_A"
	flush "$NODE_B"
	check "$options: outer fragments are put together" \
		ping_once "$POD_A" "$POD_B4" -s 1472 -M dont
	check "$options: and in IPv6" ping_once "$POD_A" "$POD_B6"
	unpeer A
	unpeer B
done
check "nonotrack: outer packets are tracked where they are sent" \
	test -n "$(outer "$NODE_A")"
check "nonotrack: and where they arrive" test -n "$(outer "$NODE_B")"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The MTU of the device follows the underlay, less what the encapsulation adds,
# until somebody sets one.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

mtu() { ip -n "$NODE_A" -j link show "${1:-ov0}" | jq '.[0].mtu'; }

is() { [ "$(mtu)" = "$1" ]; }

# becomes BEHAVIOUR MTU - the device follows, if not at once
becomes()
{
	wait_for 5 is "$2" || :
	equal "$1" "$2" "$(mtu)"
}

# stays BEHAVIOUR MTU - another device has followed, this one has not
stays()
{
	ip -n "$NODE_A" link add witness type k8sov id 77 local "$UL_A4"
	ip -n "$NODE_A" link set witness up
	equal "$1" "$2" "$(mtu)"
	ip -n "$NODE_A" link del witness
}

need jq
two_nodes
ip -n "$NODE_A" link add ov0 type k8sov
equal "no option: Ethernet's, less vxlan over IPv4" 1450 "$(mtu)"
ip -n "$NODE_A" link del ov0
ip -n "$NODE_A" link add ov0 type k8sov local6 "$UL_A6"
equal "an IPv6 source: less vxlan over IPv6" 1430 "$(mtu)"
ip -n "$NODE_A" link del ov0
ip -n "$NODE_A" link set eth0 mtu 9000
ip -n "$NODE_A" link add ov0 type k8sov dev eth0
equal "an underlay device: its own" 8950 "$(mtu)"
ip -n "$NODE_A" link del ov0
ip -n "$NODE_A" link set eth0 mtu 1500

for row in "vxlan 4 50" "vxlan 6 70" "geneve 4 50" "geneve 6 70" \
	"ipip 4 20" "ipip 6 40" "direct 4 0" "direct 6 0"; do
	read -r encap family overhead <<<"$row"
	overlay A
	overlay_host A B "$encap" "$family"
	becomes "$encap over v$family: $overhead less" $((1500 - overhead))
	ip -n "$NODE_A" link set eth0 mtu 1400
	becomes "$encap over v$family: a smaller underlay is followed" \
		$((1400 - overhead))
	ip -n "$NODE_A" link set eth0 mtu 9000
	becomes "$encap over v$family: a larger underlay is followed" \
		$((9000 - overhead))
	ip -n "$NODE_A" link set eth0 mtu 1500
	becomes "$encap over v$family: and back" $((1500 - overhead))
	unpeer A
done

overlay A
overlay_host A B ipip 4
becomes "one host: its own" 1480
tell A <<-END
	host add dev ov0 id 9 remote 2001:db8::9 encap vxlan mac $MAC_C
END
becomes "several hosts: the smallest" 1430
tell A <<-END
	host del dev ov0 id 9
END
becomes "and back without the host" 1480
ip -n "$NODE_A" link set ov0 mtu 1280
ip -n "$NODE_A" link set eth0 mtu 1400
stays "an MTU that was set stays" 1280
ip -n "$NODE_A" link set ov0 type k8sov mtuauto
becomes "until it is to follow again" 1380
unpeer A
ip -n "$NODE_A" link add ov0 mtu 1300 type k8sov dev eth0
ip -n "$NODE_A" link set ov0 up
ip -n "$NODE_A" link set eth0 mtu 1500
stays "an MTU given at creation stays" 1300
refuses "an MTU of 67 is refused" "less than device minimum" \
	ip -n "$NODE_A" link set ov0 mtu 67
finish

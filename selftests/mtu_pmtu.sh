#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The path to the other node is narrower than the node knows. The sender of a
# packet that does not fit hears so with the first one, from its own node; TCP
# and outer fragments get through; in both families, directions and DF modes.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# told ADDRESS SIZE - the MTU that a ping of SIZE bytes from pod A hears of
# A ping that its own node refuses would wait for an answer all the same.
told()
{
	local mtu
	read -r mtu < <(in_ns "$POD_A" \
		ping -n -c 1 -W 2 -M "do" -s "$2" "$1" 2>&1 |
		sed -un 's/.*mtu[ =:]*\([0-9]*\).*/\1/p') && echo "$mtu"
}

forget()
{
	local ns
	for ns in "$POD_A" "$POD_B" "$NODE_A" "$NODE_B"; do
		ip -n "$ns" route flush cache
		ip -n "$ns" -6 route flush cache
	done
}

# learns BEHAVIOUR ADDRESS MTU - pod A ends up knowing MTU
# The first packets may be lost in the underlay, until the node knows.
learns()
{
	local header=28
	[[ $2 != *:* ]] || header=48
	check "$1: the pod is told $3" \
		wait_for 5 heard "$2" $((1440 - header)) "$3"
	check "$1: a packet of that size arrives" \
		ping_once "$POD_A" "$2" -M "do" -s $(($3 - header))
	check "$1: one byte more does not" \
		heard "$2" $(($3 - header + 1)) "$3"
}

heard() { [ "$(told "$1" "$2")" = "$3" ]; }

# own_link ENCAP FAMILY MTU - the node's own link is narrower than its device
# knows: the very first packet is answered.
own_link()
{
	overlay_pair "$1" "$2" nomtuauto
	ip -n "$NODE_A" link set ov0 mtu 1480
	ip -n "$NODE_B" link set ov0 mtu 1480
	equal "$1 over v$2: the first IPv4 packet too big is answered" "$3" \
		"$(told "$POD_B4" 1450)"
	equal "$1 over v$2: the first IPv6 packet too big is answered" "$3" \
		"$(told "$POD_B6" 1430)"
	equal "$1 over v$2: both are counted" "tx_too_big 2" \
		"$(drops A | grep ^tx_too_big)"
	unpeer A
	unpeer B
	forget
}

# narrow_router ENCAP FAMILY MTU [OPTION...] - a link of 1400 in the middle
narrow_router()
{
	local encap=$1 family=$2 mtu=$3 v to what
	shift 3
	what="$encap over v$family${*:+ $*}"
	overlay_pair "$encap" "$family" "$@"
	for v in 4 6; do
		to=POD_B$v
		check "$what, v$v: TCP gets through" \
			xfer tcp "$POD_A" "$POD_B" "${!to}" "$BULK"
		check "$what, v$v: large UDP gets through" \
			xfer udp "$POD_A" "$POD_B" "${!to}" 1400 8000
		[ "$mtu" = none ] || learns "$what, v$v" "${!to}" "$mtu"
	done
	unpeer A
	unpeer B
	forget
}

two_nodes
own_link vxlan 4 1450
own_link vxlan 6 1430
own_link geneve 4 1450
own_link ipip 6 1460

# 1400 both ways, which only the router knows.
two_nodes_router
ip_in "$ROUTER" <<-END
	route replace 192.0.2.0/24 dev toa mtu lock 1400
	route replace 198.51.100.0/24 dev tob mtu lock 1400
	route replace 2001:db8:1::/64 dev toa metric 256 mtu lock 1400
	route replace 2001:db8:2::/64 dev tob metric 256 mtu lock 1400
END
narrow_router vxlan 4 1350
narrow_router vxlan 6 1330
narrow_router ipip 4 1380
narrow_router vxlan 4 none df unset
if ! emulated; then
	narrow_router geneve 4 1350
	narrow_router ipip 6 1360
	narrow_router vxlan 4 1350 df inherit
fi
finish

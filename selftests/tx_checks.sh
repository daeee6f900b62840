#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# What the device does not send: the pod hears of it as from a router, where
# routers speak at all, and each packet is counted once, by its reason.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

# answer ADDRESS - what a ping from pod A is told, in one word
answer()
{
	case $(in_ns "$POD_A" ping -n -c 1 -W 1 "$1" 2>&1) in
	*"Destination Host Unreachable"*) echo unreachable ;;
	*"Destination unreachable: Address unreachable"*) echo unreachable ;;
	*" 0% packet loss"*) echo reply ;;
	*nreachable*) echo other ;;
	*) echo silence ;;
	esac
}

# refused REASON ANSWER BEHAVIOUR ADDRESS...
refused()
{
	local reason=$1 expected=$2 what=$3 before to
	shift 3
	for to; do
		before=$(drops A)
		equal "$what, $to: $expected" "$expected $reason+1" \
			"$(answer "$to")$(since "$before" "$(drops A)")"
	done
}

# unsent REASON BEHAVIOUR HEX - bytes that a packet socket sends on the device
unsent()
{
	craft raw="$3"
	equal "$2: $1" "lost $1+1" "$reply"
}

destinations()
{
	tell A <<-END
		subnet add 10.244.40.0/24 dev ov0 blackhole
		subnet add fd00:244:40::/64 dev ov0 blackhole
		subnet add 10.244.41.0/24 dev ov0 unreachable
		subnet add fd00:244:41::/64 dev ov0 unreachable
		host add dev ov0 id 50 remote 203.0.113.1 encap vxlan mac $MAC_C
		subnet add 10.244.50.0/24 dev ov0 via id 50
		subnet add fd00:244:50::/64 dev ov0 via id 50
		host add dev ov0 id 51 remote 10.244.2.200 encap vxlan mac $MAC_C
		subnet add 10.244.51.0/24 dev ov0 via id 51
		subnet add fd00:244:51::/64 dev ov0 via id 51
	END
	refused tx_no_subnet unreachable "no subnet" 10.244.99.1 fd00:244:99::1
	refused tx_local unreachable "no such pod on this node" \
		10.244.1.77 fd00:244:1::77
	refused tx_blackhole silence "blackhole" 10.244.40.1 fd00:244:40::1
	refused tx_unreachable unreachable "unreachable" \
		10.244.41.1 fd00:244:41::1
	refused tx_no_route unreachable "no route to the host" \
		10.244.50.1 fd00:244:50::1
	refused tx_loop silence "the way to the host is the device" \
		10.244.51.1 fd00:244:51::1
}

malformed_packets()
{
	local v4=4500001c0000000040110000 v6=6000000000003a40
	local from4=0af40102 from6=fd000244000100000000000000000002
	craft_start "$NODE_A" ov0 "$POD_B" eth0 "$NODE_A" ov0
	craft control isrc=10.244.1.2 idst=10.244.2.2
	check "a packet socket on the device reaches the other pod" \
		test "${reply%% *}" = got
	unsent tx_not_ip "version 5" 5${v4#4}
	unsent tx_malformed "IPv4 header cut short" $v4
	unsent tx_malformed "IPv4 header length of 16" \
		44${v4#45}${from4}0af402020000000000000000
	unsent tx_malformed "IPv6 header cut short" \
		$v6${from6::24}
	unsent tx_multicast "IPv4 multicast" \
		$v4${from4}e00000050000000000000000
	unsent tx_multicast "IPv4 broadcast" \
		$v4${from4}ffffffff0000000000000000
	unsent tx_multicast "IPv6 multicast" \
		$v6${from6}ff020000000000000000000000000001
	unsent tx_multicast "IPv6 link-local" \
		$v6${from6}fe800000000000000000000000000001
	craft_end
}

# Devices whose hosts are each behind the one before.
nested_devices()
{
	local i total=0 count
	ip -n "$NODE_A" route add 10.100.0.1 via "$UL_B4"
	for i in 1 2 3 4 5 6 7; do
		ip_in "$NODE_A" <<-END
			link add nest$i type k8sov id 10$i
			link set nest$i up
			route add 10.100.$i.0/24 dev nest$i
		END
		tell A <<-END
			host add dev nest$i id 1 remote 10.100.$((i - 1)).1 encap vxlan mac $MAC_C
			subnet add 10.100.$i.0/24 dev nest$i via id 1
		END
	done
	check "through seven tunnels nothing arrives" \
		not ping_once "$POD_A" 10.100.7.1 -W 1
	for i in 1 2 3 4 5 6 7; do
		count=$(in_ns "$NODE_A" ethtool -S nest$i |
			sed -n 's/.*drop_tx_recursion: //p')
		total=$((total + count))
	done
	equal "too many tunnels inside each other are, counted once" 1 "$total"
}

two_nodes
overlay_pair vxlan 4
check "pods meet" ping_once "$POD_A" "$POD_B4"
destinations
malformed_packets
check "pods still meet" ping_once "$POD_A" "$POD_B6"
nested_devices

two_nodes_router
overlay A
overlay_host A B direct 4
refused tx_not_on_link silence "direct, but behind a router" \
	"$POD_B4" "$POD_B6"
finish

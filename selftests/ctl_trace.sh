#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl trace: what would happen to a packet, step by step. The topology is
# that of ctl.sh; 10.244.0.0/24 is here, 10.244.1.0/24 on node-b.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

# verdict ARG... - the reason, and whether the packet passes
verdict()
{
	ctl -j trace "$@" | jq -r '.[] | "\(.passes) \(.reason)"'
}

# traced WHAT VERDICT ARG...
traced()
{
	local what=$1 expected=$2
	shift 2
	equal "$what" "$expected" "$(verdict "$@")"
}

sending()
{
	ctl_is "to another host, in words" "The packet goes out by ov0, MTU 1430.
10.244.0.2 is in 10.244.0.0/24, which lives on this node.
10.244.0.2 is the address of endpoint a/b/c at veth0.
10.244.0.2 has identity 77.
10.244.1.9 is in 10.244.1.0/24, which lives on host node-b (id 7).
10.244.1.9 has identity 0, the world.
Packets to host node-b (id 7) go to 192.0.2.7 in vxlan.
The underlay reaches 192.0.2.7 by und0 from 192.0.2.1, for packets up to 1450 bytes.
The packet is sent." trace 10.244.0.2 10.244.1.9 proto tcp port 80
	traced "to another host" "true none" 10.244.0.2 10.244.1.9
	traced "over IPv6" "true none" fd00::2 fd00:1::9
	traced "to no subnet" "false tx-no-subnet" 10.244.0.2 172.16.0.1
	traced "to a blackhole" "false tx-blackhole" 10.244.0.2 10.245.0.1
	traced "to what is unreachable" "false tx-unreachable" \
		10.244.0.2 10.246.0.1
	traced "to all" "false tx-multicast" 10.244.0.2 224.0.0.1
	traced "to a host that the underlay cannot reach" \
		"false tx-no-route" 10.244.0.2 10.247.0.1
	traced "by the link of its endpoint" "true none" \
		10.244.0.2 10.244.1.9 iif veth0
	traced "by a link without endpoint" "true none" \
		10.244.0.9 10.244.1.9 iif veth1
	ctl_is "by the link of another's endpoint, in words" \
		"The packet goes out by ov0, MTU 1430.
What enters by veth0 may only come from addresses of endpoint a/b/c.
The packet is dropped (tx-source): The source is not an address of the endpoint that sent the packet, or cannot be told." \
		trace 10.244.0.9 10.244.1.9 iif veth0
	equal "JSON has the steps" "device source endpoint host route verdict" \
		"$(ctl -j trace 10.244.0.2 10.244.1.9 | jq -r '.[].step[].kind' |
			grep -xE "device|source|endpoint|host|route|verdict" |
			xargs)"
}

receiving()
{
	ctl_is "from a host that has no such pod, in words" \
		"The packet comes in by ov0, MTU 1430.
The outer source 192.0.2.7 belongs to host node-b (id 7).
10.244.3.9 is in 10.244.3.0/24, which lives on host node-d (id 9).
10.244.3.9 has identity 0, the world.
10.244.0.2 is in 10.244.0.0/24, which lives on this node.
10.244.0.2 is the address of endpoint a/b/c at veth0.
10.244.0.2 has identity 77.
The packet is dropped (rx-source): The inner source address does not belong to the host that sent the packet." \
		trace 10.244.3.9 10.244.0.2 rx from 192.0.2.7
	traced "from the host of the source" "true none" \
		10.244.1.9 10.244.0.2 rx from 192.0.2.7
	traced "from a host that nobody knows" "false rx-host" \
		10.244.1.9 10.244.0.2 rx from 192.0.2.99
	traced "to what is not local" "false rx-destination" \
		10.244.1.9 10.244.3.9 rx from 192.0.2.7
}

bad_questions()
{
	ctl_refuses "addresses of both families" 1 \
		"SRC and DST are not of the same family" \
		trace 10.244.0.2 fd00::1
	ctl_refuses "rx without from" 1 "'rx' needs 'from OUTER'" \
		trace 10.244.1.9 10.244.0.2 rx
	ctl_refuses "from the overlay, but by a link" 2 \
		"iif: only sent packets enter by a link" \
		trace 10.244.1.9 10.244.0.2 rx from 192.0.2.7 iif veth0
	ctl_refuses "from without rx" 1 "'from' needs 'rx'" \
		trace 10.244.1.9 10.244.0.2 from 192.0.2.7
}

a_device
two_hosts
ctl -b - <<-END || bail "no tables"
	host add id 9 name node-d remote 198.51.100.9 encap ipip
	subnet add 10.244.0.0/24 local
	subnet add fd00::/64 local
	subnet add 10.244.1.0/24 via node-b
	subnet add fd00:1::/64 via node-c
	subnet add 10.244.3.0/24 via id 9
	subnet add 10.247.0.0/16 via id 9
	subnet add 10.245.0.0/16 blackhole
	subnet add 10.246.0.0/16 unreachable
	endpoint add link veth0 name a/b/c address 10.244.0.2 address fd00::2 identity 77 state ready
	identity add 10.244.0.2 identity 77
END
sending
receiving
bad_questions
finish

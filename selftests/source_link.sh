#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Sources are checked where a pod's packets enter the node: before a bridge,
# below tags, in ARP, and of what an ifb hands back. The checks are there
# exactly while the link has an endpoint.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"
# shellcheck source=selftests/hooks.sh
. "$(dirname "$0")/hooks.sh"

need nft tc jq

OWN4=10.244.1.2
OWN6=fd00:244:1::2
OTHER4=10.244.1.3
OTHER6=fd00:244:1::3
MAC=02:00:00:00:00:02
MAC_OTHER=02:00:00:00:00:03

# Two pods of one bridge, and the node's own address there.
bridged_pods()
{
	setup_ns NODE_A POD_A NEIGHBOUR
	set_sysctls "$NODE_A" "$POD_A" "$NEIGHBOUR"
	ip_in "$NODE_A" <<-END
		link add br0 type bridge mcast_snooping 0
		link set br0 addrgenmode none
		link add p2 type veth peer name eth0 address $MAC netns $POD_A
		link add p3 type veth peer name eth0 address $MAC_OTHER netns $NEIGHBOUR
		link set p2 addrgenmode none master br0 up
		link set p3 addrgenmode none master br0 up
		link set br0 up
		addr add 10.244.1.1/24 dev br0
		link add ov0 type k8sov
		link set ov0 up
	END
	up_with "$POD_A" $OWN4/24
	up_with "$NEIGHBOUR" $OTHER4/24
}

# up_with NS ADDRESS - its eth0
up_with()
{
	ip_in "$1" <<-END
		link set eth0 addrgenmode none
		link set eth0 up
		addr add $2 dev eth0
	END
}

forged_pass()
{
	arrives "$1: another's IPv4 address" isrc=$OTHER4
	arrives "$1: another's IPv6 address" isrc=$OTHER6 idst=$OTHER6
	arrives "$1: another's address in ARP" sender=10.244.1.1
	arrives "$1: two priority tags" tags=8100000081000000
}

ip_of_bridged()
{
	arrives "its IPv4 address" isrc=$OWN4
	arrives "its IPv6 address" isrc=$OWN6 idst=$OTHER6
	dropped tx_source "another's IPv4 address" isrc=10.244.1.9
	dropped tx_source "another's IPv6 address" isrc=fd00:244:1::9 \
		idst=$OTHER6
	dropped tx_source "IPv4 cut off" fcut=19
	dropped tx_source "IPv6 cut off" isrc=$OWN6 idst=$OTHER6 fcut=39
	dropped tx_source "nothing behind the type" fcut=0
}

# What takes a tag or label off later would find an address of anybody.
below_tags()
{
	local type
	for type in 8100 88a8; do
		arrives "own address below a tag of $type" tags=${type}0000
		arrives "own address in a VLAN of $type" tags=${type}0005
		dropped tx_source "another's below a tag of $type" \
			tags=${type}0000 isrc=10.244.1.9
		dropped tx_source "another's in a VLAN of $type" \
			tags=${type}0005 isrc=10.244.1.9
		dropped tx_source "two tags, $type inside" \
			tags=81000000${type}0000
		dropped tx_source "two tags and another's, $type outside" \
			tags=${type}000081000005 isrc=10.244.1.9
		dropped tx_source "three tags, $type" \
			tags=${type}0000${type}0000${type}0000
	done
	for type in 8847 8864 0027 6558; do
		dropped tx_source "type $type" ftype=$type
	done
}

arp()
{
	arrives "ARP from its address" sender=$OWN4
	arrives "ARP that asks whether an address is free" sender=0.0.0.0
	dropped tx_source "ARP from another's address" sender=10.244.1.1
	dropped tx_source "ARP from another's address below a tag" \
		sender=10.244.1.1 tags=81000000
	dropped tx_source "ARP below two tags" sender=$OWN4 \
		tags=8100000081000000
	dropped tx_source "ARP cut off" sender=$OWN4 fcut=17
	dropped tx_source "ARP with addresses of 8 bytes" sender=$OWN4 alen=8
	dropped tx_source "ARP with addresses of 16 bytes" sender=$OWN4 plen=16
}

# The node, which is no pod, may send from where it likes by the same link.
node_sends()
{
	local before
	before=$(drops A)
	ip -n "$NODE_A" link add p9 type dummy
	ip_in "$NODE_A" <<-END
		link set p9 up
		addr add 10.9.9.1/24 dev p9
		maddr add 01:00:5e:00:00:fb dev p9
	END
	tell A <<-END
		endpoint add dev ov0 link p9 address 10.9.9.2
	END
	check "what the node sends to a group comes back to its listener" \
		in_ns "$NODE_A" "$PYTHON" - <<-'END'
		import socket, sys
		group = socket.inet_aton("239.1.1.1") + socket.inet_aton("10.9.9.1")
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(("", 7003))
		sock.settimeout(5)
		sock.setsockopt(0, socket.IP_ADD_MEMBERSHIP, group)
		sock.setsockopt(0, socket.IP_MULTICAST_IF, group[4:])
		sock.sendto(b"k8sov", ("239.1.1.1", 7003))
		sys.exit(sock.recv(10) != b"k8sov")
	END
	equal "and is not counted" "" "$(since "$before" "$(drops A)")"
	ip -n "$NODE_A" link del p9
}

hooks_come_and_go()
{
	hooks "an endpoint has a hook" hooked p2
	hooks "another link has none" not hooked p3
	check "an endpoint is refused" not ctl A endpoint add dev ov0 link p3 \
		address $OWN4
	hooks "it left no hook" not hooked p3
	check "so is a transaction" not ctl A endpoint restore dev ov0 <<-END
		endpoint add dev ov0 link p3 address $OTHER4
		endpoint add dev ov0 link p2 address $OTHER4
	END
	hooks "it left none either" not hooked p3
	ip -n "$NODE_A" link add ov1 type k8sov id 7
	tell A <<-END
		endpoint add dev ov1 link p2 address $OWN4 address $OWN6
	END
	craft isrc=10.244.1.9
	equal "two devices: one of them drops it" lost "${reply%% *}"
	tell A <<-END
		endpoint add dev ov0 link ov1 address $OTHER4
	END
	ip -n "$NODE_A" link del ov1
	equal "an overlay device that was a link takes its endpoint along" 1 \
		"$(ctl A -j endpoint show dev ov0 | jq length)"
	hooks "the other device's stays" hooked p2
	dropped tx_source "one is left" isrc=10.244.1.9
	check "the endpoint goes" ctl A endpoint del dev ov0 link p2
	hooks "and its hook" not hooked p2
	forged_pass "no endpoint"
	add_endpoint
	dropped tx_source "it is back" isrc=10.244.1.9
	check "all go at once" ctl A endpoint flush dev ov0
	hooks "and the hook" not hooked p2
	forged_pass "flushed"
	add_endpoint
	ip -n "$NODE_A" link set p2 netns "$NEIGHBOUR"
	ip -n "$NEIGHBOUR" link set p2 netns "$NODE_A"
	ip_in "$NODE_A" <<-END
		link set p2 addrgenmode none master br0 up
	END
	hooks "a link that went and came back has none" not hooked p2
	forged_pass "moved there and back"
	add_endpoint
	ip -n "$NODE_A" link del ov0
	hooks "a device takes its hooks along" not hooked p2
	ip -n "$NODE_A" link add ov0 type k8sov
	forged_pass "no device"
}

add_endpoint()
{
	tell A <<-END
		endpoint add dev ov0 link p2 address $OWN4 address $OWN6
	END
}

many_endpoints()
{
	local i n=500
	for ((i = 0; i < n; i++)); do
		echo "link add d$i type dummy"
		echo "link set d$i master br0"
	done | ip_in "$NODE_A"
	check "a transaction adds $n endpoints" \
		ctl A endpoint restore dev ov0 < <(
			for ((i = 0; i < n; i++)); do
				echo "endpoint add dev ov0 link d$i address 10.8.$((i / 250)).$((i % 250 + 1))"
			done)
	hooks "the first is checked" hooked d0
	hooks "so is the last" hooked d$((n - 1))
	check "another takes them away" ctl A endpoint flush dev ov0
	hooks "the first is not checked" not hooked d0
	hooks "nor is the last" not hooked d$((n - 1))
}

# reaches SOURCE - from there, by the pod that an ifb is at
reaches() { ping_once "$ROUTED" 10.244.1.1 -I "$1" -W "${2:-5}"; }

# What tc takes away at ingress comes back behind the hooks there, but not
# behind the receive handler.
stops_behind_ifb()
{
	local before
	before=$(drops A)
	check "$1: its address passes" reaches 10.7.7.2
	check "$1: another's does not" not reaches 10.7.7.9 1
	equal "$1: counted" " tx_source+1" "$(since "$before" "$(drops A)")"
}

routed_pod()
{
	setup_ns ROUTED
	set_sysctls "$ROUTED"
	ip_in "$NODE_A" <<-END
		link add p7 address 06:00:00:00:00:07 type veth peer name eth0 address 02:00:00:00:00:07 netns $ROUTED
		link set p7 addrgenmode none up
		route add 10.7.7.0/24 dev p7
		neigh add 10.7.7.2 dev p7 lladdr 02:00:00:00:00:07 nud permanent
		neigh add 10.7.7.9 dev p7 lladdr 02:00:00:00:00:07 nud permanent
	END
	up_with "$ROUTED" 10.7.7.2/32
	ip_in "$ROUTED" <<-END
		addr add 10.7.7.9/32 dev eth0
		route add 10.244.1.1/32 dev eth0
		neigh add 10.244.1.1 dev eth0 lladdr 06:00:00:00:00:07 nud permanent
	END
}

shape()
{
	in_ns "$NODE_A" tc qdisc add dev p7 ingress
	in_ns "$NODE_A" tc filter add dev p7 parent ffff: matchall \
		action mirred egress redirect dev ifb9 ||
		bail "nothing redirects to the ifb"
}

# Something that needs the link's receive handler.
upon_p7()
{
	ip -n "$NODE_A" link add link p7 name p7.9 type vlan id 9 ||
		bail "no VLAN device"
}

behind_ifb()
{
	local what="an ifb hands back what is checked"
	if ! ip -n "$NODE_A" link add ifb9 type ifb; then
		skip "$what" "the kernel has no ifb"
		return
	fi
	routed_pod
	ip -n "$NODE_A" link set ifb9 up
	shape
	check "no endpoint: its address passes" reaches 10.7.7.2
	check "no endpoint: another's, too" reaches 10.7.7.9
	tell A <<-END
		endpoint add dev ov0 link p7 address 10.7.7.2
	END
	hooks "a link with nothing upon it needs no more" not late_hooks
	stops_behind_ifb "nothing upon the link"
	upon_p7
	hooks "now hooks see all packets" late_hooks
	stops_behind_ifb "an ifb was there"
	ip -n "$NODE_A" link del ifb9
	in_ns "$NODE_A" tc qdisc del dev p7 ingress
	check "the endpoint goes" ctl A endpoint del dev ov0 link p7
	hooks "no hooks see all packets" not late_hooks
	tell A <<-END
		endpoint add dev ov0 link p7 address 10.7.7.2
	END
	hooks "without ifb there are none" not late_hooks
	stops_behind_ifb "no ifb"
	ip_in "$NODE_A" <<-END
		link add ifb9 type ifb
		link set ifb9 up
	END
	shape
	stops_behind_ifb "an ifb came later"
}

bridged_pods
craft_start "$POD_A" eth0 "$NEIGHBOUR" eth0 "$NODE_A" ov0
craft default dmac=$MAC_OTHER smac=$MAC isrc=$OWN4 idst=$OTHER4
craft control isport=9999
check "the right packet arrives" test "${reply%% *}" = got
forged_pass "no endpoint yet"
add_endpoint
equal "trace says so" "false tx-source" \
	"$(ctl A -j trace 10.244.1.9 10.244.2.2 iif p2 |
		jq -r '.[] | "\(.passes) \(.reason)"')"
ip_of_bridged
below_tags
arp
node_sends
hooks_come_and_go
craft_end
many_endpoints
behind_ifb
finish

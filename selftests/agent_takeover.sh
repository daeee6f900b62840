#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# A node that Flannel set up moves to k8sovd and back, under a ping of 1 kHz:
# the peer, which stays with Flannel, is told nothing and notices only the
# moment in which the UDP port changes hands. What cannot be done is refused
# with everything as it was, also when it fails half-way. Routes that Flannel made
# to a node next door go last, and come back first.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

# For flannel and lease_members.
# shellcheck disable=SC2034
MAC_A6=02:aa:00:00:00:31
# shellcheck disable=SC2034
MAC_B6=02:aa:00:00:00:32

need bridge

# As flanneld leaves it.
subnet_env()
{
	cat >"$AGENT/A.env" <<-END
		FLANNEL_NETWORK=10.244.0.0/16
		FLANNEL_SUBNET=10.244.1.1/24
		FLANNEL_IPV6_NETWORK=fd00:244::/32
		FLANNEL_IPV6_SUBNET=fd00:244:1::1/64
		FLANNEL_MTU=1450
		FLANNEL_IPMASQ=false
	END
}

# meets WORDS - pods of A and B reach each other
meets()
{
	check "$1: A reaches B: IPv4" ping_once "$POD_A" "$POD_B4"
	check "$1: A reaches B: IPv6" ping_once "$POD_A" "$POD_B6"
	check "$1: B reaches A: IPv4" ping_once "$POD_B" "$POD_A4"
	check "$1: B reaches A: IPv6" ping_once "$POD_B" "$POD_A6"
}

answers() { ip -n "$POD_A" -j -s link show eth0 | jq .[0].stats64.rx.packets; }
more_than() { [ "$(answers)" -gt "$1" ]; }

# under_ping WORDS COMMAND... - how many of 1000 a second are not answered
# The figure is for people: it depends on the machine.
under_ping()
{
	local what=$1 log pid sent got
	shift
	a_file log
	start "$log" in_ns "$POD_A" ping -q -n -i 0.001 "$POD_B4"
	pid=$started
	wait_for 20 more_than $(($(answers) + 300)) || bail "no answers"
	"$@"
	check "$what: answers come again" \
		wait_for 20 more_than $(($(answers) + 300))
	kill -INT -- "-$pid"
	wait "$pid"
	read -r sent got < <(awk '/transmitted/ { print $1, $4 }' "$log")
	note "$what: ${sent:-0} sent, $((sent - got)) lost at 1 kHz"
}

has_link() { ip -n "$NODE_A" link show "$1"; }

mac_of() { ip -n "$NODE_A" -j link show "$1" | jq -r '.[0].address'; }

# What Flannel programs on node A, in the words of ip and bridge.
programmed()
{
	ip -n "$NODE_A" -d link show dev flannel.1 |
		grep -o 'vxlan id 1 .* nolearning' | sed 's/srcport 0 0 //'
	ip -n "$NODE_A" addr show dev flannel.1 | grep -o 'inet .*/32'
	in_ns "$NODE_A" bridge fdb show dev flannel.1
	ip -n "$NODE_A" neigh show dev flannel.1
	ip -n "$NODE_A" route show dev flannel.1
	in_ns "$NODE_A" bridge fdb show dev flannel-v6.1
	ip -n "$NODE_A" -6 neigh show dev flannel-v6.1 nud permanent
	ip -n "$NODE_A" -6 route show fd00:244:2::/64
}

refusals()
{
	local before
	before=$(programmed)
	rm -f "$AGENT/A.env"
	agent A --takeover flannel
	check "without subnet.env: that is said" \
		wait_for 10 says A "A.env does not tell Flannel's network"
	wait "$AGENT_A"
	equal "without subnet.env: nothing is changed" "$before" "$(programmed)"
	check "nor is there a device of ours" not has_link ov0
	agent A --takeover back
	check "back without a device: that is said" \
		wait_for 10 says A "there is no k8sov device ov0"
	wait "$AGENT_A"
}

take()
{
	agent A --takeover flannel
	agent_ready A
}

moves()
{
	local words
	subnet_env
	under_ping "from Flannel to k8sov" take
	note "$(grep takeover "$AGENT/log.A" | sed 's/.*msg=//')"
	meets "after the takeover"
	check "Flannel's device is gone: IPv4" not has_link flannel.1
	check "Flannel's device is gone: IPv6" not has_link flannel-v6.1
	equal "ours has its MAC address, as its lease tells" "$MAC_A $MAC_A" \
		"$(jq -r '"\(.BackendData.VtepMAC) \(.BackendV6Data.VtepMAC)"' \
			"$CLUSTER/nodes/node-a.json")"
	equal "one route instead of many" "10.244.0.0/16" \
		"$(ip -n "$NODE_A" route show dev ov0 | cut -d' ' -f1)"
	equal "k8sovctl knows who is who" "node-a true node-b false" \
		"$(ctl A -j node show |
			jq -r '[.[] | .name, .self] | join(" ")')"
	check "and how old that is" test "$(ctl A -j node show |
		jq '.[1].age | . >= 0 and . < 3600')" = true
	agent_stop A
	words=$(generation A)
	agent A --takeover flannel
	agent_ready A
	equal "once more: there is nothing to do" "$words" "$(generation A)"
	agent_stop A
}

new_devices_have_ipv6()
{
	in_ns "$NODE_A" sysctl -qw "net.ipv6.conf.default.disable_ipv6=$1" ||
		bail "no sysctl"
}

# Flannel's devices are made, but what belongs to them is refused.
cannot_return()
{
	local before status=0
	before=$(ip -n "$NODE_A" -6 addr show dev ov0 scope global
		ip -n "$NODE_A" route show dev ov0
		ip -n "$NODE_A" -6 route show dev ov0)
	new_devices_have_ipv6 1
	agent A --takeover back
	wait "$AGENT_A" || status=$?
	new_devices_have_ipv6 0
	equal "a way back that fails: the exit status says so" 1 $status
	check "and the log says why" says A 'cannot write an address: '
	check "Flannel's device is not there" not has_link flannel.1
	equal "ours has its addresses and routes" "$before" \
		"$(ip -n "$NODE_A" -6 addr show dev ov0 scope global
		ip -n "$NODE_A" route show dev ov0
		ip -n "$NODE_A" -6 route show dev ov0)"
	meets "after a way back that failed"
}

give()
{
	agent A --takeover back
	wait "$AGENT_A"
	equal "it ends by itself" 0 $?
}

returns()
{
	under_ping "from k8sov to Flannel" give
	note "$(grep takeover "$AGENT/log.A" | sed 's/.*msg=//')"
	meets "after the way back"
	check "our device is gone" not has_link ov0
	equal "Flannel's has the MAC address that the peer knows" "$MAC_A" \
		"$(mac_of flannel.1)"
}

# Flannel's DirectRouting: a neighbour is a route, and nothing else.
goes_direct()
{
	local x y node s4 s6 ul4 ul6
	for x in A B; do
		[ $x = A ] && y=B || y=A
		node=NODE_$x s4=SUBNET_${y}4 s6=SUBNET_${y}6
		ul4=UL_${y}4 ul6=UL_${y}6
		in_ns "${!node}" bridge fdb flush dev flannel.1
		in_ns "${!node}" bridge fdb flush dev flannel-v6.1
		ip_in "${!node}" <<-END
			neigh flush dev flannel.1 nud permanent
			neigh flush dev flannel-v6.1 nud permanent
			route replace ${!s4} via ${!ul4} dev eth0
			route del ${!s6}
			route add ${!s6} via ${!ul6} dev eth0
		END
	done
	meets "with Flannel's direct routes"
}

routes_by_b()
{
	ip -n "$NODE_A" route show via "$UL_B4"
	ip -n "$NODE_A" -6 route show via "$UL_B6"
}

moves_direct()
{
	local before by_hand="10.99.0.0/16 dev eth0 "
	before=$(routes_by_b)
	ip_in "$NODE_A" <<<"route add 10.99.0.0/16 via $UL_B4"
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,\"Backend\":{\"Type\":\"vxlan\",\"DirectRouting\":true}}"
	under_ping "from Flannel's direct routes to k8sov" take
	meets "after the takeover of direct routes"
	equal "the peer is reached directly" direct "$(ctl A -j host show \
		name node-b | jq -r '.[0].encap')"
	check "Flannel's direct routes go, others stay" \
		wait_for 10 routes_are "$by_hand"
	agent_stop A
	under_ping "from k8sov to Flannel's direct routes" give
	meets "after the way back to direct routes"
	ip_in "$NODE_A" <<<"route del 10.99.0.0/16 via $UL_B4"
	equal "the direct routes are back" "$before" "$(routes_by_b)"
	check "a node whose peers are all next door gets no device of Flannel's" \
		eval '! has_link flannel.1 && ! has_link flannel-v6.1'
}

routes_are() { [ "$(routes_by_b)" = "$1" ]; }

two_nodes
agent_files
cluster_dir
node_file A "$(lease_members A)"
node_file B "$(lease_members B)"
flannel A
flannel B
flannel_knows A B
flannel_knows B A
meets "with Flannel on both"
flannel_words=$(programmed)
refusals
moves
cannot_return
# Our device has one MAC address for both families, and the peer's flanneld
# hears of it. Ours takes either, but Flannel's on the way back does not.
flannel_knows B A
returns
equal "all entries are as Flannel made them" "$flannel_words" "$(programmed)"
goes_direct
moves_direct
finish

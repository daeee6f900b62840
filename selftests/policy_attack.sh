#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Tricks that get nobody past policy, all counted: forged senders, extension
# headers, fragments, source routes, ICMP redirects, errors made up by others,
# a full connection table, floods.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"
# shellcheck source=selftests/policy.sh
. "$(dirname "$0")/policy.sh"

need conntrack socat

# POD_A may hear UDP to port 7002 from POD_A2 and no more.
forged()
{
	from podb pod2
	tell A <<-END
		ruleset replace dev ov0 id 7 rule accept rule drop default 1 class 0 301 class 1 400 range 0 udp:7002 0 range 1 udp:9999 0
	END
	pod_is pod2 ingress 7
	control idport=9999
	dropped policy_ingress "who is not allowed" idport=7002
	from pod3 pod2
	control
	dropped tx_source "a neighbour that calls itself another pod" \
		isrc="$POD_B4"
	dropped tx_source "or the node" isrc="$GW_A4"
	dropped tx_source "or the node, v6" isrc="$GW_A6" idst="$POD_A6"
	arrives "another link-layer sender is the same pod" \
		smac=02:00:00:00:00:99
	dropped policy_ingress "and gets no further" \
		smac=02:00:00:00:00:99 idport=7003
}

# heard WORDS... - how many such packets arrive
heard()
{
	craft "$@"
	[ "${reply%% *}" = got ] && echo 1 || echo 0
}

# The destination options header, empty: what it hides is judged.
headers()
{
	local hidden=1100010400000000
	arrives "an extension header before what is allowed" "${V6[@]}" iproto=60 \
		ioptions=$hidden
	dropped policy_ingress "before what is not" "${V6[@]}" iproto=60 \
		ioptions=$hidden idport=7003
	dropped policy_ingress "two of them" "${V6[@]}" iproto=60 idport=7003 \
		ioptions=3c00010400000000$hidden
	dropped policy_invalid "a protocol that is none" "${V6[@]}" iproto=59
	arrives "IPv4 options before what is allowed" ioptions=01010101
	dropped policy_ingress "before what is not" ioptions=01010101 \
		idport=7003
	equal "a source route is for nobody" 0 \
		"$(heard ioptions=8307040af4010200)"
}

# Fragments are judged as the datagram that they make, or never.
pieces()
{
	equal "a first fragment alone does not pass" 0 "$(heard ifrag=0x2000)"
	equal "a tiny one neither" 0 "$(heard ifrag=0x2000 size=0)"
	equal "nor a later one" 0 "$(heard ifrag=1)"
	equal "nor one that overlaps it" 0 "$(heard ifrag=0x2001)"
	equal "nor in IPv6" 0 "$(heard "${V6[@]}" ifrag=0x9)"
	dropped policy_ingress "a first one in IPv6 shows its port" "${V6[@]}" \
		ifrag=0x1 idport=7003
	dropped policy_ingress "an atomic fragment hides nothing" "${V6[@]}" \
		iproto=17 ioptions=1100000000000001 iproto=44 idport=7003
}

icmp()
{
	from pod3 podb
	control
	dropped policy_redirect "a redirect by a pod" ikind=icmp itype=5
	dropped policy_redirect "a redirect by a pod, v6" ikind=icmp \
		itype=137 "${V6[@]}"
	from podb pod2
	control idport=9999
	dropped policy_redirect "a redirect to a pod" ikind=icmp itype=5
	arrives "a flow" idport=9999 isport=500
	arrives "a flow, v6" idport=9999 isport=500 "${V6[@]}"
	arrives "an error of its own end" ikind=icmp itype=3 icode=3 \
		iquote="$POD_A4,$POD_B4,9999,500"
	from pod3 pod2
	control
	dropped policy_ingress "an error about it, made up by another" \
		ikind=icmp itype=3 icode=3 \
		iquote="$POD_A4,$POD_B4,9999,500"
	dropped policy_ingress "the same in IPv6" ikind=icmp itype=1 "${V6[@]}" \
		iquote="$POD_A6,$POD_B6,9999,500"
	dropped policy_invalid "an error about nothing" ikind=icmp itype=3 \
		iquote="$POD_A4,$POD_B4,1,2"
}

entries() { in_ns "$NODE_A" conntrack -C; }

floods()
{
	local before i
	craft_end
	in_ns "$NODE_A" conntrack -F 2>/dev/null
	before=$(drops A)
	in_ns "$POD_A2" bash -c "
		for ((i = 2000; i < 2200; i++)); do
			echo x >/dev/udp/$POD_A4/\$i
		done"
	equal "each denied flow is counted" " policy_ingress+200" \
		"$(since "$before" "$(drops A)")"
	equal "and none is remembered" 0 "$(entries)"
}

# With no room for another connection nothing new passes, and what is there
# goes on.
full()
{
	local max
	max=$(sysctl -n net.netfilter.nf_conntrack_max)
	defer sysctl -qw "net.netfilter.nf_conntrack_max=$max"
	from pod3 pod2
	control
	sysctl -qw net.netfilter.nf_conntrack_max=1
	equal "no room: a new flow does not pass" 0 "$(heard isport=600)"
	arrives "no room: an old one does"
	sysctl -qw "net.netfilter.nf_conntrack_max=$max"
	arrives "room again" isport=601
}

say_more()
{
	in_ns "$POD_A2" socat -u - "UDP:$POD_A4:7002,sourceport=700" <<<x
}

# An address goes from a pod that may to one that may not.
reuse()
{
	check "a flow of the old pod" say_more
	tell A <<-END
		endpoint del dev ov0 link pod3
	END
	counts "its address is nobody's: the flow ends" " policy_unknown+1" \
		say_more
	tell A <<-END
		endpoint add dev ov0 link pod3 address $POD_A24 identity 999 state ready
	END
	counts "it is another's: the flow is not his" " policy_ingress+1" \
		say_more
}

policy_nodes
forged
headers
pieces
icmp
floods
full
reuse
finish

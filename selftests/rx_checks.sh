#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# What a node does not take from the underlay: each kind of wrong packet is
# dropped and counted once, by its own reason, and the right one behind it
# arrives at the pod.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

# Everything is sent by node B's own interface, to pod A.
inner6="isrc=fd00:244:2::2 idst=fd00:244:1::2"

# defaults ENCAP [OUTER-SOURCE OUTER-DESTINATION]
defaults()
{
	craft default dmac="$(mac_of "$NODE_A" eth0)" \
		smac="$(mac_of "$NODE_B" eth0)" encap="$1" \
		src="${2:-192.0.2.2}" dst="${3:-192.0.2.1}" \
		edst=$MAC_A esrc=$MAC_B isrc=10.244.2.2 idst=10.244.1.2
	craft control isport=9999
	check "$1 from ${2:-192.0.2.2}: the right packet arrives" \
		test "${reply%% *}" = got
}

# dropped_each REASON BEHAVIOUR WORDS... - each word list of standard input
dropped_each()
{
	local reason=$1 what=$2 words n=0 arrived=''
	shift 2
	while read -r words; do
		craft "$@" "$words"
		[ "$reply" = "lost $reason+1" ] || arrived+="$words: $reply, "
		n=$((n + 1))
	done
	equal "$what: all $n dropped" "" "$arrived"
}

# cut_short FROM TO WORDS... - outer payloads of FROM to TO - 1 bytes
cut_short()
{
	local from=$1 to=$2
	shift 2
	craft cuts "$from" "$to" "$@"
	equal "cut to $from…$((to - 1)) bytes: dropped ($*)" \
		"passed 0 rx_truncated+$((to - from))" "$reply"
}

# What any encapsulation may carry.
inner_packets()
{
	dropped rx_source "$1: inner source of nobody" isrc=8.8.8.8
	dropped rx_source "$1: inner source of another host" isrc=10.244.3.2
	dropped rx_source "$1: inner source of this node" isrc=10.244.1.3
	dropped rx_source "$1: inner IPv6 source of another host" \
		isrc=fd00:244:3::2 idst=fd00:244:1::2
	dropped rx_destination "$1: inner destination of nobody" idst=8.8.8.8
	dropped rx_destination "$1: inner destination on another host" \
		idst=10.244.3.2
	dropped rx_destination "$1: inner IPv6 destination on another host" \
		isrc=fd00:244:2::2 idst=fd00:244:3::2
	dropped rx_multicast "$1: inner multicast" idst=224.0.0.251
	dropped rx_multicast "$1: inner broadcast" idst=255.255.255.255
	dropped rx_multicast "$1: inner IPv6 multicast" \
		isrc=fd00:244:2::2 idst=ff02::fb
	dropped rx_ecn "$1: congestion that the inner packet cannot carry" \
		tos=3 itos=0
	dropped rx_malformed "$1: inner header length of 16" ibyte0=0x44
	dropped rx_malformed "$1: inner version 6 in an IPv4 packet" ibyte0=0x65
	dropped rx_malformed "$1: inner length below its header's" ilen=19
	dropped rx_malformed "$1: inner version 4 in an IPv6 packet" \
		"$inner6" ibyte0=0x40
	arrives "$1: inner IPv6" "$inner6"
}

vxlan_headers()
{
	dropped rx_host "vxlan: unknown outer source" src=192.0.2.99
	dropped rx_vni "vxlan: another VNI" vni=2
	dropped rx_flags "vxlan: no VNI flag" header=0000000000000100
	dropped_each rx_flags "vxlan: a reserved flag" < <(
		for bit in {0..26} {28..31}; do
			printf 'header=%08x00000100\n' \
				$((0x08000000 | 1 << bit))
		done)
	dropped_each rx_flags "vxlan: a reserved bit behind the VNI" < <(
		for bit in {0..7}; do
			printf 'header=08000000%08x\n' $((0x100 | 1 << bit))
		done)
	dropped rx_mac "vxlan: inner broadcast frame" edst=ff:ff:ff:ff:ff:ff
	dropped rx_mac "vxlan: inner multicast frame" edst=01:00:5e:00:00:01
	dropped rx_not_ip "vxlan: ARP" etype=0x0806
	dropped rx_not_ip "vxlan: LLDP" etype=0x88cc
	dropped rx_not_ip "vxlan: inner VLAN tag" etype=0x8100
	cut_short 0 42
	cut_short 42 62 "$inner6"
	arrives "vxlan: outer IPv4 without checksum" csum=0
	arrives "vxlan: any source port" sport=1
}

geneve_headers()
{
	dropped rx_host "geneve: unknown outer source" src=192.0.2.99
	dropped rx_vni "geneve: another VNI" vni=2
	dropped rx_option "geneve: a critical option" \
		header=0240655800000100 options=0102800100000000
	dropped rx_flags "geneve: a control packet" header=0080655800000100
	dropped rx_flags "geneve: version 1" header=4000655800000100
	dropped rx_protocol "geneve: IPv4 without Ethernet" \
		header=0000080000000100
	arrives "geneve: an option" options=0102030100000000
	arrives "geneve: reserved bits" header=003f6558000001ff
	cut_short 0 42
	cut_short 42 62 "$inner6"
	cut_short 34 50 options=0102030100000000
	dropped rx_truncated "geneve: options longer than the packet" \
		header=3f00655800000100
}

two_nodes
overlay A
overlay_host A B vxlan 4 source "$UL_B6"
tell A <<-END
	host add dev ov0 id 3 name node-c remote 192.0.2.3 encap vxlan mac $MAC_C
	subnet add 10.244.3.0/24 dev ov0 via id 3
	subnet add fd00:244:3::/64 dev ov0 via id 3
END
ip -n "$NODE_B" addr add 192.0.2.99/32 dev eth0
craft_start "$NODE_B" eth0 "$POD_A" eth0 "$NODE_A" ov0

defaults vxlan
vxlan_headers
inner_packets vxlan
defaults vxlan "$UL_B6" "$UL_A6"
dropped rx_host "vxlan: unknown outer IPv6 source" src=2001:db8::99
inner_packets "vxlan in IPv6"
craft csum=0
equal "vxlan: outer IPv6 without checksum is refused" lost "$reply"
ip_in "$NODE_A" <<-END
	link set ov0 down
	link set ov0 type k8sov udp6zerocsumrx
	link set ov0 up
	route add 10.244.0.0/16 dev ov0
END
arrives "vxlan: outer IPv6 without checksum, if wanted" csum=0

ctl A host replace dev ov0 id 2 name node-b remote "$UL_B4" encap geneve \
	mac $MAC_B
defaults geneve
geneve_headers
inner_packets geneve

ctl A host replace dev ov0 id 2 name node-b remote "$UL_B4" encap ipip
defaults ipip
inner_packets ipip
craft cuts 0 20
equal "ipip: less than an inner header does not arrive" "passed 0" "$reply"
craft src=192.0.2.3
equal "ipip: not from a host that uses vxlan" lost "$reply"

ip -n "$NODE_A" link set ov0 down
craft ittl=63
equal "ipip: a device that is down drops both packets" \
	"lost, and so is the control packet rx_down+2" "$reply"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Pods of a bridge obey policy among themselves as well, if br_netfilter shows
# their packets to netfilter; if it does not, nothing but ARP passes.
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

# bridge_pod POD N - pod N of node A on cni0, as the bridge plugin makes it
bridge_pod()
{
	ip_in "$NODE_A" <<-END
		link add pod$2 type veth peer name eth0 netns $1
		link set pod$2 master cni0
		link set pod$2 up
	END
	ip_in "$1" <<-END
		link set lo up
		link set eth0 up
		addr add 10.244.1.$2/24 dev eth0
		addr add fd00:244:1::$2/64 dev eth0 nodad
		route add default via 10.244.1.1
		route add default via fd00:244:1::1
	END
}

bridged_nodes()
{
	two_nodes
	overlay_pair vxlan 4
	ip -n "$NODE_A" link del pod2
	setup_ns POD_A2
	set_sysctls "$POD_A2"
	ip_in "$NODE_A" <<-END
		link add cni0 type bridge
		link set cni0 up
		addr del $GW_A4/32 dev lo
		addr del $GW_A6/128 dev lo
		addr add $GW_A4/24 dev cni0
		addr add $GW_A6/64 dev cni0 nodad
	END
	bridge_pod "$POD_A" 2
	bridge_pod "$POD_A2" 3
	tell A <<-END
		identity add 10.244.2.2/32 dev ov0 identity 400
	END
	pod_is pod2
	pod_is pod3
	mode enforce
}

# show_netfilter 0|1
show_netfilter()
{
	in_ns "$NODE_A" bash -c "
		cd /proc/sys/net/bridge &&
		echo $1 >bridge-nf-call-iptables &&
		echo $1 >bridge-nf-call-ip6tables" || bail "no sysctls"
}

# Neighbours ask and listeners tell in IPv6, so more than the ping is dropped.
closed()
{
	local before
	before=$(denials)
	check "$1: pods of the bridge do not meet" \
		not ping_once "$POD_A" "$POD_A24" -W 1
	equal "$1: counted" " policy_bridged+N" \
		"$(since "$before" "$(denials)" | sed 's/[0-9]\+$/N/')"
	check "$1: nor in IPv6" not ping_once "$POD_A" "$POD_A26" -W 1
	check "$1: but ARP passes" eval \
		"ip -n $POD_A neigh show $POD_A24 | grep -q lladdr"
	check "$1: what is routed passes" ping_once "$POD_A" "$POD_B4"
	check "$1: to the node too" ping_once "$POD_A" "$GW_A6"
}

judged()
{
	rules 7 rule accept rule drop default 1 class 0 400 range 0 all 0
	rules 8 rule accept rule drop default 1 class 0 301 range 0 all 0
	counts "pods of the bridge meet" "" ping_once "$POD_A" "$POD_A24"
	counts "and in IPv6" "" ping_once "$POD_A" "$POD_A26"
	pod_is pod3 ingress 7
	counts "but not against policy" " policy_ingress+1" \
		not ping_once "$POD_A" "$POD_A24" -W 1
	counts "nor in IPv6" " policy_ingress+1" \
		not ping_once "$POD_A" "$POD_A26" -W 1
	counts "who may comes from another node" "" \
		ping_once "$POD_B" "$POD_A24"
	pod_is pod3
	pod_is pod2 egress 8
	counts "leaving as well" "" ping_once "$POD_A" "$POD_A24"
	counts "is as the rules say" " policy_egress+1" \
		not ping_once "$POD_A" "$POD_B6" -W 1
	counts "replies need none" "" ping_once "$POD_B" "$POD_A4"
}

# What has no address that says which pod it is.
on_link()
{
	rules 7 rule drop
	pod_is pod2
	pod_is pod3 ingress 7
	ip -n "$POD_A" addr add fe80::2/64 dev eth0 nodad
	ip -n "$POD_A2" addr add fe80::3/64 dev eth0 nodad
	counts "link-local addresses are no way around" " policy_ingress+1" \
		not ping_once "$POD_A" fe80::3%eth0 -W 1
	craft_start "$POD_A" eth0 "$POD_A2" eth0 "$NODE_A" ov0
	craft default smac="$(mac_of "$POD_A" eth0)" isrc="$POD_A4" \
		dmac="$(mac_of "$POD_A2" eth0)" idst="$POD_A24"
	rules 7 rule accept rule drop default 1 class 0 300 range 0 udp:7002 0
	control isport=9999
	dropped policy_ingress "multicast is none" idport=5353 \
		idst=224.0.0.251 dmac=01:00:5e:00:00:fb
	arrives "and obeys the same rules" \
		idst=224.0.0.251 dmac=01:00:5e:00:00:fb
	dropped policy_bridged "nor is a VLAN" tags=81000005
	check "and neighbours find each other" eval \
		"ip -n $POD_A neigh show fe80::3 | grep -q lladdr"
}

need_module br_netfilter
bridged_nodes
show_netfilter 0
closed "netfilter does not see the bridge"
show_netfilter 1
judged
on_link
pod_is pod3
show_netfilter 0
closed "no longer"
mode off
check "with policy off they meet" ping_once "$POD_A" "$POD_A24"
finish

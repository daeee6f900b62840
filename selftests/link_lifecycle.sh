#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The life of devices: what a bare "ip link add" gives, many of them, other
# namespaces, ends in any order, changes while traffic runs, and unloading.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

need jq

detail() { ip -n "$NODE_A" -d -j link show "$1" | jq -c "$2"; }

exists() { ip -n "$1" link show "$2" >/dev/null; }

defaults()
{
	ip -n "$NODE_A" link add ov0 type k8sov
	equal "no option: VNI 1, port 8472, no tracking, DF" \
		'[1,8472,"set",true]' \
		"$(detail ov0 '.[0].linkinfo.info_data | [.id,.port,.df,.notrack]')"
	refuses "the same VNI on the same port is refused" \
		"Another k8sov device has this id" \
		ip -n "$NODE_A" link add ov1 type k8sov
	check "another VNI is not" ip -n "$NODE_A" link add ov1 type k8sov id 2
	check "nor the same in another namespace" \
		ip -n "$NODE_B" link add ov0 type k8sov
	unpeer A
	unpeer B
	ip -n "$NODE_A" link del ov1
}

many()
{
	local i
	for i in {1..64}; do
		echo "link add many$i type k8sov id $i"
		echo "link set many$i up"
	done | ip_in "$NODE_A"
	equal "64 devices are up on one port" 64 \
		"$(ip -n "$NODE_A" -o link show up type k8sov | wc -l)"
	equal "through one socket for each family" 2 \
		"$(in_ns "$NODE_A" cat /proc/net/udp /proc/net/udp6 |
			grep -c :2118)"
	for i in {1..64}; do
		echo "link del many$i"
	done | ip_in "$NODE_A"
}

port_taken()
{
	ip -n "$NODE_A" link add flannel.1 type vxlan id 1 dstport 8472 dev eth0
	ip -n "$NODE_A" link set flannel.1 up
	ip -n "$NODE_A" link add ov0 type k8sov
	refuses "a port that vxlan has is refused, naming the likely owner" \
		"most likely by a vxlan device" ip -n "$NODE_A" link set ov0 up
	equal "and the device stays down" '"DOWN"' "$(detail ov0 '.[0].operstate')"
	ip -n "$NODE_A" link del flannel.1
	check "without the vxlan device it comes up" \
		ip -n "$NODE_A" link set ov0 up
	unpeer A
}

changes()
{
	local option pid
	overlay_pair vxlan 4
	log=''
	a_file log
	start "$log" xfer stream "$POD_A" "$POD_B" "$POD_B4" 1000000000
	pid=$started
	while read -r option; do
		# shellcheck disable=SC2086
		check "changed under traffic: $option" \
			ip -n "$NODE_A" link set ov0 type k8sov $option
	done <<-END
		ttl 9
		ttl inherit
		ttl auto
		tos 0x28
		tos inherit
		tos 0
		df unset
		df inherit
		df set
		noudpcsum
		udpcsum
		udp6zerocsumtx
		noudp6zerocsumtx
		fwmark 7
		fwmark 0
		nonotrack
		notrack
		srcport 1000 2000
		srcport 0 0
		maxhosts 100
		maxsubnets 100
		maxendpoints 100
		maxidentities 100
		nomtuauto
		mtuauto
	END
	for option in "dstport 9999" "geneveport 9999" udp6zerocsumrx "dev lo" \
		"local $UL_A4"; do
		# shellcheck disable=SC2086
		refuses "refused while up: $option" "while the device is down" \
			ip -n "$NODE_A" link set ov0 type k8sov $option
	done
	refuses "the id never changes" "cannot change" \
		ip -n "$NODE_A" link set ov0 type k8sov id 9
	check "no packet was lost meanwhile" kill -0 "$pid"
	stop "$pid"
	for option in 1 2 3 4 5; do
		ip_in "$NODE_A" <<-END
			link set ov0 down
			link set ov0 up
			route add 10.244.0.0/16 dev ov0
		END
	done
	check "after going down and up packets flow" ping_once "$POD_A" "$POD_B4"
}

# The device in a namespace of its own, its underlay on node A.
tenant()
{
	setup_ns TENANT
	ip_in "$NODE_A" <<-END
		link set ov0 netns $TENANT
	END
	ip_in "$TENANT" <<-END
		link set lo up
		link set ov0 up
		addr add 10.244.1.9/32 dev ov0
		route add 10.244.0.0/16 dev ov0
	END
}

netns()
{
	tenant
	check "moved, the underlay stays behind" ping_once "$TENANT" "$POD_B4"
	check "and packets arrive there" ping_once "$POD_B" 10.244.1.9
	check "its tables moved along" \
		test "$(k8sovctl -n "$TENANT" -j host show | jq length)" = 1
	delete_ns "$TENANT"
	check "the device's namespace ends: its port is free" wait_for 10 \
		port_free
	overlay A
	overlay_host A B vxlan 4
	check "and can be used again" ping_once "$POD_A" "$POD_B4"
	tenant
	delete_ns "$NODE_A"
	check "the underlay's namespace ends: the device, too" \
		wait_for 10 not exists "$TENANT" ov0
}

port_free() { not grep -q :2118 <(in_ns "$NODE_A" cat /proc/net/udp); }

lower_and_module()
{
	overlay_pair geneve 6 dev eth0
	check "on an underlay device" ping_once "$POD_A" "$POD_B4"
	ip -n "$NODE_A" link del eth0
	check "it goes, and the device with it" \
		wait_for 10 not exists "$NODE_A" ov0
	check "that of the other end, too" wait_for 10 not exists "$NODE_B" ov0

	two_nodes
	overlay_pair vxlan 4
	start "$log" in_ns "$POD_A" ping -q -f "$POD_B4"
	check "the module can be unloaded while packets flow" modprobe -r k8sov
	check "its devices are gone" not exists "$NODE_A" ov0
	check "and come again with it" modprobe k8sov
	overlay_pair vxlan 4
	# A flood takes another ping's answer now and then, also over a bare link.
	stop "$started"
	check "as before" ping_once "$POD_A" "$POD_B4"
}

two_nodes
defaults
many
port_taken
changes
netns
two_nodes
lower_and_module
finish

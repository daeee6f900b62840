#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# A pod may only send from its endpoint's addresses, to other nodes, to pods of
# its own and to the node itself; the rest is dropped, counted once and tracked
# nowhere. The check follows the endpoints while packets run.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

need nft conntrack socat jq

# A second pair of addresses that the pod helps itself to.
OTHER4=10.244.1.99
OTHER6=fd00:244:1::99

take_addresses()
{
	ip_in "$POD_A" <<-END
		addr add $OTHER4/32 dev eth0
		addr add $OTHER6/128 dev eth0 nodad
	END
	ip_in "$NODE_A" <<-END
		route add $OTHER4 dev pod2
		route add $OTHER6 dev pod2
		neigh add $OTHER4 dev pod2 lladdr $(mac_of "$POD_A" eth0) nud permanent
		neigh add $OTHER6 dev pod2 lladdr $(mac_of "$POD_A" eth0) nud permanent
	END
}

# others_pass WHAT - packets from these addresses reach everybody
others_pass()
{
	local to
	for to in "$POD_B4" 10.244.1.3 "$GW_A4"; do
		check "$1: $OTHER4 reaches $to" \
			ping_once "$POD_A" "$to" -I $OTHER4
	done
	for to in "$POD_B6" fd00:244:1::3 "$GW_A6"; do
		check "$1: $OTHER6 reaches $to" \
			ping_once "$POD_A" "$to" -I $OTHER6
	done
}

# others_stop WHAT - they reach nobody, each is counted, and the pod's own pass
others_stop()
{
	local to source before
	for to in "$POD_B4" 10.244.1.3 "$GW_A4" \
		"$POD_B6" fd00:244:1::3 "$GW_A6"; do
		source=$OTHER4
		[[ $to != *:* ]] || source=$OTHER6
		before=$(drops A)
		check "$1: $source does not reach $to" \
			not ping_once "$POD_A" "$to" -I $source -W 1
		equal "$1: counted" " tx_source+1" \
			"$(since "$before" "$(drops A)")"
	done
	check "$1: the pod's own IPv4 address passes" \
		ping_once "$POD_A" "$POD_B4" -I "$POD_A4"
	check "$1: the pod's own IPv6 address passes" \
		ping_once "$POD_A" "$POD_B6" -I "$POD_A6"
}

# Sources made by hand; control packets say that the way is open.
forged_sources()
{
	local source
	craft_start "$POD_A" eth0 "$POD_B" eth0 "$NODE_A" ov0
	craft default dmac="$(mac_of "$NODE_A" pod2)" \
		smac="$(mac_of "$POD_A" eth0)" isrc="$POD_A4" idst="$POD_B4"
	craft control isport=9999
	check "the right packet arrives" test "${reply%% *}" = got
	for source in 8.8.8.8 "$POD_B4" 10.244.1.3 "$GW_A4" "$UL_A4" \
		0.0.0.0 127.0.0.1 224.0.0.1 255.255.255.255 169.254.1.1; do
		dropped tx_source "from $source" isrc="$source"
	done
	for source in 2001:4860::8 "$POD_B6" fd00:244:1::3 "$GW_A6" \
		"$UL_A6" :: "::ffff:$POD_A4" fe80::2; do
		dropped tx_source "from $source" isrc="$source" idst="$POD_B6"
	done
	dropped tx_source "not to a multicast group" isrc=8.8.8.8 \
		idst=224.0.0.251
	dropped tx_source "not to an IPv6 multicast group" \
		isrc=$OTHER6 idst=ff02::fb
	dropped tx_source "link-local stays on the link" \
		isrc=fe80::2 idst=ff0e::1
	dropped tx_source "no address, but not to all" isrc=0.0.0.0 \
		idst="$GW_A4"
	arrives "the pod's IPv6 address" isrc="$POD_A6" idst="$POD_B6"
}

tracked() { in_ns "$NODE_A" conntrack -L 2>/dev/null | grep -c "src=$1 "; }

nothing_is_tracked()
{
	in_ns "$NODE_A" nft -f - <<-END
		table inet track {
			chain in {
				type filter hook prerouting priority 0
				ct state invalid counter
			}
		}
	END
	dropped tx_source "from 8.8.4.4, tracked" isrc=8.8.4.4
	equal "what is dropped is not tracked" 0 "$(tracked 8.8.4.4)"
	check "what passes is" test "$(tracked "$POD_A4")" -gt 0
	in_ns "$NODE_A" nft delete table inet track
}

pod_address_is() { ip -n "$POD_A" -6 addr show dev eth0 | grep -q "$1.* $2"; }

neighbour_is() { ip -n "$POD_A" neigh show "$1" | grep -q "$2"; }

# The kernel has no packet to take a source from when it probes.
probes()
{
	local global=fd00:99::1 before
	ip -n "$NODE_A" addr add $global/128 dev pod2 nodad
	before=$(drops A)
	ip_in "$POD_A" <<-END
		route add $global dev eth0
		neigh add $global dev eth0 lladdr $(mac_of "$NODE_A" pod2) nud probe
	END
	check "a neighbour's global address is probed" \
		wait_for 20 neighbour_is $global REACHABLE
	equal "no probe was dropped" "" "$(since "$before" "$(drops A)")"
	dropped tx_source "what is no probe stays on the link" \
		isrc=fe80::2 idst=$global
}

# What a pod without addresses says to the link.
link_protocols()
{
	local heard
	a_file heard
	start /dev/null in_ns "$NODE_A" socat -u \
		UDP4-RECV:7002,so-bindtodevice=pod2 "OPEN:$heard,append"
	check "somebody listens for DHCP" wait_for 20 eval \
		"in_ns $NODE_A ss -Hlun | grep -q :7002"
	craft isrc=0.0.0.0 idst=255.255.255.255 dmac=ff:ff:ff:ff:ff:ff
	check "DHCP: 0.0.0.0 to all arrives at the node" \
		wait_for 20 grep -q k8sov "$heard"
	stop "$started"
	ip -n "$NODE_A" addr add fe80::1/64 dev pod2 nodad
	ip_in "$POD_A" <<-END
		addr add fe80::2/64 dev eth0 nodad
		neigh del fe80::1 dev eth0
	END
	check "neighbours find each other by their link-local addresses" \
		ping_once "$POD_A" fe80::1%eth0
	probes
	in_ns "$POD_A" bash -c '
		echo 1 >/proc/sys/net/ipv6/conf/all/accept_dad
		echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad'
	ip -n "$NODE_A" addr add fe80::dd/64 dev pod2 nodad
	ip -n "$POD_A" addr add fe80::dd/64 dev eth0
	check "the question from :: whether an address is taken is answered" \
		wait_for 20 pod_address_is fe80::dd dadfailed
	ip -n "$POD_A" addr del fe80::dd/64 dev eth0
}

# replace ARG... - the endpoint of pod A
replace() { ctl A endpoint replace dev ov0 link pod2 "$@"; }

addresses_change()
{
	local all saved
	all="address $POD_A4 address $POD_A6"
	# shellcheck disable=SC2086
	check "the endpoint gets more addresses" replace $all \
		address $OTHER4 address $OTHER6
	others_pass "more addresses"
	# shellcheck disable=SC2086
	check "and loses them" replace $all
	others_stop "fewer addresses"
	check "the endpoint loses all addresses" replace
	check "without addresses nothing passes" \
		not ping_once "$POD_A" "$GW_A4" -W 1
	# shellcheck disable=SC2086
	check "it gets its own back" replace $all
	saved=$(ctl A endpoint save dev ov0)
	check "a transaction deletes the endpoint" ctl A endpoint flush dev ov0
	others_pass "no endpoint"
	check "a transaction brings it back" \
		ctl A endpoint restore dev ov0 <<<"$saved"
	others_stop "restored"
	check "the endpoint is deleted" ctl A endpoint del dev ov0 link pod2
	others_pass "endpoint deleted"
	# shellcheck disable=SC2086
	check "the endpoint is added" replace $all
}

# Each device checks for itself.
two_devices()
{
	ip_in "$NODE_A" <<-END
		link add ov1 type k8sov id 7
		link set ov1 up
	END
	tell A <<-END
		endpoint add dev ov1 link pod3 address 10.244.1.3
	END
	check "another device has the next pod" \
		ping_once "$POD_A3" "$GW_A4" -I 10.244.1.3
	check "with IPv4 only" \
		not ping_once "$POD_A3" "$GW_A6" -I fd00:244:1::3 -W 1
	check "and counts for itself" grep -q "drop_tx_source: [1-9]" \
		<(in_ns "$NODE_A" ethtool -S ov1)
	tell A <<-END
		endpoint add dev ov1 link pod2 address $POD_A4 address $OTHER4
	END
	check "a pod of two devices sends what both allow" \
		ping_once "$POD_A" "$GW_A4" -I "$POD_A4"
	check "but not what one allows" \
		not ping_once "$POD_A" "$GW_A4" -I $OTHER4 -W 1
	check "one device goes" ip -n "$NODE_A" link del ov1
	check "its pods are free" ping_once "$POD_A3" "$GW_A6" -I fd00:244:1::3
	others_stop "the other device stays"
}

device_goes()
{
	ip -n "$NODE_A" link set ov0 down
	check "a device that is down checks" \
		not ping_once "$POD_A" "$GW_A4" -I $OTHER4 -W 1
	ip -n "$NODE_A" link set ov0 netns "$NODE_B" name ov9
	check "one that moved away does not" \
		ping_once "$POD_A" "$GW_A4" -I $OTHER4
	ip -n "$NODE_B" link set ov9 netns "$NODE_A" name ov0
	tell A <<-END
		endpoint add dev ov0 link pod2 address $POD_A4
	END
	check "one that came back does" \
		not ping_once "$POD_A" "$GW_A4" -I $OTHER4 -W 1
	ip -n "$NODE_A" link del ov0
	check "one that is deleted does not" \
		ping_once "$POD_A" "$GW_A4" -I $OTHER4
}

two_nodes
add_pod POD_A3 A 3
take_addresses
overlay_pair vxlan 4
others_pass "no endpoint yet"
tell A <<-END
	endpoint add dev ov0 link pod2 address $POD_A4 address $POD_A6
END
others_stop "an endpoint"
equal "trace says so" "false tx-source" \
	"$(ctl A -j trace $OTHER4 "$POD_B4" iif pod2 |
		jq -r '.[] | "\(.passes) \(.reason)"')"
check "a pod that is no endpoint sends what it likes" \
	ping_once "$POD_A3" "$POD_B4"
forged_sources
nothing_is_tracked
link_protocols
craft_end
addresses_change
two_devices
device_goes
finish

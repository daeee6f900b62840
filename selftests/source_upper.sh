#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Who checks the sources of a pod makes room for what is built upon its link,
# a bridge or a VLAN device, and not one packet passes unchecked meanwhile.
# What cannot wait for that is refused.
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

need nft jq

FORGED4=10.244.1.99
FORGED6=fd00:244:1::99
ROUNDS=10
! emulated || ROUNDS=4

add_endpoint()
{
	tell A <<-END
		endpoint add dev ov0 link pod2 address $POD_A4 address $POD_A6
	END
}

# A link that has nothing upon it, and an endpoint that is new there.
anew()
{
	ctl A endpoint flush dev ov0 || bail "no flush"
	add_endpoint
}

checked()
{
	arrives "$1: its IPv4 address"
	arrives "$1: its IPv6 address" isrc="$POD_A6" idst="$POD_B6"
	dropped tx_source "$1: another's IPv4 address" isrc=$FORGED4
	dropped tx_source "$1: another's IPv6 address" isrc=$FORGED6 \
		idst="$POD_B6"
	dropped tx_source "$1: another's address in ARP" sender="$GW_A4"
	dropped tx_source "$1: two tags" tags=8100000081000000
}

unchecked()
{
	arrives "$1: another's IPv4 address" isrc=$FORGED4
	arrives "$1: another's IPv6 address" isrc=$FORGED6 idst="$POD_B6"
}

bridge()
{
	anew
	hooks "a link with nothing upon it has no hook" not hooked pod2
	checked "routed"
	check "a bridge takes the link" \
		ip -n "$NODE_A" link set pod2 master br0
	hooks "it has a hook then" hooked pod2
	checked "bridged"
	check "the bridge gives it back" ip -n "$NODE_A" link set pod2 nomaster
	hooks "the hook stays" hooked pod2
	checked "no longer bridged"
	check "the endpoint goes" ctl A endpoint del dev ov0 link pod2
	hooks "and the hook" not hooked pod2
	unchecked "no endpoint"
}

# Packets of the VLAN meet its device before any receive handler.
vlan()
{
	anew
	ip -n "$NODE_A" link add link pod2 name pod2.5 type vlan id 5 ||
		bail "no VLAN device"
	ip_in "$NODE_A" <<-END
		link set pod2.5 addrgenmode none up
	END
	hooks "below a VLAN device it has a hook" hooked pod2
	checked "below a VLAN device"
	arrives "its address in the VLAN" tags=81000005
	dropped tx_source "another's in the VLAN" tags=81000005 isrc=$FORGED4
	anew
	hooks "an endpoint that is added below one, too" hooked pod2
	dropped tx_source "another's in the VLAN, added below" \
		tags=81000005 isrc=$FORGED4
	check "the endpoint goes" ctl A endpoint del dev ov0 link pod2
	arrives "no endpoint: another's in the VLAN" tags=81000005 \
		isrc=$FORGED4
	ip -n "$NODE_A" link del pod2.5
}

macvlan()
{
	local said what="a macvlan cannot be built upon the link of a pod"
	if ! ip -n "$NODE_A" link add link pod2 name mv type macvlan; then
		skip "$what" "the kernel has no macvlan"
		return
	fi
	anew
	hooks "below a macvlan it has a hook" hooked pod2
	checked "below a macvlan"
	ip -n "$NODE_A" link del mv
	anew
	said=$(ip -n "$NODE_A" link add link pod2 name mv type macvlan 2>&1)
	check "$what" test "${said#*busy}" != "$said"
	checked "after a refused macvlan"
	check "the endpoint goes" ctl A endpoint del dev ov0 link pod2
	check "then it can" ip -n "$NODE_A" link add link pod2 name mv \
		type macvlan
	ip -n "$NODE_A" link del mv
}

# both_check WHAT - what one device alone allows stops
both_check()
{
	arrives "$1: what both devices allow"
	dropped tx_source "$1: what the second alone allows" isrc=$FORGED4
	craft isrc="$POD_A6" idst="$POD_B6"
	equal "$1: what the first alone allows stops" "lost" "${reply%%[ ,]*}"
}

two_devices()
{
	anew
	ip -n "$NODE_A" link add ov1 type k8sov id 7
	tell A <<-END
		endpoint add dev ov1 link pod2 address $POD_A4 address $FORGED4
	END
	hooks "the second device has a hook" hooked pod2
	both_check "routed"
	check "a bridge takes the link of two devices" \
		ip -n "$NODE_A" link set pod2 master br0
	both_check "bridged"
	ip -n "$NODE_A" link set pod2 nomaster
	check "the first one's endpoint goes" \
		ctl A endpoint del dev ov0 link pod2
	arrives "the second alone: what it allows" isrc=$FORGED4
	craft isrc="$POD_A6" idst="$POD_B6"
	equal "the second alone: what it does not" "lost" "${reply%%[ ,]*}"
	ip -n "$NODE_A" link del ov1
	unchecked "the second is gone"
}

# The link goes elsewhere and comes back, the device goes for good.
goes()
{
	anew
	ip -n "$NODE_A" link set pod2 netns "$NODE_B" name away
	ip -n "$NODE_B" link set away netns "$NODE_A" name pod2
	ip_in "$NODE_A" <<-END
		link set pod2 addrgenmode none up
	END
	equal "a link that moves takes its endpoint along" 0 \
		"$(ctl A -j endpoint show dev ov0 | jq length)"
	unchecked "moved there and back"
	add_endpoint
	checked "and an endpoint again"
	check "a link with an endpoint can be deleted in a bridge" \
		eval 'ip -n "$NODE_A" link add d0 type dummy &&
		      ctl A endpoint add dev ov0 link d0 address 10.244.1.7 &&
		      ip -n "$NODE_A" link set d0 master br0 &&
		      ip -n "$NODE_A" link del d0'
	check "and with nothing upon it" \
		eval 'ip -n "$NODE_A" link add d0 type dummy &&
		      ctl A endpoint add dev ov0 link d0 address 10.244.1.7 &&
		      ip -n "$NODE_A" link del d0'
	equal "their endpoints are gone" 1 \
		"$(ctl A -j endpoint show dev ov0 | jq length)"
}

forged_passed()
{
	in_ns "$NODE_A" nft -j list counter inet watch forged |
		jq '.nftables[] | .counter.packets // empty'
}

stopped() { drops A | awk '$1 == "tx_source" { print $2 }'; }

stops_more() { [ "$(stopped)" -gt "$1" ]; }

# While a flood of forged packets comes, before and behind the bridge.
no_gap()
{
	local i passed=0 flood
	ip -n "$POD_A" addr add $FORGED4/32 dev eth0
	# The node's answers find the pod, or it would be told itself.
	ip_in "$NODE_A" <<-END
		route add $FORGED4 dev pod2
		neigh add $FORGED4 dev pod2 lladdr $(mac_of "$POD_A" eth0) nud permanent
	END
	in_ns "$NODE_A" nft -f - <<-END
		table inet watch {
			counter forged { }
			chain in {
				type filter hook prerouting priority -450
				ip saddr $FORGED4 counter name forged
			}
		}
	END
	start /dev/null in_ns "$POD_A" ping -q -f -n -I $FORGED4 "$GW_A4"
	flood=$started
	for ((i = 0; i < ROUNDS; i++)); do
		anew
		wait_for 20 stops_more "$(stopped)" || bail "no flood"
		in_ns "$NODE_A" nft reset counter inet watch forged >/dev/null
		ip -n "$NODE_A" link set pod2 master br0
		wait_for 20 stops_more "$(stopped)" || bail "no flood"
		ip -n "$NODE_A" link set pod2 nomaster
		wait_for 20 stops_more "$(stopped)" || bail "no flood"
		passed=$((passed + $(forged_passed)))
	done
	equal "none of a flood passes while a bridge takes the link" 0 $passed
	ctl A endpoint flush dev ov0
	in_ns "$NODE_A" nft reset counter inet watch forged >/dev/null
	check "without endpoint it does" \
		wait_for 20 eval '[ "$(forged_passed)" -gt 0 ]'
	stop "$flood"
	in_ns "$NODE_A" nft delete table inet watch
}

# What pod B says to forged packets would come back to no pod.
silence()
{
	in_ns "$POD_B" nft -f - <<-END
		table inet silence {
			chain out {
				type filter hook output priority 0
				policy drop
			}
		}
	END
}

two_nodes
overlay_pair vxlan 4
ip_in "$NODE_A" <<-END
	link add br0 type bridge mcast_snooping 0
	link set br0 addrgenmode none up
END
silence
craft_start "$POD_A" eth0 "$POD_B" eth0 "$NODE_A" ov0
craft default dmac="$(mac_of "$NODE_A" pod2)" \
	smac="$(mac_of "$POD_A" eth0)" isrc="$POD_A4" idst="$POD_B4"
craft control isport=9999
check "the right packet arrives" test "${reply%% *}" = got
unchecked "no endpoint yet"
add_endpoint
bridge
vlan
macvlan
two_devices
goes
craft_end
no_gap
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The underlay's GRO merges the segments of a stream when all their headers
# around it are alike, and no others: what is dropped for its headers does not
# get in by what came before it.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

EACH="0 1 2 3 4 5 6 7"
MAC_X=02:aa:00:00:00:77

# hold_packets - for this long the underlay's GRO waits for more, in nanoseconds
hold_packets()
{
	ip netns exec "$NODE_A" bash -c \
		"echo $1 >/sys/class/net/eth0/gro_flush_timeout" ||
		bail "no gro_flush_timeout"
}

# merged WORDS... - all segments arrive, in fewer packets
# Those of different ticks are not merged.
merged()
{
	craft train 8 "$@"
	[[ $reply == *+* ]] && [ "${reply//+/ }" = "$EACH" ]
}

# alike BEHAVIOUR WORDS... - such segments are merged
alike() { check "$1: merged" wait_for 60 merged "${@:2}"; }

# apart BEHAVIOUR EXPECTED WORDS... - what arrives of two kinds by turns
apart()
{
	craft train 8 "${@:3}"
	equal "$1: as they came" "$2" "$reply"
}

# What both kinds of tunnel have.
cases()
{
	alike "$1, alike" size=500
	alike "$1, alike, the shortest" size=0
	apart "$1, other sender's MAC" "$EACH" size=500 / size=500 esrc="$MAC_X"
	apart "$1, other MAC of ours" "$EACH" size=500 / size=500 edst="$MAC_X"
	apart "$1, every other one to many" "0 2 4 6 rx_mac+4" \
		size=500 / size=500 edst=01:00:5e:00:00:01
	apart "$1, every other one of another VNI" "0 2 4 6 rx_vni+4" \
		size=500 / size=500 vni=2
	apart "$1, every other one of a VNI that differs in its first byte" \
		"0 2 4 6 rx_vni+4" size=500 / size=500 vni=0x010001
	apart "$1, every other one not IP" "0 2 4 6 rx_not_ip+4" \
		size=500 / size=500 etype=0x0806
	craft cuts 0 42 ikind=tcp csum=0
	equal "$1, cut before the inner header's end: dropped" \
		"passed 0 rx_truncated+42" "$reply"
}

cases_vxlan()
{
	cases vxlan
	apart "vxlan, every other one with a bit that nobody knows" \
		"0 2 4 6 rx_flags+4" \
		size=500 / size=500 header=0800000000000101
}

cases_geneve()
{
	local option=options=0102030100000001 other=options=0102030100000002
	local longer=options=01020301000000010102030100000002
	local critical=header=0240655800000100
	cases geneve
	alike "geneve, alike options" size=500 "$option"
	apart "geneve, some without options" "$EACH" \
		size=500 "$option" / size=500
	apart "geneve, other options" "$EACH" \
		size=500 "$option" / size=500 "$other"
	apart "geneve, longer options" "$EACH" \
		size=500 "$option" / size=500 "$longer"
	apart "geneve, every other one with a critical option" \
		"0 2 4 6 rx_option+4" \
		size=500 "$option" / size=500 "$option" "$critical"
}

two_nodes
in_ns "$NODE_A" ethtool -K eth0 gro on >/dev/null || bail "no GRO"
# A veth merges what comes from one that does not.
in_ns "$NODE_B" ethtool -K eth0 tso off gso off >/dev/null || bail "TSO stays"
hold_packets 20000000
for encap in vxlan geneve; do
	overlay A
	# The device would merge what came apart, and rightly so.
	in_ns "$NODE_A" ethtool -K ov0 gro off >/dev/null || bail "no GRO"
	overlay_host A B $encap 4
	craft_start "$NODE_B" eth0 "$POD_A" eth0 "$NODE_A" ov0
	craft default dmac="$(mac_of "$NODE_A" eth0)" \
		smac="$(mac_of "$NODE_B" eth0)" encap=$encap src="$UL_B4" \
		dst="$UL_A4" edst=$MAC_A esrc=$MAC_B isrc="$POD_B4" \
		idst="$POD_A4"
	craft control isport=9999
	cases_$encap
	craft_end
	unpeer A
done
finish

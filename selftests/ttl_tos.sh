#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# TTL and TOS of the outer header: fixed, inherited and by default, in every
# encapsulation and both outer families, changed while the device is up.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

# outer BEHAVIOUR FIELD EXPECTED WORDS... - a field of the outer header
outer()
{
	local what=$1 name=$2 expected=$3
	shift 3
	craft "$@"
	equal "$what" "$name=$expected" "$name=$(field "$name")"
}

options() { ip -n "$NODE_A" link set ov0 type k8sov "$@" || bail "options $*"; }

# Inner TTLs count down on the way through the node.
headers()
{
	local encap=$1 inner words
	craft default dmac="$(mac_of "$NODE_A" pod2)" \
		smac="$(mac_of "$POD_A" eth0)"
	for inner in 4 6; do
		words="isrc=$POD_A4 idst=$POD_B4"
		[ $inner = 4 ] || words="isrc=$POD_A6 idst=$POD_B6"
		set -- "$encap, inner v$inner"
		options ttl auto tos 0
		outer "$1: TTL by default" ttl 64 "$words" ittl=33
		outer "$1: TOS by default" tos 0 "$words" itos=0x48
		options ttl 7 tos 0x28
		outer "$1: TTL fixed" ttl 7 "$words" ittl=33
		outer "$1: TOS fixed" tos $((0x28)) "$words" itos=0x48
		outer "$1: TOS fixed, with the inner ECN mark" \
			tos $((0x2a)) "$words" itos=0x4a
		outer "$1: inner TTL" ittl 32 "$words" ittl=33
		options ttl inherit tos inherit
		outer "$1: TTL inherited" ttl 32 "$words" ittl=33
		outer "$1: TOS inherited" tos $((0x48)) "$words" itos=0x48
		outer "$1: TOS inherited, with the ECN mark" \
			tos $((0x49)) "$words" itos=0x49
	done
}

two_nodes
craft_start "$POD_A" eth0 "$NODE_B" eth0
for encap in vxlan geneve ipip; do
	for family in 4 6; do
		overlay A
		overlay_host A B $encap $family
		headers "$encap, outer v$family"
		unpeer A
	done
done

overlay A
overlay_host A B vxlan 4
in_ns "$NODE_A" sysctl -qw net.ipv4.ip_default_ttl=99
outer "the system's default TTL is that of new packets" ttl 99 \
	"isrc=$POD_A4 idst=$POD_B4"
finish

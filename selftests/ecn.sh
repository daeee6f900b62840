#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Congestion marks (RFC 6040): for each pair of outer and inner codepoints the
# verdict and the resulting inner mark are those of the kernel's vxlan device,
# and so is the outer mark of each inner one.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

inner4="isrc=10.244.2.2 idst=10.244.1.2"
inner6="isrc=fd00:244:2::2 idst=fd00:244:1::2"

# decapsulated FAMILY - outer/inner>result for all pairs, both inner families
decapsulated()
{
	local src=UL_B$1 dst=UL_A$1 inner o i out=''
	craft default dmac="$(mac_of "$NODE_A" eth0)" \
		smac="$(mac_of "$NODE_B" eth0)" encap=vxlan \
		src="${!src}" dst="${!dst}" edst=$MAC_A esrc=$MAC_B "$inner4"
	craft control isport=9999
	[ "${reply%% *}" = got ] || bail "no packet arrives: $reply"
	for inner in "$inner4" "$inner6"; do
		for o in 0 1 2 3; do
			for i in 0 1 2 3; do
				craft "$inner" tos=$((0x28 + o)) \
					itos=$((0x48 + i))
				out+=" $o/$i>$(field tos || echo "$reply")"
			done
		done
	done
	echo "$out" >"$result"
}

# encapsulated - inner>outer for all marks, both inner families
encapsulated()
{
	local inner i out=''
	for inner in "isrc=$POD_A4 idst=$POD_B4" "isrc=$POD_A6 idst=$POD_B6"; do
		for i in 0 1 2 3; do
			craft default dmac="$(mac_of "$NODE_A" pod2)" \
				smac="$(mac_of "$POD_A" eth0)"
			craft "$inner" itos=$((0x48 + i))
			out+=" $i>$(field tos)/$(field itos)"
		done
	done
	echo "$out" >"$result"
}

# both_ways FAMILY TOS - results in $decap and $encap
both_ways()
{
	craft_start "$NODE_B" eth0 "$POD_A" eth0
	decapsulated "$1"
	decap=$(<"$result")
	craft_start "$POD_A" eth0 "$NODE_B" eth0
	encapsulated
	encap=$(<"$result")
}

result=''
a_file result
two_nodes
settings="0 inherit 0x28"
! emulated || settings=0
for family in 4 6; do
	for tos in $settings; do
		peer_vxlan A B "$family" tos "$tos"
		both_ways "$family"
		kernel_decap=$decap kernel_encap=$encap
		unpeer A
		overlay A tos "$tos"
		overlay_host A B vxlan "$family"
		both_ways "$family"
		unpeer A
		equal "outer v$family, tos $tos: taken as by the kernel" \
			"$kernel_decap" "$decap"
		equal "outer v$family, tos $tos: sent as by the kernel" \
			"$kernel_encap" "$encap"
	done
	check "v$family: congestion is passed on" test \
		"$decap" != "${decap/3\/2>75/}"
	check "v$family: congestion that cannot be carried is a drop" test \
		"$decap" != "${decap/3\/0>lost/}"
done
finish

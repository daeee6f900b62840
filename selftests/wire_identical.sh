#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The same packets through the kernel's vxlan device and through ours: the same
# bytes on the wire, but for the choices that docs/wire.md lists.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

# frames - one line of hex for each of some packets from pod A
frames()
{
	local inner words
	# A new start counts the marks in the packets from 1 again.
	craft_start "$POD_A" eth0 "$NODE_B" eth0
	craft default dmac="$(mac_of "$NODE_A" pod2)" \
		smac="$(mac_of "$POD_A" eth0)"
	for inner in "isrc=$POD_A4 idst=$POD_B4" "isrc=$POD_A6 idst=$POD_B6"; do
		for words in size=0 size=1 size=200 itos=0x4a ittl=5 idf=1 \
			isport=53; do
			craft "$inner" "$words"
			field hex || echo "$reply"
		done
	done >"$result"
}

# Positions in hex digits of an outer IPv4 header, and what becomes of them:
# 8 ID, 12 flags, 20 checksum.
hide_id() { sed -E 's/^(45.{6}).{4}(.{8}).{4}/\1----\2----/' "$1"; }
hide_id_and_df() { sed -E 's/^(45.{6}).{8}(.{4}).{4}/\1--------\2----/' "$1"; }

# theirs FAMILY [OPTION...], ours FAMILY [OPTION...] - frames of each device
theirs()
{
	peer_vxlan A B "$1" srcport 5000 5001 "${@:2}"
	frames
	cp "$result" "$kernel"
	unpeer A
}

ours()
{
	overlay A srcport 5000 5000 "${@:2}"
	overlay_host A B vxlan "$1"
	frames
	unpeer A
}

result='' kernel=''
a_file result
a_file kernel
two_nodes
for offload in on off; do
	in_ns "$NODE_A" ethtool -K eth0 tx $offload >/dev/null
	what="checksums by the NIC $offload"
	for csum in udpcsum noudpcsum; do
		theirs 4 $csum
		ours 4 $csum df unset
		equal "IPv4, $csum, $what: all but the ID" \
			"$(hide_id "$kernel")" "$(hide_id "$result")"
		ours 4 $csum
		equal "IPv4, $csum, $what, df set: all but ID and DF" \
			"$(hide_id_and_df "$kernel")" "$(hide_id_and_df "$result")"
		equal "IPv4, $csum, $what: DF is set, the ID is 0" "14" \
			"$(grep -c '^45.\{6\}00004000' "$result")"
	done
	for csum in noudp6zerocsumtx udp6zerocsumtx; do
		theirs 6 $csum
		ours 6 $csum
		equal "IPv6, $csum, $what: every byte" \
			"$(<"$kernel")" "$(<"$result")"
	done
done
check "the frames are vxlan's" grep -q '1388211800.*0800000000000100' "$result"
finish

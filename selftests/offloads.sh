#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Content survives every combination of offloads on the underlay, on the device
# and on the pods' side: TCP in bulk, UDP that the kernel segments, with the
# outer checksums on and off; and no checksum of any layer is ever wrong.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# offload VALUE FEATURE... - on the underlay and the device of both nodes
offload()
{
	local node dev feature args=()
	for feature in "${@:2}"; do
		args+=("$feature" "$1")
	done
	for node in "$NODE_A" "$NODE_B"; do
		for dev in eth0 ov0; do
			in_ns "$node" ethtool -K $dev "${args[@]}" >/dev/null ||
				bail "no offload ${args[*]} of $dev"
		done
	done
}

# Not one wrong checksum or malformed packet, anywhere.
clean()
{
	local ns
	for ns in "$NODE_A" "$NODE_B" "$POD_A" "$POD_B"; do
		in_ns "$ns" cat /proc/net/snmp6
		in_ns "$ns" awk '/^(Ip|Tcp|Udp|Icmp):/ {
			for (i = 2; i <= NF; i++)
				if ($1 in head)
					print $1 name[$1, i], $i
				else
					name[$1, i] = $i
			head[$1] = 1
		}' /proc/net/snmp
	done | awk '/CsumErrors|InErrs|InHdrErrors/ && $2 > 0 { print; bad = 1 }
		END { exit bad }'
}

# bulk WORDS - TCP and segmented UDP, both inner families
bulk()
{
	local v to
	for v in 4 6; do
		to=POD_B$v
		check "$1, TCP v$v" \
			xfer tcp "$POD_A" "$POD_B" "${!to}" "$BULK"
		check "$1, UDP v$v in segments" \
			xfer gso "$POD_A" "$POD_B" "${!to}"
	done
}

# Every set of what is off on underlay and device. Without tx there is no tso.
all_sets()
{
	local tx gso gro
	for tx in "" tso "tx tso"; do
		for gso in "" gso; do
			for gro in "" gro; do
				echo "$tx $gso $gro"
			done
		done
	done
}

# Those that take different ways through the code.
chosen_sets()
{
	printf '%s\n' "" tso "tso gso" gro "tx tso" "tx tso gro" \
		"tso gso gro" "tx tso gso gro"
}

# combinations WORDS SETS
combinations()
{
	local set
	while read -r set; do
		offload on gso tso tx gro
		# shellcheck disable=SC2086
		[ -z "${set// /}" ] || offload off $set
		bulk "$1, without: $set"
	done < <("$2")
	offload on gso tso tx gro
}

two_nodes
for row in "vxlan 4" "vxlan 6" "geneve 4" "ipip 4" "ipip 6"; do
	read -r encap family <<<"$row"
	overlay_pair "$encap" "$family"
	# Slow kernels share the work.
	case ${K8SOV_VM:-},$row in
	6.12,vxlan\ 4|6.1,ipip\ 4|uml-debug,ipip\ 6)
		combinations "$encap over v$family" chosen_sets ;;
	6.*|uml-debug,*6|uml-debug,ipip*)
		bulk "$encap over v$family" ;;
	*)
		combinations "$encap over v$family" all_sets ;;
	esac
	unpeer A
	unpeer B
done

for row in "4 noudpcsum" "6 udp6zerocsumtx udp6zerocsumrx"; do
	read -r family options <<<"$row"
	# shellcheck disable=SC2086
	overlay_pair vxlan "$family" $options
	bulk "vxlan over v$family, $options"
	offload off tx
	bulk "vxlan over v$family, $options, without tx"
	offload on tx
	unpeer A
	unpeer B
done

# As a bridged or routed pod may ask for it.
overlay_pair vxlan 4
in_ns "$NODE_B" ethtool -K ov0 rx-udp-gro-forwarding on
bulk "aggregated UDP is forwarded"
unpeer B
peer_vxlan B A 4
in_ns "$NODE_B" ethtool -K kern0 gso off tso off gro off >/dev/null
bulk "the kernel's vxlan without offloads as peer"
check "no checksum was wrong anywhere" clean
finish

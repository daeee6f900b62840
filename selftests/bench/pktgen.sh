#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# pktgen.sh COUNT [DST_MIN DST_MAX FLOWS]
# Run in the network namespace of a pod: sends COUNT UDP packets of 100 bytes
# through eth0 with the kernel's packet generator, as fast as they are taken,
# and prints how many microseconds that took; BENCH_REPEAT times. With FLOWS, that many
# destinations are drawn from the range once, then used in turn, by this call
# and by the next ones for the same range. BENCH_PORTS, "FIRST END", are the
# source ports, one after the other.
set -euo pipefail

dst_mac=${BENCH_GATEWAY:?the address that the pod sends frames to}
read -r port_first port_end <<<"${BENCH_PORTS:-40000 40000}"
count=$1 dst_min=${2:-10.244.2.2} dst_max=${3:-10.244.2.2} flows=${4:-}

say()
{
	local file=$1
	shift
	echo "$@" >"/proc/net/pktgen/$file"
}

# The generator still has what the last call set up, with the destinations
# that it drew.
configured()
{
	grep -q "dst_min: $dst_min  dst_max: $dst_max" \
		/proc/net/pktgen/eth0 2>/dev/null &&
		grep -q "udp_src_min: $port_first  udp_src_max: $port_end" \
			/proc/net/pktgen/eth0
}

# Its thread takes devices away when it comes to that.
forget_device()
{
	say kpktgend_0 rem_device_all
	while [ -e /proc/net/pktgen/eth0 ]; do :; done
}

configure()
{
	local word
	forget_device
	say kpktgend_0 add_device eth0
	# 14 bytes of Ethernet around the IP packet.
	for word in "delay 0" "clone_skb 0" "pkt_size 114" \
		    "dst_mac $dst_mac" "src_min 10.244.1.2" \
		    "src_max 10.244.1.2" "dst_min $dst_min" \
		    "dst_max $dst_max" "udp_src_min $port_first" \
		    "udp_src_max $port_end" "udp_dst_min 9" "udp_dst_max 9" \
		    "flag UDPCSUM"; do
		say eth0 "$word"
	done
	[ -n "$flows" ] || return 0
	for word in "flag IPDST_RND" "flag FLOW_SEQ" "flows $flows" \
		    "flowlen 1"; do
		say eth0 "$word"
	done
}

[ -e /proc/net/pktgen/pgctrl ] || { echo "no pktgen" >&2; exit 1; }
configured || configure
say eth0 "count $count"
for ((run = 0; run < ${BENCH_REPEAT:-1}; run++)); do
	say pgctrl start
	sed -n 's/^Result: OK: \([0-9]*\)(.*/\1/p' /proc/net/pktgen/eth0
done

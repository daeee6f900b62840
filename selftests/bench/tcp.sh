# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# TCP from pod to pod, with iperf3.

# All ends of all veths: a device that merges nothing on one side would
# still be given big packets by the other.
# offloads SEND RECEIVE: on or off. New veths have on off.
offloads()
{
	local end ns dev
	for end in poda:eth0 nodea:pod0 nodea:eth0 nodeb:eth0 nodeb:pod0 \
		   podb:eth0; do
		ns=${end%:*} dev=${end#*:}
		in_ns "$ns" ethtool -K "$dev" tso "$1" gso "$1" gro "$2"
	done
}

tcp_server_start()
{
	in_ns podb iperf3 -s -D -p 5201
	until in_ns podb ss -Hltn 'sport = :5201' | grep -q .; do :; done
}

# tcp_mbps BYTES WINDOW: how fast that many went, in whole Mb/s.
tcp_mbps()
{
	in_ns poda iperf3 -c 10.244.2.2 -n "$1" -w "$2" -J |
		jq -e '.end.sum_received.bits_per_second / 1e6 | round' ||
		die "iperf3 failed"
}

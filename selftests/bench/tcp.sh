# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# TCP from pod to pod, with stream.c.

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

# stream_ns BYTES [LAPS]: nanoseconds that a stream takes for them, each lap
stream_ns()
{
	in_ns poda "$K8SOV_STREAM" podb 10.244.2.2 $((4 << 20)) "$@"
}

# tcp_mbps BYTES LAPS: how fast a stream goes. Whoever else is on the host only
# takes time away, some milliseconds here and there, so the lap counts that one
# in eight beats.
tcp_mbps()
{
	stream_ns "$1" "$2" | sort -n | awk -v b="$1" -v at=$(($2 / 8)) \
		'NR == at { printf "%.1f", b * 8e3 / $1 }'
}

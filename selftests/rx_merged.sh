#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# TCP passes the device's GRO queue where nobody has merged it, and only there:
# not behind an underlay that merges, not when it comes in big segments, and not
# when the device is told to do without. Bulk data arrives whole in each case.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

BYTES=300000
tracefs=/sys/kernel/tracing
event=$tracefs/events/net/napi_gro_receive_entry
[ -e $tracefs/trace ] || mount -t tracefs tracefs $tracefs 2>/dev/null
[ -d $event ] || skip_all "no tracepoints in this kernel"

# offload DEVICE FEATURE VALUE... - on both nodes, for data goes both ways
offload()
{
	local node
	for node in "$NODE_A" "$NODE_B"; do
		in_ns "$node" ethtool -K "$@" >/dev/null || bail "no $*"
	done
}

# links SEND RECEIVE - TSO and GSO of the underlay, and its GRO
links() { offload eth0 tso "$1" gso "$1" gro "$2"; }

# queued - how many data segments of one transfer passed the queues
queued()
{
	: >"$tracefs/trace"
	xfer tcp "$POD_A" "$POD_B" "$POD_B4" "$BYTES" >/dev/null || return
	grep -c napi_gro_receive_entry "$tracefs/trace" || :
}

some_queued() { [ "$(queued)" -gt 0 ]; }
none_queued() { [ "$(queued)" = 0 ]; }

# A host's first merged segment tells, on each processor that sees one.
cases()
{
	links off off
	check "$1: what nobody merges passes the queue" some_queued
	links off on
	check "$1: what the underlay merges does not" \
		wait_for 60 none_queued
	links off off
	check "$1: it does again when the underlay stops merging" some_queued
	offload ov0 gro off
	check "$1: without GRO of the device there is no queue" none_queued
	offload ov0 gro on
	links on on
	check "$1: big segments do not" wait_for 60 none_queued
}

two_nodes
echo 'name == "ov0" && len > 500' >$event/filter || bail "no filter"
echo 1 >$event/enable
defer eval "echo 0 >$event/enable; echo 0 >$event/filter"
echo 1 >$tracefs/tracing_on
for encap in vxlan geneve ipip; do
	overlay_pair $encap 4
	cases $encap
	unpeer A
	unpeer B
done
finish

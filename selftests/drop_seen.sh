#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Drops can be seen by everybody: the device's own tracepoint tells our reason,
# and the kernel's, which drop_monitor and others listen to, the nearest of its.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

tracefs=/sys/kernel/tracing
heard=
[ -e $tracefs/trace ] || mount -t tracefs tracefs $tracefs 2>/dev/null
[ -d $tracefs/events/skb/kfree_skb ] || skip_all "no tracepoints in this kernel"

# traced WORDS PATTERN - after a packet made of WORDS, a line has PATTERN
traced()
{
	: >$tracefs/trace
	craft "$1"
	check "$reply packet ($1) is seen as $2" \
		grep -qE "$2" <(cat $tracefs/trace)
}

# monitored WORDS PATTERN - after such a packet, drop_monitor tells of PATTERN
monitored()
{
	craft "$1"
	check "$reply packet ($1) is told by drop_monitor as $2" \
		wait_for 20 grep -qE "$2" "$heard"
}

enable()
{
	echo 1 >$tracefs/events/"$1"/enable || bail "no event $1"
	defer eval "echo 0 >$tracefs/events/$1/enable"
}

two_nodes
overlay A
overlay_host A B vxlan 4
check "the module has tracepoints" test -d $tracefs/events/k8sov/k8sov_drop
enable k8sov/k8sov_drop
enable k8sov/k8sov_tx
enable k8sov/k8sov_rx
enable skb/kfree_skb
echo 1 >$tracefs/tracing_on
craft_start "$NODE_B" eth0 "$POD_A" eth0
craft default dmac="$(mac_of "$NODE_A" eth0)" \
	smac="$(mac_of "$NODE_B" eth0)" encap=vxlan src="$UL_B4" \
	dst="$UL_A4" edst=$MAC_A esrc=$MAC_B isrc=10.244.2.2 idst=10.244.1.2
craft control isport=9999

traced isport=1 "k8sov_rx: dev=ov0 .*host=2 encap=0"
traced src=192.0.2.99 "k8sov_drop: dev=ov0 reason=rx_host "
traced vni=2 "k8sov_drop: dev=ov0 reason=rx_vni "
traced isrc=8.8.8.8 "k8sov_drop: dev=ov0 reason=rx_source "
traced isrc=8.8.8.8 "kfree_skb: .*reason: IP_RPFILTER"
traced tos=3 "kfree_skb: .*reason: IP_INHDR"
traced etype=0x0806 "kfree_skb: .*reason: UNHANDLED_PROTO"

a_file heard
start "$heard" "$PYTHON" "$HERE/drop_monitor.py"
check "drop_monitor can be listened to" wait_for 60 grep -q listening "$heard"
monitored isrc=8.8.8.8 "^IP_RPFILTER k8sov_"
monitored tos=3 "^IP_INHDR k8sov_"
monitored vni=2 "^DEV_HDR k8sov_"
stop "$started"
craft_end

: >$tracefs/trace
not ping_once "$POD_A" "$POD_B4" -W 1 >/dev/null
check "a sent packet is seen, too" \
	grep -q "k8sov_tx: dev=ov0 .*host=2 encap=0" <(cat $tracefs/trace)
: >$tracefs/trace
not ping_once "$POD_A" 10.244.99.1 >/dev/null
check "and one that cannot be" grep -q \
	"k8sov_drop: dev=ov0 reason=tx_no_subnet " <(cat $tracefs/trace)
tell A <<-END
	endpoint add dev ov0 link pod2 address 10.244.1.3
END
: >$tracefs/trace
not ping_once "$POD_A" "$GW_A4" -W 1 >/dev/null
check "and one that comes from nobody's address" grep -q \
	"k8sov_drop: dev=ov0 reason=tx_source " <(cat $tracefs/trace)
check "with the kernel's nearest reason" grep -qE \
	"kfree_skb: .*reason: IP_RPFILTER" <(cat $tracefs/trace)
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# direct: hosts are next hops on the underlay. Against plain routes and between
# two of our devices; the next hop of either family takes packets of both.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# all_ways WORDS - next hops of each family, each kind of peer
all_ways()
{
	local family
	for family in 4 6; do
		overlay A
		overlay_host A B direct "$family"
		peer_direct B A "$family"
		traffic "$1, plain routes, next hop v$family"
		unpeer B
		overlay B
		overlay_host B A direct "$family"
		traffic "$1, k8sov peer, next hop v$family"
		unpeer A
		unpeer B
	done
}

two_nodes
all_ways "MTU 1500"

# A host of another encapsulation must use it.
overlay A
overlay_host A B direct 4
peer_direct B A 4
check "a direct host reaches pods without encapsulation" \
	ping_once "$POD_B" "$POD_A4"
ctl A host replace dev ov0 id 2 name node-b remote "$UL_B4" \
	encap vxlan mac $MAC_B
tell A <<-END
	host add dev ov0 id 3 name node-c remote 192.0.2.3 encap direct
END
check "one that must encapsulate does not" \
	not ping_once "$POD_B" "$POD_A4" -W 1
equal "and is counted" "rx_direct 1" "$(drops A)"
finish

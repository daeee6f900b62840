#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Tunnel packets in tunnel packets, as deep as they fit: each level is
# decapsulated, checked and counted, and the kernel stack does not grow.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"

received()
{
	ip -n "$NODE_A" -s -j link show ov0 |
		sed 's/.*"rx":{[^}]*"packets":\([0-9]*\).*/\1/'
}

# nested LEVELS WORDS... - such a packet arrives, counted once a level
nested()
{
	local before levels=$1
	shift
	before=$(received)
	craft nest="$levels" "$@"
	check "$levels levels ($*): arrives" test "${reply%% *}" = got
	equal "$levels levels ($*): counted" $((levels + 2)) \
		$(($(received) - before))
}

two_nodes
overlay A
# Its inner levels come from an address of the overlay.
overlay_host A B vxlan 4 source 10.244.2.9
craft_start "$NODE_B" eth0 "$POD_A" eth0 "$NODE_A" ov0
craft default dmac="$(mac_of "$NODE_A" eth0)" \
	smac="$(mac_of "$NODE_B" eth0)" encap=vxlan src="$UL_B4" \
	dst="$UL_A4" edst=$MAC_A esrc=$MAC_B isrc=10.244.2.2 idst=10.244.1.2 \
	nsrc=10.244.2.9 ndst=10.244.1.1
# Each packet is followed by one that is known to pass.
craft control isport=9999

for levels in 1 2 8 26; do
	nested $levels isport=1
done
dropped rx_source "8 levels, the innermost forged" nest=8 isrc=8.8.8.8
dropped rx_host "8 levels, the inner ones from nobody" nest=8 nsrc=10.244.2.8
craft_end
finish

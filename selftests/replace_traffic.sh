#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# All subnets are replaced at once, again and again, while pods talk: nothing is
# lost, and nothing reaches a host that no generation of the tables names.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

# table GENERATION - a complete set; others move between hosts, ours stay
table()
{
	local i
	cat <<-END
		host add dev ov0 id 2 name node-b remote $UL_B4 encap vxlan mac $MAC_B
		host add dev ov0 id 3 name node-c remote $UL_C4 encap vxlan mac $MAC_C
		subnet add $SUBNET_A4 dev ov0 local
		subnet add $SUBNET_B4 dev ov0 via id 2
		subnet add $SUBNET_C4 dev ov0 via id 3
	END
	for ((i = 0; i < SUBNETS; i++)); do
		echo "subnet add 10.$((i / 256)).$((i % 256)).0/24 dev ov0 via id $((2 + (i + $1) % 2))"
	done
}

need jq tcpdump
SUBNETS=10000 ROUNDS=20
! emulated || ROUNDS=4

three_nodes
for x in A B C; do
	overlay $x
done
overlay_host B A vxlan 4
overlay_host C A vxlan 4
even='' odd='' log='' sentry=''
a_file even
a_file odd
a_file log
a_file sentry
table 0 >"$even"
table 1 >"$odd"

check "a first set of $SUBNETS subnets" ctl A restore <"$even"
start "$sentry" in_ns "$NODE_C" tcpdump -n -l -i eth0 \
	"udp port 8472 and udp[46:4] = 0x0af40202"
start "$log" xfer stream "$POD_A" "$POD_B" "$POD_B4" 1000000000
stream=$started
before=$(in_ns "$NODE_B" cat /proc/net/dev | sed -n 's/ *ov0: *[0-9]* *\([0-9]*\).*/\1/p')
for ((round = 0; round < ROUNDS; round++)); do
	set=$odd
	[ $((round % 2)) = 0 ] || set=$even
	ctl A restore <"$set" || fail "round $round"
	kill -0 $stream 2>/dev/null || break
done
after=$(in_ns "$NODE_B" cat /proc/net/dev | sed -n 's/ *ov0: *[0-9]* *\([0-9]*\).*/\1/p')
equal "$ROUNDS sets were put in force" "$ROUNDS" "$round"
check "packets flowed meanwhile ($((after - before)))" \
	test $((after - before)) -gt $ROUNDS
check "and none was lost" kill -0 $stream
equal "the last set is complete" "$((SUBNETS + 3))" \
	"$(ctl A -4 -j subnet show dev ov0 | jq length)"
stop $stream
equal "no packet was refused" "" \
	"$(for x in A B C; do drops $x; done | grep -v tx_multicast)"
equal "node C saw none of node B's packets" 0 "$(grep -cF ".8472: " "$sentry")"
ctl A subnet replace "$SUBNET_B4" dev ov0 via id 3
check "sent to the wrong host, a packet does not come back" \
	not ping_once "$POD_A" "$POD_B4" -W 1
check "and node C would have seen it" wait_for 5 grep -qF ".8472: " "$sentry"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Policy is about flows: replies need no rules, errors belong to their flow, a
# change ends the flows that it forbids and only those. What the node's addresses
# are may change, too.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"
# shellcheck source=selftests/policy.sh
. "$(dirname "$0")/policy.sh"

need socat nft conntrack jq

# A server on the pod that echoes, on both ports.
echo_server()
{
	local port
	for port in 8001 8002; do
		start /dev/null in_ns "$POD_A" socat \
			"TCP6-LISTEN:$port,ipv6only=0,fork,reuseaddr" PIPE
		check "something listens on $port" wait_for 20 eval \
			"in_ns $POD_A ss -Hltn | grep -q :$port"
	done
}

# call NAME PORT - a connection that stays, through a pipe
call()
{
	local in
	a_file in
	rm -f "$in"
	mkfifo "$in"
	a_file "$1_OUT"
	local out=$1_OUT
	set -m
	in_ns "$POD_B" socat - "TCP:$POD_A4:$2" <"$in" >"${!out}" 2>&1 &
	set +m
	defer kill_and_wait $!
	exec {fd}>"$in"
	printf -v "$1" %s "$fd"
}

# answers NAME WORD - what is written comes back
answers()
{
	local out=$1_OUT
	echo "$2" >&"${!1}"
	wait_for 20 grep -qx "$2" "${!out}"
}

# The retransmissions of what is written are dropped.
silent()
{
	local out=$1_OUT before=$3
	echo "$2" >&"${!1}"
	wait_for 20 eval "[ \"\$(since '$before' \"\$(drops A)\")\" ]" &&
		not grep -qx "$2" "${!out}"
}

replies()
{
	rules 7 rule accept rule drop default 1 class 0 any \
		range 0 tcp:8001-8002 0
	rules 8 rule drop
	pod_is pod2 ingress 7 egress 8
	call FIRST 8001
	check "replies to what is allowed need no rule" answers FIRST one
	counts "but flows of its own do" " policy_egress+1" \
		not ping_once "$POD_A" "$POD_B4" -W 1
	call SECOND 8002
	check "a second connection" answers SECOND one
}

changes()
{
	ctl A identity replace 172.16.0.0/12 dev ov0 identity 7
	ctl A endpoint replace dev ov0 link pod3 address "$POD_A24"
	check "unrelated changes end nothing" answers FIRST two
	check "unrelated changes end nothing" answers SECOND two
	rules 7 rule accept rule drop default 1 class 0 any range 0 tcp:8002 0
	check "a change ends the flow that it forbids" \
		silent FIRST three "$(drops A)"
	check "and leaves the other" answers SECOND three
	equal "the drops are of one kind" policy_ingress \
		"$(since "" "$(drops A)" | grep -o policy_ingress)"
	rules 7 rule accept
	check "allowed again, it goes on" answers FIRST four
	mode off
	rules 7 rule drop
	check "with policy off nothing ends" answers SECOND four
	mode audit
	check "nor with audit" answers SECOND five
	mode enforce
	check "enforced, it does" silent SECOND six "$(drops A)"
	pod_is pod2
	check "no ruleset, no isolation" answers SECOND seven
}

# refused WHERE - nobody listens there, and the pod is told
refused()
{
	in_ns "$POD_A" socat -T 9 - "$1" <<<x 2>&1 | grep "Connection refused"
}

errors()
{
	rules 7 rule accept rule drop default 1 class 0 400 range 0 udp 0
	pod_is pod2 egress 7
	counts "an error of the other end reaches the pod" "" \
		refused "UDP:$POD_B4:9"
	rules 8 rule drop
	pod_is pod2 ingress 8
	counts "also if all others are forbidden" "" \
		refused "UDP:$POD_B4:9"
	counts "and in IPv6" "" \
		refused "UDP6:[$POD_B6]:9"
}

fragments()
{
	rules 8 rule accept rule drop default 1 class 0 400 range 0 udp 0
	pod_is pod3 ingress 8
	check "datagrams in fragments pass where their port may" \
		xfer udp "$POD_B" "$POD_A2" "$POD_A24"
	counts "echoes in fragments do not" " policy_ingress+1" \
		not ping_once "$POD_B" "$POD_A24" -W 1 -s 5000
}

untracked()
{
	rules 7 rule accept rule drop default 1 class 0 400 range 0 udp:7002 0
	pod_is pod2 ingress 7
	in_ns "$NODE_A" nft -f - <<-END
		table inet raw {
			chain pre {
				type filter hook prerouting priority raw
				ip daddr $POD_A4 notrack
				ip6 daddr $POD_A6 notrack
			}
		}
	END
	from podb pod2
	control isport=9999
	arrives "untracked: each packet by itself"
	dropped policy_ingress "untracked, another port" idport=7003
	arrives "untracked, v6" "${V6[@]}"
	dropped policy_ingress "untracked, v6, another port" "${V6[@]}" idport=7003
	in_ns "$NODE_A" nft delete table inet raw
	dropped policy_invalid "a packet of no flow" ikind=tcp iflags=0x3f
}

# hits RULESET RULE
hits()
{
	ctl A -j -s ruleset show dev ov0 id "$1" | jq ".[].rules[$2].hits"
}

# asks ADDRESS - the pod does, always by the same flow
asks()
{
	a_file ANSWERS
	start "$ANSWERS" in_ns "$POD_A" ping -n -i 0.2 "$1"
}

denied_since() { [ "$(since "$1" "$(denials)")" ]; }

# node_leaves ADDRESS LENGTH ROUTE... - it was the node's, now it is behind ROUTE
node_leaves()
{
	local address=$1 prefix=$1/$2 before
	shift 2
	ip -n "$NODE_A" addr add "$prefix" dev lo
	asks "$address"
	check "the pod may talk to the node" \
		wait_for 20 grep -q "from $address" "$ANSWERS"
	before=$(denials)
	ip_in "$NODE_A" <<-END
		addr del $prefix dev lo
		route add $address $*
	END
	check "an address goes: it is not the node any more" \
		wait_for 20 denied_since "$before"
	stop "$started"
	ip -n "$NODE_A" route del "$address"
}

# node_comes ADDRESS LENGTH ROUTE... - it was behind ROUTE, now it is the node's
node_comes()
{
	local address=$1 prefix=$1/$2 before
	shift 2
	ip -n "$NODE_A" route add "$address" "$@"
	rules 9 rule drop rule accept default 1 class 0 1 range 0 all 0
	asks "$address"
	check "the pod may talk to others" \
		wait_for 20 eval '[ "$(hits 9 1)" -gt 0 ]'
	before=$(denials)
	ip -n "$NODE_A" addr add "$prefix" dev pod2
	check "an address comes: it is the node" \
		wait_for 20 denied_since "$before"
	stop "$started"
	ip_in "$NODE_A" <<-END
		addr del $prefix dev pod2
		route del $address
	END
}

node_addresses_change()
{
	in_ns "$NODE_A" bash -c '
		echo 1 >/proc/sys/net/ipv6/conf/all/accept_dad
		echo 1 >/proc/sys/net/ipv6/conf/pod2/accept_dad'
	rules 9 rule accept rule drop default 1 class 0 1 range 0 all 0
	pod_is pod2 egress 9
	node_leaves 198.51.100.7 32 via "$UL_B4"
	node_leaves 2001:db8:7::7 128 via "$UL_B6"
	node_comes 198.51.100.7 32 via "$UL_B4"
	node_comes 2001:db8:7::7 128 via "$UL_B6"
	pod_is pod2
}

policy_nodes
echo_server
replies
changes
errors
fragments
untracked
node_addresses_change
finish

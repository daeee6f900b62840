#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# What rulesets say happens to packets: accept, drop and reject, in both
# directions, by protocol, port, ICMP type and who the other side is.
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

need socat

# each_port DENIED FAMILY WORD... - the ports that who() allows, and others
each_port()
{
	local why=$1 way="$SENDER to $TARGET, $2" kind
	shift 2
	control ikind=tcp idport=80 isport=9999 "$@"
	for kind in tcp udp sctp; do
		arrives "$way: $kind 90" ikind=$kind idport=90 "$@"
		dropped "$why" "$way: $kind 91" ikind=$kind idport=91 "$@"
	done
	dropped "$why" "$way: tcp 79" ikind=tcp idport=79 "$@"
}

# each_kind DENIED - what who() allows, and what it does not
each_kind()
{
	local why=$1 way="$SENDER to $TARGET"
	each_port "$why" v4
	emulated || each_port "$why" v6 "${V6[@]}"
	arrives "$way: an echo" ikind=icmp
	dropped "$why" "$way: a timestamp request" ikind=icmp itype=13
	arrives "$way: an ICMPv6 echo" ikind=icmp "${V6[@]}"
	dropped "$why" "$way: an ICMPv6 query" ikind=icmp \
		itype=139 "${V6[@]}"
	dropped "$why" "$way: a protocol of its own" ikind=none
}

# The other side decides: here 301 and 400 may what each_kind() tries.
who()
{
	rules 7 rule accept rule drop default 1 \
		class 0 301,400 class 1 300 \
		range 0 icmp:8 0 range 0 tcp:80-90 0 range 0 udp:90 0 \
		range 0 icmpv6:128 0 range 0 sctp:90 0
	pod_is pod2 ingress 7
	from pod3 pod2
	each_kind policy_ingress
	from podb pod2
	each_kind policy_ingress
	pod_is pod2 egress 7
	pod_is pod3
	from pod2 pod3
	each_kind policy_egress
	from pod2 podb
	each_kind policy_egress
}

# To and from those that are no pods; a CIDR with an exception is two
# identities.
others()
{
	tell A <<-END
		identity add 203.0.113.0/24 dev ov0 identity 500
		identity add 203.0.113.128/25 dev ov0 identity 501
	END
	ip_in "$NODE_B" <<-END
		addr add 203.0.113.1/32 dev lo
		addr add 203.0.113.129/32 dev lo
		addr add 198.51.100.1/32 dev lo
	END
	ip_in "$NODE_A" <<-END
		route add 203.0.113.0/24 via $UL_B4
		route add 198.51.100.1 via $UL_B4
	END
	ip_in "$NODE_B" <<-END
		route add 10.244.1.2 via $UL_A4 dev eth0
		route add fd00:244:1::2 via $UL_A6 dev eth0
	END
	rules 8 rule accept rule drop default 1 class 0 500 range 0 all 0
	pod_is pod2 egress 8
	check "to a CIDR" ping_once "$POD_A" 203.0.113.1
	counts "not to its exception" " policy_egress+1" \
		not ping_once "$POD_A" 203.0.113.129 -W 1
	counts "not to the world" " policy_egress+1" \
		not ping_once "$POD_A" 198.51.100.1 -W 1
	counts "not to the node" " policy_egress+1" \
		not ping_once "$POD_A" "$GW_A4" -W 1
	counts "not to another node, v6" " policy_egress+1" \
		not ping_once "$POD_A" "$UL_B6" -W 1
	rules 8 rule accept rule drop default 1 class 0 1 class 1 2 class 2 0 \
		range 0 icmp 0 range 1 icmpv6 0 range 2 icmp:8/0 0
	check "to the node" ping_once "$POD_A" "$GW_A4"
	counts "not to the node, v6" " policy_egress+1" \
		not ping_once "$POD_A" "$GW_A6" -W 1
	check "to another node" ping_once "$POD_A" "$UL_B6"
	check "to the world" ping_once "$POD_A" 198.51.100.1
	pod_is pod2 ingress 8
	counts "another node does not reach the pod" " policy_ingress+1" \
		not ping_once "$NODE_B" "$POD_A4" -W 1 -I "$UL_B4"
	check "another node reaches the pod, v6" \
		ping_once "$NODE_B" "$POD_A6" -I "$UL_B6"
	rules 8 rule drop
	check "its own node reaches it always" ping_once "$NODE_A" "$POD_A4"
	check "its own node reaches it always, v6" \
		ping_once "$NODE_A" "$POD_A6"
	check "it reaches others, for nothing isolates that way" \
		ping_once "$POD_A" "$POD_B4"
}

# A CIDR has one of a pod's addresses, and not the other.
halves()
{
	ctl A identity add "$POD_A24" dev ov0 identity 700 || bail "identity"
	rules 7 rule accept rule drop default 1 class 0 700 range 0 all 0
	pod_is pod2 ingress 7
	tell A <<-END
		endpoint replace dev ov0 link pod3 address $POD_A24 address $POD_A26 identity 0 state ready
	END
	check "the world's identity: an address has that of its prefix" \
		ping_once "$POD_A2" "$POD_A4"
	counts "the other address has another" " policy_ingress+1" \
		not ping_once "$POD_A2" "$POD_A6" -W 1
	pod_is pod3
	counts "an identity of the pod's own counts for all addresses" \
		" policy_ingress+1" not ping_once "$POD_A2" "$POD_A4" -W 1
	pod_is pod2
}

connect() { in_ns "$POD_A" socat -u /dev/null "TCP:$1:7003,connect-timeout=9"; }

# reset ADDRESS - a connection is refused at once, not given up
reset() { connect "$1" 2>&1 | grep "Connection refused"; }

rejects()
{
	rules 9 rule reject
	pod_is pod2 egress 9
	counts "TCP is reset" " policy_egress+1" reset "$POD_B4"
	counts "TCP is reset, v6" " policy_egress+1" reset "[$POD_B6]"
	counts "an echo is answered" " policy_egress+1" eval \
		"in_ns $POD_A ping -c 1 -W 9 $POD_B4 | grep 'Port Unreachable'"
	counts "an echo is answered, v6" " policy_egress+1" eval \
		"in_ns $POD_A ping -c 1 -W 9 $POD_B6 | grep 'Port unreachable'"
	pod_is pod2
	pod_is pod3 ingress 9
	counts "at the other end as well" " policy_ingress+1" reset "$POD_A24"
	counts "at the other end, v6" " policy_ingress+1" reset "[$POD_A26]"
}

policy_nodes
who
others
halves
rejects
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# A lack of memory never opens what policy closes: while allocations fail in the
# path of packets that policy judges, what it denies does not arrive, what it
# allows arrives or is counted, and afterwards all is as before. Needs a kernel
# with fault injection.
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
# shellcheck source=selftests/knobs.sh
. "$(dirname "$0")/knobs.sh"

need conntrack jq nft

# The ports: 80 and 83 (which is told of) are allowed, 81 is denied, 82 rejected.
PORTS="80 81 82 83"

# Only what packets need fails: what may not sleep. A reference that is not
# tracked is no fault of ours.
set_knobs()
{
	knob verbose 0
	knob ignore-gfp-wait Y
	fails reject code_of ref_tracker_alloc
	page_knob min-order 0
}

# fail_in FUNCTION - what it allocates, by itself or by what it calls, fails
fail_in()
{
	fails require code_of "$1"
	knob ignore-gfp-wait N
	knob space 0
	knob times -1
	knob probability 100
}

# counting HOOK PRIORITY WAY - the table of this hook
counting()
{
	local port kind
	echo "table inet seen {"
	for port in $PORTS; do
		for kind in udp tcp; do
			echo "counter $3_${kind}_$port { }"
		done
	done
	echo "chain $3 {"
	echo "type filter hook $1 priority $2"
	for port in $PORTS; do
		echo "udp dport $port counter name $3_udp_$port"
		echo "tcp dport $port tcp flags & (syn | ack) == syn counter name $3_tcp_$port"
	done
	echo "}"
	echo "}"
}

# Node A counts the first packets of flows that it forwards, pods what arrives.
count_packets()
{
	local ns
	counting forward 0 out | in_ns "$NODE_A" nft -f - || bail "no counters"
	for ns in "$POD_A" "$POD_A2" "$POD_B"; do
		counting prerouting -450 in | in_ns "$ns" nft -f - ||
			bail "no counters"
	done
}

# try WHAT ALLOWED DENIED FROM TO - in each protocol, of each family
try()
{
	local what=$1 allowed=$2 denied=$3 protocol v
	for protocol in udp tcp; do
		for v in 4 6; do
			check "$what, $4 to $5: $protocol, v$v" "$PYTHON" \
				"$HERE/policy_no_memory.py" $protocol \
				"$(ns_of "$4")" "$(ns_of "$5")" \
				"$(address_of "$5" $v)" "$NODE_A,$NODE_B" \
				"$allowed" "$denied"
		done
	done
}

SEEN=0

# told - the denials of port 81, and those that a later event counts
told()
{
	tail -n +$((SEEN + 1)) "$LOG" |
		jq -s 'map(select(.port == 81)) |
			length + (map(.suppressed // 0) | add)'
}

knock() { in_ns "$POD_B" bash -c "echo >/dev/udp/$POD_A4/81"; }

knock_and_look()
{
	knock
	[ "$(told)" -gt 0 ]
}

# Whoever listens learns how many denials there was no memory to tell of.
events()
{
	local i
	a_file LOG
	start "$LOG" ctl A -j monitor denied
	wait_for 20 knock_and_look || bail "the monitor hears nothing"
	SEEN=$(wc -l <"$LOG")
	fail_in k8sov_policy_event
	counts "denials that nobody can be told of" " policy_ingress+20" eval \
		'for ((i = 0; i < 20; i++)); do knock; done'
	memory_is_back
	equal "none was told of" "$SEEN" "$(wc -l <"$LOG")"
	knock
	check "the next one tells of them" wait_for 20 eval '[ "$(told)" = 21 ]'
}

# A device that enforces holds the module.
users() { cat /sys/module/k8sov/refcnt; }

# A device has moved and nobody could be asked: it is of no use there until it
# enforces.
moves()
{
	local before
	setup_ns ELSEWHERE
	ip -n "$NODE_A" link add ov1 type k8sov id 9 dstport 4789 \
		geneveport 4790 policy enforce
	before=$(users)
	fail_in k8sov_policy_hold
	ip -n "$NODE_A" link set ov1 netns "$ELSEWHERE" || bail "no move"
	equal "moved where there is no memory to enforce, it does not" \
		$((before - 1)) "$(users)"
	refuses "so it stays down" "Cannot allocate memory" \
		ip -n "$ELSEWHERE" link set ov1 up
	memory_is_back
	check "with memory, it comes up" ip -n "$ELSEWHERE" link set ov1 up
	equal "and enforces" "$before" "$(users)"
	ip -n "$ELSEWHERE" link del ov1
}

policy_nodes
set_knobs
defer memory_is_back
count_packets
rules 7 rule accept rule drop rule reject rule accept log default 1 \
	class 0 any range 0 tcp:80 0 range 0 tcp:82 2 range 0 tcp:83 3 \
	range 0 tcp:7000 0 \
	range 0 udp:80 0 range 0 udp:82 2 range 0 udp:83 3
pod_is pod2 ingress 7 egress 7
events
moves
try ingress 80,83 81,82 pod3 pod2
try ingress 80,83 81,82 podb pod2
try egress 80,83 81,82 pod2 pod3
try egress 80,83 81,82 pod2 podb
mode audit
try audit 80,81,82,83 "" podb pod2
finish

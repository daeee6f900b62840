#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Whoever asks learns what policy does and why: events of denials within a
# rate, hits of rules, traces; and what it would do, without doing it (audit).
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

need jq conntrack

# It listens before it opens what it waits for signals with.
listening() { find "/proc/$1/fd" -lname '*signalfd*' | grep -q .; }

SEEN=0

# told - the events since forget()
told() { tail -n +$((SEEN + 1)) "$LOG"; }

# forget - and let every connection be a new one
forget()
{
	in_ns "$NODE_A" conntrack -F 2>/dev/null
	SEEN=$(wc -l <"$LOG")
}

is_told() { told | jq -e -s "map(select($1)) | length > 0"; }

# said WHAT FILTER - jq finds an event
said() { check "$1" wait_for 20 is_told "$2"; }

# times FILTER - that many were found
times() { told | jq -s "map(select($1)) | length"; }

# UDP to port 7002 passes always, so that craft knows when to give up.
events()
{
	rules 7 name in rule accept log name "team a: web" \
		rule drop name "NetworkPolicy default/deny ingress 1" \
		rule accept default 1 class 0 301 class 1 any \
		range 0 udp:80 0 range 0 udp:7002 2 range 1 udp:7002 2
	pod_is pod2 ingress 7
	from podb pod2
	control
	craft idport=9 isport=77
	said "a denial names the flow, the pod and the rule" '
		.event == "denied" and .direction == "ingress" and
		.link == "pod2" and .name == "default/pod2" and
		.source == "'"$POD_B4"'" and .destination == "'"$POD_A4"'" and
		.protocol == "udp" and .port == 9 and .source_port == 77 and
		.identity == 400 and .ruleset == 7 and .rule == 1 and
		.rule_name == "NetworkPolicy default/deny ingress 1" and
		.action == "drop" and .reason == "policy-ingress" and
		.dev == "ov0"'
	craft idport=10 "${V6[@]}"
	said "in IPv6 too" '.source == "'"$POD_B6"'" and .port == 10'
	from pod3 pod2
	arrives "what a rule that logs allows" idport=80
	said "and it is told of" '
		.event == "logged" and .rule_name == "team a: web" and
		.reason == null'
	rules 8 rule drop
	arrives "another packet of the flow" idport=80
	control
	craft idport=81
	said "the next denial is told" '.port == 81'
	equal "a connection that passes is told of once" 1 \
		"$(times '.event == "logged"')"
	pod_is pod2 state pending
	craft_end
	in_ns "$POD_A2" bash -c "echo >/dev/udp/$POD_A4/82"
	said "without a ruleset the reason tells" '
		.port == 82 and .reason == "policy-pending" and
		.ruleset == null'
}

# hits_of RULE - how many flows it decided
hits_of() { ctl A -j -s ruleset show dev ov0 id 7 | jq ".[0].rules[$1].hits"; }

traces()
{
	local words
	pod_is pod2 ingress 7
	words=$(ctl A trace dev ov0 "$POD_B4" "$POD_A4" proto udp port 80 \
		rx from "$UL_B4")
	check "a trace names the rule" grep -q "Ruleset 7.*rule 1 (\"NetworkPolicy default/deny ingress 1\") says drop" \
		<<<"$words"
	check "and the verdict" grep -q "dropped (policy-ingress)" <<<"$words"
	words=$(ctl A trace dev ov0 "$POD_A24" "$POD_A4" proto udp port 80)
	check "between pods of the node: what is allowed" \
		grep -q "rule 0 (\"team a: web\") says accept" <<<"$words"
	words=$(ctl A trace dev ov0 "$POD_A24" "$POD_A4" proto udp port 81)
	check "and what is not" grep -q "dropped (policy-ingress)" <<<"$words"
	rules 7 rule accept rule drop default 1 class 0 301 range 0 icmp 0
	check "an echo passes" ping_once "$POD_A2" "$POD_A4" -c 3 -i 0.2
	check "a second one" ping_once "$POD_A2" "$POD_A4"
	check "a third does not" not ping_once "$POD_B" "$POD_A4" -W 1
	equal "rules count the flows that they decide" "2 1" \
		"$(hits_of 0) $(hits_of 1)"
}

audit()
{
	local before
	rules 7 rule drop name nobody
	mode audit
	forget
	before=$(drops A)
	from podb pod2
	arrives "audit: what is forbidden" idport=9
	arrives "audit: another packet of it" idport=9
	said "it is told of, and that it passed" '
		.event == "audited" and .rule_name == "nobody" and .port == 9'
	arrives "audit: the next flow" idport=10
	said "is told of too" '.event == "audited" and .port == 10'
	equal "a flow once" 1 "$(times '.port == 9')"
	equal "nothing is dropped" "" "$(since "$before" "$(drops A)")"
	equal "verdicts are counted" 2 "$(ctl A -j stats show dev ov0 |
		jq '.[0].audited')"
	pod_is pod2 state pending
	arrives "audit: to a pod that is pending" idport=11
	mode enforce
	counts "enforced, it is not" " policy_pending+1" \
		in_ns "$POD_B" bash -c "echo >/dev/udp/$POD_A4/11"
	pod_is pod2 ingress 7
}

knock() { in_ns "$POD_B" bash -c "echo >/dev/udp/$POD_A4/9"; }

# told_of N - so many denials, the suppressed ones among them
told_of()
{
	told | jq -e -s "length + (map(.suppressed // 0) | add) == $1"
}

KNOCKS=0

# The last denials that are held back are in an event of a later period.
all_told()
{
	knock
	KNOCKS=$((KNOCKS + 1))
	wait_for 1 told_of $((600 + KNOCKS))
}

rate()
{
	craft_end
	forget
	in_ns "$POD_B" bash -c "
		for ((i = 0; i < 600; i++)); do
			echo x >/dev/udp/$POD_A4/9
		done"
	check "no denial is lost" wait_for 30 all_told
	check "what the rate holds back is counted in a later event" \
		is_told ".suppressed > 0"
	check "few are told" test "$(told | wc -l)" -lt 600
}

policy_nodes
a_file LOG
start "$LOG" ctl A -j monitor denied
check "the monitor listens" wait_for 20 eval "listening $started ||
	pgrep -P $started | while read -r p; do listening \$p && echo y; done | grep -q y"
events
traces
audit
rate
finish

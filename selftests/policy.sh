# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034,SC2153,SC2154
#
# Pods and rulesets for the tests of policy. Needs overlay.sh and craft.sh.
# Of node A: pod2 is POD_A (identity 300), pod3 is POD_A2 (identity 301). Of
# node B: POD_B (identity 400). Node A knows node B as identity 2.
#
#   policy_nodes                two nodes with k8sov, node A enforces
#   pod_is NAME WORDS...        endpoint pod2 or pod3 of A: replaced, ready, but
#                               for WORDS (ingress N, egress N, state S)
#   rules ID WORDS...           ruleset ID of A: replaced
#   mode off|audit|enforce      of A
#   counts WHAT REASONS COMMAND...   what node A denies while COMMAND runs
#   from NAME [TO]              what craft sends comes from pod NAME, and is
#                               watched at TO: a pod, or node
#   "${V6[@]}"                  words for craft: the same in IPv6

POD_A24=10.244.1.3
POD_A26=fd00:244:1::3

policy_nodes()
{
	two_nodes
	overlay_pair vxlan 4
	add_pod POD_A2 A 3
	tell A <<-END
		identity add 10.244.2.2/32 dev ov0 identity 400
		identity add fd00:244:2::2/128 dev ov0 identity 400
		identity add 192.0.2.2/32 dev ov0 identity 2
		identity add 2001:db8::2/128 dev ov0 identity 2
		identity add $GW_B4/32 dev ov0 identity 2
		identity add $GW_B6/128 dev ov0 identity 2
	END
	pod_is pod2
	pod_is pod3
	mode enforce
}

pod_is()
{
	local link=$1 n=${1#pod} state=ready
	shift
	case " $* " in *" state "*) state= ;; esac
	tell A <<-END
		endpoint replace dev ov0 link $link name default/$link address 10.244.1.$n address fd00:244:1::$n identity $((298 + n)) ${state:+state $state} $*
	END
}

rules()
{
	local id=$1
	shift
	ctl A ruleset replace dev ov0 id "$id" "$@" || bail "ruleset $id"
}

mode() { ip -n "$NODE_A" link set ov0 type k8sov policy "$1" || bail "$1"; }

# What neighbours ask each other meanwhile is no matter of policy.
denials() { drops A | grep ^policy_; }

counts()
{
	local what=$1 reasons=$2 before
	shift 2
	before=$(denials)
	check "$what" "$@"
	equal "$what: counted" "$reasons" "$(since "$before" "$(denials)")"
}

# ns_of NAME - its namespace
ns_of()
{
	case $1 in
	pod2) echo "$POD_A" ;;
	pod3) echo "$POD_A2" ;;
	podb) echo "$POD_B" ;;
	node) echo "$NODE_A" ;;
	nodeb) echo "$NODE_B" ;;
	esac
}

# address_of NAME 4|6
address_of()
{
	case $1$2 in
	pod24) echo "$POD_A4" ;;
	pod26) echo "$POD_A6" ;;
	pod34) echo "$POD_A24" ;;
	pod36) echo "$POD_A26" ;;
	podb4) echo "$POD_B4" ;;
	podb6) echo "$POD_B6" ;;
	node4) echo "$GW_A4" ;;
	node6) echo "$GW_A6" ;;
	nodeb4) echo "$UL_B4" ;;
	nodeb6) echo "$UL_B6" ;;
	esac
}

# The node hears what it gets from a pod at the pod's link, even if policy
# denies it; so only the counters tell there.
from()
{
	local link=pod2
	[ "$1" != pod3 ] || link=pod3
	SENDER=$1 TARGET=$2
	V6=("isrc=$(address_of "$1" 6)" "idst=$(address_of "$2" 6)")
	craft_start "$(ns_of "$1")" eth0 "$(ns_of "$2")" eth0 "$NODE_A" ov0
	local node=$NODE_A
	[ "$1" != podb ] || node=$NODE_B
	craft default dmac="$(mac_of "$node" "$link")" \
		smac="$(mac_of "$(ns_of "$1")" eth0)" \
		isrc="$(address_of "$1" 4)" idst="$(address_of "$2" 4)"
}


# control WORDS... - a packet that is known to pass
control()
{
	craft control "$@"
	check "$SENDER to $TARGET: what is allowed arrives" \
		test "${reply%% *}" = got
}

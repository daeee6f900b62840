#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# No pod is reachable before its policy is in force, nor after whoever made the
# policy has gone: pending and unknown pods are isolated, tables stay, the
# module stays while it is needed.
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

# isolated WHAT REASON - nobody reaches pod2, and it reaches nobody, not even
# the node; every packet is counted
isolated()
{
	local v to
	for v in 4 6; do
		to=POD_A$v
		counts "$1: another node's pod does not reach it, v$v" \
			" $2+1" not ping_once "$POD_B" "${!to}" -W 1
		counts "$1: nor does a neighbour, v$v" " $2+1" \
			not ping_once "$POD_A2" "${!to}" -W 1
		to=POD_B$v
		counts "$1: it does not reach others, v$v" " $2+1" \
			not ping_once "$POD_A" "${!to}" -W 1
		to=GW_A$v
		counts "$1: nor the node, v$v" " $2+1" \
			not ping_once "$POD_A" "${!to}" -W 1
	done
	check "$1: it reaches itself" ping_once "$POD_A" "$POD_A4"
}

# free WHAT - it reaches others and they reach it
free()
{
	counts "$1: it reaches another node's pod" "" \
		ping_once "$POD_A" "$POD_B4"
	counts "$1: and is reached, v6" "" ping_once "$POD_A2" "$POD_A6"
}

born()
{
	free "ready"
	pod_is pod2 state pending
	isolated "pending" policy_pending
	ip -n "$NODE_A" addr add fe80::1/64 dev pod2 nodad
	ip_in "$POD_A" <<-END
		addr add fe80::2/64 dev eth0 nodad
		neigh del fe80::1 dev eth0
	END
	counts "its link-local address does not reach the node" \
		" policy_pending+1" not ping_once "$POD_A" fe80::1%eth0 -W 1
	check "but neighbours find each other" eval \
		"ip -n $POD_A neigh show fe80::1 | grep -q lladdr"
	ctl A endpoint del dev ov0 link pod2
	isolated "unknown" policy_unknown
	pod_is pod2
	free "ready again"
}

stays()
{
	rules 7 rule drop
	pod_is pod2 ingress 7
	refuses "a ruleset that is named stays" "endpoints name the ruleset" \
		ctl A ruleset del dev ov0 id 7
	refuses "an endpoint names no ruleset that is not there" \
		"there is no such ruleset" ctl A endpoint replace dev ov0 \
		link pod2 address "$POD_A4" state ready ingress 8
	counts "nothing has changed" " policy_ingress+1" \
		not ping_once "$POD_B" "$POD_A4" -W 1
	refuses "the module stays while a device enforces" \
		"is in use" rmmod k8sov
	pod_is pod2
}

# Two devices in one namespace: what either forbids is forbidden.
devices()
{
	ip_in "$NODE_A" <<-END
		link add ov1 type k8sov id 9 dstport 4789 geneveport 4790 policy enforce
	END
	tell A <<-END
		ruleset add dev ov1 id 1 rule drop
		endpoint add dev ov1 link pod3 address $POD_A24 state ready ingress 1
	END
	counts "the other device has no say over pod2" "" \
		ping_once "$POD_B" "$POD_A6"
	check "but over pod3" not ping_once "$POD_A" "$POD_A24" -W 1
	equal "and counts that itself" " policy_ingress+1" \
		"$(since "" "$(in_ns "$NODE_A" ethtool -S ov1 |
			sed -n 's/^ *drop_\(.*\): \([1-9]\)/\1 \2/p')")"
	ip -n "$NODE_A" link del ov1
	check "gone, it has none" ping_once "$POD_A" "$POD_A24"
}

users() { cat /sys/module/k8sov/refcnt; }

# A device that moves leaves its endpoints behind and enforces where it is; one
# whose namespace goes lets the module go.
moves()
{
	local before
	before=$(users)
	setup_ns ELSEWHERE
	ip -n "$NODE_A" link add ov1 type k8sov id 9 dstport 4789 \
		geneveport 4790 policy enforce
	equal "an enforcing device holds the module" $((before + 1)) "$(users)"
	ip -n "$NODE_A" link set ov1 netns "$ELSEWHERE"
	equal "also after a move" $((before + 1)) "$(users)"
	check "it enforces there" eval \
		"ip -n $ELSEWHERE -d -j link show ov1 | grep -q '\"policy\":\"enforce\"'"
	delete_ns "$ELSEWHERE"
	check "it lets go with its namespace" wait_for 20 eval \
		"[ \$(users) = $before ]"
}

policy_nodes
born
pod_is pod2
stays
devices
moves
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl policy show, explain and trace: which rules there are, for whom, and
# which of them decides. The topology is that of ctl.sh, with two pods.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

mode() { ip -n "$NS" link set ov0 type k8sov policy "$1" || bail "$1"; }

shown()
{
	ctl_is "show: for whom, and hits" 'id 7 name web-in default 1 dev ov0
    endpoint shop/web/c1 ingress
    rule 0 accept name "NetworkPolicy shop/web ingress 1" hits 0
    rule 1 drop log name isolated hits 0
id 8 default 0 dev ov0
    endpoint shop/db/c2 ingress
    endpoint shop/web/c1 egress
    rule 0 reject hits 0' policy show
	equal "show: JSON" '[{"link":"veth1","name":"shop/db/c2","direction":"ingress"},{"link":"veth0","name":"shop/web/c1","direction":"egress"}]' \
		"$(ctl -j policy show | jq -c '.[] | select(.id == 8) | .endpoints')"
	ctl_is "show: of a device" "$(ctl policy show)" policy show dev ov0
}

WEB='shop/web/c1 link veth0 address 10.244.0.2 address fd00::2 identity 300 state ready dev ov0 policy enforce
ingress ruleset 7 name web-in
    from 0 ("the world"), any other
        icmp:3/4 rule 1 drop log name isolated hits 0
    from 301 (shop/db/c2, 10.244.1.9/32, 10.244.1.10/32, 10.244.1.11/32 and 2 more)
        tcp:80-90 rule 0 accept name "NetworkPolicy shop/web ingress 1" hits 0
        udp rule 0 accept name "NetworkPolicy shop/web ingress 1" hits 0
    else rule 1 drop log name isolated hits 0
egress ruleset 8
    else rule 0 reject hits 0'

explained()
{
	local word
	mode enforce
	for word in shop/web/c1 shop/web web 10.244.0.2 fd00::2; do
		ctl_is "explain: $word" "$WEB" policy explain "$word"
	done
	ctl_is "explain: a pod without rulesets, which is pending" \
		"other/web link und0 address 10.244.0.4 identity 3 state pending dev ov0 policy enforce
isolated: its policy is not in force yet
ingress no ruleset: all may pass
egress no ruleset: all may pass" policy explain other/web
	mode off
	ctl_is "explain: policy is off" \
		'shop/db/c2 link veth1 address 10.244.0.3 identity 301 state ready dev ov0 policy off
the device judges nothing
ingress ruleset 8
    else rule 0 reject hits 0
egress no ruleset: all may pass' policy explain db
	mode enforce
	equal "explain: JSON of a rule" \
		'{"direction":"ingress","ruleset":7,"identities":[301],"keys":"udp","rule":0,"action":"accept","log":false,"name":"NetworkPolicy shop/web ingress 1","hits":0}' \
		"$(ctl -j policy explain web | jq -c '.[].rules[] | select(.keys == "udp")')"
	equal "explain: JSON of the defaults" "ingress 1 egress 0" \
		"$(ctl -j policy explain web | jq -r '.[].rules[] | select(.default) | "\(.direction) \(.rule)"' | xargs)"
	ctl_refuses "explain: nobody" 2 "no pod of this node has the name 'nobody'" \
		policy explain nobody
	ctl_refuses "explain: no such address" 2 \
		"no pod of this node has the address '10.244.0.99'" \
		policy explain 10.244.0.99
	ctl endpoint replace link und0 name other/web/c3 address 10.244.0.4
	ctl_refuses "explain: two of one name" 1 \
		"several pods of this node are 'web': say NAMESPACE/POD, or an address" \
		policy explain web
}

traced()
{
	ctl_is "trace: the rule that accepts" 'The policy of ov0 is enforce.
10.244.1.9 has identity 301.
Ruleset 7 judges packets to 10.244.0.2: rule 0 ("NetworkPolicy shop/web ingress 1") says accept.
The packet is sent.' policy trace 10.244.1.9 10.244.0.2 80
	equal "trace: the rule that forbids" \
		"enforce false policy-ingress isolated" \
		"$(ctl -j policy trace 10.244.1.9 10.244.0.2 proto tcp port 91 |
			jq -r '.[] | "\(.policy) \(.passes) \(.reason) \([.step[] | select(.kind == "ingress-policy").name][0])"')"
	mode audit
	equal "trace: audit lets it pass" "audit true" \
		"$(ctl -j policy trace 10.244.1.9 10.244.0.2 proto tcp port 91 |
			jq -r '.[] | "\(.policy) \(.passes)"')"
	ctl_refuses "trace: addresses of both families" 1 \
		"SRC and DST are not of the same family" \
		policy trace 10.244.0.2 fd00::1
}

a_device
ctl -b - <<-END || bail "no tables"
	subnet add 10.244.0.0/24 local
	subnet add fd00::/64 local
	subnet add 10.244.1.0/24 unreachable
	identity add 10.244.1.9 identity 301
	identity add 10.244.1.10 identity 301
	identity add 10.244.1.11 identity 301
	identity add 10.244.1.12 identity 301
	identity add 10.244.1.13 identity 301
	ruleset add id 7 name web-in rule accept name "NetworkPolicy shop/web ingress 1" rule drop log name isolated default 1 class 0 0,any class 1 301 range 0 icmp:3/4 1 range 1 tcp:80-90 0 range 1 udp 0
	ruleset add id 8 rule reject
	endpoint add link veth0 name shop/web/c1 address 10.244.0.2 address fd00::2 identity 300 state ready ingress 7 egress 8
	endpoint add link veth1 name shop/db/c2 address 10.244.0.3 identity 301 state ready ingress 8
END
shown
ctl endpoint add link und0 name other/web address 10.244.0.4
explained
traced
finish

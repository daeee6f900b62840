#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl ruleset: rules, classes and ranges as people write them, as text, as
# JSON, saved and restored, small and too large for a line. The topology is
# that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"


# All but the line that has the generation.
tables() { ctl save "$@" | tail -n +2; }

WEB='id 7 name web-in default 1 dev ov0 owner 5
    rule 0 accept name "NetworkPolicy default/web ingress 1"
    rule 1 drop log name isolated
    class 0 300,301
    class 1 0,any
    range 0 tcp:80-90 0
    range 0 udp 0
    range 1 icmp:3/4 0
    range 1 icmp:8 1'

objects()
{
	check "ruleset add: in any order" ctl ruleset add dev ov0 id 7 \
		name web-in owner 5 range 1 icmp:8 1 range 0 udp 0 \
		rule accept name "NetworkPolicy default/web ingress 1" \
		range 0 tcp:80-90 0 class 1 any,0 class 0 301,300 \
		rule drop log name isolated range 1 icmp:3/4 0 default 1
	ctl_is "ruleset show: text" "$WEB" ruleset show
	ctl_is "ruleset show: one" "$WEB" ruleset show id 7
	ctl_is "ruleset show: of one owner" "$WEB" ruleset show owner 5
	ctl_is "ruleset show: not of another" "" ruleset show owner 6
	ctl_is "ruleset show: -4 means nothing" "$WEB" -4 ruleset show
	check "ruleset show: -s shows hits" grep -q "isolated hits 0$" \
		<(ctl -s ruleset show)
	check "ruleset add: a rule is enough" ctl ruleset add id 8 rule reject
	ctl_is "ruleset show: JSON" '[{"id":8,"default":0,"dev":"ov0","owner":0,"rules":[{"rule":0,"action":"reject","log":false,"hits":0}],"members":[],"ranges":[]}]' \
		-j ruleset show id 8
	equal "ruleset show: JSON of a full one" '{"members":[{"identity":0,"class":1},{"identity":300,"class":0},{"identity":301,"class":0},{"identity":4294967295,"class":1}],"ranges":[{"class":0,"keys":"tcp:80-90","from":393296,"to":393306,"rule":0},{"class":0,"keys":"udp","from":1114112,"to":1179647,"rule":0},{"class":1,"keys":"icmp:3/4","from":66308,"to":66308,"rule":0},{"class":1,"keys":"icmp:8","from":67584,"to":67839,"rule":1}]}' \
		"$(ctl -j ruleset show id 7 | jq -c '.[] | {members, ranges}')"
	check "ruleset replace" ctl ruleset replace id 7 owner 5 rule drop
	ctl_is "ruleset replace: all of it is new" 'id 7 default 0 dev ov0 owner 5
    rule 0 drop' ruleset show id 7
	check "ruleset del" ctl ruleset del id 7 owner 5
	check "ruleset flush" ctl ruleset flush
	ctl_is "ruleset show: nothing is left" "[]" -j ruleset show
}

keys()
{
	local key n=0 args=()
	local all=(0x0-0x5ffff tcp:0-79 tcp:80 tcp:81-65535 0x70000-0x100002
		17:0 udp:53 udp:54-60 icmpv6 132:7 255)
	for key in "${all[@]}"; do
		args+=(range "$n" "$key" 0)
		n=$((n + 1))
	done
	check "keys: single, from to, whole and raw" \
		ctl ruleset add id 1 rule accept "${args[@]}"
	equal "keys: come back by their names" \
		"0x0-0x5ffff tcp:0-79 tcp:80 tcp:81-65535 0x70000-0x100002 udp:0 udp:53 udp:54-60 icmpv6 sctp:7 255" \
		"$(ctl -j ruleset show | jq -r '.[].ranges[].keys' | xargs)"
	check "keys: all" ctl ruleset replace id 1 rule accept range 0 all 0
	equal "keys: all comes back" "all 0 16777215" \
		"$(ctl -j ruleset show |
			jq -r '.[].ranges[] | "\(.keys) \(.from) \(.to)"')"
	for key in tcp:65536 tcp:9-8 tcp: :80 256 icmp:256 icmp:3/256 0x1000000 \
		0x2-0x1 0x ALL tcp:80-; do
		refuses "keys: '$key'" "range: '$key' is not 'all', or a protocol" \
			ctl ruleset add id 2 rule accept range 0 "$key" 0
	done
	ctl ruleset flush
}

refusals()
{
	refuses "an unknown action" "rule: 'allow' is not one of accept drop" \
		ctl ruleset add id 1 rule allow
	refuses "an identity that is none" \
		"class: 'x' is not an identity or 'any'" \
		ctl ruleset add id 1 rule drop class 0 1,x
	refuses "the number of any" \
		"class: '4294967295' is not an identity or 'any'" \
		ctl ruleset add id 1 rule drop class 0 4294967295
	refuses "a class that is too high" \
		"class: '65535' is not a class from 0 to 65534" \
		ctl ruleset add id 1 rule drop class 65535 1
	refuses "a class of nobody" "'class' needs a value" \
		ctl ruleset add id 1 rule drop class 0
	refuses "a range without rule" "'range' needs a value" \
		ctl ruleset add id 1 rule drop range 0 tcp
	refuses "a rule that is not there" \
		"the range names a rule that the ruleset does not have" \
		ctl ruleset add id 1 rule drop range 0 tcp 1
	refuses "ranges that overlap" "or overlap" \
		ctl ruleset add id 1 rule drop range 0 tcp 0 range 0 tcp:80 0
	refuses "an identity in two classes" "each once" \
		ctl ruleset add id 1 rule drop class 0 5 class 1 5
	refuses "append without a transaction" "there is no such ruleset" \
		ctl ruleset append id 1 rule drop
	refuses "a ruleset that is not there" "there is no such ruleset" \
		ctl ruleset show id 1
	refuses "an endpoint with a ruleset that is not there" \
		"there is no such ruleset" \
		ctl endpoint add link veth0 ingress 1
	ctl_is "none of it left a trace" "[]" -j ruleset show
}

endpoints()
{
	ctl -b - <<-'END' || bail "no rulesets"
		ruleset add id 7 rule drop
		ruleset add id 9 rule accept
	END
	check "endpoint add: with rulesets" ctl endpoint add link veth0 \
		state ready ingress 7 egress 9
	ctl_is "endpoint show: text" \
		"link veth0 identity 3 state ready ingress 7 egress 9 dev ov0" \
		endpoint show
	equal "endpoint show: JSON" "7 9" "$(ctl -j endpoint show |
		jq -r '.[] | "\(.ingress) \(.egress)"')"
	refuses "ruleset del: while it is named" "endpoints name the ruleset" \
		ctl ruleset del id 7
	refuses "ruleset flush: while they are named" \
		"endpoints that stay name rulesets that are to go" \
		ctl ruleset flush
	check "endpoint replace: with one ruleset" \
		ctl endpoint replace link veth0 egress 9
	ctl_is "endpoint replace: the other is gone" \
		"link veth0 identity 3 state pending egress 9 dev ov0" \
		endpoint show
	check "ruleset del: when it is not" ctl ruleset del id 7
	equal "device show: counts them" "1 16384" "$(ctl -j device show |
		jq -r '.[] | "\(.rulesets) \(.max_rulesets)"')"
}

# 3000 rules of long names, of which the last is the default; 20000 members.
big_lines()
{
	awk 'BEGIN {
		print "begin"
		print "ruleset add id 5 rule drop name first"
		for (i = 1; i < 3000; i++)
			printf("ruleset append id 5 rule accept name " \
			       "\"NetworkPolicy namespace-%d/policy-of-some-length ingress \\\"%d\\\"\"\n",
			       i, i)
		print "ruleset append id 5 default 2999"
		for (i = 0; i < 20000; i += 20) {
			printf("ruleset append id 5")
			for (j = i; j < i + 20; j++)
				printf(" class %d %d", j % 700, 256 + j)
			print ""
		}
		print "ruleset append id 5 class 699 any"
		for (i = 0; i < 5000; i += 20) {
			printf("ruleset append id 5")
			for (j = i; j < i + 20; j++)
				printf(" range %d tcp:%d-%d %d", j / 10,
				       j % 10 * 100, j % 10 * 100 + 50, j % 3000)
			print ""
		}
		print "commit"
	}'
}

saving()
{
	ctl ruleset add id 7 name "\"quoted\\" owner 9 rule accept \
		rule drop log name x default 1 class 3 any range 3 all 0
	ctl save >"$SAVED"
	check "what is saved is restored" ctl restore <"$SAVED"
	equal "as it was" "$(tail -n +2 "$SAVED")" "$(tables)"
	big_lines >"$BIG"
	check "a ruleset of many lines is added at once" ctl -b "$BIG"
	equal "it is all there" "3000 20001 5000 2999 2999" \
		"$(ctl -j ruleset show id 5 | jq -r '.[] |
			"\(.rules | length) \(.members | length) \(.ranges |
				length) \(.default) \(.rules[2999].rule)"')"
	ctl save >"$SAVED"
	check "no line of a save is too long" \
		awk 'length > 5000 { exit 1 }' "$SAVED"
	ctl ruleset del id 5
	check "it is saved and restored" ctl restore <"$SAVED"
	equal "as large as it was" "$(tail -n +2 "$SAVED")" "$(tables)"
	ctl ruleset save >"$BIG"
	ctl ruleset del id 5
	check "rulesets are restored below their endpoints" \
		ctl ruleset restore <"$BIG"
	equal "which stay as they were" "$(tail -n +2 "$SAVED")" "$(tables)"
	refuses "unless one of them would lose its ruleset" \
		"the endpoint at veth0 stands in the way: there is no such ruleset" \
		ctl ruleset restore <<<"ruleset add id 3 rule drop"
	equal "then nothing changes" "$(tail -n +2 "$SAVED")" "$(tables)"
	check "endpoints are restored alone" ctl endpoint restore \
		<<<"endpoint add link veth0 ingress 7"
	ctl_is "and keep their rulesets" \
		"link veth0 identity 3 state pending ingress 7 dev ov0" \
		endpoint show
	ctl -b - <<<"endpoint flush
ruleset flush"
}

words()
{
	check "-h lists its commands" \
		grep -q "k8sovctl ruleset append" <(ctl ruleset -h)
	check "COMMAND -h explains rules" \
		grep -q "rule ACTION \[log\] \[name NAME\]" <(ctl ruleset add -h)
	equal "--complete knows actions" "accept drop reject" \
		"$(ctl --complete ruleset add id 1 rule | xargs)"
	equal "--complete knows arguments" "class default dev force id name owner range rule" \
		"$(ctl --complete ruleset add rule drop | sort | xargs)"
}

a_file BIG
a_file SAVED
a_device
objects
keys
refusals
endpoints
saving
words
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# test_words.sh - help, usage errors and completion of $K8SOVCTL, which need no
# kernel module.
set -u

number=0 failed=0
here=$(dirname "$0")

# is WHAT EXPECTED GOT
is()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number $1"
		return
	fi
	failed=1
	printf 'not ok %d %s\n# expected: %s\n# got:      %s\n' $number "$1" "$2" "$3"
}

# says WHAT STATUS WORDS ARG... - all that k8sovctl says, and its status
says()
{
	local what=$1 expected=$2 words status=0
	shift 2
	words=$("$K8SOVCTL" "${@:2}" 2>&1 </dev/null) || status=$?
	is "$what" "$expected $1" "$status $words"
}

# completes EXPECTED WORD... - what the shell offers for the last word
completes()
{
	local expected=$1
	shift
	COMP_WORDS=(k8sovctl "$@")
	COMP_CWORD=$#
	_k8sovctl
	is "completes: $*" "$expected" "${COMPREPLY[*]}"
}

# Every command of every object has help, and its arguments are there.
every_help()
{
	local object command
	for object in $("$K8SOVCTL" --complete); do
		"$K8SOVCTL" "$object" -h | grep -q "k8sovctl $object" ||
			is "help of $object" there missing
		for command in $("$K8SOVCTL" --complete "$object" |
			grep -xE 'show|add|replace|del|flush|save|restore'); do
			"$K8SOVCTL" "$object" "$command" -h |
				grep -qE "^  (dev DEV|at ADDRESS) " ||
				is "help of $object $command" there missing
		done
	done
	is "every command has help" 0 $failed
}

# Every page that help promises is there, and no command is without a page.
every_page()
{
	local object
	for object in device host subnet endpoint identity ruleset stats monitor node pod policy trace; do
		is "manual page of $object" "$object" \
			"$(sed -n "s/^k8sovctl-\($object\)$/\1/p" \
				"$here/../man/k8sovctl-$object.8.rst")"
	done
}

PATH=$(dirname "$K8SOVCTL"):$PATH
# shellcheck source=userspace/completion/k8sovctl
. "$here/../completion/k8sovctl"

says "an option that does not exist" 1 \
	"k8sovctl: '-x' is no option, or lacks its value (try 'k8sovctl -h')" -x
says "a command and a batch" 1 \
	"k8sovctl: a command and a batch exclude each other" -b - host show
says "an object alone" 1 \
	"k8sovctl: what about the host? (try 'k8sovctl host -h')" host
every_help
every_page
completes "host" h
completes "show add replace del flush save restore" -n x subnet ""
completes "accept drop reject" ruleset add id 1 rule ""
completes "--json" --j
completes "geneve" -j host add encap g
completes "dev owner force" subnet add 10.0.0.0/8 local ""
completes "id" subnet add 10.0.0.0/8 via ""
completes "dev host subnet endpoint identity ruleset commit denied --denied" monitor ""
completes "--denied" monitor --
completes "dev host subnet endpoint identity ruleset commit" monitor --denied ""
completes "lo" endpoint add link l
completes "" nosuch ""
completes "show explain trace check" policy ""
completes "dev proto port iif rx from" policy trace 10.0.0.1 10.0.0.2 ""
says "a port and a protocol" 1 "k8sovctl: '80' and 'proto' exclude each other" \
	policy trace 10.0.0.1 10.0.0.2 80 proto udp
says "a port twice" 1 "k8sovctl: '53/udp' and 'port' exclude each other" \
	trace 10.0.0.1 10.0.0.2 53/udp port 80
completes "tcp udp icmp icmpv6 sctp" policy trace 10.0.0.1 10.0.0.2 proto ""
says "an explanation of nobody" 1 "k8sovctl: 'POD|ADDRESS' is missing" \
	policy explain
completes "$here/test_words.sh" policy check "$here/test_wo"
says "a check of nothing" 1 "k8sovctl: 'PATH...' is missing" policy check
echo "1..$number"
exit $failed

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# test_binary.sh - answers of $CNI, under sanitizers, that need no kernel module:
# one line of JSON on stdout and nothing else, whatever the question is.
set -u

number=0 failed=0
export CNI_CONTAINERID=c CNI_IFNAME=eth0 CNI_NETNS=/proc/self/ns/net
NAMED='"cniVersion":"1.1.0","name":"net","type":"k8sov","subnetFile":"/dev/null"'

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

# answers WHAT CODE COMMAND < CONFIGURATION - and nothing on stderr
answers()
{
	local out status=0
	out=$(CNI_COMMAND=$3 "$CNI" 2>&1) || status=$?
	is "$1" "1 $2 1" "$status $(jq -r .code <<<"$out" 2>&1) $(wc -l <<<"$out")"
}

for command in ADD CHECK STATUS GC DEL SING; do
	answers "$command without a configuration" 6 $command </dev/null
	answers "$command with half a one" 6 $command <<<'{"name":'
	answers "$command with no name" 7 $command <<<'{}'
	answers "$command in a version to come" 1 $command \
		<<<'{"name":"net","cniVersion":"3.0.0"}'
done
answers "an unknown command" 4 SING <<<"{$NAMED}"
answers "ADD without a subnet" 11 ADD <<<"{$NAMED}"
answers "STATUS without a subnet" 50 STATUS <<<"{$NAMED}"
answers "CHECK without a result" 7 CHECK <<<"{$NAMED}"
answers "GC without a list" 7 GC <<<"{$NAMED}"
answers "over 4 MiB" 6 ADD < <(printf '{%s,"x":"' "$NAMED"; head -c 5000000 /dev/zero | tr '\0' x; printf '"}')
CNI_IFNAME=$'\xff/' answers "a name that is no text" 4 ADD <<<"{$NAMED}"
CNI_ARGS='a=b' answers "arguments of others" 4 ADD <<<"{$NAMED}"
CNI_NETNS='' answers "ADD without a namespace" 4 ADD <<<"{$NAMED}"
answers "depth" 6 ADD < <(printf '{%s,"x":' "$NAMED"; head -c 100000 /dev/zero | tr '\0' '[')
is "VERSION" '{"cniVersion":"0.4.0","supportedVersions":["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}' \
	"$(CNI_COMMAND=VERSION "$CNI" 2>&1 <<<'{"cniVersion":"0.4.0"}')"
is "an answer that nobody can have is a failure" 1 \
	"$(CNI_COMMAND=VERSION "$CNI" </dev/null >/dev/full 2>&1; echo $?)"
is "without a command it says what it is" 1 \
	"$(env -u CNI_COMMAND "$CNI" 2>&1 >/dev/null | grep -c '^k8sov .*, a CNI plugin')"
echo "1..$number"
exit $failed

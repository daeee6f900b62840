#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Every system call of ADD fails once: the pod is attached, or nothing is left.
# At every call it is killed once: DEL, or GC, leaves nothing. The same for DEL,
# where a second one, or GC, does what is left to do. A pod that another plugin
# attached is registered whenever ADD says so.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

need strace

# calls COMMAND - "CALL N" for each call of COMMAND behind the loader's
calls()
{
	TRACE=(strace -o "$CNI/trace")
	cni A "$1" c-p P <<<"$CONF_A" >"$CNI/P.eth0" || bail "$1 fails"
	TRACE=()
	sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$CNI/trace" | awk '
		{ n[$1]++ }
		/^(exit_group|rt_sigreturn)$/ { next }
		main { print $1, n[$1] }
		/^rt_sigaction$/ { main = 1 }'
}

# inject COMMAND CALL WHAT... - COMMAND with one of its calls gone wrong
inject()
{
	TRACE=(strace -o /dev/null -e "trace=$2" -e "inject=$2:$3:when=$4")
	cni A "$1" c-p P <<<"$CONF_A" >"$CNI/P.eth0" 2>"$CNI/words"
}

# An answer and a pod, or an error and nothing. It may die where it would go on
# in the wrong namespace: then as if it was killed.
whole()
{
	local status=$1
	TRACE=()
	[ "$status" -lt 128 ] || clean DEL
	if [ "$status" = 0 ]; then
		ping_once "$P" "$GW_A4" &&
			cni A CHECK c-p P <<<"$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/P.eth0")")" &&
			cni A DEL c-p P <<<"$CONF_A"
	fi
	nothing_left
}

nothing_left()
{
	local rest
	rest=$(left A)
	echo "$rest"
	[ -z "$rest" ]
}

# clean COMMAND - COMMAND, DEL or GC, succeeds, and nothing is left
clean()
{
	TRACE=()
	cni A "$1" c-p P <<<"$NOTHING_VALID" && nothing_left
}

# each BEHAVIOUR LIST COMMAND - COMMAND for each line of LIST, the first that
# fails is said; DEL and GC clean up in turn
each()
{
	local what=$1 list=$2 call n after=GC
	shift 2
	while read -r call n; do
		[ $after = GC ] && after=DEL || after=GC
		"$@" "$call" "$n" >"$CNI/log" 2>&1 || {
			fail "$what"
			note "$call, number $n: $(cat "$CNI/words")"
			sed 's/^/#   /' "$CNI/log"
			clean DEL
			return
		}
	done <"$list"
	pass "$what ($(wc -l <"$list"))"
}

add_fails() { local s=0; inject ADD "$1" error=ENOMEM "$2" || s=$?; whole "$s"; }
add_killed() { inject ADD "$1" signal=KILL "$2"; clean "$after"; }
del_fails()
{
	attach A P && { inject DEL "$1" error=ENOMEM "$2"; clean "$after"; }
}
del_killed()
{
	attach A P && { inject DEL "$1" signal=KILL "$2"; clean "$after"; }
}

# A pod that another plugin has attached.
given() { ip -n "$NODE_A" link add given type veth peer name eth0 netns "$P"; }
registered() { ctl A -j endpoint show | jq -e '.[].address == ["10.244.1.9"]'; }

only_fails()
{
	local status=0 CONF_A=$ONLY
	given || return
	inject ADD "$1" error=ENOMEM "$2" || status=$?
	TRACE=()
	case $status in
	0) registered && jq -e '.ips[0].address == "10.244.1.9/24"' "$CNI/P.eth0" ;;
	1) [ ! -s "$CNI/P.eth0" ] || jq -e .code "$CNI/P.eth0" ;;
	*) [ "$status" -ge 128 ] ;;
	esac || return
	ip -n "$NODE_A" link del given && nothing_left
}

only_calls()
{
	local CONF_A=$ONLY
	given && calls ADD >"$CNI/only"
	ip -n "$NODE_A" link del given
}

two_nodes
setup_ns P
set_sysctls "$P"
overlay A
ip_in "$NODE_A" <<<"addr add $GW_A4/32 dev ov0"
cni_files
cni_node A
NOTHING_VALID=$(with "$CONF_A" '"cni.dev/valid-attachments":[]')
# The first pod makes what stays: directories, the last address.
attach A P || bail "no pod"
detach A P
calls ADD >"$CNI/add"
calls DEL >"$CNI/del"
check "ADD and DEL are made of calls" test -s "$CNI/add" -a -s "$CNI/del"
each "whatever fails, ADD leaves a pod or nothing" "$CNI/add" add_fails
each "wherever ADD dies, DEL or GC leaves nothing" "$CNI/add" add_killed
each "whatever fails of DEL, DEL or GC leaves nothing" "$CNI/del" del_fails
each "wherever DEL dies, DEL or GC leaves nothing" "$CNI/del" del_killed
ONLY='{"cniVersion":"1.0.0","name":"net","type":"k8sov","policyOnly":true,"prevResult":{"cniVersion":"1.0.0","ips":[{"address":"10.244.1.9/24"}]}}'
only_calls
check "of another plugin's pod as well" test -s "$CNI/only"
each "whatever fails, ADD says only what is registered" "$CNI/only" only_fails
finish

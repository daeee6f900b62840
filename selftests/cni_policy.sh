#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Pods are born isolated: where a device judges by policy, ADD answers when
# whoever manages policy has made the pod's endpoint ready, and not before; if
# nobody does in time it fails, to be tried later, and leaves nothing. k8sovctl
# plays who manages policy.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

need strace

mode() { ip -n "$NODE_A" link set ov0 type k8sov policy "$1" || bail "$1"; }

# of_pod FILTER - of the one endpoint that the plugin made
of_pod() { ctl A -j endpoint show | jq -er ".[] | select(.link != \"pod2\") | $1"; }

# state_is STATE - the pod is there, and this is the state of its endpoint
state_is() { [ "$(of_pod .state)" = "$1" ]; }

# begin [MEMBER...] - ADD for P has come to its wait; its process in $adding
begin()
{
	start "$CNI/words" attach A P eth0 "$@"
	adding=$started
	wait_for 20 state_is pending || bail "no pod: $(cat "$CNI/words")"
}

# promotion - the command that makes the pod ready with ruleset 7
promotion()
{
	of_pod '"endpoint replace dev ov0 link \(.link) name \(.name) \(
		[.address[] | "address \(.)"] | join(" ")) identity 300 state ready ingress 7 force"'
}

# answered - what ADD has ended with; no subshell of check can wait for it
answered()
{
	local status=0
	wait "$adding" || status=$?
	echo "status $status" >>"$CNI/words"
	return $status
}

# ends BEHAVIOUR - ADD has answered with a pod
ends()
{
	if answered; then
		pass "$1"
	else
		fail "$1"
		sed 's/^/# /' "$CNI/words"
	fi
}

# rest - what the plugin has left, but for the pod that was there before
rest() { left A | grep -v '"link":"pod2"'; }

# gives_up BEHAVIOUR WORDS - ADD is to be tried later, and has left nothing
gives_up()
{
	answered || :
	check "$1: ADD fails, to be tried later" grep -q '"code": *11,' \
		"$CNI/words"
	check "$1: it says why" grep -q "$2" "$CNI/words"
	equal "$1: nothing is left" "" "$(rest)"
}

reached() { ping_once "$POD_A" "$(of_pod '.address[0]')" -W 1; }

final() { with "$CONF_A" "\"prevResult\":$(cat "$CNI/P.eth0")"; }

off()
{
	mode off
	check "policy off: ADD does not wait" attach A P eth0 '"policyTimeout":1'
	equal "policy off: the pod is ready" ready "$(of_pod .state)"
	check "policy off: it is reached" reached
	detach A P
}

stopped() { grep -q '^State:.[Tt]' "/proc/$1/status"; }

# ADD stands still where it has made the endpoint ready; the last that it asks
# the kernel is whether policy is still off.
switched_on()
{
	local calls plugin
	TRACE=(strace -o "$CNI/trace" -e trace=sendto)
	attach A P || bail "no pod with strace"
	calls=$(grep -c ^sendto "$CNI/trace")
	detach A P
	TRACE=(strace -o "$CNI/trace" -e trace=sendto
		-e "inject=sendto:signal=STOP:when=$((calls - 1))")
	start "$CNI/words" attach A P
	adding=$started
	TRACE=()
	wait_for 20 state_is ready || bail "no pod: $(cat "$CNI/words")"
	plugin=$(pgrep -g "$adding" -x k8sov)
	check "ADD stands still" wait_for 20 stopped "$plugin"
	mode enforce
	kill -CONT "$plugin"
	gives_up "policy is switched on meanwhile" "was switched on meanwhile"
}

# waits MODE
waits()
{
	mode "$1"
	begin
	check "$1: ADD waits" kill -0 "$adding"
	check "$1: it has not said a result" not test -s "$CNI/P.eth0"
	[ "$1" = audit ] || check "$1: nobody reaches the pod" not reached
	tell A <<<"$(promotion)"
	ends "$1: ADD answers when the pod is ready"
	check "$1: the pod is reached" reached
	works "$1: CHECK finds all right" "$(final)" cni A CHECK c-p P
	answers "$1: a second ADD is refused" 100 "eth0" "$CONF_A" \
		cni A ADD c-p P
	equal "$1: and the pod keeps its ruleset" "ready 7" \
		"$(of_pod '"\(.state) \(.ingress)"')"
	detach A P
	rm "$CNI/P.eth0"
}

# What a transaction changes is told by its commit alone.
transaction()
{
	mode enforce
	begin
	tell A <<-END
		begin dev ov0
		$(promotion)
		commit
	END
	ends "ADD answers when a transaction makes the pod ready"
	detach A P
}

never()
{
	begin '"policyTimeout":1'
	gives_up "nobody makes it ready" "not in force on ov0 after 1 s"
}

manage() { ctl A -b - <"$CNI/lines"; }

# Its transaction dies with whoever manages policy.
dies()
{
	local manager
	begin '"policyTimeout":2'
	mkfifo "$CNI/lines"
	start "$CNI/manager" manage
	manager=$started
	exec {lines}>"$CNI/lines"
	printf 'begin dev ov0\n%s\n' "$(promotion)" >&"$lines"
	check "its manager has begun" wait_for 10 eval \
		"[ \"\$(ctl A -j device show | jq '.[0].transactions')\" = 1 ]"
	stop "$manager"
	exec {lines}>&-
	gives_up "its manager dies" "not in force on ov0 after 2 s"
}

vanishes()
{
	begin
	ip -n "$NODE_A" link del "$(links A)"
	gives_up "its link vanishes" "no such endpoint"
}

killed()
{
	begin
	stop "$adding"
	check "ADD is killed: the pod stays isolated" not reached
	works "ADD is killed: DEL" "$CONF_A" cni A DEL c-p P
	equal "ADD is killed: nothing is left" "" "$(rest)"
}

no_wait()
{
	check "a timeout of 0: ADD does not wait" \
		attach A P eth0 '"policyTimeout":0'
	check "a timeout of 0: the pod is isolated" not reached
	answers "CHECK says that it is" 11 "not in force on ov0 yet" \
		"$(final)" cni A CHECK c-p P
	mode off
	works "but where nothing is judged all is well" "$(final)" \
		cni A CHECK c-p P
	mode enforce
	tell A <<<"$(promotion)"
	works "as it is when it is ready" "$(final)" cni A CHECK c-p P
	detach A P
}

two_nodes
setup_ns P
set_sysctls "$P"
overlay A
tell A <<-END
	ruleset add dev ov0 id 7 rule accept
	endpoint add dev ov0 link pod2 address $POD_A4 address $POD_A6 state ready
END
cni_files
cni_node A
off
switched_on
waits enforce
waits audit
transaction
never
dies
vanishes
killed
no_wait
works "STATUS does not ask whether anybody manages policy" "$CONF_A" \
	cni A STATUS "" ""
finish

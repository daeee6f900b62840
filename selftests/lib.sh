# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# What every shell test sources: results as KTAP, undoing, waiting, namespaces.
# No product logic.
#
#   . "$(dirname "$0")/lib.sh"
#   . "$(dirname "$0")/topo.sh"
#   two_nodes
#   check "pods reach each other" ping_once "$POD_A" "$POD_B4"
#   finish
#
# A test that ends without finish has failed, whatever it printed before.

# kselftest's exit codes.
KSFT_PASS=0
KSFT_FAIL=1
KSFT_SKIP=4

test_number=0
test_failures=0
test_finished=
deferred=()
ns_number=0

echo "TAP version 13"

# note WORDS... - a line for whoever reads the log
note() { printf '# %s\n' "$*"; }

pass()
{
	test_number=$((test_number + 1))
	printf 'ok %d %s\n' $test_number "$*"
}

fail()
{
	test_number=$((test_number + 1))
	test_failures=$((test_failures + 1))
	printf 'not ok %d %s\n' $test_number "$*"
}

# skip BEHAVIOUR REASON - a result that could not be had here
skip()
{
	test_number=$((test_number + 1))
	printf 'ok %d %s # SKIP %s\n' $test_number "$1" "$2"
}

# skip_all REASON - ends the test when nothing of it can run here
skip_all()
{
	echo "1..0 # SKIP $*"
	test_finished=1
	exit $KSFT_SKIP
}

# bail WORDS... - ends the test: its ground is missing, nothing can be said
bail()
{
	echo "Bail out! $*"
	test_finished=1
	exit $KSFT_FAIL
}

# check BEHAVIOUR COMMAND... - passes when COMMAND succeeds
# Its output is shown on failure only.
check()
{
	local what=$1 words status=0
	shift
	words=$("$@" 2>&1) || status=$?
	if [ $status = 0 ]; then
		pass "$what"
		return
	fi
	fail "$what"
	note "status $status: $*"
	[ -z "$words" ] || note "${words//$'\n'/$'\n'#   }"
}

# refuses BEHAVIOUR WORDS COMMAND... - passes when COMMAND fails and says WORDS
refuses()
{
	local what=$1 expected=$2 words status=0
	shift 2
	words=$("$@" 2>&1) || status=$?
	if [ $status != 0 ] && [[ $words == *"$expected"* ]]; then
		pass "$what"
		return
	fi
	fail "$what"
	note "status $status (expected a failure): $*"
	note "expected words: $expected"
	note "got: ${words//$'\n'/$'\n'#   }"
}

# equal BEHAVIOUR EXPECTED GOT - passes when the two strings are the same
equal()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
		return
	fi
	fail "$1"
	note "expected: $2"
	note "got:      $3"
}

# finish - the last line of a test
finish()
{
	echo "1..$test_number"
	test_finished=1
	[ $test_number -gt 0 ] || exit $KSFT_FAIL
	[ $test_failures = 0 ] || exit $KSFT_FAIL
	exit $KSFT_PASS
}

# defer COMMAND... - runs COMMAND at the end of the test, last one first
defer()
{
	local quoted
	printf -v quoted '%q ' "$@"
	deferred+=("$quoted")
}

undo_all()
{
	local status=$? i
	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}" >/dev/null 2>&1
	done
	[ -n "$test_finished" ] && return
	echo "Bail out! ended early with status $status"
	[ $status != 0 ] || exit $KSFT_FAIL
}
trap undo_all EXIT
trap 'exit 130' INT TERM HUP

exec {never}<> <(:)

# wait_for SECONDS COMMAND... - until COMMAND succeeds, at most SECONDS
# The only place of the suite that polls; tests wait for conditions, not time.
wait_for()
{
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		read -r -t 0.05 -u "$never" || :
	done
}

# not COMMAND... - for wait_for and check
not() { ! "$@"; }

# start LOG COMMAND... - runs COMMAND in the background, ends it with the test
# Its process id is in $started.
start()
{
	local log=$1
	shift
	# A process group of its own: COMMAND may be a function with children.
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	started=$!
	set +m
	defer kill_and_wait $started
}

kill_and_wait()
{
	kill -- "-$1"
	wait "$1"
}

# stop PID - ends what start began, and waits for its last words
stop() { kill_and_wait "$1" 2>/dev/null || :; }

# a_file VARIABLE - the path of a new temporary file in VARIABLE
a_file()
{
	local path
	path=$(mktemp "${TMPDIR:-/tmp}/k8sov.XXXXXX") || bail "no temporary file"
	defer rm -f "$path"
	printf -v "$1" %s "$path"
}

# setup_ns VARIABLE... - a new network namespace for each, its name in VARIABLE
setup_ns()
{
	local variable name batch=
	for variable; do
		ns_number=$((ns_number + 1))
		name=${variable,,}
		name=k8sov-$$-$ns_number-${name//_/-}
		printf -v "$variable" %s "$name"
		batch+="netns add $name"$'\n'
		defer delete_ns "$name"
	done
	ip -batch - <<<"$batch" || bail "no network namespaces"
}

# Programs that still run there would keep the namespace alive.
delete_ns()
{
	ip netns pids "$1" | xargs -r kill -9
	ip netns del "$1"
}

# in_ns NAMESPACE COMMAND... - cheaper than ip netns exec: /sys stays ours
in_ns() { nsenter "--net=/run/netns/$1" -- "${@:2}"; }

# ip_in NAMESPACE < LINES - one ip process for many commands
ip_in() { ip -n "$1" -batch - || bail "ip in $1 failed"; }

# ping_once NAMESPACE ADDRESS [OPTION...] - one echo within five seconds
ping_once()
{
	local ns=$1 to=$2
	shift 2
	in_ns "$ns" ping -q -n -c 1 -W 5 "$@" "$to"
}

# need PROGRAM... - the test means nothing without them
need()
{
	local program
	for program; do
		command -v "$program" >/dev/null || skip_all "no $program"
	done
}

# helper NAME - the path of a program that the Makefile compiles for tests
helper() { echo "${OUTPUT:-$("${BASH_SOURCE[0]%/*}/vm/built.sh" selftests)}/$1"; }

# need_module [NAME...] - inserted, or the test has failed
need_module()
{
	local name
	for name in "${@:-k8sov}"; do
		[ -d "/sys/module/$name" ] || modprobe "$name" ||
			bail "no module $name"
	done
}

[ "$(id -u)" = 0 ] || skip_all "needs root"

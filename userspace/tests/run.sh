#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# run.sh TEST... - runs each, one line of TAP for it, what it said when it
# failed; ends with "N passed, N failed", counting single behaviours.
set -u

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1
passed=0 failed=0 number=0

echo "TAP version 13"
echo "1..$#"
for test; do
	number=$((number + 1))
	status=0
	words=$("$test" 2>&1) || status=$?
	good=$(grep -c '^ok ' <<<"$words")
	bad=$(grep -c '^not ok ' <<<"$words")
	# A test that crashed, or that did not say its plan, has failed.
	if [ $status != 0 ] && [ "$bad" = 0 ] ||
		! grep -q '^1\.\.[1-9]' <<<"$words"; then
		bad=$((bad + 1))
	fi
	passed=$((passed + good)) failed=$((failed + bad))
	if [ "$bad" = 0 ]; then
		echo "ok $number $(basename "$test") ($good)"
	else
		echo "not ok $number $(basename "$test")"
		grep -v '^ok ' <<<"$words" | sed 's/^/#   /'
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]

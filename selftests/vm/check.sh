#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# check.sh - all that `make check` does: the packages, the unit tests here, the
# suite in machines, in two lanes: the debug kernel, whose building takes longest
# where it was never built, and the stock kernels.
# ONLY names the tests of the suite to run, all when empty.
# Logs and counts are in build/check. The last line is the total, unless the
# caller adds up himself (K8SOV_RESULTS names his file).
# shellcheck disable=SC2086,SC2046
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"
cd "$TOP"
ONLY=${ONLY:-}

logs=$TOP/build/check
results=${K8SOV_RESULTS:-$logs/results}
mkdir -p "$logs"
[ -n "${K8SOV_RESULTS:-}" ] || : >"$results"
begun=$(mktemp -d)
trap 'rm -rf "$begun"' EXIT

suite()
{
	local name=$1
	shift
	echo "... $name"
	"$VM_DIR/tally" run "$results" "$name" "$logs/$name.log" -- "$@" || :
}

# What the programs do is seen on the stock kernels, and faster there.
kernel_tests()
{
	make -s -C selftests print-tests |
		grep -Ev '^(agent_|ctl_|cni_ipam|cni_protocol)'
}

programs_tests()
{
	make -s -C selftests print-tests | grep -vxF "$(kernel_tests)"
}

on_debug()
{
	suite kernel-debug "$VM_DIR/one.sh" "the debug kernel builds" \
		"$VM_DIR/deps.sh" uml-debug
	suite suite-uml-debug "$VM_DIR/suite.sh" uml-debug ${ONLY:-$(kernel_tests)}
}

on_6.12()
{
	suite suite-6.12 "$VM_DIR/suite.sh" 6.12 $ONLY
}

on_6.1()
{
	suite suite-6.1 "$VM_DIR/suite.sh" 6.1 ${ONLY:-$(kernel_tests)}
}

programs_on_6.1()
{
	[ -n "$ONLY" ] ||
		suite programs-6.1 "$VM_DIR/suite.sh" 6.1 $(programs_tests)
}

# A lane takes what no other has begun.
lane()
{
	local job
	for job in on_debug on_6.12 on_6.1 programs_on_6.1; do
		! mkdir "$begun/$job" 2>/dev/null || $job
	done
}

everything()
{
	suite packages "$VM_DIR/one.sh" "packages are installed" \
		"$VM_DIR/deps.sh" packages source
	suite build "$VM_DIR/one.sh" "the programs build" make -s userspace cni
	suite unit make -s -C selftests/unit check
	suite userspace make -s -C userspace check
	suite cni make -s -C cni check
	suite kernels-stock "$VM_DIR/one.sh" "the stock kernels are here" \
		"$VM_DIR/deps.sh" 6.12 6.1
	lane &
	lane
	wait
	[ -n "${K8SOV_RESULTS:-}" ] || "$VM_DIR/tally" total "$results"
}

# On one line: an edit while it runs does not matter.
everything; exit

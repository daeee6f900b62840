#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# check.sh - all that `make check` does: the packages, the unit tests here, the
# suite in machines. Two lanes: while one builds the debug kernel and then runs
# the suite on it, the other runs it on the stock kernels.
# ONLY names the tests of the suite to run, all when empty.
# Logs and counts are in build/check. The last line is the total, unless the
# caller adds up himself (K8SOV_RESULTS names his file).
# shellcheck disable=SC2086
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"
cd "$TOP"
ONLY=${ONLY:-}

logs=$TOP/build/check
results=${K8SOV_RESULTS:-$logs/results}
mkdir -p "$logs"
[ -n "${K8SOV_RESULTS:-}" ] || : >"$results"

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

debug_lane()
{
	suite kernel-debug "$VM_DIR/one.sh" "the debug kernel builds" \
		"$VM_DIR/deps.sh" uml-debug
	suite suite-uml-debug "$VM_DIR/suite.sh" uml-debug ${ONLY:-$(kernel_tests)}
}

stock_lane()
{
	suite kernels-stock "$VM_DIR/one.sh" "the stock kernels are here" \
		"$VM_DIR/deps.sh" 6.12 6.1
	suite suite-6.12 "$VM_DIR/suite.sh" 6.12 $ONLY
	suite suite-6.1 "$VM_DIR/suite.sh" 6.1 $ONLY
}

everything()
{
	suite packages "$VM_DIR/one.sh" "packages are installed" \
		"$VM_DIR/deps.sh" packages source
	suite build "$VM_DIR/one.sh" "the programs build" make -s userspace cni
	suite unit make -s -C selftests/unit check
	suite userspace make -s -C userspace check
	suite cni make -s -C cni check
	debug_lane &
	stock_lane
	wait
	[ -n "${K8SOV_RESULTS:-}" ] || "$VM_DIR/tally" total "$results"
}

# On one line: an edit while it runs does not matter.
everything; exit

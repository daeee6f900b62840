#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# check.sh - all that `make check` does: the packages, the unit tests here, the
# suite in machines, in two lanes: the debug kernel, whose building takes longest
# where it was never built, and the stock kernels.
# ONLY names the tests of the suite to run, all when empty. LONG, if set, runs
# as well what takes long, or wants a kube-apiserver or container runtimes.
# Logs and counts are in build/check. The last line is the total, unless the
# caller adds up himself (K8SOV_RESULTS names his file).
# shellcheck disable=SC2086,SC2046
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"
cd "$TOP"
ONLY=${ONLY:-} LONG=${LONG:-}

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

cni_faults() { suite cni-faults "$VM_DIR/suite.sh" uml-debug cni_faults.sh; }

agent_kube()
{
	"$VM_DIR/apiserver.sh" >/dev/null || :
	suite agent-kube "$VM_DIR/suite.sh" uml-debug agent_kube.sh \
		agent_policy_kube.sh
}

store_kube()
{
	"$VM_DIR/apiserver.sh" >/dev/null || :
	suite kube make -s -C userspace check-kube
}

runtimes()
{
	suite runtimes "$VM_DIR/suite.sh" uml-debug cni_containerd.sh \
		cni_podman.sh pod_adopt.sh
}

faults()
{
	suite faults "$VM_DIR/suite.sh" uml-debug faults.sh no_memory.sh \
		policy_no_memory.sh
}

churn_6.12() { suite churn-6.12 "$VM_DIR/suite.sh" 6.12 churn.sh; }
churn_debug() { suite churn-debug "$VM_DIR/suite.sh" uml-debug churn.sh; }

# The longest first, for lanes that end together.
JOBS=(on_debug on_6.12 on_6.1)
[ -z "$LONG" ] || JOBS+=(cni_faults)
JOBS+=(programs_on_6.1)
[ -z "$LONG" ] ||
	JOBS+=(faults agent_kube runtimes churn_6.12 churn_debug store_kube)

# A lane takes what no other has begun.
lane()
{
	local job
	for job in "${JOBS[@]}"; do
		! mkdir "$begun/$job" 2>/dev/null || $job
	done
}

everything()
{
	suite packages "$VM_DIR/one.sh" "packages are installed" \
		"$VM_DIR/deps.sh" packages source
	suite build "$VM_DIR/one.sh" "the programs build" \
		make -s -j "$(nproc)" userspace cni
	suite unit make -s -C selftests/unit check
	suite userspace make -s -j "$(nproc)" -C userspace check
	suite cni make -s -j "$(nproc)" -C cni check
	suite kernels-stock "$VM_DIR/one.sh" "the stock kernels are here" \
		"$VM_DIR/deps.sh" 6.12 6.1
	lane &
	lane
	wait
	[ -n "${K8SOV_RESULTS:-}" ] || "$VM_DIR/tally" total "$results"
}

# On one line: an edit while it runs does not matter.
everything; exit

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# suite.sh KERNEL [TEST...]
# Runs the functional suite, or the tests named, on KERNEL in one machine.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

kernel=$1
shift
cd "$TOP"

args=(-s -C selftests run_tests)
[ $# = 0 ] || args+=("TEST_PROGS=$*" TEST_GEN_PROGS=)

# Compiled here, so that the machine finds them done.
KSRC=$("$VM_DIR/deps.sh" source)
export KSRC
make -s -C selftests all >&2
for part in userspace cni; do
	[ ! -e $part/Makefile ] || make -s -C $part >&2
done

exec "$VM_DIR/run.sh" --kernel "$kernel" --timeout "${SUITE_TIMEOUT:-2700}" \
	-- make "${args[@]}"

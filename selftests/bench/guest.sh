# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# What every benchmark starts with, inside the machine.

set -euo pipefail
BENCH_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=selftests/bench/nodes.sh
. "$BENCH_DIR/nodes.sh"
# shellcheck source=selftests/bench/modes.sh
. "$BENCH_DIR/modes.sh"
# shellcheck source=selftests/bench/k8sov.sh
. "$BENCH_DIR/k8sov.sh"
# shellcheck source=selftests/bench/kubeproxy.sh
. "$BENCH_DIR/kubeproxy.sh"
# shellcheck source=selftests/bench/measure.sh
. "$BENCH_DIR/measure.sh"
# shellcheck source=selftests/bench/tcp.sh
. "$BENCH_DIR/tcp.sh"

uname -r >"$K8SOV_OUT/kernel"

# The modes to measure: all, or those that the user picked.
modes()
{
	echo "${K8SOV_MODES:-$MODES_KERNEL $MODES_K8SOV}"
}

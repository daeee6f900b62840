#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# ipip: against the kernel's own devices, ipip and sit for outer IPv4, ip6tnl
# for outer IPv6. Inner IPv4 and IPv6 in outer IPv4 and
# IPv6, and between two of our devices, with small and jumbo frames.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

forward ipip
finish

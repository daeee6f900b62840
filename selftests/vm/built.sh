#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# built.sh PART - where PART of this checkout is built: userspace, cni, unit,
# fuzz, selftests. For Makefiles; scripts have built_dir of cache.sh.
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"
built_dir "$1"

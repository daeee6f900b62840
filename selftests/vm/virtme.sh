#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# virtme.sh KERNELDIR [TEST...]
# Runs the functional suite, or the tests named, with virtme-ng on the kernel
# that is built in KERNELDIR. VNG_ARGS are added to vng's arguments. Nothing of
# it is needed by `make check`: it is for those who have kernels of their own.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

[ $# != 0 ] || { sed -n '5,8s/^# //p' "$0"; exit 2; }
kernel=$(realpath "$1")
shift
cd "$TOP"
command -v vng >/dev/null ||
	die "there is no vng: install virtme-ng (a package of Debian 13)"
[ -e "$kernel/arch/x86/boot/bzImage" ] || die "no kernel is built in $kernel"

# vng shows the host's files as they are, what is named here can be written.
modules=$(mktemp -d)
trap 'rm -rf "$modules"' EXIT
KSRC=$("$VM_DIR/deps.sh" source)
export KSRC
make -s kmod KERNELDIR="$kernel" >&2
make -s userspace cni >&2
make -s -C selftests all >&2
logged "$CACHE/log/virtme-modules" make -C "$kernel" \
	INSTALL_MOD_PATH="$modules" modules_install
kver=$(ls "$modules/lib/modules")
rm -f "$modules/lib/modules/$kver/"{build,source}
install -D -t "$modules/lib/modules/$kver/updates" build/kmod/src/k8sov.ko
depmod -b "$modules" "$kver"

args=(-C "$TOP/selftests" run_tests)
[ $# = 0 ] || args+=("TEST_PROGS=$*" TEST_GEN_PROGS=)
printf -v run '%q ' env HOME="$HOME" XDG_CACHE_HOME="${CACHE%/*}" KSRC="$KSRC" \
	make "${args[@]}"

# Through a pipe, for each of vng's ports writes to a file from its beginning.
# kselftest's status says nothing of its tests.
# shellcheck disable=SC2086
vng -r "$kernel" --cpus 2 --memory 4G --user root --rwdir "$TOP" \
	--rwdir "$CACHE" --rwdir "$modules" ${VNG_ARGS:-} --exec \
	"mount --bind $modules/lib/modules /lib/modules && modprobe k8sov && $run" \
	2>&1 | awk '{ print; fflush() }
		/^ok / { good++ }
		/^not ok / { bad++ }
		END { exit bad || !good }'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# build-kmod.sh KERNEL|DIRECTORY [gcc|clang] [MAKE-ARG...]
# Builds this checkout's k8sov.ko for KERNEL (6.1, 6.12, uml, uml-debug) in the
# cache, from a mirror of links, so that no object lands in the checkout, and
# makes a /lib/modules tree in which modprobe finds it. Prints its path.
# A DIRECTORY is a kernel's build tree: builds in build/kmod, installs nothing.
# With MAKE-ARGs (W=1, C=2) shows what make says. BUILD_DIR=DIR builds there.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

kernel=$1 cc=gcc
shift
case ${1:-} in gcc|clang) cc=$1; shift ;; esac

# Links to every file that the build reads; links whose file is gone go too.
mirror()
{
	local dest=$1 f
	mkdir -p "$dest"
	find "$dest" -xtype l -delete
	(cd "$TOP" && find Kbuild kmod uapi -type d -o -type f \
		\( -name Kbuild -o -name 'Kbuild.*' -o -name Makefile \
		-o -name '*.[chS]' -o -name '*.sh' \) -print) |
	while read -r f; do
		[ -L "$dest/$f" ] && continue
		mkdir -p "$dest/$(dirname "$f")"
		ln -s "$TOP/$f" "$dest/$f"
	done
}

compile()
{
	local args=(-C "$build" "M=$dir/src" "-j${JOBS:-$(nproc)}")
	case $kernel in uml*) args+=(ARCH=um) ;; esac
	[ "$cc" = gcc ] || args+=(LLVM=1)
	make --no-print-directory "${args[@]}" "$@" modules
}

# The kernel's own modules are links, so that depmod sees one whole tree.
install_tree()
{
	local kver tree f
	kver=$(cat "$kdir/kver")
	tree=$dir/base/lib/modules/$kver
	[ "$dir/src/k8sov.ko" -nt "$tree/modules.dep" ] || return 0
	mkdir -p "$tree/updates"
	for f in kernel modules.order modules.builtin modules.builtin.modinfo; do
		ln -sfn "$kdir/modules/$kver/$f" "$tree/$f"
	done
	# Debug information would be read through emulation at each insertion.
	strip -g -o "$tree/updates/k8sov.ko.new" "$dir/src/k8sov.ko"
	mv "$tree/updates/k8sov.ko.new" "$tree/updates/k8sov.ko"
	depmod -b "$dir/base" "$kver"
}

run_build()
{
	mirror "$dir/src"
	compile "$@" >"$dir/log" 2>&1 || {
		grep -E 'error|Error|undefined|\*\*\*' -A3 "$dir/log" |
			head -n 60 >&2
		die "building for $kernel with $cc failed (log: $dir/log)"
	}
	[ -z "$kdir" ] || install_tree
	# Warnings are for whoever asked for them (W=1, C=2).
	[ $# = 0 ] || cat "$dir/log" >&2
}

kdir=
if [ -d "$kernel" ]; then
	build=$kernel dir=${BUILD_DIR:-$TOP/build/kmod}
else
	kdir=$("$VM_DIR/deps.sh" "$kernel")
	build=$kdir/build dir=${BUILD_DIR:-$(kmod_dir "$kernel" "$cc")}
	[ -z "${BUILD_DIR:-}" ] || kdir=
fi
mkdir -p "$dir"
dir=$(realpath "$dir")
locked "kmod-$(echo "$dir" | sha256sum | cut -c1-10)" run_build "$@"
echo "$dir/src/k8sov.ko"

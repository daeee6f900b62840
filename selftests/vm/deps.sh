#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# deps.sh WHAT... - makes sure that each WHAT is there and prints where:
#   packages   Debian packages that building and testing need (prints nothing)
#   source     the kernel's sources (checkpatch, kernel-doc, kselftest, ynl)
#   headers    the stock kernels' headers, as two directories
#   6.1 6.12   Debian's stock cloud kernels, unpacked, not installed
#   uml        User-mode Linux 6.12, optimised
#   uml-debug  the same with KASAN, lockdep, kmemleak and friends
# Says on stderr what it does; silent when all is there.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

# One package a line, with the reason where the name does not say it.
packages()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' -e 's/[[:space:]]//g' \
		"$VM_DIR/packages.txt"
}

ensure_packages()
{
	local missing=() p
	declare -A have=()
	while read -r p; do
		have[$p]=1
	done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
		 sed -n 's/^installed //p')
	while read -r p; do
		[ -n "${have[$p]:-}" ] || missing+=("$p")
	done < <(packages)
	[ ${#missing[@]} = 0 ] && return
	say "installing ${#missing[@]} packages: ${missing[*]}"
	logged "$CACHE/log/apt-update" as_root apt-get update -q
	# --no-remove: a helper of the tests never costs the user a package.
	logged "$CACHE/log/apt-install" as_root env \
		DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
		--no-install-recommends --no-remove \
		-o DPkg::Lock::Timeout=600 "${missing[@]}"
}

need_packages()
{
	local p
	for p; do
		installed "$p" || { locked packages ensure_packages; return; }
	done
}

fetch_source()
{
	local dir
	dir=$(source_dir)
	[ -e "$dir/.complete" ] && return
	say "unpacking the kernel sources to $dir"
	rm -rf "$dir"
	mkdir -p "$(dirname "$dir")"
	tar xf /usr/src/linux-source-6.12.tar.xz -C "$(dirname "$dir")"
	patch -d "$dir" -p1 -N -s -r - <"$VM_DIR/uml.patch" >&2 ||
		say "not all of uml.patch applies: hoping that all is well"
	touch "$dir/.complete"
}

# The archive drops old versions: when the image of the installed headers is
# gone, move to what the archive has now.
download_image()
{
	local rel=$1 tmp=$2 kver
	kver=$(stock_kver "$rel")
	(cd "$tmp" && apt-get download -q "linux-image-$kver") >&2 && return
	as_root apt-get update -q >&2
	as_root apt-get install -q -y --no-install-recommends \
		"$(headers_meta "$rel")" >&2
	kver=$(stock_kver "$rel")
	(cd "$tmp" && apt-get download -q "linux-image-$kver") >&2
}

fetch_stock()
{
	local rel=$1 dir tmp kver
	dir=$(kernel_dir "$rel")
	[ -e "$dir/kver" ] && return
	say "fetching the stock $rel kernel"
	tmp=$(mktemp -d)
	logged "$CACHE/log/fetch-$rel" download_image "$rel" "$tmp"
	kver=$(stock_kver "$rel")
	dir=$(kernel_dir "$rel")
	rm -rf "$dir"
	mkdir -p "$dir/modules"
	dpkg -x "$tmp"/linux-image-*.deb "$tmp/x"
	cp "$tmp/x/boot/vmlinuz-$kver" "$dir/image"
	mv "$tmp/x/lib/modules/$kver" "$dir/modules/"
	rm -rf "$tmp"
	# Unpacking xz at each modprobe costs seconds under emulation.
	find "$dir/modules" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 xz -d
	# An empty build link would make depmod wander.
	rm -f "$dir/modules/$kver/build" "$dir/modules/$kver/source"
	depmod -b "$(as_root_tree "$dir" "$kver")" "$kver"
	pack_initramfs "$dir" "$kver"
	ln -s "/usr/src/linux-headers-$kver" "$dir/build"
	echo x86_64 >"$dir/arch"
	echo "$kver" >"$dir/kver"
}

# Where virtio-fs is a module it cannot bring the root file system by itself.
pack_initramfs()
{
	local dir=$1 kver=$2 tmp m n=100
	! grep -q '/virtiofs.ko$' "$dir/modules/$kver/modules.builtin" ||
		return 0
	tmp=$(mktemp -d)
	mkdir -p "$tmp/bin" "$tmp/host" "$tmp/modules"
	cp "$VM_DIR/initramfs-init" "$tmp/init"
	cp /bin/busybox "$tmp/bin/busybox"
	while read -r m; do
		cp "$m" "$tmp/modules/$((n++))-$(basename "$m")"
	done < <(modprobe -a -d "$dir/base" -S "$kver" --show-depends \
			virtio_pci virtio_console virtiofs |
		 sed -n 's/^insmod //p' | awk '!seen[$0]++')
	(cd "$tmp" && find . | cpio --quiet -o -H newc) >"$dir/initrd"
	rm -rf "$tmp"
}

# depmod -b wants BASE/lib/modules.
as_root_tree()
{
	mkdir -p "$1/base/lib"
	ln -sfn ../../modules "$1/base/lib/modules"
	echo "$1/base"
}

build_uml()
{
	local kind=$1 dir src kver frags
	dir=$(kernel_dir "$kind")
	[ -e "$dir/kver" ] && return
	src=$(source_dir)
	frags=$(uml_fragments "$kind")
	say "building $kind, about 6 minutes on 2 cores (log: $CACHE/log/$kind)"
	rm -rf "$dir"
	mkdir -p "$dir/build"
	logged "$CACHE/log/$kind-config" configure_uml "$src" "$dir/build" "$frags"
	logged "$CACHE/log/$kind" nice make -C "$src" ARCH=um \
		O="$dir/build" -j"${JOBS:-$(nproc)}" linux modules
	logged "$CACHE/log/$kind-modules" make -C "$src" ARCH=um \
		O="$dir/build" INSTALL_MOD_PATH="$dir/base" modules_install
	kver=$(cat "$dir/build/include/config/kernel.release")
	mv "$dir/base/lib/modules" "$dir/modules"
	rm -f "$dir/modules/$kver/build" "$dir/modules/$kver/source"
	cp "$dir/build/linux" "$dir/image"
	# External modules need scripts, headers and Module.symvers only.
	find "$dir/build" \( -name '*.o' -o -name '*.a' -o -name '*.cmd' -o -name '.tmp_vmlinux*' \) \
		-not -path '*/scripts/*' -delete
	rm -f "$dir/build/linux" "$dir/build/vmlinux"
	echo um >"$dir/arch"
	echo "$kver" >"$dir/kver"
}

configure_uml()
{
	local src=$1 out=$2 frags=$3
	make -C "$src" ARCH=um O="$out" x86_64_defconfig
	# shellcheck disable=SC2086
	KCONFIG_CONFIG="$out/.config" "$src/scripts/kconfig/merge_config.sh" \
		-m -O "$out" "$out/.config" $frags
	make -C "$src" ARCH=um O="$out" olddefconfig
}

need_uml()
{
	need_packages linux-source-6.12 flex bison bc libelf-dev
	locked source fetch_source
	locked "$1" build_uml "$1"
	kernel_dir "$1"
}

need_stock()
{
	need_packages "$(headers_meta "$1")" qemu-system-x86 busybox-static
	locked "stock-$1" fetch_stock "$1"
	kernel_dir "$1"
}

main()
{
	local what
	[ $# -gt 0 ] || { sed -n '5,12s/^# //p' "$0"; exit 2; }
	for what; do
		case $what in
		packages) locked packages ensure_packages ;;
		source) need_packages linux-source-6.12
			locked source fetch_source
			source_dir ;;
		headers)
			need_packages "$(headers_meta 6.1)" "$(headers_meta 6.12)"
			echo "/usr/src/linux-headers-$(stock_kver 6.1)"
			echo "/usr/src/linux-headers-$(stock_kver 6.12)" ;;
		6.1|6.12) need_stock "$what" ;;
		uml|uml-debug) need_uml "$what" ;;
		*) die "unknown: $what" ;;
		esac
	done
}

# On one line: an edit while it runs does not matter.
main "$@"; exit

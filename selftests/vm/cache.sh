# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Where built and fetched things live. Sourced, never run.
#
#   $CACHE/src-KEY/linux-source-6.12   sources of Debian's package, with uml.patch
#   $CACHE/stock-KVER/                 a stock kernel: image, modules/KVER
#   $CACHE/uml[-debug]-KEY/            a User-mode Linux, the same layout
#   $CACHE/built/CHECKOUT/PART/        what is built of one checkout
#
# A kernel directory always holds: image, kver, arch, build (the tree that
# external modules build against) and modules/KVER (what depmod wants).

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$VM_DIR/../.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/k8sov

say() { printf 'vm: %s\n' "$*" >&2; }
die() { say "$*"; exit 99; }

# Runs as root what needs root.
as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Runs COMMAND with its output in LOG; on failure shows the end of it.
logged()
{
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		die "failed: $* (log: $log)"
	fi
}

# Holds a lock named NAME on fd 9 while COMMAND runs: two suites that start at
# once build a kernel once.
locked()
{
	local name=$1
	shift
	mkdir -p "$CACHE/lock"
	(
		flock -n 9 || { say "waiting for another $name"; flock 9; }
		"$@" 9>&-
	) 9>"$CACHE/lock/$name"
}

# The headers' meta package of a release we name 6.1 or 6.12.
headers_meta()
{
	case $1 in
	6.1) echo linux-headers-cloud-amd64 ;;
	6.12) echo linux-headers-6.12-cloud-amd64 ;;
	*) die "no stock kernel called $1" ;;
	esac
}

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# The release string of the stock kernel: what the installed headers are for,
# so that the image and the headers cannot differ.
stock_kver()
{
	dpkg-query -W -f '${Depends}' "$(headers_meta "$1")" 2>/dev/null |
		grep -o 'linux-headers-[0-9][^ ,]*' | head -n 1 |
		sed 's/^linux-headers-//'
}

source_version() { dpkg-query -W -f '${Version}' linux-source-6.12 | tr '~' '-'; }

# What stands for the text that comes in.
key() { sha256sum | cut -c1-10; }
source_dir() { echo "$CACHE/src-$(source_version)-$(key <"$VM_DIR/uml.patch")/linux-source-6.12"; }

uml_fragments()
{
	case $1 in
	uml) echo "$VM_DIR/uml.config" ;;
	uml-debug) echo "$VM_DIR/uml.config $VM_DIR/debug.config" ;;
	*) die "no UML called $1" ;;
	esac
}

# shellcheck disable=SC2046
kernel_dir()
{
	case $1 in
	uml*) echo "$CACHE/$1-$(source_version)-$({ cat $(uml_fragments "$1") "$VM_DIR/uml.patch"; gcc -dumpfullversion; } | key)" ;;
	*) echo "$CACHE/stock-$(stock_kver "$1")" ;;
	esac
}

# Where PART of this checkout is built: two checkouts would find each other's
# files newer, or gone.
built_dir() { echo "$CACHE/built/$(echo "$TOP" | key)/$1"; }

# Where the module of this checkout is built for kernel KERNEL by compiler CC.
kmod_dir() { echo "$(built_dir kmod)/$(cat "$(kernel_dir "$1")/kver")-${2:-gcc}"; }

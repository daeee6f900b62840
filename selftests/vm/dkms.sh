#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# dkms.sh - dkms add, build, install and remove against the stock kernels'
# headers, in a tree of its own: nothing of this machine's dkms is touched.
# Then what happens on a kernel that lacks what the module needs.
set -uo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"
cd "$TOP" || exit

number=0 failed=0
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

result()
{
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
		return
	fi
	failed=1
	echo "not ok $number $2"
	tail -n 30 "$tree/log" | sed 's/^/#! /'
}

try()
{
	local what=$1 status=0
	shift
	"$@" >"$tree/log" 2>&1 </dev/null || status=$?
	result $status "$what"
}

# What dkms-install puts in /usr/src, in a private /usr/src.
private_dkms()
{
	local action=$1
	shift
	dkms "$action" --dkmstree "$tree/dkms" --sourcetree "$tree/usr/src" \
		--installtree "$tree/modules" --no-depmod \
		-m k8sov -v "$version" "$@"
}

# A kernel that dkms may build for must have its tree's symbols file; depmod
# and the initramfs are not this test's business.
cycle()
{
	local kver=$1 build=/usr/src/linux-headers-$1
	mkdir -p "$tree/modules/$kver"
	try "$kver: dkms builds the module" private_dkms build -k "$kver" \
		--kernelsourcedir "$build"
	try "$kver: dkms installs it" private_dkms install -k "$kver" \
		--kernelsourcedir "$build"
	try "$kver: it lands under updates/dkms" \
		sh -c "ls $tree/modules/$kver/updates/dkms/k8sov.ko*"
	try "$kver: it says that it is for this kernel" \
		sh -c "modinfo -F vermagic $tree/modules/$kver/updates/dkms/k8sov.ko* | grep -q '^$kver '"
}

# The same headers with one option taken away.
lacking()
{
	local build=$1 option=$2 status=0
	mkdir -p "$tree/lack"
	cp -as "$build/." "$tree/lack/"
	rm "$tree/lack/include/config/auto.conf"
	grep -v "^$option=" "$build/include/config/auto.conf" \
		>"$tree/lack/include/config/auto.conf"
	BUILD_DIR=$tree/lack-build "$VM_DIR/build-kmod.sh" "$tree/lack" \
		>"$tree/log" 2>&1 </dev/null && status=1
	grep -q "k8sov needs a kernel with $option" "$tree/log" || status=1
	result $status "without $option the build says what is missing"
	rm -rf "$tree/lack" "$tree/lack-build"
}

echo "TAP version 13"
mapfile -t headers < <("$VM_DIR/deps.sh" packages headers)
mkdir -p "$tree/usr/src" "$tree/dkms"
try "dkms-install lays out the sources" make dkms-install DESTDIR="$tree"
try "dkms adds them" private_dkms add
for build in "${headers[@]}"; do
	cycle "${build#/usr/src/linux-headers-}"
done
try "dkms removes them" private_dkms remove --all
try "nothing is left of the module" \
	sh -c "! find $tree/modules $tree/dkms -name 'k8sov.ko*' | grep ."
lacking "${headers[1]}" CONFIG_NET_UDP_TUNNEL
lacking "${headers[1]}" CONFIG_NETFILTER_INGRESS
echo "1..$number"
exit $failed

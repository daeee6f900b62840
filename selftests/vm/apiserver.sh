#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# apiserver.sh [--if-built] - makes sure that there is a kube-apiserver to test
# with and prints where. It is built of Debian's source package kubernetes,
# since Debian has no binary of it; that takes 5 to 11 minutes on 2 cores, once.
# With --if-built it is never built: exit status 1 if it is not there.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

# A new number builds anew; what is fetched is what the archive has then.
RECIPE=1
DIR=$CACHE/apiserver-$RECIPE
REFLECT2=/usr/share/gocode/src/github.com/modern-go/reflect2
GO=/usr/lib/go-1.19/bin
PACKAGES=(golang-1.19-go golang-github-modern-go-reflect2-dev rsync dpkg-dev)

install_packages()
{
	as_root apt-get update -q
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
		--no-install-recommends --no-remove \
		-o DPkg::Lock::Timeout=600 "${PACKAGES[@]}"
}

need_packages()
{
	local p
	for p in "${PACKAGES[@]}"; do
		installed "$p" && continue
		say "installing ${PACKAGES[*]}"
		# One apt-get at a time: deps.sh may be at it.
		locked packages logged "$CACHE/log/apiserver-apt" install_packages
		return
	done
}

# apt-get with lists of its own: the sources of the archives that this machine
# has its binaries from, without a change to its configuration.
own_apt()
{
	local apt=$DIR/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	apt-get -q -o Dir::Etc::SourceList="$apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache="$apt/cache" "$@"
}

fetch()
{
	mkdir -p "$DIR/apt"
	# shellcheck disable=SC2016
	apt-get indextargets \
		--format 'deb-src $(SITE) $(CODENAME) $(COMPONENT)' \
		'Created-By: Packages' 'Origin: Debian' |
		sort -u >"$DIR/apt/sources.list"
	own_apt update
	(cd "$DIR" && own_apt source kubernetes)
	mv "$DIR"/kubernetes-*/ "$DIR/source"
}

# The package's copy of reflect2 is older than Go 1.18 and crashes with the
# first map that is answered; the one that Debian packages does not.
renew_reflect2()
{
	local copy=$DIR/source/vendor/github.com/modern-go/reflect2
	rm -r "$copy"
	cp -rL "$REFLECT2" "$copy"
}

# As debian/rules does it, but for one program.
compile()
{
	local go=$DIR/source/.go
	mkdir -p "$go/src/k8s.io"
	ln -sfn ../../.. "$go/src/k8s.io/kubernetes"
	env PATH="$GO:$PATH" GOPATH="$go" HOME="$DIR/home" CGO_ENABLED=0 \
		GO111MODULE=off nice -n 10 \
		make -C "$DIR/source" WHAT=cmd/kube-apiserver
}

build()
{
	[ -x "$DIR/kube-apiserver" ] && return
	need_packages
	rm -rf "$DIR"
	say "fetching the sources of Kubernetes"
	logged "$CACHE/log/apiserver-fetch" fetch
	renew_reflect2
	say "building kube-apiserver (log: $CACHE/log/apiserver)"
	logged "$CACHE/log/apiserver" compile
	strip -o "$DIR/new" "$DIR/source/_output/bin/kube-apiserver"
	rm -rf "${DIR:?}"/{source,home,apt} "$DIR"/kubernetes_*
	mv "$DIR/new" "$DIR/kube-apiserver"
}

case ${1:-} in
'') locked apiserver build ;;
--if-built) [ -x "$DIR/kube-apiserver" ] || exit 1 ;;
*) die "unknown: $1" ;;
esac
echo "$DIR/kube-apiserver"

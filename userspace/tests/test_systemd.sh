#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# test_systemd.sh - the unit of $K8SOVD as systemd itself reads it.
set -u

here=$(dirname "$0")
unit=$here/../systemd/k8sovd.service
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0 failed=0

# ok WHAT STATUS WORDS
ok()
{
	number=$((number + 1))
	if [ "$2" = 0 ]; then
		echo "ok $number $1"
		return
	fi
	failed=1
	echo "not ok $number $1"
	printf '%s\n' "$3" | sed 's/^/# /'
}

# The program is not where it will be installed.
sed "s|^ExecStart=.*|ExecStart=$K8SOVD|" "$unit" >"$dir/k8sovd.service"
if ! command -v systemd-analyze >/dev/null; then
	ok "systemd-analyze is there" 1 "install the package systemd"
else
	words=$(systemd-analyze verify --man=no "$dir/k8sovd.service" 2>&1)
	ok "systemd understands every line" $? "$words"
	ok "and has nothing to say" "${#words}" "$words"
	words=$(systemd-analyze security --offline=yes --threshold=25 \
		"$dir/k8sovd.service" 2>&1)
	ok "the exposure is 2.5 of 10 at most" $? "$words"
fi
words=$(grep -h '^Kind=' "$here"/../systemd/10-k8sov.{link,network} | sort -u)
[ "$words" = Kind=k8sov ]
ok "udev and networkd know our devices by their kind" $? "$words"
echo "1..$number"
exit $failed

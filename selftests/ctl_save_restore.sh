#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl save | restore: what is restored is what was saved, all at once or
# not at all, up to a million subnets (K8SOV_SUBNETS) in little memory. The
# topology is that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

# Slow machines have the patience for less.
case ${K8SOV_VM:-} in
6.*|uml-debug) SUBNETS=${K8SOV_SUBNETS:-50000} ;;
*) SUBNETS=${K8SOV_SUBNETS:-1000000} ;;
esac

# All but the line that has the generation.
tables() { ctl save "$@" | tail -n +2; }

small()
{
	two_hosts
	ctl -b - <<-'END' || bail "no tables"
		host add id 9 remote 192.0.2.9 encap geneve mac 02:00:00:00:00:09 name "\x01 \"\\ \xff" vni 0 owner 18446744073709551615
		subnet add 10.244.1.0/24 via id 7 owner 5
		subnet add ::/0 unreachable
		subnet add 0.0.0.0/0 blackhole
		subnet add 10.244.0.0/24 local
		endpoint add link veth0 name a/b/c address 10.244.0.2 address fd00::2 identity 7 state ready owner 3
		endpoint add link veth1
		identity add 10.244.0.2 identity 4294967294
		identity add fd00::/8 identity 0 owner 4
	END
	ctl save >"$SAVED"
	check "what is saved is restored" ctl restore <"$SAVED"
	equal "as it was" "$(tail -n +2 "$SAVED")" "$(tables)"
	ctl host add id 10 remote 192.0.2.10 encap ipip
	check "what was added since is gone" ctl restore <"$SAVED"
	equal "and the rest as it was" "$(tail -n +2 "$SAVED")" "$(tables)"
}

one_table()
{
	ctl subnet save >"$ONE"
	equal "one table is saved alone" "subnet" \
		"$(grep -v '^#' "$ONE" | cut -d' ' -f1 | sort -u)"
	ctl subnet flush
	check "and restored alone" ctl subnet restore <"$ONE"
	equal "the others stay as they were" "$(tail -n +2 "$SAVED")" \
		"$(tables)"
	ctl host save >"$TWO"
	ctl host add id 10 remote 192.0.2.10 encap ipip
	check "hosts are restored below their subnets" ctl host restore <"$TWO"
	equal "which stay as they were" "$(tail -n +2 "$SAVED")" "$(tables)"
	refuses "unless one of them would lose its host" \
		"a subnet via id 7 stands in the way: there is no host with this id" \
		ctl host restore <<<"host add id 3 remote 192.0.2.3 encap ipip"
	refuses "it does not take another's lines" \
		"stdin:2: only lines that add a host can be restored here" \
		ctl host restore <"$ONE"
	refuses "nor other commands" \
		"stdin:1: only lines that add can be restored" \
		ctl subnet restore <<<"subnet flush"
}

all_or_nothing()
{
	local before
	before=$(tables)
	head -n -1 "$SAVED" >"$ONE"
	refuses "a save that is cut short" \
		"the input is cut short: nothing was restored" \
		ctl restore <"$ONE"
	sed 's/^subnet add 10.244.0.0.*/subnet add 10.244.0.9\/24 local/' \
		"$SAVED" >"$ONE"
	refuses "a line that the kernel refuses" \
		"bits set past the length of the prefix" ctl restore <"$ONE"
	refuses "a subnet without its host" "there is no host with this id" \
		ctl restore <<<"subnet add 10.244.1.0/24 via id 7"
	refuses "no input at all" "the input is empty" ctl restore </dev/null
	equal "none of them changed anything" "$before" "$(tables)"
	equal "and none left a transaction open" 0 \
		"$(ctl -j device show | jq '.[].transactions')"
}

another_device()
{
	ip_in "$NS" <<<"link add ov1 type k8sov id 2 dstport 9999 geneveport 9998"
	ctl subnet flush dev ov0
	ctl endpoint flush dev ov0
	grep -v ^endpoint "$SAVED" >"$ONE"
	check "another device takes the tables" ctl restore dev ov1 <"$ONE"
	equal "as they were" "$(tail -n +2 "$ONE" | sed 's/ dev ov0/ dev ov1/')" \
		"$(tables dev ov1)"
	ip_in "$NS" <<<"link del ov1"
}

# The most memory that a command had, in KiB.
peak() { /usr/bin/python3 -c '
import os, resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)' "$@"; }

# Eight /27s of each /24, so that tables are deep and long.
many_subnets()
{
	/usr/bin/python3 - "$SUBNETS" <<-END
		import sys
		print("host add id 7 name node-b remote 192.0.2.7 encap ipip")
		for i in range(int(sys.argv[1])):
		    a = (20 << 24) + i * 32
		    print("subnet add %d.%d.%d.%d/27 via id 7" %
		          (a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255))
	END
}

million()
{
	local kib
	many_subnets >"$ONE"
	check "$SUBNETS subnets are restored" ctl restore <"$ONE"
	equal "all of them" "$SUBNETS" "$(ctl -j device show | jq '.[].subnets')"
	kib=$( (peak k8sovctl -n "$NS" save >"$SAVED") 2>&1)
	check "saving them takes less than 32 MiB (took $kib KiB)" \
		[ "$kib" -lt 32768 ]
	equal "all of them are saved" "$SUBNETS" "$(grep -c ^subnet "$SAVED")"
	kib=$( (peak k8sovctl -n "$NS" restore <"$SAVED") 2>&1)
	check "restoring them takes less than 32 MiB (took $kib KiB)" \
		[ "$kib" -lt 32768 ]
	ctl save >"$ONE"
	check "they are as they were" \
		cmp <(tail -n +2 "$SAVED") <(tail -n +2 "$ONE")
	equal "JSON has all of them" "$SUBNETS" \
		"$(ctl -j subnet show | grep -c '"prefix"')"
}

a_file SAVED
a_file ONE
a_file TWO
a_device
small
one_table
all_or_nothing
another_device
million
finish

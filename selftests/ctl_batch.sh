#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl -b: many commands, errors with their line, transactions that are all
# or nothing. The topology is that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

a_file FILE

# batch STATUS WHAT WORDS [OPTION...] < LINES - the batch says WORDS
batch()
{
	local expected=$1 what=$2 words=$3 got=0 said
	shift 3
	cat >"$FILE"
	said=$(ctl "$@" -b "$FILE" 2>&1) || got=$?
	equal "$what" "$expected $words" "$got ${said//$FILE/FILE}"
}

prefixes() { ctl -j subnet show | jq -r '.[].prefix' | xargs; }

lines()
{
	batch 0 "comments, blanks and quotes" \
		'id 7 name "node b" remote 192.0.2.7 encap ipip dev ov0 subnets 1' <<-'END'
		# a comment

		host add id 7 name "node b" remote 192.0.2.7 encap ipip  # another
		   subnet add 10.1.0.0/16 via "node b"
		host show
	END
	ctl subnet flush
	batch 0 "a command sees what lines before it changed" \
		"10.1.0.0/16 local dev ov0" <<-END
		subnet add 10.1.0.0/16 local
		subnet show
		subnet flush
	END
	check "standard input is a batch, too" ctl -b - <<<"subnet add 10.1.0.0/16 local"
	equal "and is carried out" "10.1.0.0/16" "$(prefixes)"
	ctl subnet flush
}

errors()
{
	batch 1 "bad input names its line and ends the batch" \
		"k8sovctl: FILE:3: 'foo' is not expected here" <<-END
		subnet add 10.1.0.0/16 local

		subnet add 10.2.0.0/16 foo
		subnet add 10.3.0.0/16 local
	END
	equal "what stood before it is carried out, not what stood behind" \
		"10.1.0.0/16" "$(prefixes)"
	batch 2 "a refusal names its line" \
		"k8sovctl: FILE:2: prefix: there is no such subnet" <<-END
		subnet add 10.2.0.0/16 local
		subnet del 10.9.0.0/16
	END
	ctl subnet flush
	batch 2 "-f goes on, the first failure decides the status" \
		"k8sovctl: FILE:2: prefix: there is no such subnet
k8sovctl: FILE:3: 'foo' is not expected here
k8sovctl: FILE:5: there is no host 'x'" -f <<-END
		subnet add 10.1.0.0/16 local
		subnet del 10.9.0.0/16
		subnet add 10.2.0.0/16 foo
		subnet add 10.3.0.0/16 local
		subnet add 10.4.0.0/16 via x
		subnet add 10.5.0.0/16 local
	END
	equal "all good lines are carried out" \
		"10.1.0.0/16 10.3.0.0/16 10.5.0.0/16" "$(prefixes)"
	ctl subnet flush
	batch 1 "quotes without end" "k8sovctl: FILE:1: the quotes do not fit" \
		<<<'host add name "x remote 192.0.2.9'
	head -c 9000 /dev/zero | tr '\0' x >"$FILE"
	refuses "a line that is too long" ":1: the line is too long" \
		ctl -b "$FILE"
	printf 'subnet add 10.1.0.0/16 \0 local\n' >"$FILE"
	refuses "a line that is not text" ":1: the line is not text" \
		ctl -b "$FILE"
	equal "none of them changed anything" "" "$(prefixes)"
}

# More refusals than a socket can queue must not hang or be forgotten.
many_refusals()
{
	local i got=0 n=20000
	for ((i = 0; i < n; i++)); do
		echo "subnet del 10.$((i / 256 % 256)).$((i % 256)).0/24"
	done >"$FILE"
	ctl -f -b "$FILE" 2>"$FILE.err" || got=$?
	defer rm -f "$FILE.err"
	equal "a batch of refusals has status 2" 2 $got
	equal "and each is told of with its line" "$n" \
		"$(grep -c ": prefix: there is no such subnet$" "$FILE.err")"
}

transactions()
{
	ctl -b - <<-END || bail "no tables"
		subnet add 10.1.0.0/16 local
		subnet add 10.2.0.0/16 via "node b"
	END
	batch 0 "a transaction that adds" "" <<-END
		begin
		subnet add 10.3.0.0/16 local
		subnet del 10.1.0.0/16
		commit
	END
	equal "is in force" "10.2.0.0/16 10.3.0.0/16" "$(prefixes)"
	batch 0 "one that replaces a table" "" <<-END
		begin replace subnet
		subnet add 10.4.0.0/16 local
		commit
	END
	equal "leaves nothing of what was there" "10.4.0.0/16" "$(prefixes)"
	batch 0 "abort" "" <<-END
		begin replace subnet
		subnet add 10.5.0.0/16 local
		abort
	END
	equal "forgets it" "10.4.0.0/16" "$(prefixes)"
	batch 0 "hosts and subnets that name them" "" <<-END
		begin replace host,subnet
		host add id 3 name node-n remote 192.0.2.3 encap ipip
		subnet add 10.6.0.0/16 via node-n
		commit
	END
	equal "come into force together" "10.6.0.0/16 3" \
		"$(ctl -j subnet show | jq -r '.[] | "\(.prefix) \(.host)"')"
}

broken_transactions()
{
	batch 1 "without commit" \
		"k8sovctl: FILE:3: the transaction of line 1 has no 'commit': nothing of it is in force" <<-END
		begin
		subnet add 10.7.0.0/16 local
	END
	batch 2 "with a line that is refused" \
		"k8sovctl: FILE:3: prefix: there is no such subnet
k8sovctl: FILE:4: nothing is committed since line 3 failed" -f <<-END
		begin
		subnet add 10.7.0.0/16 local
		subnet del 10.9.0.0/16
		commit
	END
	batch 1 "with a host that it replaces" \
		"k8sovctl: FILE:2: no line before this adds host 'node-n' with an id" <<-END
		begin replace host,subnet
		subnet add 10.7.0.0/16 via node-n
		commit
	END
	batch 1 "begin in a transaction" \
		"k8sovctl: FILE:2: the transaction of line 1 is still open" <<-END
		begin
		begin
	END
	batch 1 "commit without begin" \
		"k8sovctl: FILE:1: there is no transaction to commit" <<<commit
	equal "none of them changed anything" "10.6.0.0/16" "$(prefixes)"
	equal "and none is left open" 0 \
		"$(ctl -j device show | jq '.[].transactions')"
}

a_device
lines
errors
many_refusals
transactions
broken_transactions
finish

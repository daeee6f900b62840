#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl monitor: a line for each change as it happens, and a clean end. The
# topology is that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

# It listens to changes before it opens what it waits for signals with.
listening() { find "/proc/$1/fd" -lname '*signalfd*' | grep -q .; }

# watch LOG ARG... - a monitor that listens already, its process in $started
watch()
{
	local log=$1
	shift
	start "$log" k8sovctl -n "$NS" "$@"
	wait_for 10 listening "$started" || bail "the monitor does not listen"
}

# says LOG LINE - the monitor wrote the line, while it goes on running
says() { wait_for 10 grep -qxF -- "$2" "$1"; }

events()
{
	watch "$LOG" monitor
	ctl host add id 7 name node-b remote 192.0.2.7 encap ipip
	check "a host" says "$LOG" \
		"host id 7 name node-b remote 192.0.2.7 encap ipip dev ov0 subnets 0"
	ctl subnet add 10.1.0.0/16 via id 7 owner 5
	check "a subnet" says "$LOG" \
		"subnet 10.1.0.0/16 via id 7 dev ov0 owner 5"
	ctl subnet replace 10.1.0.0/16 local owner 5
	check "that is replaced" says "$LOG" \
		"subnet 10.1.0.0/16 local dev ov0 owner 5"
	ctl subnet del 10.1.0.0/16 owner 5
	check "and deleted" says "$LOG" \
		"Deleted subnet 10.1.0.0/16 local dev ov0 owner 5"
	ctl endpoint add link veth0 address 10.1.0.2 state ready
	check "an endpoint" says "$LOG" \
		"endpoint link veth0 address 10.1.0.2 identity 3 state ready dev ov0"
	ctl identity add 10.1.0.2 identity 9
	check "an identity" says "$LOG" \
		"identity 10.1.0.2/32 identity 9 dev ov0"
	ctl ruleset add id 7 name web-in rule drop class 0 any
	check "the head of a ruleset" says "$LOG" \
		"ruleset id 7 name web-in default 0 dev ov0 rules 1 members 1 ranges 0"
	ctl ruleset del id 7
	check "and deleted" says "$LOG" \
		"Deleted ruleset id 7 name web-in default 0 dev ov0 rules 1 members 1 ranges 0"
	ctl identity flush
	check "a flush is one event" wait_for 10 \
		grep -qE "^commit dev ov0 identity generation [0-9]+$" "$LOG"
	stop "$started"
}

filters()
{
	watch "$LOG" -j monitor subnet commit
	ctl host add id 8 remote 192.0.2.8 encap ipip
	ctl subnet add fd00::/16 via id 8
	check "JSON is one object a line" wait_for 10 jq -e \
		'select(.event == "new" and .object == "subnet" and
			.prefix == "fd00::/16" and .host == 8)' "$LOG"
	ctl -b - <<-END
		begin replace subnet
		subnet add 10.3.0.0/16 local
		commit
	END
	check "a transaction is one event" wait_for 10 jq -e \
		'select(.event == "commit" and .tables == ["subnet"])' "$LOG"
	equal "nothing else is told" "commit new" \
		"$(jq -r .event "$LOG" | sort | xargs)"
	stop "$started"
	ip_in "$NS" <<<"link add ov1 type k8sov id 2 dstport 9999 geneveport 9998"
	watch "$LOG" monitor dev ov1
	ctl subnet add dev ov0 10.4.0.0/16 local
	ctl subnet add dev ov1 10.5.0.0/16 local
	check "one device" says "$LOG" "subnet 10.5.0.0/16 local dev ov1"
	equal "and no other" 1 "$(wc -l <"$LOG")"
	stop "$started"
}

# ends SIGNAL - the monitor that listens ends with status 0
ends()
{
	local status=0
	watch "$LOG" monitor
	kill -"$1" "$started"
	wait "$started" || status=$?
	equal "SIG$1 ends it, as wanted" 0 $status
}

# The reader is gone before there is anything to write.
reader_goes()
{
	local status
	{ k8sovctl -n "$NS" monitor; echo $? >"$LEFT"; } | : &
	wait_for 10 [ -s "$LEFT" ] || :
	status=$(cat "$LEFT")
	equal "it ends when its reader goes" 0 "$status"
}

a_file LOG
a_file LEFT
a_device
events
filters
ends INT
ends TERM
reader_goes
finish

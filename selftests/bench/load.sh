#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# load.sh DIR
# In User-mode Linux, at native speed: k8sovctl restores the 1,000,000 subnets
# of subnets.sh, in DIR, into an empty device.
#   seconds                   all of it, from text to tables
#   seconds_netlink           of these, what the program waited for the kernel
#   seconds_replace           the same into a device that has them already
#   bytes_per_subnet          what the device says that its tables take
#   meminfo_bytes_per_subnet  what the machine has less of, which knows
#                             nothing of us
# The host's load moves times, so the best of a few runs counts.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

SUBNETS=1000000
RUNS=3
dir=$1

device_memory()
{
	k8sovctl -n nodea -j device show dev ov0 | jq -e '.[0].memory'
}

# Pages that hold files are free, and those that each processor keeps for itself
# (pagesets): the program that has just ended leaves 50 MB there. What was freed
# late (RCU) is, too: look until no more comes.
free_memory()
{
	local bytes=0 before=-1
	while [ "$bytes" -gt "$before" ]; do
		before=$bytes
		echo 3 >/proc/sys/vm/drop_caches
		bytes=$(awk '/^(MemFree|Cached|Buffers):/ { sum += $2 }
			$1 == "count:" { sum += 4 * $2 }
			END { printf "%.0f", sum * 1024 }' \
			/proc/meminfo /proc/zoneinfo)
	done
	echo "$before"
}

# restore FILE: sets REAL, seconds.
restore()
{
	local TIMEFORMAT=%R
	REAL=$({ time k8sovctl -n nodea restore dev ov0 <"$1" >&2; } 2>&1) ||
		die "restore: $REAL"
}

# Seconds that a restore of FILE waits for netlink: few calls, so looking at
# them costs little.
restore_waits()
{
	strace -o "$K8SOV_OUT/strace" -T \
		-e trace=sendmsg,sendto,recvmsg,recvfrom,write \
		k8sovctl -n nodea restore dev ov0 <"$1"
	sed -n 's/.*<\([0-9.]*\)>$/\1/p' "$K8SOV_OUT/strace" |
		awk '{ sum += $1 } END { printf "%.3f", sum }'
}

per_subnet()
{
	awk -v a="$1" -v b="$2" -v n=$SUBNETS \
		'BEGIN { printf "%.1f", (b - a) / n }'
}

record_memory()
{
	local device free
	restore "$dir/hosts"
	device=$(device_memory) free=$(free_memory)
	restore "$dir/all"
	record load $SUBNETS k8sov bytes_per_subnet \
		"$(per_subnet "$device" "$(device_memory)")" B
	record load $SUBNETS k8sov meminfo_bytes_per_subnet \
		"$(per_subnet "$(free_memory)" "$free")" B
	[ "$(k8sovctl -n nodea subnet show dev ov0 | wc -l)" = $SUBNETS ] ||
		die "subnets are missing"
}

record_times()
{
	local i full=() empty=() waits=()
	for ((i = 0; i < RUNS; i++)); do
		restore "$dir/all"
		full+=("$REAL")
		restore "$dir/hosts"
		restore "$dir/all"
		empty+=("$REAL")
		restore "$dir/hosts"
		waits+=("$(restore_waits "$dir/all")")
	done
	record load $SUBNETS k8sov seconds "$(least "${empty[@]}")" s
	record load $SUBNETS k8sov seconds_netlink "$(least "${waits[@]}")" s
	record load $SUBNETS k8sov seconds_replace "$(least "${full[@]}")" s
}

main()
{
	nodes_add
	k8sov_up vxlan
	record_memory
	record_times
	k8sov_down
}

main

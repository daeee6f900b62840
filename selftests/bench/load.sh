#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# load.sh DIR
# In User-mode Linux, at native speed: k8sovctl restores the 1,000,000 subnets
# of subnets.sh, in DIR. seconds is all of it; seconds_kernel the part that
# the kernel spent, the rest is reading text. bytes_per_subnet is what the
# device says that its tables take; meminfo_bytes_per_subnet what the machine
# has less of, which knows nothing of us.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

SUBNETS=1000000
RUNS=3
dir=$1

device_memory()
{
	ctl -n nodea -j device show dev ov0 | jq -e '.[0].memory'
}

free_memory()
{
	# Pages that only hold files would hide what we take.
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemFree:/ { print $2 * 1024 }' /proc/meminfo
}

# restore FILE: sets REAL and KERNEL, seconds.
restore()
{
	local TIMEFORMAT='%R %S'
	read -r REAL KERNEL < <({ time ctl -n nodea restore dev ov0 <"$1" \
		>&2; } 2>&1 | tail -n 1)
}

per_subnet()
{
	awk -v a="$1" -v b="$2" -v n=$SUBNETS \
		'BEGIN { printf "%.1f", (b - a) / n }'
}

main()
{
	local i device free best='' kernel
	nodes_add
	k8sov_up vxlan
	restore "$dir/hosts"
	device=$(device_memory) free=$(free_memory)
	for ((i = 0; i < RUNS; i++)); do
		restore "$dir/hosts"
		restore "$dir/all"
		if awk -v a="$REAL" -v b="${best:-1e9}" 'BEGIN { exit a >= b }'
		then
			best=$REAL kernel=$KERNEL
		fi
	done
	[ "$(ctl -n nodea -j subnet show dev ov0 | jq length)" = $SUBNETS ] ||
		die "subnets are missing"
	record load $SUBNETS k8sov seconds "$best" s
	record load $SUBNETS k8sov seconds_kernel "$kernel" s
	record load $SUBNETS k8sov bytes_per_subnet \
		"$(per_subnet "$device" "$(device_memory)")" B
	record load $SUBNETS k8sov meminfo_bytes_per_subnet \
		"$(per_subnet "$(free_memory)" "$free")" B
	k8sov_down
}

main

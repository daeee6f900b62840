#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Without memory: each allocation of each operation on devices and tables
# fails once. The operation is refused with an errno that says so and leaves
# everything as it was, or it succeeds all the same. Needs a kernel with
# fail-nth; leaks are found by kmemleak once the module is removed.
#
#   faults.sh [OPERATION...]    all of them without; faults --list names them
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

faults=$(helper faults)
knobs=/sys/kernel/debug

[ -e /proc/self/fail-nth ] && [ -d $knobs/failslab ] ||
	skip_all "the kernel has no FAULT_INJECTION"

# Fail what may sleep too, and say nothing.
set_knobs()
{
	local kind
	for kind in failslab fail_page_alloc; do
		echo 0 >$knobs/$kind/verbose
		echo N >$knobs/$kind/ignore-gfp-wait
	done
	echo N >$knobs/fail_page_alloc/ignore-gfp-highmem
	echo 0 >$knobs/fail_page_alloc/min-order
}

# only KNOB RANGE - KNOB reject: what the code there allocates does not fail;
# KNOB require: nothing else does. The kernel takes one range for each.
only()
{
	local kind first last
	read -r first last < <("${@:2}")
	[ -n "$last" ] || bail "the kernel has no ${*:2}"
	for kind in failslab fail_page_alloc; do
		echo "$first" >$knobs/$kind/"$1"-start
		echo "$last" >$knobs/$kind/"$1"-end
	done
}

function_range()
{
	awk -v name="$1" '
		$3 == name { first = $1; next }
		first && $1 != first { print "0x" first, "0x" $1; exit }' \
		/proc/kallsyms
}

module_range()
{
	local size base
	read -r size base < <(awk '$1 == "k8sov" { print $2, $6 }' /proc/modules)
	printf '%#x %#x\n' "$base" $((base + size))
}

all_require()
{
	local kind
	for kind in failslab fail_page_alloc; do
		echo 0 >$knobs/$kind/require-start
		echo 0xffffffffffffffff >$knobs/$kind/require-end
	done
}

need_module
set_knobs || bail "no knobs for faults"
setup_ns NODE
ip_in "$NODE" <<-END
	link set lo up
	link add ul0 type dummy
	link set ul0 up
	addr add 192.0.2.1/24 dev ul0
	addr add 2001:db8::1/64 dev ul0 nodad
	link add pod0 type dummy
	link add pod1 type dummy
END
module=$(modinfo -n k8sov)
if [ $# = 0 ]; then
	mapfile -t all < <("$faults" --list)
	set -- "${all[@]}"
fi
for op; do
	# A reference that is not tracked is no fault of ours.
	only reject function_range ref_tracker_alloc
	all_require
	if [ "$op" = module ]; then
		# The module's own part of loading. The core complains when its
		# tracepoints, and leaks when its caches have no name.
		only require function_range do_init_module
		only reject function_range sysfs_slab_add
	elif [ "$op" = move ]; then
		# The core complains when it fails in the midst of a move.
		only require module_range
	fi
	check "$op survives a lack of memory" \
		in_ns "$NODE" "$faults" "$op" "$module"
done
finish

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
# shellcheck source=selftests/knobs.sh
. "$(dirname "$0")/knobs.sh"

faults=$(helper faults)

# Fail what may sleep too, and say nothing.
set_knobs()
{
	knob verbose 0
	knob ignore-gfp-wait N
	page_knob ignore-gfp-highmem N
	page_knob min-order 0
}

need_module
set_knobs
setup_ns NODE
ip_in "$NODE" <<-END
	link set lo up
	link add ul0 type dummy
	link set ul0 up
	addr add 192.0.2.1/24 dev ul0
	addr add 2001:db8::1/64 dev ul0 nodad
	link add pod0 type dummy
	link add vrf0 type vrf table 9
	link add br0 type bridge
	link add pod1 type dummy
	link set pod1 master vrf0
END
module=$(modinfo -n k8sov)
if [ $# = 0 ]; then
	mapfile -t all < <("$faults" --list)
	set -- "${all[@]}"
fi
for op; do
	# A reference that is not tracked is no fault of ours.
	fails reject code_of ref_tracker_alloc
	fails_anywhere
	if [ "$op" = module ]; then
		# The module's own part of loading. The core complains when its
		# tracepoints, and leaks when its caches have no name.
		fails require code_of do_init_module
		fails reject code_of sysfs_slab_add
	elif [ "$op" = move ]; then
		# The core complains when it fails in the midst of a move.
		fails require code_of_module
	fi
	check "$op survives a lack of memory" \
		in_ns "$NODE" "$faults" "$op" "$module"
done
finish

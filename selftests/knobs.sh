# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# The kernel's knobs for allocations that fail (fault-injection), and the code
# that they shall or shall not fail in. Give KNOBS, the kinds of allocations,
# another value to leave the others alone.

KNOBS="failslab fail_page_alloc"
KNOBS_DIR=/sys/kernel/debug

[ -e /proc/self/fail-nth ] && [ -d $KNOBS_DIR/failslab ] ||
	skip_all "the kernel has no FAULT_INJECTION"

# knob NAME VALUE
knob()
{
	local kind
	for kind in $KNOBS; do
		echo "$2" >$KNOBS_DIR/"$kind"/"$1" || bail "no knob $1"
	done
}

# page_knob NAME VALUE - one that allocations of pages have
page_knob()
{
	echo "$2" >$KNOBS_DIR/fail_page_alloc/"$1" || bail "no knob $1"
}

# code_of FUNCTION - its first address and that of what comes behind it. The
# kernel lists a module's symbols in the order of its file, and the parts of a
# module may lie anywhere.
code_of()
{
	awk -v name="$1" '
		{ at[NR] = $1 "" }
		$3 == name { first = $1 "" }
		END {
			for (i in at)
				if (at[i] > first && (!last || at[i] < last))
					last = at[i]
			if (first && last)
				print "0x" first, "0x" last
		}' /proc/kallsyms
}

# code_of_module - the same for all of k8sov
code_of_module()
{
	local size base
	read -r size base < <(awk '$1 == "k8sov" { print $2, $6 }' /proc/modules)
	[ -z "$base" ] || printf '%#x %#x\n' "$base" $((base + size))
}

# fails WHERE CODE... - WHERE reject: what that code allocates, by itself or by
# what it calls, does not fail; WHERE require: nothing else does. CODE is a
# command from above. The kernel takes one range for each.
fails()
{
	local first last
	read -r first last < <("${@:2}")
	[ -n "$last" ] || bail "the kernel has no ${*:2}"
	knob "$1-start" "$first"
	knob "$1-end" "$last"
}

# fails_anywhere - undo fails require
fails_anywhere()
{
	knob require-start 0
	knob require-end 0xffffffffffffffff
}

memory_is_back()
{
	knob probability 0
	knob ignore-gfp-wait Y
	fails_anywhere
}

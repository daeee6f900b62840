#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# lint.sh [GATE...]
# Runs every static check, or the gates named; each is one line of TAP with
# what it found below. --list names them.
set -uo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/../vm/cache.sh"
LINT_DIR=$VM_DIR/../lint
# shellcheck source=selftests/lint/gates_text.sh
. "$LINT_DIR/gates_text.sh"
# shellcheck source=selftests/lint/gates_code.sh
. "$LINT_DIR/gates_code.sh"
cd "$TOP" || exit

# In the order of their cost. A gate prints what is wrong, nothing when all is
# well; its status says whether it could look at all.
GATES=(
	"file-size	no file is longer than 600 lines"
	"function-size	no function is longer than 60 lines"
	"spdx	every file names its licence"
	"whitespace	no line ends in blanks, no file without a last newline"
	"no-version-code	no kernel version is compared"
	"no-inline	no inline and no module_param in kmod/*.c"
	"no-sleep	no test sleeps"
	"tests-listed	every test is in a Makefile, sorted"
	"helpers-once	no test defines a helper of lib.sh or topo.sh again"
	"generated	generated files are what the specification says"
	"shellcheck	shell scripts pass shellcheck"
	"python	python scripts compile"
	"yaml	YAML passes yamllint"
	"kernel-doc	kernel-doc is complete and well-formed"
	"checkpatch	kmod/ passes checkpatch --strict at 80 columns"
	"gcc-6.12	kmod/ builds with gcc for 6.12 without a warning at W=1"
	"sparse-6.12	kmod/ passes sparse with endianness on 6.12"
	"headers	every header of kmod/ compiles alone"
	"gcc-6.1	kmod/ builds with gcc for 6.1 without a warning at W=1"
	"sparse-6.1	kmod/ passes sparse with endianness on 6.1"
	"clang-6.12	kmod/ builds with clang for 6.12 without a warning at W=1"
	"clang-6.1	kmod/ builds with clang for 6.1 without a warning at W=1"
	"user-headers	every header of userspace/ compiles alone"
	"cppcheck	userspace/ passes cppcheck"
	"clang-tidy	userspace/ passes clang-tidy"
)

# Everything that is or would be committed.
files() { git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

# The generated files: their style is their generator's.
written() { files "$@" | grep -vE '(^|/)(nl_gen|attrs_gen)\.[ch]$|^uapi/linux/|^docs/netlink.rst'; }

shell_scripts()
{
	files | while read -r f; do
		case $f in
		*.sh) echo "$f" ;;
		*.*) ;;
		*) head -c 40 "$f" | head -n 1 | grep -aqE '^#!.*(bash|/sh)' &&
			echo "$f" ;;
		esac
	done
}

run_gate()
{
	local gate=$1 words=$2 found status=0
	found=$("gate_${gate//[-.]/_}" 2>&1) || status=$?
	number=$((number + 1))
	if [ $status = 0 ] && [ -z "$found" ]; then
		echo "ok $number $gate: $words"
		return
	fi
	failed=1
	echo "not ok $number $gate: $words"
	printf '%s\n' "$found" | head -n 40 | sed 's/^/#! /'
	[ -n "$found" ] || echo "#! status $status"
}

main()
{
	local entry gate number=0 failed=0 chosen=()
	for entry in "${GATES[@]}"; do
		gate=${entry%%$'\t'*}
		if [ "${1:-}" = --list ]; then
			printf '%-16s %s\n' "$gate" "${entry#*$'\t'}"
		elif [ $# = 0 ] || [[ " $* " == *" $gate "* ]]; then
			chosen+=("$entry")
		fi
	done
	[ "${1:-}" != --list ] || return 0
	"$VM_DIR/deps.sh" packages
	KSRC=$("$VM_DIR/deps.sh" source)
	export KSRC
	echo "TAP version 13"
	echo "1..${#chosen[@]}"
	for entry in "${chosen[@]}"; do
		run_gate "${entry%%$'\t'*}" "${entry#*$'\t'}"
	done
	[ ${#chosen[@]} -gt 0 ] && [ $failed = 0 ]
}

main "$@"

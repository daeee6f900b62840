# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Gates of lint.sh that compile or parse C.

mkdir -p "$CACHE/lint"
LINT_BUILD=$(mktemp -d "$CACHE/lint/XXXXXX")
trap 'rm -rf "$LINT_BUILD"' EXIT
# shellcheck source=selftests/lint/passed.sh
. "$LINT_DIR/passed.sh"

# About the sort of tree that patches are for; strings that a person greps for
# are not split; TRACE_EVENT has a style of its own.
CHECKPATCH_IGNORE=FILE_PATH_CHANGES,LINUX_VERSION_CODE,EMBEDDED_FILENAME
CHECKPATCH_IGNORE+=,LONG_LINE_STRING,MACRO_ARG_REUSE

gate_checkpatch()
{
	local out
	# shellcheck disable=SC2046
	out=$("$KSRC/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary --max-line-length=80 \
		--ignore "$CHECKPATCH_IGNORE" --color=never \
		-f $(written 'kmod/*.c' 'kmod/*.h') 2>&1)
	grep -E '(ERROR|WARNING|CHECK):' <<<"$out" |
		grep -vE '^kmod/trace\.h:.*(OPEN_ENDED_LINE|PARENTHESIS_ALIGNMENT|SPACING|LONG_LINE|TABSTOP)'
	return 0
}

gate_kernel_doc()
{
	# shellcheck disable=SC2046
	"$KSRC/scripts/kernel-doc" -none -Wall \
		$(written 'kmod/*.c' 'kmod/*.h') 2>&1
}

# build_log KERNEL COMPILER [MAKE-ARG...] - what a build from nothing says,
# about our files. Built once a run: the gcc build serves sparse, too.
build_log()
{
	local kernel=$1 cc=$2 dir=$LINT_BUILD/$1-$2 log
	shift 2
	log=$LINT_BUILD/$kernel-$cc.log
	if [ ! -e "$log" ]; then
		BUILD_DIR=$dir nice "$VM_DIR/build-kmod.sh" "$kernel" "$cc" "$@" \
			>"$log" 2>&1 || echo "$log:1: error: the build failed" >>"$log"
	fi
	grep -E 'warning|error|\*\*\*' "$log" |
		grep -v -e 'compiler differs' -e 'Skipping BTF' \
			-e 'The kernel was built by' | sed "s|$dir/src/||" | sort -u
	return 0
}

# gcc ends its warnings with the option that asked for them, sparse does not.
gcc_words()
{
	build_log "$1" gcc W=1 C=1 CF=-D__CHECK_ENDIAN__ |
		grep -E '\[-W|error|\*\*\*|modpost'
	return 0
}

sparse_words()
{
	build_log "$1" gcc W=1 C=1 CF=-D__CHECK_ENDIAN__ |
		grep -vE '\[-W|modpost'
	return 0
}

# module_gate COMMAND... - unless it passed for the same module
module_gate()
{
	unless_passed <(files Kbuild kmod uapi \
		selftests/vm/{build-kmod,cache,deps}.sh) "$@"
}

gate_gcc_6_12() { module_gate gcc_words 6.12; }
gate_gcc_6_1() { module_gate gcc_words 6.1; }
gate_sparse_6_12() { module_gate sparse_words 6.12; }
gate_sparse_6_1() { module_gate sparse_words 6.1; }
gate_clang_6_12() { module_gate build_log 6.12 clang W=1; }
gate_clang_6_1() { module_gate build_log 6.1 clang W=1; }
gate_headers() { module_gate module_headers; }

# With the command line that compiled main.c, kept by the build above.
module_headers()
{
	local cmd dir=$LINT_BUILD/6.12-gcc h
	build_log 6.12 gcc W=1 C=1 CF=-D__CHECK_ENDIAN__ >/dev/null
	cmd=$(sed -n 's/^savedcmd_[^ ]* := \([^;]*\) -c -o .*/\1/p' \
		"$dir/src/kmod/.main.o.cmd" | sed 's/-Wp,-MMD,[^ ]*//')
	[ -n "$cmd" ] || { echo "no command line of main.c"; return; }
	cd "$(kernel_dir 6.12)/build" || return
	for h in $(cd "$TOP" && files 'kmod/*.h' 'uapi/linux/*.h'); do
		eval "$cmd" -Wno-unused-function -fsyntax-only -x c \
			-include "$dir/src/$h" /dev/null
	done
	cd "$TOP" || return
}

user_flags()
{
	local libs=() lib
	for lib in libmnl jansson libcurl libuv libmicrohttpd yaml-0.1 libsystemd; do
		! pkg-config --exists "$lib" || libs+=("$lib")
	done
	echo -std=gnu11 -D_GNU_SOURCE -Iuapi -Iuserspace -Iuserspace/lib \
		-Iuserspace/cli -Iuserspace/daemon -Iuserspace/iproute2 \
		'-DK8SOV_VERSION=""' \
		"$(pkg-config --cflags "${libs[@]}")"
}

user_header()
{
	# shellcheck disable=SC2086
	gcc -Wall -Wextra -Wno-unused-function -Werror -fsyntax-only \
		$USER_FLAGS -I"$(dirname "$1")" -x c "$1"
}

gate_user_headers()
{
	written 'userspace/*.h' 'cni/*.h' | each_unless_passed user_header
}

# Formats are for gcc, which knows that an enum is unsigned.
gate_cppcheck()
{
	# shellcheck disable=SC2046
	cppcheck --quiet --std=c11 --enable=warning,portability,performance \
		--inline-suppr --suppress=missingIncludeSystem \
		--suppress=invalidPrintfArgType_uint \
		--template='{file}:{line}: {id}: {message}' \
		--include=selftests/lint/cppcheck.h -D__x86_64__ \
		-Iuapi -Iuserspace -Iuserspace/lib \
		$(written 'userspace/*.c' 'cni/*.c') 2>&1
}

# One file a process: clang 14 mistakes every va_list after the first file for
# one that was never started.
tidy()
{
	local out status=0
	# shellcheck disable=SC2086
	out=$(clang-tidy --quiet --config-file="$LINT_DIR/clang-tidy.yaml" \
		"$1" -- $USER_FLAGS 2>&1) || status=$?
	grep -E '(warning|error):' <<<"$out"
	return $status
}

gate_clang_tidy()
{
	written 'userspace/*.c' 'cni/*.c' | each_unless_passed tidy
}

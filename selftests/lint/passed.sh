# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# For gates of lint.sh that take long: what passed has passed while nothing
# changes that it was made of. Each time is a file in $PASSED whose name is the
# hash of all that: files, command, flags, tools. Only what found nothing is
# kept, so that what is wrong is said each time; rm -r $PASSED forgets all.

PASSED=$CACHE/lint/passed
mkdir -p "$PASSED"
# Nobody asked for it in a month.
find "$PASSED" -type f -mtime +30 -delete

# Every tool, and every header that is not ours, is in a package.
tools() { dpkg-query -W; }

key_of() { sha256sum | cut -c1-40; }

kept() { [ -e "$PASSED/$1" ] && touch "$PASSED/$1"; }

# unless_passed LIST COMMAND... - COMMAND, unless it passed for the same files
# of LIST, and the same gates
unless_passed()
{
	local list=$1 key found status=0
	shift
	key=$({ echo "$*"; tools; files selftests/lint | cat - "$list" |
		xargs sha256sum; } | key_of)
	! kept "$key" || return 0
	found=$("$@" 2>&1) || status=$?
	if [ $status = 0 ] && [ -z "$found" ]; then
		: >"$PASSED/$key"
	else
		printf '%s\n' "$found"
	fi
	return $status
}

# each_unless_passed COMMAND < FILES - COMMAND, a function, for each file, as
# many at once as there are processors, unless it passed for the same file with
# the same headers of ours. It has user_flags in $USER_FLAGS.
each_unless_passed()
{
	local around file headers key
	USER_FLAGS=$(user_flags)
	around=$({ declare -f look_at "$1"; echo "$USER_FLAGS"; tools
		cat "$LINT_DIR/clang-tidy.yaml"; } | key_of)
	export USER_FLAGS PASSED LINT_DIR
	# shellcheck disable=SC2163
	export -f look_at "$1"
	# A file whose headers are not found says so here.
	# shellcheck disable=SC2046,SC2086
	gcc -MM $USER_FLAGS -x c $(cat) | sed ':a; /\\$/ { N; s/\\\n//; ba }' |
	while read -r _ file headers; do
		key=$({ echo "$around"; sha256sum "$file" $headers; } | key_of)
		kept "$key" || echo "$1 $file $key"
	done | xargs -r -P "$(nproc)" -L 1 bash -c 'look_at "$@"' -
}

# look_at COMMAND FILE KEY
look_at()
{
	local found status=0
	found=$("$1" "$2" 2>&1) || status=$?
	if [ $status = 0 ] && [ -z "$found" ]; then
		: >"$PASSED/$3"
	else
		printf '%s\n' "${found:-$2: $1 failed with status $status}"
	fi
}

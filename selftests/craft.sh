# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# craft.py for shell tests. Needs overlay.sh.
#
#   craft_start NS_SEND IF_SEND NS_WATCH IF_WATCH [NS_COUNT IF_COUNT]
#   craft WORDS...              one packet; what became of it is in $reply
#   field NAME                  a field of $reply
#   arrives BEHAVIOUR WORDS...  passes when the packet arrives
#   dropped REASON BEHAVIOUR WORDS...   passes when it does not, and IF_COUNT
#                               counted it once, for that reason alone

craft_start()
{
	craft_end
	coproc CRAFT { exec "$PYTHON" -S "$HERE/craft.py" "$@"; }
	defer craft_end
}

craft_end()
{
	[ -n "${CRAFT_PID:-}" ] || return 0
	eval "exec ${CRAFT[1]}>&-"
	wait "$CRAFT_PID" 2>/dev/null
	unset CRAFT_PID
}

craft()
{
	echo "$*" >&"${CRAFT[1]}"
	read -r -t 60 reply <&"${CRAFT[0]}" || bail "craft.py ended: $*"
}

field()
{
	[[ " $reply " =~ \ $1=([^ ]*)\  ]] && echo "${BASH_REMATCH[1]}"
}

mac_of() { ip -n "$1" -j link show "$2" | sed 's/.*"address":"\([^"]*\)".*/\1/'; }

arrives()
{
	local what=$1
	shift
	craft "$@"
	check "$what: arrives" test "${reply%% *}" = got
}

# since BEFORE AFTER - what drops X counted in between, as "reason+N"
since()
{
	awk 'NR == FNR { old[$1] = $2; next }
	     $2 != old[$1] { printf " %s+%d", $1, $2 - old[$1] }' \
		<(echo "$1") <(echo "$2")
}

dropped()
{
	local reason=$1 what=$2
	shift 2
	craft "$@"
	equal "$what: dropped" "lost $reason+1" "$reply"
}

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Sending, counting and writing down. A figure counts only when every packet
# that was sent has arrived in the other pod's socket.

export BENCH_GATEWAY=$MAC_PODB

die() { echo "bench: $*" >&2; exit 1; }

# record BENCH SETTING MODE METRIC VALUE UNIT: one line for report.py.
record()
{
	local IFS=$'\t'
	[ -n "$5" ] || die "$1 $2 $3: no $4"
	echo "$*" >>"$K8SOV_OUT/records"
	printf '%-8s %-10s %-14s %12s %s\n' "$1" "$2" "$3" "$5" "$4"
}

# The machine ends when the last program ends, so the sink must.
sink_start()
{
	exec {SINK_FD}< <(exec ip netns exec podb "$K8SOV_SINK" 9)
	SINK_PID=$!
	trap 'kill $SINK_PID' EXIT
	# It says one word when it listens.
	read -r -u "$SINK_FD" _ || die "no sink"
}

# Datagrams that the sink's socket has refused since it was opened.
sink_count()
{
	in_ns podb awk '$2 ~ /:0009$/ { print $NF }' /proc/net/udp
}

# send COUNT [DST_MIN DST_MAX FLOWS]: sets USEC to the time that it took (the
# least of BENCH_REPEAT times), or fails when packets were lost.
# shellcheck disable=SC2034 # USEC is the caller's
send()
{
	local before sent=$(($1 * ${BENCH_REPEAT:-1}))
	before=$(sink_count)
	USEC=$(in_ns poda "$BENCH_DIR/pktgen.sh" "$@" | sort -n | head -n 1)
	wait_arrived $((before + sent)) ||
		die "$(($(sink_count) - before)) of $sent packets arrived"
}

# Gro cells and the backlog may still hold some packets.
wait_arrived()
{
	local try
	for ((try = 0; try < 20; try++)); do
		[ "$(sink_count)" -lt "$1" ] || return 0
	done
	return 1
}

# Least and most of the arguments: sets MIN and MAX.
extremes()
{
	local v
	MIN=$1 MAX=$1
	for v; do
		((v >= MIN)) || MIN=$v
		((v <= MAX)) || MAX=$v
	done
}

# per_packet USEC COUNT: nanoseconds, that is instructions, a packet.
per_packet()
{
	awk -v u="$1" -v n="$2" 'BEGIN { printf "%.1f", u * 1000 / n }'
}

# percent LOW HIGH: by how much HIGH is more.
percent()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", 100 * (b - a) / a }'
}

# The least of the arguments, which need not be whole.
least() { printf '%s\n' "$@" | sort -g | head -n 1; }

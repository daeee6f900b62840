#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# run.sh [--out DIR] [BENCH...]
# Runs the benchmarks named, all when none is, in virtual machines that it
# starts, and prints one table. Adds its figures to DIR/bench.json and draws
# DIR/bench.svg (DIR: build/bench).
#   insn     instructions a packet from pod to pod, exact: stock 6.12 on an
#            emulated processor whose nanoseconds are instructions
#   stream   instructions that 1,024 bytes of a TCP stream cost, with offloads
#            on and off, in the same way
#   lookup   the same against 10 ... 1,000,000 subnets
#   load     time and memory to load 1,000,000 subnets, at native speed
#   native   packets a second and TCP throughput, at native speed
#   agent    what k8sovd costs on one node of 5000, at native speed
#   policy   instructions a packet of an old and of a new flow under 1 ...
#            10,000 policies, beside iptables, ipset and nft; counted as insn
#   policy-compile  what policy costs k8sovd on one node of 5000, at native
#            speed and without a machine: nothing of it is in the kernel
#   cni      time to attach a pod, beside Debian's plugins, at native speed;
#            and instructions, of the first pod and beside 500, as insn
# Each mode (routing, vxlan as Flannel sets it up, vxlan-notrack, geneve,
# ipip, tc-redirect, k8sov-vxlan, -geneve, -ipip, -direct) runs in one
# machine with the others. K8SOV_MODES="..." picks some.
#   --report   only the table and the drawing, of what bench.json holds
set -euo pipefail

BENCH_DIR=$(cd "$(dirname "$0")" && pwd -P)
TOP=$(cd "$BENCH_DIR/../.." && pwd -P)
VM=$TOP/selftests/vm/run.sh
out=$TOP/build/bench report_only='' benches=() module=()

die() { echo "bench: $*" >&2; exit 1; }

parse_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--out) out=$2; shift 2 ;;
		--report) report_only=1; shift ;;
		-h|--help) sed -n '5,28s/^# \{0,1\}//p' "$0"; exit 0 ;;
		insn|stream|lookup|load|native|agent|cni|policy|policy-compile)
			benches+=("$1"); shift ;;
		*) die "no benchmark called $1 (try --help)" ;;
		esac
	done
	[ ${#benches[@]} -gt 0 ] || benches=(
		insn stream lookup load native agent cni policy policy-compile)
	mkdir -p "$out"
	out=$(realpath "$out")
}

# What else the host does would count at native speed: go first, if we may.
go_first() { renice -n -20 -p "$BASHPID" >/dev/null 2>&1 || :; }

# User-mode Linux is two processes that wait for each other: on two processors
# a system call takes five times as long, and as long as the host likes.
stay_together()
{
	taskset -pc $(($(nproc --all) - 1)) "$BASHPID" >/dev/null 2>&1 || :
}

# Not for what computes all the time, which the host would stop now and then.
go_alone()
{
	go_first
	stay_together
	chrt -f -p 1 "$BASHPID" >/dev/null 2>&1 || :
}

# machine NAME VM_OPTION... -- COMMAND...: runs it and keeps what it recorded.
machine()
{
	local name=$1
	shift
	rm -rf "${out:?}/$name"
	"$VM" --out "$out/$name" --log "$out/$name.log" --timeout 1200 \
		"${module[@]}" "$@"
}

# One setting a processor: instructions do not care who else is running.
both_settings()
{
	local bench=$1 setting pids=() pid failed=''
	for setting in bare conntrack; do
		machine "$bench-$setting" --kernel 6.12 --icount -- \
			"$BENCH_DIR/$bench.sh" "$setting" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=1
	done
	[ -z "$failed" ] || die "$bench failed: see $out/$bench-*.log"
}

run_insn() { both_settings insn; }
run_stream() { both_settings stream; }

run_lookup()
{
	"$BENCH_DIR/subnets.sh" "$out/cluster"
	machine lookup --kernel 6.12 --icount --mem 4G -- \
		"$BENCH_DIR/lookup.sh" "$out/cluster"
}

run_load()
{
	"$BENCH_DIR/subnets.sh" "$out/cluster"
	(go_first; stay_together; machine load --kernel uml --mem 4G -- \
		"$BENCH_DIR/load.sh" "$out/cluster")
}

run_native()
{
	local setting
	for setting in bare conntrack; do
		(go_first; stay_together
		machine "native-$setting" --kernel uml --mem 2G -- \
			"$BENCH_DIR/native.sh" "$setting")
	done
}

run_agent()
{
	local store
	"$TOP/selftests/vm/apiserver.sh" >/dev/null
	for store in etcd kubernetes; do
		(go_alone; machine agent-$store --kernel uml --mem 3G -- \
			"$BENCH_DIR/agent.sh" $store)
	done
}

run_cni()
{
	K8SOV_PLUGIN=$("$TOP/selftests/vm/built.sh" cni)/k8sov
	K8SOV_ATTACH=$out/bin/attach
	cc -O2 -Wall -static -o "$K8SOV_ATTACH" "$BENCH_DIR/attach.c"
	export K8SOV_PLUGIN K8SOV_ATTACH
	(go_first; machine cni --kernel uml -- "$BENCH_DIR/cni.sh" time)
	machine cni-insn --kernel 6.12 --icount -- "$BENCH_DIR/cni.sh" insn
}

# The overlay is ours in all modes.
run_policy()
{
	local module=()
	machine policy --kernel 6.12 --icount --mem 4G --timeout 3600 -- \
		"$BENCH_DIR/policy.sh"
}

# The lowest figures of a few: whatever else the host does only adds.
run_policy_compile()
{
	local dir=$out/policy-compile setting metric value unit built
	built=$("$TOP/selftests/vm/built.sh" userspace)
	mkdir -p "$dir"
	make -s -C "$TOP/userspace" "$built/libshared.a" "$built/libk8sov.a"
	cc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -I"$TOP/uapi" \
		-o "$out/bin/policy_compile" "$BENCH_DIR/policy_compile.c" \
		"$built/libshared.a" "$built/libk8sov.a" -lmnl
	uname -r >"$dir/kernel"
	for setting in cold spread change; do
		for _ in 1 2 3; do
			(go_first; "$out/bin/policy_compile" "$setting")
		done | sort -k 1,1 -k 2,2n | sort -s -u -k 1,1 |
		while read -r metric value unit; do
			printf '%s\t' policy-compile "$setting" k8sovd \
				"$metric" "$value"
			echo "$unit"
		done
	done >"$dir/records"
}

build_tools()
{
	mkdir -p "$out/bin"
	K8SOV_SINK=$out/bin/sink
	K8SOV_STREAM=$out/bin/stream
	cc -O2 -Wall -o "$K8SOV_SINK" "$BENCH_DIR/sink.c"
	cc -O2 -Wall -o "$K8SOV_STREAM" "$BENCH_DIR/stream.c"
	export K8SOV_SINK K8SOV_STREAM
	case ${K8SOV_MODES-k8sov} in
	*k8sov*) ;;
	*) module=(--no-module) ;;
	esac
}

main()
{
	local bench
	parse_options "$@"
	if [ -z "$report_only" ]; then
		build_tools
		for bench in "${benches[@]}"; do
			echo "== $bench"
			"run_${bench//-/_}"
			"$BENCH_DIR/report.py" add "$out" "$bench"
		done
	fi
	"$BENCH_DIR/report.py" show "$out"
}

main "$@"

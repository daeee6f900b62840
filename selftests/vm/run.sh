#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# run.sh [OPTION...] -- COMMAND [ARG...]
# Boots a kernel on this machine's own root file system and runs COMMAND there
# as root, in the current directory. Streams its output, returns its status.
#   --kernel K     6.12 (default), 6.1: Debian's stock kernels under emulation;
#                  uml, uml-debug: User-mode Linux 6.12, one CPU, native speed
#   --smp N        processors of a stock kernel (default 2)
#   --mem SIZE     memory (default 2G)
#   --icount       one processor whose nanoseconds are instructions
#   --timeout S    give up after S seconds (default 600)
#   --allow FILE   kernel complaints to expect: one extended regex a line
#   --log FILE     keep the kernel's log there
#   --out DIR      a host directory that COMMAND sees as $K8SOV_OUT, writable
#   --append ARGS  more kernel parameters
#   --no-module    do not build k8sov.ko, do not offer it to modprobe
# Other files that COMMAND writes are forgotten with the machine. Fails with
# 98 and the words of the kernel when it complained (WARNING, BUG, KASAN,
# lockdep, leaks ...), with 124 on timeout, with 99 when it did not run.
set -euo pipefail
# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

kernel=6.12 smp=2 mem=2G timeout=600 module=1
icount='' allow='' log='' out='' append=''
pids=()

parse_options()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel) kernel=$2; shift 2 ;;
		--smp) smp=$2; shift 2 ;;
		--mem) mem=$2; shift 2 ;;
		--icount) icount=1; smp=1; shift ;;
		--timeout) timeout=$2; shift 2 ;;
		--allow) allow=$(realpath "$2"); shift 2 ;;
		--log) log=$(realpath -m "$2"); shift 2 ;;
		--out) mkdir -p "$2"; out=$(realpath "$2"); shift 2 ;;
		--append) append+=" $2"; shift 2 ;;
		--no-module) module=''; shift ;;
		--) shift; break ;;
		-h|--help) sed -n '5,22s/^# \{0,1\}//p' "$0"; exit 0 ;;
		*) die "unknown option $1 (try --help)" ;;
		esac
	done
	[ $# -gt 0 ] || die "no command (try --help)"
	command=("$@")
}

# The stock kernels' root file system comes through virtiofsd, which must be
# root to show files with their owners.
become_root()
{
	case $kernel in uml*) return ;; esac
	[ "$(id -u)" = 0 ] || exec sudo env "PATH=$PATH" \
		"XDG_CACHE_HOME=$(dirname "$CACHE")" "$0" "$@"
}

# What COMMAND gets of our environment.
write_env()
{
	local v programs
	local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	programs=$(built_dir userspace)
	[ -x "$programs/k8sovctl" ] || programs=
	for v in HOME LANG TERM XDG_CACHE_HOME CI KSRC \
		 "${!K8SOV_@}" "${!KSFT_@}" "${!kselftest_@}"; do
		[ -n "${!v:-}" ] || continue
		printf 'export %s=%q\n' "$v" "${!v}"
	done
	printf 'export K8SOV_VM=%q K8SOV_OUT=/run/k8sov-vm/job/out\n' "$kernel"
	# Not our PATH: the tests are for a plain Debian. Programs of this
	# checkout come from where they are built.
	printf 'export PATH=%q\n' "${programs:+$programs:}$path"
	[ -z "$programs" ] || printf 'export IP_LIB_DIR=%q\n' "$programs"
	# Caches that HOME or XDG_CACHE_HOME name stay where they are.
	printf 'export XDG_CACHE_HOME=%q\n' "$(dirname "$CACHE")"
	[ ! -e "$(source_dir)/.complete" ] || printf 'export KSRC=%q\n' "$(source_dir)"
	printf 'cd %q\n' "$PWD"
}

prepare_job()
{
	job=$(mktemp -d "${TMPDIR:-/tmp}/k8sov-vm.XXXXXX")
	trap 'clean_up' EXIT
	write_env >"$job/env"
	printf '%q ' "${command[@]}" >"$job/cmd"
	mkdir "$job/out"
	if [ -n "$module" ] && [ -e "$TOP/kmod/main.c" ]; then
		"$VM_DIR/build-kmod.sh" "$kernel" >/dev/null ||
			die "k8sov.ko does not build for $kernel"
		echo "$(kmod_dir "$kernel")/base/lib/modules" >"$job/modules"
	else
		echo "$kdir/modules" >"$job/modules"
	fi
	: >"$job/console"
}

clean_up()
{
	local p
	for p in "${pids[@]}"; do
		kill "$p" 2>/dev/null || :
	done
	if [ -n "$log" ]; then
		mkdir -p "$(dirname "$log")"
		cat "$job/console" "$job/dmesg" >"$log" 2>/dev/null || :
	fi
	[ -z "$out" ] || cp -a "$job/out/." "$out/" || :
	rm -rf "$job"
}

# Parameters that both kinds of machine take.
common_parameters()
{
	echo "init=$VM_DIR/guest-init K8SOV_JOB=$job panic=-1 loglevel=5" \
		"log_buf_len=4M net.ifnames=0 rw$append"
}

start_virtiofsd()
{
	local i
	ulimit -n "$(ulimit -H -n)"
	/usr/lib/qemu/virtiofsd -f --socket-path="$job/fs.sock" \
		--rlimit-nofile=0 -o source=/ -o sandbox=chroot \
		-o cache=always -o log_level=err >"$job/virtiofsd" 2>&1 &
	pids+=($!)
	for ((i = 0; i < 200; i++)); do
		[ -S "$job/fs.sock" ] && return
		sleep 0.05
	done
	cat "$job/virtiofsd" >&2
	die "virtiofsd does not start"
}

# Runs the machine with what it says to fd 3 on our output. In the background,
# so that a signal to us ends it at once.
run_machine()
{
	local reader rc=0
	mkfifo "$job/stream"
	cat "$job/stream" &
	reader=$!
	timeout -k 5 "$timeout" "$@" 3>"$job/stream" </dev/null &
	pids+=($!)
	wait $! || rc=$?
	# Killed, it may leave someone who holds the stream open.
	[ $rc -lt 124 ] || kill $reader 2>/dev/null || :
	wait $reader || :
	return $rc
}

boot_stock()
{
	# One thread for all processors: with one for each, QEMU 7.2 may run code
	# that it translated while another processor patched it, such as the
	# int3 of a static key that has long been switched.
	local overlay accel=(-accel 'tcg,thread=single' -smp "$smp") initrd=()
	local args
	overlay=$kdir/modules/$(cat "$kdir/kver")/kernel/fs/overlayfs/overlay.ko
	args="console=ttyS0 root=host rootfstype=virtiofs nowatchdog oops=panic"
	args+=" norandmaps rcupdate.rcu_cpu_stall_timeout=180 tsc=reliable no_timer_check"
	args+=" K8SOV_OVERLAY=$overlay K8SOV_CONSOLE=vport*p*"
	if [ -e "$kdir/initrd" ]; then
		initrd=(-initrd "$kdir/initrd")
		args+=" K8SOV_INIT=$VM_DIR/guest-init"
	fi
	[ -z "$icount" ] ||
		accel=(-accel 'tcg,thread=single' -smp 1 -icount 'shift=0,sleep=off')
	start_virtiofsd
	run_machine qemu-system-x86_64 "${accel[@]}" \
		-M q35,memory-backend=mem -cpu max -m "$mem" \
		-object "memory-backend-memfd,id=mem,size=$mem,share=on" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$kdir/image" "${initrd[@]}" -append "$(common_parameters) $args" \
		-serial "file:$job/console" \
		-chardev "socket,id=fs,path=$job/fs.sock" \
		-device vhost-user-fs-pci,chardev=fs,tag=host,queue-size=1024 \
		-device virtio-serial-pci \
		-chardev file,id=out,path=/proc/self/fd/3 \
		-device virtserialport,chardev=out,name=out \
		2>"$job/qemu"
}

boot_uml()
{
	local args="root=/dev/root rootfstype=hostfs rootflags=/ mem=$mem"
	args+=" con=null con0=null,fd:1 ssl=null ssl0=null,fd:3"
	args+=" K8SOV_CONSOLE=ttyS0"
	# No panic_on_warn: the first complaint fails the run, the next ones may
	# explain it.
	[ "$kernel" != uml-debug ] || args+=" K8SOV_LEAKS=1"
	# shellcheck disable=SC2046,SC2086
	run_machine sh -c 'exec "$@" >"$0/console" 2>&1' "$job" \
		"$kdir/image" $(common_parameters) $args 2>"$job/qemu"
}

# What the kernel said from the start of COMMAND on. A machine that died did
# not come to write its dmesg; its console has what matters.
kernel_words()
{
	local f=$job/dmesg
	[ -s "$f" ] || f=$job/console
	if grep -q 'k8sov-vm: begin' "$f"; then
		sed -n '/k8sov-vm: begin/,$p' "$f"
	else
		cat "$f"
	fi
}

complaints()
{
	kernel_words | tr -d '\r' |
		if [ -n "$allow" ]; then grep -vEf "$allow"; else cat; fi |
		grep -nEf <(grep -v '^#' "$VM_DIR/complaints.txt")
}

verdict()
{
	local rc=$1 status first
	if first=$(complaints | head -n 1) && [ -n "$first" ]; then
		say "the $kernel kernel complained:"
		kernel_words | tr -d '\r' | sed -n "${first%%:*},+60p" >&2
		[ ! -s "$job/kmemleak" ] || head -n 60 "$job/kmemleak" >&2
		return 98
	fi
	if [ "$rc" = 124 ] || [ "$rc" = 137 ]; then
		say "no end after $timeout s; last words of the $kernel kernel:"
		tail -n 20 "$job/console" >&2
		return 124
	fi
	if ! status=$(cat "$job/status" 2>/dev/null); then
		say "the $kernel machine ended by itself (status $rc):"
		cat "$job/qemu" 2>/dev/null >&2 || :
		tail -n 40 "$job/console" >&2
		return 99
	fi
	return "$status"
}

main()
{
	local rc=0
	kdir=$("$VM_DIR/deps.sh" "$kernel")
	prepare_job
	case $kernel in
	uml*) boot_uml || rc=$? ;;
	*) boot_stock || rc=$? ;;
	esac
	verdict "$rc"
}

# On one line: an edit while it runs does not matter.
parse_options "$@"; become_root "$@"; main; exit

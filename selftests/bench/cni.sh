#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# cni.sh time|insn - what it takes to attach a pod with this plugin, and with
# Debian's ptp and bridge and their host-local.
# time: in User-mode Linux, at native speed.
#   add_ms, del_ms   one call, median; setting: how many pods the node has then
#   rss_mb           the most memory that a plugin, or what it called, had
#   parallel_add_ms, parallel_del_ms   500 pods, 8 at a time: time for each
# Node a gets 500 pods, node b has none; then they take turns. To start any
# program takes the longer the longer the machine has been running: what comes
# second would look slower.
#
# insn: in a machine whose virtual nanoseconds are instructions.
#   add_insn, del_insn   one call, the least of a few: in the plugin, in what it
#       calls, and in the kernel for them; not what passes while they wait
# No pod is on the machine, then 500 are; those of k8sov alone: 500 calls of ptp
# take longer there than all the rest.
#
# Namespaces are made before. A pod that is left fails the benchmark.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

PODS=500
CALLS=40
WIDTH=8
DEBIAN=/usr/lib/cni
work=$(mktemp -d)

# Pods, and nodes with what k8sovd would have written.
make_nodes()
{
	local x n=0
	seq 0 $((PODS + CALLS)) | sed 's/^/netns add p/' | ip -batch -
	for x in a b; do
		ip netns add node$x
		ip -n node$x -batch - <<-END
			link set lo up
			link add ov0 mtu 1450 type k8sov
			link set ov0 up
			route add 10.244.0.0/16 dev ov0
		END
		k8sovctl -n node$x subnet add dev ov0 10.244.$n.0/20 local
		mkdir "$work/$x"
		echo '{"device":"ov0","networks":["10.244.0.0/16"],"subnets":["10.244.'$n'.0/20"],"mtu":1450}' \
			>"$work/$x/subnet.json"
		n=16
	done
}

# configure MODE - sets PLUGIN, and writes its configuration for both nodes
configure()
{
	local x n=0 members
	for x in a b; do
		members='"type":"'$1'","mtu":1450,"ipam":{"type":"host-local","dataDir":"'$work/$x/$1'","subnet":"10.244.'$n'.0/20"}'
		PLUGIN=$DEBIAN/$1
		case $1 in
		k8sov)
			PLUGIN=$K8SOV_PLUGIN
			members='"type":"k8sov","subnetFile":"'$work/$x'/subnet.json","ipam":{"dataDir":"'$work/$x'/k8sov"}' ;;
		bridge) members+=',"bridge":"cni0","isGateway":true' ;;
		esac
		echo "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",$members}" \
			>"$work/$x/conf"
		n=16
	done
}

# call NODE COMMAND FIRST COUNT WIDTH - as attach prints it
call()
{
	local x=$1
	shift
	ip netns exec "node$x" env CNI_PATH="$DEBIAN" "$K8SOV_ATTACH" \
		"$PLUGIN" "$work/$x" "$@" 2>"$work/answer" ||
		die "$1: $(tail -n 20 "$work/answer"; tail -n 3 "$work/$x/p$2")"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# one_by_one NODE... - pods of the nodes come and go in turn
one_by_one()
{
	local i x command
	for ((i = PODS + 1; i <= PODS + CALLS; i++)); do
		for x; do
			for command in ADD DEL; do
				call "$x" $command "$i" 1 1 |
					grep -v all >>"$work/$x/$command"
			done
		done
	done
}

# report_time NODE SETTING MODE - what one_by_one took of a node
report_time()
{
	local at=$work/$1
	record cni "$2" "$3" add_ms "$(median <"$at/ADD")" ms
	record cni "$2" "$3" del_ms "$(median <"$at/DEL")" ms
	record cni "$2" "$3" rss_mb "$(awk '$2 > m { m = $2 }
		END { printf "%.2f", m / 1024 }' "$at/ADD" "$at/DEL")" MB
	rm "$at/ADD" "$at/DEL"
}

# report_insn SETTING MODE - the same of node a, where a microsecond of the
# processor is 1000 instructions
report_insn()
{
	local command
	for command in ADD DEL; do
		record cni "$1" "$2" "${command,,}_insn" "$(
			sort -n -k 3 "$work/a/$command" |
			awk 'NR == 1 { print $3 "000" }')" insn
		rm "$work/a/$command"
	done
}

# all_pods COMMAND - prints what it took for each, on average
all_pods()
{
	call a "$1" 1 $PODS $WIDTH >"$work/all"
	awk -v pods=$PODS '$1 == "all" { printf "%.3f", $2 / pods }' "$work/all"
}

nothing_is_left()
{
	local links x
	for x in a b; do
		links=$(ip -n node$x -j link show type veth | jq length)
		[ "$links" = 0 ] || die "$1 left $links links"
		[ -z "$(k8sovctl -n node$x endpoint show)" ] ||
			die "$1 left endpoints"
	done
}

time_mode()
{
	record cni $PODS "$1" parallel_add_ms "$(all_pods ADD)" ms
	one_by_one a b
	report_time a $PODS "$1"
	report_time b one "$1"
	record cni $PODS "$1" parallel_del_ms "$(all_pods DEL)" ms
}

insn_mode()
{
	one_by_one a
	report_insn one "$1"
	[ "$1" = k8sov ] || return 0
	all_pods ADD >/dev/null
	one_by_one a
	report_insn $PODS "$1"
	all_pods DEL >/dev/null
}

main()
{
	local what=$1 mode modes='k8sov ptp bridge' x
	if [ "$what" = insn ]; then
		modes='k8sov ptp'
		CALLS=10
	fi
	make_nodes
	for mode in $modes; do
		configure "$mode"
		for x in a b; do
			call $x ADD 0 1 1 >/dev/null
			call $x DEL 0 1 1 >/dev/null
		done
		"${what}_mode" "$mode"
		nothing_is_left "$mode"
	done
}

main "$@"

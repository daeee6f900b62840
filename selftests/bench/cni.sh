#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# cni.sh - in User-mode Linux, at native speed: what it takes to attach a pod
# with this plugin, and with Debian's ptp and bridge and their host-local.
#   add_ms, del_ms   one call, median; setting: how many pods the node has then
#   rss_mb           the most memory that a plugin, or what it called, had
#   parallel_add_ms, parallel_del_ms   500 pods, 8 at a time: time for each
# Namespaces are made before. A pod that is left fails the benchmark.
# shellcheck source=selftests/bench/guest.sh
. "$(dirname "$0")/guest.sh"

PODS=500
CALLS=20
WIDTH=8
DEBIAN=/usr/lib/cni
work=$(mktemp -d)

on_node() { ip netns exec nodea "$@"; }

# Pods and one node, which also has what k8sovd would have written.
make_node()
{
	seq 0 $((PODS + CALLS)) | sed 's/^/netns add p/' | ip -batch -
	ip netns add nodea
	ip -n nodea -batch - <<-END
		link set lo up
		link add ov0 mtu 1450 type k8sov
		link set ov0 up
		route add 10.244.0.0/16 dev ov0
	END
	k8sovctl -n nodea subnet add dev ov0 10.244.0.0/20 local
	echo '{"device":"ov0","networks":["10.244.0.0/16"],"subnets":["10.244.0.0/20"],"mtu":1450}' \
		>"$work/subnet.json"
}

# configure MODE - sets PLUGIN, and writes its configuration
configure()
{
	local local_ipam
	local_ipam='"ipam":{"type":"host-local","dataDir":"'$work/$1'","subnet":"10.244.0.0/20"}'
	PLUGIN=$DEBIAN/$1
	case $1 in
	k8sov)
		PLUGIN=$K8SOV_PLUGIN
		set -- '"type":"k8sov","subnetFile":"'"$work"'/subnet.json","ipam":{"dataDir":"'"$work"'/k8sov"}' ;;
	ptp) set -- '"type":"ptp","mtu":1450,'"$local_ipam" ;;
	bridge) set -- '"type":"bridge","bridge":"cni0","isGateway":true,"mtu":1450,'"$local_ipam" ;;
	esac
	echo "{\"cniVersion\":\"1.0.0\",\"name\":\"bench\",$1}" >"$work/conf"
}

# call COMMAND FIRST COUNT WIDTH - as attach prints it
call()
{
	on_node env CNI_PATH="$DEBIAN" "$K8SOV_ATTACH" "$PLUGIN" \
		"$work/conf" "$@" 2>"$work/answer" ||
		die "$1: $(tail -n 20 "$work/answer")"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# measure SETTING MODE - pods come and go one by one beside those that are there
measure()
{
	local i
	rm -f "$work/ADD" "$work/DEL"
	for ((i = PODS + 1; i <= PODS + CALLS; i++)); do
		call ADD "$i" 1 1 | grep -v all >>"$work/ADD"
		call DEL "$i" 1 1 | grep -v all >>"$work/DEL"
	done
	record cni "$1" "$2" add_ms "$(median <"$work/ADD")" ms
	record cni "$1" "$2" del_ms "$(median <"$work/DEL")" ms
	record cni "$1" "$2" rss_mb "$(awk '$2 > m { m = $2 }
		END { printf "%.2f", m / 1024 }' "$work/ADD" "$work/DEL")" MB
}

# all_pods COMMAND MODE METRIC
all_pods()
{
	call "$1" 1 $PODS $WIDTH >"$work/all"
	record cni $PODS "$2" "$3" "$(awk -v pods=$PODS \
		'$1 == "all" { printf "%.3f", $2 / pods }' "$work/all")" ms
}

nothing_is_left()
{
	local links
	links=$(ip -n nodea -j link show type veth | jq length)
	[ "$links" = 0 ] || die "$1 left $links links"
	[ -z "$(k8sovctl -n nodea endpoint show)" ] || die "$1 left endpoints"
}

main()
{
	local mode
	make_node
	for mode in k8sov ptp bridge; do
		configure $mode
		call ADD 0 1 1 >/dev/null
		call DEL 0 1 1 >/dev/null
		measure one $mode
		all_pods ADD $mode parallel_add_ms
		measure $PODS $mode
		all_pods DEL $mode parallel_del_ms
		nothing_is_left $mode
	done
}

main

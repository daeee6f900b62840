#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# podman, with its CNI backend, runs containers on two nodes with the plugin,
# and Debian's portmap and bandwidth behind it: it has its published ports, and
# the addresses that it asks for.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"
# shellcheck source=selftests/runtime.sh
. "$(dirname "$0")/runtime.sh"

need podman conmon crun jq busybox iptables tc curl

# run X NAME OPTION... -- COMMAND... - a container, its namespace called NAME
run()
{
	local x=$1 name=$2 options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	podman_on "$x" run -d --name "$name" "${options[@]}" \
		--rootfs "$ROOTFS" "$@" || return
	pod_name "$name" \
		"$(podman_on "$x" inspect -f '{{.State.Pid}}' "$name")"
}

two_nodes
cni_files
overlay_pair vxlan 4
rootfs
podman_node A
podman_node B
port='{"type":"portmap","capabilities":{"portMappings":true},"snat":true}'
chain A "$port" "$bandwidth"
chain B "$port" "$bandwidth"
check "a container on node A" run A kta --network net -- /bin/tail -f /dev/null
check "a container on node B, with a port" run B ktb --network net -p 8080:80 \
	-- /bin/httpd -f -p 80 -h /www
check "one with addresses of its own choice" run B ktc \
	--network net:ip=10.244.2.77,mac=02:00:00:00:07:77 \
	-- /bin/tail -f /dev/null
meet kta ktb
meet ktc kta
equal "the address is what was asked for" 10.244.2.77 "$(address ktc 4)"
equal "so is the MAC" 02:00:00:00:07:77 \
	"$(ip -n ktc -j link show eth0 | jq -r '.[0].address')"
equal "another node gets a page by the published port" "from a pod" \
	"$(in_ns "$NODE_A" curl -s "http://$UL_B4:8080/")"
equal "so does the next container" "from a pod" \
	"$(podman_on B exec ktc /bin/wget -q -O - "http://$UL_B4:8080/")"
bandwidth_is_limited B ktb
check "the port's rules are there" test "$(nat_rules B 8080)" -gt 0
goes A kta podman_on A rm -f -t 0 kta
goes B ktb podman_on B rm -f -t 0 ktb
equal "the port's rules are gone" 0 "$(nat_rules B 8080)"
goes B ktc podman_on B rm -f -t 0 ktc
equal "node A has nothing left" "" "$(left A)"
equal "nor has node B" "" "$(left B)"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# containerd runs containers on two nodes with the plugin, and Debian's portmap
# and bandwidth behind it: they reach each other, nodes reach them by a mapped
# port, and nothing is left of them.
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

need containerd ctr runc jq busybox iptables tc

# containerd_on X - the daemon on node X
containerd_on()
{
	local x=$1
	cat >"$CNI/$x/config.toml" <<-END
		version = 2
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		root = "$CNI/$x/root"
		state = "$CNI/$x/state"
		[grpc]
		address = "$CNI/$x/sock"
	END
	start "$CNI/$x/containerd.log" on "$x" containerd \
		-c "$CNI/$x/config.toml"
	wait_for 60 ctr_on "$x" version ||
		bail "no containerd: $(tail -n 3 "$CNI/$x/containerd.log")"
}

ctr_on()
{
	local x=$1
	shift
	on "$x" ctr -a "$CNI/$x/sock" "$@"
}

# pid_of X NAME - of the container's first process
pid_of()
{
	ctr_on "$1" task ls | awk -v name="$2" '$1 == name { print $2; found = 1 }
		END { exit !found }'
}

# run X NAME COMMAND... - a container of node X, its namespace called NAME. ctr
# stays: who detaches does not call the plugin when the container ends.
run()
{
	local x=$1 name=$2
	shift 2
	start "$CNI/$name.log" ctr_on "$x" run --cni --rootfs "$ROOTFS" \
		"$name" "$@"
	wait_for 60 pid_of "$x" "$name" ||
		bail "no container $name: $(cat "$CNI/$name.log")"
	pod_name "$name" "$(pid_of "$x" "$name")"
	wait_for 60 eval "ip -n $name route | grep -q default" ||
		bail "no network for $name: $(cat "$CNI/$name.log")"
}

# fetch WHERE URL - what a container gets from there
fetch() { ctr_on "$1" task exec --exec-id "x$RANDOM" "$2" /bin/wget -q -O - "$3"; }

containers_meet()
{
	local to
	meet kta ktb
	to=$(address ktb 4)
	equal "one gets a page from the other" "from a pod" \
		"$(fetch A kta "http://$to/")"
	equal "one on the same node does so, too" "from a pod" \
		"$(fetch B ktc "http://$to/")"
	check "its own node reaches it" ping_once "$NODE_B" "$to"
	check "the other node reaches it" ping_once "$NODE_A" "$to" -I "$GW_A4"
}

port_is_mapped()
{
	local page="http://$UL_B4:8080/"
	equal "another node gets the page by the mapped port" "from a pod" \
		"$(in_ns "$NODE_A" curl -s "$page")"
	equal "so does a container of another node" "from a pod" \
		"$(fetch A kta "$page")"
	equal "and one of the same node" "from a pod" "$(fetch B ktc "$page")"
	equal "and the container itself" "from a pod" "$(fetch B ktb "$page")"
}

kill_on() { ctr_on "$1" task kill -s KILL "$2"; }

sources_are_checked()
{
	ip -n kta addr add 10.244.1.200/32 dev eth0
	check "a container cannot send from an address it took" \
		not ping_once kta "$GW_A4" -I 10.244.1.200 -W 1
	check "that is counted" grep -q tx_source <(drops A)
	ip -n kta addr del 10.244.1.200/32 dev eth0
}

port='{"type":"portmap","capabilities":{"portMappings":true},"snat":true,"runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}}'

two_nodes
cni_files
overlay_pair vxlan 4
# What pods send to the underlay comes from their node, as with k8sovd.
in_ns "$NODE_A" iptables -t nat -A POSTROUTING -s 10.244.0.0/16 \
	! -d 10.244.0.0/16 -j MASQUERADE
rootfs
runtime_node A
runtime_node B
containerd_on A
containerd_on B
chain A "$bandwidth"
run A kta /bin/tail -f /dev/null
chain B "$port" "$bandwidth"
run B ktb /bin/httpd -f -p 80 -h /www
chain B
run B ktc /bin/tail -f /dev/null
containers_meet
port_is_mapped
bandwidth_is_limited B ktb
sources_are_checked
goes A kta kill_on A kta
to=$(address ktb 4)
check "the port's rules are there" test "$(nat_rules B "$to")" -gt 0
goes B ktb kill_on B ktb
equal "and gone" 0 "$(nat_rules B "$to")"
goes B ktc kill_on B ktc
equal "node A has nothing left" "" "$(left A)"
equal "nor has node B" "" "$(left B)"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Three nodes, a pod each, that find each other in a directory. A and B run
# k8sovd, their pods are attached by the CNI plugin; C is a node as Flannel sets
# it up, with the kernel's own vxlan device: A reaches B by geneve and C by
# vxlan, through one device. Then what the kernel knows, told as a person wants
# it.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh" >/dev/null
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"

# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

# shellcheck disable=SC2034 # agent.sh uses it
MAC_C=02:aa:00:00:00:03

need ip ping iperf3 k8sovctl
need_module k8sov

# say WORDS... - what happens next
say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# show NAMESPACE COMMAND... - the command as a person would type it, and what
# it prints
show()
{
	local ns=$1
	shift
	printf '\033[2m%s# %s\033[0m\n' "$(node_name "$ns")" "$*"
	in_ns "$ns" "$@"
}

node_name()
{
	case $1 in
	"$NODE_A") echo node-a ;;
	"$NODE_B") echo node-b ;;
	"$NODE_C") echo node-c ;;
	esac
}

# the_cluster - a directory that the nodes share; only C's file is written by
# hand, as nothing writes it on a node of Flannel's
the_cluster()
{
	cluster_dir '{"Type":"geneve"}'
	node_file A
	node_file B
	node_file C "$(lease_members C)"
	echo "cluster/net-conf.json"
	jq -c . "$CLUSTER/net-conf.json"
	echo "cluster/nodes/node-c.json"
	jq -c . "$CLUSTER/nodes/node-c.json"
}

# joins X - k8sovd on node X, and what it did
joins()
{
	echo "node-${1,,}# k8sovd --store file:cluster --node-name node-${1,,}"
	agent "$1" --cni-bin "$(dirname "$PLUGIN")"
	wait_for 20 published "$1" || bail "k8sovd on node $1 does not start"
	wait_for 20 test -s "$AGENT/$1.conflist" || bail "node $1 takes no pods"
}

# attaches X - what a container runtime does with a new pod of node X, and the
# configuration that k8sovd wrote
attaches()
{
	local conf node=NODE_$1 pod=POD_$1
	conf=$(jq -c "{name, cniVersion} + .plugins[0] +
		{ipam: {dataDir: \"$AGENT/ipam.$1\"}}" "$AGENT/$1.conflist")
	ip -n "${!node}" link del pod2
	CNI_ARGS="K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-${1,,};IgnoreUnknown=1" \
		cni "$1" ADD "$pod" "$pod" <<<"$conf" |
		jq -c '{ips: [.ips[].address], routes: [.routes[].dst]}'
}

# ping_times POD ADDRESS - answered pings of five, and the mean time
ping_times()
{
	in_ns "$1" ping -q -n -c 5 -i 0.05 -W 5 "$2" |
		awk -F'[ /]' '/received/ { got = $4 }
			/^rtt/ { mean = $8 " ms" }
			END { printf "%s/5 %s", got + 0, mean }'
}

# throughput FROM TO ADDRESS - TCP between two pods for two seconds
throughput()
{
	local log
	a_file log
	start "$log" in_ns "$2" iperf3 -s -1
	wait_for 10 in_ns "$2" sh -c 'ss -Hltn | grep -q :5201'
	in_ns "$1" iperf3 -c "$3" -t 2 -f m |
		awk '/receiver/ { print $(NF - 2) " " $(NF - 1) }'
}

# forged_packet - C claims to be a pod of B
forged_packet()
{
	ip_in "$POD_C" <<-END
		addr add 10.244.2.77/32 dev eth0
	END
	in_ns "$POD_C" ping -q -n -c 3 -i 0.05 -W 1 -I 10.244.2.77 "$POD_A4" \
		>/dev/null
}

row() { printf '  %-22s %-22s %-18s %s\n' "$@"; }

summary()
{
	say "Nodes and pods"
	row "node" "pod" "is" "underlay"
	row "node-a" "$POD_A4" "k8sov" "$UL_A4"
	row "node-b" "$POD_B4" "k8sov" "$UL_B4"
	row "node-c" "$POD_C4" "Linux vxlan" "$UL_C4"

	say "Pings and throughput"
	row "from - to" "wire" "pings, mean time" "TCP"
	row "a - b" "geneve" "$(ping_times "$POD_A" "$POD_B4")" \
		"$(throughput "$POD_A" "$POD_B" "$POD_B4")"
	row "a - c" "vxlan" "$(ping_times "$POD_A" "$POD_C4")" \
		"$(throughput "$POD_A" "$POD_C" "$POD_C4")"
	row "c - b" "vxlan" "$(ping_times "$POD_C" "$POD_B4")" \
		"$(throughput "$POD_C" "$POD_B" "$POD_B4")"
	echo "  (an emulated machine with two CPUs: compare, do not quote)"
}

three_nodes 1500
agent_files
say "A cluster is a directory: its network, and a file for each node"
the_cluster
say "Two nodes with k8sovd, one with Linux vxlan as Flannel uses it"
flannel C
joins A
joins B
flannel_knows C A
flannel_knows C B
say "Their pods come by the CNI plugin, with what k8sovd wrote for it"
echo "10-k8sov.conflist"
jq -c . "$AGENT/A.conflist"
attaches A
attaches B
wait_for 10 ping_once "$POD_A" "$POD_B4"
wait_for 10 ping_once "$POD_B" "$POD_A4"
wait_for 10 ping_once "$POD_A" "$POD_C4"
echo "cluster/nodes/node-b.json, completed by k8sovd"
jq -c . "$CLUSTER/nodes/node-b.json"
forged_packet

summary
say "The tables in the kernel of node-a"
show "$NODE_A" ip route show 10.244.0.0/16
show "$NODE_A" k8sovctl -s host show
show "$NODE_A" k8sovctl subnet show
show "$NODE_A" k8sovctl -s pod show
say "Why a packet goes where it goes"
show "$NODE_A" k8sovctl trace "$POD_A4" "$POD_C4"
say "Counters: three packets were forged by node-c, with a source of node-b"
show "$NODE_A" k8sovctl stats show
dropped=$(in_ns "$NODE_A" ethtool -S ov0 |
	awk '/drop_rx_source/ { print $2 }')
test_finished=1
[ "$dropped" = 3 ]

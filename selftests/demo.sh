#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Three nodes, a pod each. A and B run k8sov; C is a node as Flannel sets it
# up, with the kernel's own vxlan device: A reaches B by geneve and C by vxlan,
# through one device. Then what the kernel knows, told as a person wants it.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh" >/dev/null
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"

MAC_A=02:aa:00:00:00:01
MAC_B=02:aa:00:00:00:02
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

# k8sov_node NAMESPACE ADDRESS MAC NETWORK - a node with our device
k8sov_node()
{
	show "$1" ip link add ov0 type k8sov local "$2" mac "$3"
	show "$1" ip link set ov0 up
	show "$1" ip addr add "$4" dev ov0
	show "$1" ip route add 10.244.0.0/16 dev ov0
}

# flannel_node - node C, for every peer a route, a neighbour and an FDB entry
flannel_node()
{
	ip_in "$NODE_C" <<-END
		link add flannel.1 address $MAC_C type vxlan id 1 local $UL_C4 dstport 8472 nolearning dev eth0
		link set flannel.1 up
		addr add 10.244.3.0/32 dev flannel.1
		route add $SUBNET_A4 via 10.244.1.0 dev flannel.1 onlink
		route add $SUBNET_B4 via 10.244.2.0 dev flannel.1 onlink
		neigh add 10.244.1.0 lladdr $MAC_A dev flannel.1 nud permanent
		neigh add 10.244.2.0 lladdr $MAC_B dev flannel.1 nud permanent
	END
	in_ns "$NODE_C" bridge fdb add $MAC_A dev flannel.1 dst "$UL_A4"
	in_ns "$NODE_C" bridge fdb add $MAC_B dev flannel.1 dst "$UL_B4"
}

fill_tables()
{
	show "$NODE_A" k8sovctl host add name node-b remote "$UL_B4" \
		encap geneve mac $MAC_B
	show "$NODE_A" k8sovctl host add name node-c remote "$UL_C4" mac $MAC_C
	show "$NODE_A" k8sovctl subnet add "$SUBNET_A4" local
	show "$NODE_A" k8sovctl subnet add "$SUBNET_B4" via node-b
	show "$NODE_A" k8sovctl subnet add "$SUBNET_C4" via node-c
	echo "… and the same on node-b, in one transaction"
	in_ns "$NODE_B" k8sovctl restore <<-END
		host add name node-a remote $UL_A4 encap geneve mac $MAC_A id 1
		host add name node-c remote $UL_C4 mac $MAC_C id 2
		subnet add $SUBNET_B4 local
		subnet add $SUBNET_A4 via id 1
		subnet add $SUBNET_C4 via id 2
	END
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
say "Two nodes with k8sov, one with Linux vxlan as Flannel uses it"
k8sov_node "$NODE_A" "$UL_A4" $MAC_A 10.244.1.0/32
k8sov_node "$NODE_B" "$UL_B4" $MAC_B 10.244.2.0/32 >/dev/null
flannel_node
say "Who is where"
fill_tables
wait_for 10 ping_once "$POD_A" "$POD_B4"
wait_for 10 ping_once "$POD_A" "$POD_C4"
forged_packet

summary
say "The tables in the kernel of node-a"
show "$NODE_A" ip route show 10.244.0.0/16
show "$NODE_A" k8sovctl -s host show
show "$NODE_A" k8sovctl subnet show
say "Why a packet goes where it goes"
show "$NODE_A" k8sovctl trace "$POD_A4" "$POD_C4"
say "Counters: three packets were forged by node-c, with a source of node-b"
show "$NODE_A" k8sovctl stats show
dropped=$(in_ns "$NODE_A" ethtool -S ov0 |
	awk '/drop_rx_source/ { print $2 }')
test_finished=1
[ "$dropped" = 3 ]

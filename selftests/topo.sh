# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034
#
# Named networks for the tests, made of namespaces and veths. Only links,
# addresses, routes and sysctls: no tunnel of any kind. Needs lib.sh.
#
# two_nodes [MTU]
#
#   POD_A --- NODE_A ================= NODE_B --- POD_B
#   eth0  pod2     eth0             eth0     pod2   eth0
#
# two_nodes_router [MTU [MTU_B]]      (MTU_B: the router's link to NODE_B)
#
#   POD_A --- NODE_A ===== ROUTER ===== NODE_B --- POD_B
#                  eth0 toa    tob eth0
#
# three_nodes [MTU]
#
#   POD_A --- NODE_A =====  FABRIC  ===== NODE_B --- POD_B
#                          (bridge) ===== NODE_C --- POD_C
#
# For node X in A, B, C (x = 1, 2, 3) these variables are set:
#   UL_X4, UL_X6            underlay addresses  192.0.2.x      2001:db8::x
#                           behind a router     192.0.2.1, 198.51.100.2
#                                               2001:db8:1::1, 2001:db8:2::2
#   POD_X4, POD_X6          the pod             10.244.x.2     fd00:244:x::2
#   GW_X4, GW_X6            the node, inside    10.244.x.1     fd00:244:x::1
#   SUBNET_X4, SUBNET_X6    the node's pods     10.244.x.0/24  fd00:244:x::/64
# Pods have a default route and static neighbours, as a routed CNI gives them.
# Both families are always there. More pods: add_pod VARIABLE X NUMBER.

TOPO_MTU=1500

# index_of X - 1 for A, 2 for B, 3 for C
index_of() { case $1 in A) echo 1 ;; B) echo 2 ;; C) echo 3 ;; esac; }

# Forwarding nodes and pods; neither waits for duplicate address detection.
set_sysctls()
{
	local ns
	for ns; do
		in_ns "$ns" bash -c '
			cd /proc/sys/net || exit
			for i in default all; do
				echo 1 >ipv4/conf/$i/forwarding
				echo 0 >ipv4/conf/$i/rp_filter
				[ -d ipv6/conf ] || continue
				echo 0 >ipv6/conf/$i/disable_ipv6
				echo 0 >ipv6/conf/$i/accept_dad
				echo 0 >ipv6/conf/$i/accept_ra
				echo 1 >ipv6/conf/$i/forwarding
			done' || bail "no sysctls in $ns"
	done
}

# name_addresses X - the variables of the table above, but for the underlay's
name_addresses()
{
	local x
	x=$(index_of "$1")
	printf -v "POD_${1}4" %s "10.244.$x.2"
	printf -v "POD_${1}6" %s "fd00:244:$x::2"
	printf -v "GW_${1}4" %s "10.244.$x.1"
	printf -v "GW_${1}6" %s "fd00:244:$x::1"
	printf -v "SUBNET_${1}4" %s "10.244.$x.0/24"
	printf -v "SUBNET_${1}6" %s "fd00:244:$x::/64"
}

# wire_pod X POD NUMBER - pod NUMBER of node X, in namespace POD
# The node routes each address to its veth; MACs are fixed, so that nobody has
# to ask for them.
wire_pod()
{
	local x node=NODE_$1 pod=$2 n=$3 tail
	x=$(index_of "$1")
	tail=$(printf '%02x:00:00:%02x:%02x' "$x" $((n / 256)) $((n % 256)))
	ip_in "${!node}" <<-END
		link add pod$n address 06:$tail type veth peer name eth0 address 02:$tail netns $pod
		link set pod$n addrgenmode none mtu $TOPO_MTU
		link set pod$n up
		route add 10.244.$x.$n/32 dev pod$n
		route add fd00:244:$x::$(printf %x "$n")/128 dev pod$n
		neigh add 10.244.$x.$n dev pod$n lladdr 02:$tail nud permanent
		neigh add fd00:244:$x::$(printf %x "$n") dev pod$n lladdr 02:$tail nud permanent
	END
	ip_in "$pod" <<-END
		link set lo up
		link set eth0 addrgenmode none mtu $TOPO_MTU
		link set eth0 up
		addr add 10.244.$x.$n/32 dev eth0
		addr add fd00:244:$x::$(printf %x "$n")/128 dev eth0 nodad
		route add 169.254.1.1/32 dev eth0
		route add default via 169.254.1.1 dev eth0
		route add default via fe80::1 dev eth0
		neigh add 169.254.1.1 dev eth0 lladdr 06:$tail nud permanent
		neigh add fe80::1 dev eth0 lladdr 06:$tail nud permanent
	END
}

# add_pod VARIABLE X NUMBER - one more pod (3 to 4094) of node X
# Its addresses are 10.244.x.NUMBER (up to 254) and fd00:244:x::NUMBER (hex).
add_pod()
{
	setup_ns "$1"
	set_sysctls "${!1}"
	wire_pod "$2" "${!1}" "$3"
}

# start_node X UNDERLAY4/LEN UNDERLAY6/LEN - addresses of node X, and its pod
# Its eth0 is there already.
start_node()
{
	local node=NODE_$1 pod=POD_$1 gw4=GW_${1}4 gw6=GW_${1}6
	name_addresses "$1"
	printf -v "UL_${1}4" %s "${2%/*}"
	printf -v "UL_${1}6" %s "${3%/*}"
	ip_in "${!node}" <<-END
		link set lo up
		link set eth0 mtu $TOPO_MTU
		link set eth0 up
		addr add $2 dev eth0
		addr add $3 dev eth0 nodad
		addr add ${!gw4}/32 dev lo
		addr add ${!gw6}/128 dev lo
	END
	wire_pod "$1" "${!pod}" 2
}

two_nodes()
{
	TOPO_MTU=${1:-1500}
	setup_ns NODE_A NODE_B POD_A POD_B
	set_sysctls "$NODE_A" "$NODE_B" "$POD_A" "$POD_B"
	ip_in "$NODE_A" <<-END
		link add eth0 type veth peer name eth0 netns $NODE_B
	END
	start_node A 192.0.2.1/24 2001:db8::1/64
	start_node B 192.0.2.2/24 2001:db8::2/64
}

two_nodes_router()
{
	local mtu_b=${2:-${1:-1500}}
	TOPO_MTU=${1:-1500}
	setup_ns NODE_A NODE_B POD_A POD_B ROUTER
	set_sysctls "$NODE_A" "$NODE_B" "$POD_A" "$POD_B" "$ROUTER"
	ip_in "$ROUTER" <<-END
		link add toa mtu $TOPO_MTU type veth peer name eth0 netns $NODE_A
		link add tob mtu $mtu_b type veth peer name eth0 netns $NODE_B
		link set lo up
		link set toa up
		link set tob up
		addr add 192.0.2.254/24 dev toa
		addr add 2001:db8:1::fe/64 dev toa nodad
		addr add 198.51.100.254/24 dev tob
		addr add 2001:db8:2::fe/64 dev tob nodad
	END
	start_node A 192.0.2.1/24 2001:db8:1::1/64
	start_node B 198.51.100.2/24 2001:db8:2::2/64
	ip_in "$NODE_A" <<-END
		route add default via 192.0.2.254
		route add default via 2001:db8:1::fe
	END
	# The far end keeps the large MTU: packets towards it hit the narrow
	# link at the router, and its own do not know of it either.
	ip_in "$NODE_B" <<-END
		route add default via 198.51.100.254
		route add default via 2001:db8:2::fe
	END
}

three_nodes()
{
	TOPO_MTU=${1:-1500}
	setup_ns NODE_A NODE_B NODE_C POD_A POD_B POD_C FABRIC
	set_sysctls "$NODE_A" "$NODE_B" "$NODE_C" "$POD_A" "$POD_B" "$POD_C"
	ip_in "$FABRIC" <<-END
		link add br0 mtu $TOPO_MTU type bridge
		link add toa mtu $TOPO_MTU type veth peer name eth0 netns $NODE_A
		link add tob mtu $TOPO_MTU type veth peer name eth0 netns $NODE_B
		link add toc mtu $TOPO_MTU type veth peer name eth0 netns $NODE_C
		link set toa master br0
		link set tob master br0
		link set toc master br0
		link set toa up
		link set tob up
		link set toc up
		link set br0 up
	END
	start_node A 192.0.2.1/24 2001:db8::1/64
	start_node B 192.0.2.2/24 2001:db8::2/64
	start_node C 192.0.2.3/24 2001:db8::3/64
}

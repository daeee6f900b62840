# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Two nodes with a pod each, on one machine:
#
#   poda            nodea                       nodeb            podb
#   eth0 ---------- pod0   eth0 ---------- eth0   pod0 ---------- eth0
#   10.244.1.2      .1.1   192.0.2.1  192.0.2.2   .2.1      10.244.2.2
#
# All neighbours are permanent and IPv6 is off, so that no timer and no probe
# sends anything while a benchmark counts. The gateway that one pod sees has
# the address of the other pod: tc-redirect, which moves frames from veth to
# veth, then needs no rewriting, and nobody else looks at it. Pods have
# Flannel's MTU in every mode.

POD_MTU=1450
MAC_PODA=02:00:00:00:01:02
MAC_PODB=02:00:00:00:02:02
MAC_NODEA=02:00:00:00:00:01
MAC_NODEB=02:00:00:00:00:02

in_ns() { ip netns exec "$@"; }

# Writes to /proc/sys of namespace NS: net_sysctl NS NAME=VALUE...
net_sysctl()
{
	local ns=$1
	shift
	in_ns "$ns" sysctl -qw "$@"
}

node_links_add()
{
	ip -batch - <<-END
		netns add poda
		netns add podb
		netns add nodea
		netns add nodeb
	END
	local ns
	for ns in poda nodea nodeb podb; do
		net_sysctl "$ns" net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
	ip -batch - <<-END
		link add eth0 netns nodea address $MAC_NODEA type veth peer name eth0 netns nodeb address $MAC_NODEB
		link add eth0 netns poda address $MAC_PODA mtu $POD_MTU type veth peer name pod0 netns nodea address $MAC_PODB mtu $POD_MTU
		link add eth0 netns podb address $MAC_PODB mtu $POD_MTU type veth peer name pod0 netns nodeb address $MAC_PODA mtu $POD_MTU
	END
}

# pod_up NS SUBNET(10.244.N) GATEWAY_MAC
pod_up()
{
	ip -n "$1" -batch - <<-END
		link set lo up
		link set eth0 up
		addr add $2.2/24 dev eth0
		neigh replace $2.1 lladdr $3 dev eth0 nud permanent
		route add default via $2.1
	END
}

# node_up NS ADDR SUBNET POD_MAC PEER PEER_MAC
node_up()
{
	net_sysctl "$1" net.ipv4.ip_forward=1
	ip -n "$1" -batch - <<-END
		link set lo up
		link set eth0 up
		link set pod0 up
		addr add $2/24 dev eth0
		addr add $3.1/24 dev pod0
		neigh replace $3.2 lladdr $4 dev pod0 nud permanent
		neigh replace $5 lladdr $6 dev eth0 nud permanent
	END
}

nodes_add()
{
	node_links_add
	pod_up poda 10.244.1 $MAC_PODB
	pod_up podb 10.244.2 $MAC_PODA
	node_up nodea 192.0.2.1 10.244.1 $MAC_PODA 192.0.2.2 $MAC_NODEB
	node_up nodeb 192.0.2.2 10.244.2 $MAC_PODB 192.0.2.1 $MAC_NODEA
}

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# The ways to carry a packet from nodea to nodeb. mode_up MODE sets one up on
# the nodes of nodes.sh in both directions, mode_down MODE takes it away.

# As Flannel numbers and names its own.
VTEP_A=02:00:00:00:ff:01
VTEP_B=02:00:00:00:ff:02

# shellcheck disable=SC2034 # for guest.sh
MODES_KERNEL="routing vxlan vxlan-notrack geneve ipip tc-redirect"
# shellcheck disable=SC2034
MODES_K8SOV="k8sov-vxlan k8sov-geneve k8sov-ipip k8sov-direct"

routing_up()
{
	ip -n nodea route add 10.244.2.0/24 via 192.0.2.2
	ip -n nodeb route add 10.244.1.0/24 via 192.0.2.1
}

routing_down()
{
	ip -n nodea route del 10.244.2.0/24
	ip -n nodeb route del 10.244.1.0/24
}

# flannel_node NS N MAC LOCAL  PEER_N PEER_MAC PEER: the device, and what the
# daemon of Flannel adds when it hears of a node.
flannel_node()
{
	ip -n "$1" -batch - <<-END
		link add flannel.1 address $3 mtu 1450 type vxlan id 1 dev eth0 local $4 dstport 8472 nolearning
		addr add 10.244.$2.0/32 dev flannel.1
		link set flannel.1 up
		neigh replace 10.244.$5.0 lladdr $6 dev flannel.1 nud permanent
		route add 10.244.$5.0/24 via 10.244.$5.0 dev flannel.1 onlink
	END
	bridge -n "$1" fdb add "$6" dev flannel.1 dst "$7" self permanent
}

vxlan_up()
{
	flannel_node nodea 1 $VTEP_A 192.0.2.1 2 $VTEP_B 192.0.2.2
	flannel_node nodeb 2 $VTEP_B 192.0.2.2 1 $VTEP_A 192.0.2.1
}

vxlan_down()
{
	ip -n nodea link del flannel.1
	ip -n nodeb link del flannel.1
}

vxlan_notrack_up()
{
	local ns
	vxlan_up
	for ns in nodea nodeb; do
		in_ns "$ns" nft -f - <<-END
			table ip bench-notrack {
				chain prerouting {
					type filter hook prerouting priority raw;
					udp dport 8472 notrack
				}
				chain output {
					type filter hook output priority raw;
					udp dport 8472 notrack
				}
			}
		END
	done
}

vxlan_notrack_down()
{
	vxlan_down
	in_ns nodea nft delete table ip bench-notrack
	in_ns nodeb nft delete table ip bench-notrack
}

# tunnel_node NS PEER_N TYPE OPTION...: a point to point tunnel device.
tunnel_node()
{
	local ns=$1 peer=$2
	shift 2
	ip -n "$ns" -batch - <<-END
		link add tun9 mtu $POD_MTU type $*
		link set tun9 up
		route add 10.244.$peer.0/24 dev tun9
	END
}

tunnel_down()
{
	ip -n nodea link del tun9
	ip -n nodeb link del tun9
}

# Frames need an Ethernet address: as in an overlay, the other end's.
geneve_up()
{
	tunnel_node nodea 2 geneve id 1 remote 192.0.2.2
	tunnel_node nodeb 1 geneve id 1 remote 192.0.2.1
	ip -n nodea -batch - <<-END
		link set tun9 address $VTEP_A
		route replace 10.244.2.0/24 via 10.244.2.0 dev tun9 onlink
		neigh replace 10.244.2.0 lladdr $VTEP_B dev tun9 nud permanent
	END
	ip -n nodeb -batch - <<-END
		link set tun9 address $VTEP_B
		route replace 10.244.1.0/24 via 10.244.1.0 dev tun9 onlink
		neigh replace 10.244.1.0 lladdr $VTEP_A dev tun9 nud permanent
	END
}

geneve_down() { tunnel_down; }

ipip_up()
{
	tunnel_node nodea 2 ipip local 192.0.2.1 remote 192.0.2.2
	tunnel_node nodeb 1 ipip local 192.0.2.2 remote 192.0.2.1
}

ipip_down() { tunnel_down; }

# redirect_node NS LOCAL PEER: what eBPF host routing does, with tc's own
# actions: from the pod's veth into a collect-metadata device and back,
# without the IP stack of the node.
redirect_node()
{
	ip -n "$1" link add vx9 mtu "$POD_MTU" up type vxlan external \
		dstport 8472 nolearning
	tc -n "$1" -batch - <<-END
		qdisc add dev pod0 clsact
		filter add dev pod0 ingress protocol ip matchall action tunnel_key set src_ip $2 dst_ip $3 id 1 dst_port 8472 action mirred egress redirect dev vx9
		qdisc add dev vx9 clsact
		filter add dev vx9 ingress protocol ip matchall action mirred egress redirect dev pod0
	END
}

redirect_down()
{
	tc -n "$1" qdisc del dev pod0 clsact
	ip -n "$1" link del vx9
}

tc_redirect_up()
{
	redirect_node nodea 192.0.2.1 192.0.2.2
	redirect_node nodeb 192.0.2.2 192.0.2.1
}

tc_redirect_down()
{
	redirect_down nodea
	redirect_down nodeb
}

mode_up()
{
	case $1 in
	k8sov-*) k8sov_up "${1#k8sov-}" ;;
	*) "${1//-/_}_up" ;;
	esac
}

mode_down()
{
	case $1 in
	k8sov-*) k8sov_down ;;
	*) "${1//-/_}_down" ;;
	esac
}

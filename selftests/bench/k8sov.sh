# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# The modes of this project on the nodes of nodes.sh, for modes.sh.

# k8sov_node NS N MAC LOCAL  PEER_N PEER_MAC PEER ENCAP
k8sov_node()
{
	local mac=
	case $8 in
	vxlan|geneve) mac="mac $6" ;;
	esac
	ip -n "$1" -batch - <<-END
		link add ov0 mtu $POD_MTU type k8sov local $4 mac $3
		link set ov0 up
		route add 10.244.0.0/16 dev ov0
	END
	k8sovctl -n "$1" -b - <<-END
		host add dev ov0 id $5 remote $7 encap $8 $mac
		subnet add 10.244.$2.0/24 dev ov0 local
		subnet add 10.244.$5.0/24 dev ov0 via id $5
		endpoint add dev ov0 link pod0 address 10.244.$2.2
	END
}

k8sov_up()
{
	k8sov_node nodea 1 "$VTEP_A" 192.0.2.1 2 "$VTEP_B" 192.0.2.2 "$1"
	k8sov_node nodeb 2 "$VTEP_B" 192.0.2.2 1 "$VTEP_A" 192.0.2.1 "$1"
}

k8sov_down()
{
	ip -n nodea link del ov0
	ip -n nodeb link del ov0
}

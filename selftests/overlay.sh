# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034
#
# Overlays on the nodes of topo.sh: our device, and the kernel's own tunnels as
# its peers. Needs lib.sh and topo.sh. X and Y are A, B or C; FAMILY is that of
# the outer packets, 4 or 6. Inner packets of both families are always routed.
#
#   overlay X [OPTION...]                   ov0 on NODE_X, up, with its own subnets
#   overlay_host X Y ENCAP FAMILY [ARG...]  NODE_X knows Y as a host
#   overlay_pair ENCAP FAMILY [OPTION...]   both of that on A and B
#   peer_vxlan|peer_geneve|peer_ipip|peer_direct X Y FAMILY [OPTION...]
#                                           the kernel's own device on NODE_X
#   unpeer X                                takes either kind away
#   drops X                                 drop counters that are not 0
#   traffic WORDS                           pods of A and B meet in every way
#   forward ENCAP                           the same with each kind of peer, over
#                                           each family, with each size of frames

MAC_A=02:aa:00:00:00:01
MAC_B=02:aa:00:00:00:02
MAC_C=02:aa:00:00:00:03
PYTHON=/usr/bin/python3
HERE=$(dirname "${BASH_SOURCE[0]}")

# Emulated processors do a tenth of what native ones do: the stock kernels get
# less of everything, the rest of the combinations is User-mode Linux'.
emulated() { [[ ${K8SOV_VM:-} == 6.* ]]; }

BULK=2000000
! emulated || BULK=300000

need ip ping ethtool k8sovctl "$PYTHON"
need_module k8sov

# ctl X ARG... - k8sovctl on NODE_X
ctl()
{
	local node=NODE_$1
	shift
	k8sovctl -n "${!node}" "$@"
}

# tell X < COMMANDS - the same, for many commands
tell() { ctl "$1" -b - || bail "k8sovctl on node $1 failed"; }

overlay()
{
	local x=$1 node=NODE_$1 mac=MAC_$1 s4=SUBNET_${1}4 s6=SUBNET_${1}6
	shift
	ip_in "${!node}" <<-END
		link add ov0 type k8sov mac ${!mac} $*
		link set ov0 up
		route add 10.244.0.0/16 dev ov0
		route add fd00:244::/32 dev ov0
	END
	tell "$x" <<-END
		subnet add ${!s4} dev ov0 local
		subnet add ${!s6} dev ov0 local
	END
}

overlay_host()
{
	local x=$1 y=$2 encap=$3 remote=UL_$2$4 mac=MAC_$2
	local s4=SUBNET_${2}4 s6=SUBNET_${2}6 id
	id=$(index_of "$y")
	shift 4
	case $encap in
	vxlan|geneve) set -- mac "${!mac}" "$@" ;;
	esac
	tell "$x" <<-END
		host add dev ov0 id $id name node-${y,,} remote ${!remote} encap $encap $*
		subnet add ${!s4} dev ov0 via id $id
		subnet add ${!s6} dev ov0 via id $id
	END
}

overlay_pair()
{
	local encap=$1 family=$2
	shift 2
	overlay A "$@"
	overlay B "$@"
	overlay_host A B "$encap" "$family"
	overlay_host B A "$encap" "$family"
}

# As Flannel does: for each peer a route, a neighbour and (vxlan) an FDB entry.
ethernet_peer()
{
	local x y node=NODE_$1 mac=MAC_$1 peer_mac=MAC_$2
	x=$(index_of "$1")
	y=$(index_of "$2")
	shift 2
	ip_in "${!node}" <<-END
		link add kern0 address ${!mac} type $*
		link set kern0 up
		addr add 10.244.$x.0/32 dev kern0
		addr add fd00:244:$x::/128 dev kern0 nodad
		neigh add 10.244.$y.0 lladdr ${!peer_mac} dev kern0 nud permanent
		neigh add fd00:244:$y:: lladdr ${!peer_mac} dev kern0 nud permanent
		route add 10.244.$y.0/24 via 10.244.$y.0 dev kern0 onlink
		route add fd00:244:$y::/64 via fd00:244:$y:: dev kern0 onlink
	END
}

peer_vxlan()
{
	local x=$1 y=$2 node=NODE_$1 peer_mac=MAC_$2
	local local_=UL_$1$3 remote=UL_$2$3
	shift 3
	ethernet_peer "$x" "$y" vxlan id 1 dev eth0 local "${!local_}" \
		dstport 8472 nolearning "$@"
	in_ns "${!node}" bridge fdb add "${!peer_mac}" dev kern0 \
		dst "${!remote}" self permanent || bail "no fdb entry"
}

peer_geneve()
{
	local x=$1 y=$2 remote=UL_$2$3
	shift 3
	ethernet_peer "$x" "$y" geneve id 1 remote "${!remote}" "$@"
}

peer_ipip()
{
	local x=$1 y=$2 family=$3 node=NODE_$1 dev6=kern0
	local ends local_=UL_$1$3 remote=UL_$2$3
	local s4=SUBNET_${2}4 s6=SUBNET_${2}6
	shift 3
	ends="local ${!local_} remote ${!remote} $*"
	if [ "$family" = 4 ]; then
		dev6=kern1
		ip_in "${!node}" <<-END
			link add kern0 type ipip $ends
			link add kern1 type sit $ends
			link set kern1 up
		END
	else
		[ $# -gt 0 ] || ends+=" encaplimit none"
		ip_in "${!node}" <<-END
			link add kern0 type ip6tnl mode any $ends
		END
	fi
	ip_in "${!node}" <<-END
		link set kern0 up
		route add ${!s4} dev kern0
		route add ${!s6} dev $dev6
	END
}

# Routes to the other node. IPv4 can have an IPv6 next hop (RFC 5549), not the
# other way round.
peer_direct()
{
	local node=NODE_$1 via4=UL_${2}$3 via6=UL_${2}6
	local s4=SUBNET_${2}4 s6=SUBNET_${2}6 inet=inet
	[ "$3" = 4 ] || inet=inet6
	ip_in "${!node}" <<-END
		route add ${!s4} via $inet ${!via4} dev eth0
		route add ${!s6} via ${!via6} dev eth0
	END
}

unpeer()
{
	local node=NODE_$1 dev
	for dev in ov0 kern0 kern1; do
		ip -n "${!node}" link del $dev 2>/dev/null
	done
	ip -n "${!node}" -4 route flush root 10.244.0.0/16 dev eth0 2>/dev/null
	ip -n "${!node}" -6 route flush root fd00:244::/32 dev eth0 2>/dev/null
}

drops()
{
	local node=NODE_$1
	in_ns "${!node}" ethtool -S ov0 |
		sed -n 's/^ *drop_\(.*\): \([1-9]\)/\1 \2/p'
}

# xfer tcp|udp|gso NS_FROM NS_TO ADDRESS [ARG...] - content goes and comes back
# Much of what python takes to start is to look for packages: it needs none.
xfer() { "$PYTHON" -S "$HERE/xfer.py" "$@"; }

traffic()
{
	local what=$1 v to back
	for v in 4 6; do
		to=POD_B$v back=POD_A$v
		check "$what: ping, v$v" ping_once "$POD_A" "${!to}"
		check "$what: ping from the other side, v$v" \
			ping_once "$POD_B" "${!back}"
		# IPv6 learns the MTU from a lost packet, in each direction.
		check "$what: ping in fragments, v$v" wait_for 10 \
			ping_once "$POD_A" "${!to}" -s 20000 -W 1
		check "$what: UDP of all sizes, v$v" \
			xfer udp "$POD_A" "$POD_B" "${!to}"
		check "$what: TCP bulk both ways, v$v" \
			xfer tcp "$POD_A" "$POD_B" "${!to}" "$BULK"
	done
}

# all_ways ENCAP WORDS FAMILY... - each outer family, each kind of peer
all_ways()
{
	local family encap=$1 what=$2
	shift 2
	for family; do
		overlay A
		overlay_host A B "$encap" "$family"
		"peer_$encap" B A "$family"
		traffic "$what, kernel peer, outer v$family"
		unpeer B
		overlay B
		overlay_host B A "$encap" "$family"
		traffic "$what, k8sov peer, outer v$family"
		equal "$what, outer v$family: nothing was dropped on the way back" \
			"" "$(drops B | grep -v ^tx_too_big)"
		unpeer A
		unpeer B
	done
}

forward()
{
	two_nodes
	all_ways "$1" "MTU 1500" 4 6
	two_nodes 9000
	if emulated; then
		overlay_pair "$1" 4
		traffic "MTU 9000, k8sov peer, outer v4"
	else
		all_ways "$1" "MTU 9000" 4
	fi
}

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034,SC2154
#
# k8sovd on the nodes of topo.sh, and nodes as Flannel sets them up. Needs
# lib.sh, topo.sh and overlay.sh (for ctl and MAC addresses).
#
#   agent_files                   a directory for the test in $AGENT
#   cluster_dir                   $CLUSTER, a store of files with a net-conf.json
#   store_host                    a machine for a store: $FABRIC, 192.0.2.100
#   node_file X [MEMBER...]       subnets of node X, and more JSON members
#   agent X [OPTION...]           k8sovd on NODE_X; its process is $AGENT_X
#   agent_ready X                 waits until the kernel has what it wants
#   agent_kill X                  kill -9
#   agent_stop X                  SIGTERM
#   flannel X                     NODE_X with the kernel's vxlan devices
#   flannel_knows X Y             what Flannel programs for a peer's lease
#   owners X PREFIX               who has PREFIX in the kernel of node X
#   web_from APP                  in $POLICY, who may reach pods with app=web

MAC_A6=02:aa:00:00:00:16
MAC_B6=02:aa:00:00:00:26
MAC_C6=02:aa:00:00:00:36
NETWORKS='"Network":"10.244.0.0/16","EnableIPv6":true,"IPv6Network":"fd00:244::/32","IPv6SubnetLen":64'

need k8sovd jq

# All nodes of a test have one /etc.
export K8SOVD_CNI_CONF=none

agent_files()
{
	AGENT=$(mktemp -d "${TMPDIR:-/tmp}/k8sov.XXXXXX") || bail "no directory"
	defer rm -rf "$AGENT"
}

# cluster_dir [BACKEND] - BACKEND is the object of net-conf.json
cluster_dir()
{
	CLUSTER=$AGENT/cluster
	mkdir -p "$CLUSTER/nodes"
	echo "{$NETWORKS,\"Backend\":${1:-{\"Type\":\"vxlan\"\}}}" \
		>"$CLUSTER/net-conf.json"
}

store_host()
{
	ip_in "$FABRIC" <<-END
		link set lo up
		addr add 192.0.2.100/24 dev br0
	END
}

# As most tools write files: new content under another name, then the name.
put_file()
{
	cat >"${1%/*}/.${1##*/}" && mv "${1%/*}/.${1##*/}" "$1"
}

node_file()
{
	local x=$1 s4=SUBNET_${1}4 s6=SUBNET_${1}6 members=
	shift
	[ $# = 0 ] || members=$(printf ',%s' "$@")
	put_file "$CLUSTER/nodes/node-${x,,}.json" <<<"{\"Subnet\":\"${!s4}\",\"IPv6Subnet\":\"${!s6}\"$members}"
}

agent()
{
	local x=$1 node=NODE_$1
	shift
	: >"$AGENT/log.$x"
	start "$AGENT/log.$x" in_ns "${!node}" k8sovd --config '' \
		--store "file:$CLUSTER" --node-name "node-${x,,}" \
		--iface eth0 --subnet-file "$AGENT/$x.env" \
		--state-dir "$AGENT/state.$x" \
		--cni-conf "$AGENT/$x.conflist" "$@"
	printf -v "AGENT_$x" %s "$started"
}

says() { grep -aq -- "$2" "$AGENT/log.$1"; }

agent_ready()
{
	wait_for 20 says "$1" "the kernel has what" && return
	note "$(cat "$AGENT/log.$1")"
	bail "k8sovd on node $1 does not get ready"
}

agent_kill()
{
	local process=AGENT_$1
	kill -9 -- "-${!process}"
	wait "${!process}" 2>/dev/null
}

agent_stop()
{
	local process=AGENT_$1
	kill -- "-${!process}"
	wait "${!process}" 2>/dev/null
}

# Two devices, one for each family, as Flannel's vxlan backend makes them.
flannel()
{
	local x node=NODE_$1 mac4=MAC_$1 mac6=MAC_${1}6 ul4=UL_${1}4 ul6=UL_${1}6
	x=$(index_of "$1")
	ip_in "${!node}" <<-END
		link add flannel.1 address ${!mac4} type vxlan id 1 dev eth0 local ${!ul4} dstport 8472 nolearning
		link add flannel-v6.1 address ${!mac6} type vxlan id 1 dev eth0 local ${!ul6} dstport 8472 nolearning udp6zerocsumrx
		link set flannel.1 up
		link set flannel-v6.1 up
		addr add 10.244.$x.0/32 dev flannel.1
		addr add fd00:244:$x::/128 dev flannel-v6.1 nodad
	END
}

# lease_members X - the members of the lease that Flannel on node X publishes
lease_members()
{
	local mac4=MAC_$1 mac6=MAC_${1}6 ul4=UL_${1}4 ul6=UL_${1}6
	echo "\"PublicIP\":\"${!ul4}\",\"PublicIPv6\":\"${!ul6}\",\"BackendType\":\"vxlan\",\"BackendData\":{\"VNI\":1,\"VtepMAC\":\"${!mac4}\"},\"BackendV6Data\":{\"VNI\":1,\"VtepMAC\":\"${!mac6}\"}"
}

# The order is Flannel's: neighbour, FDB, route.
flannel_knows()
{
	local y node=NODE_$1 file=$CLUSTER/nodes/node-${2,,}.json
	local s4=SUBNET_${2}4 s6=SUBNET_${2}6 mac4 mac6 ip4 ip6
	y=$(index_of "$2")
	read -r ip4 ip6 mac4 mac6 < <(jq -r '"\(.PublicIP) \(.PublicIPv6) \(.BackendData.VtepMAC) \(.BackendV6Data.VtepMAC)"' "$file")
	ip_in "${!node}" <<-END
		neigh replace 10.244.$y.0 lladdr $mac4 dev flannel.1 nud permanent
		neigh replace fd00:244:$y:: lladdr $mac6 dev flannel-v6.1 nud permanent
	END
	in_ns "${!node}" bridge fdb replace "$mac4" dev flannel.1 dst "$ip4" \
		self permanent || bail "no FDB entry"
	in_ns "${!node}" bridge fdb replace "$mac6" dev flannel-v6.1 \
		dst "$ip6" self permanent || bail "no FDB entry"
	ip_in "${!node}" <<-END
		route replace ${!s4} via 10.244.$y.0 dev flannel.1 onlink
		route replace ${!s6} via fd00:244:$y:: dev flannel-v6.1 onlink
	END
}

# Published by k8sovd: there is a MAC address in its file.
published()
{
	jq -e .BackendData.VtepMAC "$CLUSTER/nodes/node-${1,,}.json"
}

owners()
{
	ctl "$1" -j subnet show "$2" | jq -r '.[] | .host // .type' |
		while read -r host; do
			case $host in
			*[!0-9]*) echo "$host" ;;
			*) ctl "$1" -j host show id "$host" |
				jq -r '.[].name' ;;
			esac
		done
}

# has X PREFIX NAME - for wait_for
has() { [ "$(owners "$1" "$2")" = "$3" ]; }
gone() { ! ctl "$1" subnet show "$2"; }

generation() { ctl "$1" -j device show dev ov0 | jq .[].generation; }

# lost LOG - numbers that ping has not heard before the last that it has; "all"
# if it heard none. What was on its way when ping was ended is not lost.
lost()
{
	awk 'match($0, /icmp_seq=[0-9]+/) {
			n = substr($0, RSTART + 9, RLENGTH - 9) + 0
			heard += !seen[n]++
			last = n > last ? n : last
		}
		END { print heard ? last - heard : "all" }' "$1"
}

web_from()
{
	put_file "$POLICY/web.yaml" <<-END
		apiVersion: networking.k8s.io/v1
		kind: NetworkPolicy
		metadata: { name: web, namespace: default }
		spec:
		  podSelector: { matchLabels: { app: web } }
		  ingress: [ { from: [ { podSelector: { matchLabels: { app: $1 } } } ] } ]
	END
}

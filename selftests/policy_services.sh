#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Policy sees through services: what counts is the pod that a connection
# reaches and the port that it reaches there, whichever proxy sends it there,
# and the client that it comes from.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"
# shellcheck source=selftests/policy.sh
. "$(dirname "$0")/policy.sh"

need socat nft iptables ipvsadm

VIP=10.96.0.10

# served NS ADDRESS:PORT - a connection that brings the pod's word
served()
{
	in_ns "$1" socat -T 9 - "TCP:$2,connect-timeout=1" </dev/null |
		grep -qx hello
}

serve()
{
	local pod
	for pod in "$POD_A" "$POD_B"; do
		start /dev/null in_ns "$pod" socat \
			TCP-LISTEN:8080,fork,reuseaddr EXEC:"echo hello"
		check "something listens" wait_for 20 eval \
			"in_ns $pod ss -Hltn | grep -q :8080"
	done
}

# The rules are about the pod and its port, not about the service and its.
through()
{
	local what=$1
	rules 7 rule accept rule drop default 1 class 0 301 range 0 tcp:8080 0
	rules 8 rule accept rule drop default 1 class 0 400 range 0 tcp:8080 0
	pod_is pod2 ingress 7
	counts "$what: who may reaches the pod" "" served "$POD_A2" $VIP:80
	check "$what: who may not does not" not served "$POD_B" $VIP:80
	pod_is pod2
	rules 7 rule accept rule drop default 1 class 0 any range 0 tcp:80 0
	pod_is pod2 ingress 7
	check "$what: the service's port is none" \
		not served "$POD_A2" $VIP:80
	pod_is pod2
	counts "$what: the client's own rules" "" served "$POD_A2" $VIP:80
	pod_is pod3 egress 8
	check "$what: are about the pod behind" not served "$POD_A2" $VIP:80
	counts "$what: on another node too" "" served "$POD_A2" $VIP:81
	pod_is pod3
}

# A pod that reaches itself through its service is not cut off.
hairpin()
{
	rules 7 rule drop
	pod_is pod2 ingress 7 egress 7
	check "$1: a pod reaches itself" served "$POD_A" $VIP:80
	pod_is pod2
}

by_nft()
{
	in_ns "$NODE_A" nft -f - <<-END
		table ip services {
			chain pre {
				type nat hook prerouting priority dstnat
				ip daddr $VIP tcp dport 80 dnat to $POD_A4:8080
				ip daddr $VIP tcp dport 81 dnat to $POD_B4:8080
			}
			chain post {
				type nat hook postrouting priority srcnat
				ip saddr $POD_A4 ip daddr $POD_A4 masquerade
			}
		}
	END
	through nft
	hairpin nft
	in_ns "$NODE_A" nft delete table ip services
}

by_iptables()
{
	local ipt="in_ns $NODE_A iptables -w -t nat"
	$ipt -A PREROUTING -d $VIP -p tcp --dport 80 -j DNAT \
		--to-destination "$POD_A4:8080"
	$ipt -A PREROUTING -d $VIP -p tcp --dport 81 -j DNAT \
		--to-destination "$POD_B4:8080"
	$ipt -A POSTROUTING -s "$POD_A4" -d "$POD_A4" -j MASQUERADE
	through iptables
	hairpin iptables
	$ipt -F
}

by_ipvs()
{
	ip -n "$NODE_A" addr add $VIP/32 dev lo
	in_ns "$NODE_A" bash -c 'echo 1 >/proc/sys/net/ipv4/vs/conntrack' ||
		bail "no IPVS"
	in_ns "$NODE_A" ipvsadm -R <<-END
		-A -t $VIP:80 -s rr
		-a -t $VIP:80 -r $POD_A4:8080 -m
		-A -t $VIP:81 -s rr
		-a -t $VIP:81 -r $POD_B4:8080 -m
	END
	through ipvs
	in_ns "$NODE_A" ipvsadm -C
	ip -n "$NODE_A" addr del $VIP/32 dev lo
}

# The client of a node port stays who it is, although the pod sees the node.
node_port()
{
	in_ns "$NODE_A" nft -f - <<-END
		table ip services {
			chain pre {
				type nat hook prerouting priority dstnat
				ip daddr $UL_A4 tcp dport 30000 dnat to $POD_A4:8080
			}
			chain post {
				type nat hook postrouting priority srcnat
				ct status dnat masquerade
			}
		}
	END
	rules 7 rule accept rule drop default 1 class 0 2 range 0 tcp:8080 0
	pod_is pod2 ingress 7
	counts "node port: the client is judged" "" \
		served "$NODE_B" "$UL_A4:30000"
	rules 7 rule accept rule drop default 1 class 0 1 range 0 tcp:8080 0
	check "not the node that forwards it" \
		not served "$NODE_B" "$UL_A4:30000"
	in_ns "$NODE_A" nft delete table ip services
}

[ -d /sys/module/ip_vs ] || modprobe -a ip_vs ip_vs_rr
policy_nodes
ip -n "$NODE_A" route add $VIP dev lo
serve
by_nft
by_iptables
node_port
if in_ns "$NODE_A" ipvsadm -L >/dev/null 2>&1; then
	by_ipvs
else
	skip "ipvs" "this kernel has none"
fi
finish

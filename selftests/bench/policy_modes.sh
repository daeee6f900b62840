# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# The ways to enforce policy on the nodes of nodes.sh, on top of the same
# overlay: policy_up MODE N, policy_down MODE. N policies select each pod. Each
# allows UDP port 9 with a few peers, and the other pod is the last peer of the
# last policy: chains have to be walked to their end. nodea judges what poda
# sends, nodeb what podb gets.
#
# What others do is laid out as leanly as it can be: one pod a node, no marks,
# no logging; so what a real node pays is more.

# shellcheck disable=SC2034 # for policy.sh
MODES_POLICY="none k8sov iptables ipset nft"
POLICY_PEERS=4

# peers N LAST: "POLICY ADDRESS" for each peer of each policy; LAST is the last
peers()
{
	awk -v n="$1" -v each=$POLICY_PEERS -v last="$2" 'BEGIN {
		for (i = 0; i < n * each - 1; i++)
			printf("%d 100.%d.%d.%d\n", i / each,
			       64 + i / 65536, i / 256 % 256, i % 256)
		print n - 1, last
	}'
}

# on_both FUNCTION N: FUNCTION NODE N POD PEER POD_FIELD PEER_FIELD, where the
# fields are s or d
on_both()
{
	"$1" nodea "$2" 10.244.1.2 10.244.2.2 s d
	"$1" nodeb "$2" 10.244.2.2 10.244.1.2 d s
}

none_policy() { :; }
none_gone() { :; }

# Rule 0 is the default; class i is policy i's peers, which are one identity.
k8sov_rules()
{
	peers "$1" "$2" | awk '
		{ print "identity add " $2 "/32 dev ov0 identity " 1000 + $1 }'
	echo "begin dev ov0"
	echo "ruleset add dev ov0 id 1 rule drop name default"
	awk -v n="$1" 'BEGIN {
		for (i = 0; i < n; i++)
			printf("ruleset append dev ov0 id 1 rule accept " \
			       "name policy-%d class %d %d range %d udp:9 %d\n",
			       i, i, 1000 + i, i, i + 1)
	}'
	echo commit
}

k8sov_policy()
{
	local node=$1 way=ingress
	[ "$5" = d ] || way=egress
	{ k8sov_rules "$2" "$4"
	  echo "endpoint replace dev ov0 link pod0 address $3 identity 999 state ready $way 1"
	} | k8sovctl -n "$node" -b -
	ip -n "$node" link set ov0 type k8sov policy enforce
}

# What it made goes with the overlay.
k8sov_gone() { :; }

# pod_chain N POD POD_FIELD PEER_FIELD PEER BY: as kube-router and Calico
# lay it out: the pod's chain goes through a chain for each policy.
pod_chain()
{
	cat <<-END
		*filter
		:POD - [0:0]
		-A FORWARD -$3 $2 -j POD
		-A POD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	END
	peers "$1" "$5" | awk -v field="$4" -v by="$6" '
		!($1 in seen) {
			seen[$1]
			print ":POLICY-" $1 " - [0:0]"
			print "-A POD -j POLICY-" $1
			if (by == "set")
				printf("-A POLICY-%d -m set --match-set policy-%d " \
				       "%s -p udp --dport 9 -j ACCEPT\n", $1, $1,
				       field == "s" ? "src" : "dst")
		}
		by != "set" {
			printf("-A POLICY-%d -%s %s -p udp --dport 9 -j ACCEPT\n",
			       $1, field, $2)
		}'
	printf '%s\n' "-A POD -j DROP" COMMIT
}

# The default of distributions, which iptables-save of a node shows.
iptables_policy()
{
	pod_chain "$2" "$3" "$5" "$6" "$4" address |
		in_ns "$1" iptables-nft-restore
}

iptables_gone() { in_ns "$1" nft delete table ip filter; }

# One ipset compares each name with those of all sets that it has restored.
ipset_policy()
{
	peers "$2" "$4" | awk '
		!($1 in seen) {
			seen[$1]
			print "create policy-" $1 " hash:ip hashsize 64"
		}
		{ print "add policy-" $1 " " $2 }' |
		in_ns "$1" split -l 2500 --filter="ipset restore"
	pod_chain "$2" "$3" "$5" "$6" "$4" set | in_ns "$1" iptables-nft-restore
}

ipset_gone()
{
	iptables_gone "$1"
	in_ns "$1" ipset destroy
}

# One lookup for all policies.
nft_policy()
{
	local pod=daddr peer=saddr
	[ "$5" = d ] || pod=saddr peer=daddr
	{ cat <<-END
		table ip bench-policy {
		map peers {
			type ipv4_addr . inet_proto . inet_service : verdict
			elements = {
	END
	  peers "$2" "$4" | awk '{ print $2 " . udp . 9 : accept," }'
	  cat <<-END
		}
		}
		chain pod {
			ct state established,related accept
			ip $peer . meta l4proto . th dport vmap @peers
			drop
		}
		chain forward {
			type filter hook forward priority 0;
			ip $pod vmap { $3 : jump pod }
		}
		}
	END
	} | in_ns "$1" nft -f -
}

nft_gone() { in_ns "$1" nft delete table ip bench-policy; }

policy_up() { on_both "$1_policy" "$2"; }

policy_down()
{
	"$1_gone" nodea
	"$1_gone" nodeb
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd in an etcd that Flannel shares: two nodes of ours and one as Flannel
# makes it have leases that are valid for each other and reach each other;
# while etcd is down nothing changes, not even for a k8sovd that starts then.
# Nor does it when packets to etcd are dropped or late, or when clocks jump.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

# For flannel and lease_members.
# shellcheck disable=SC2034
MAC_C6=02:aa:00:00:00:33
ETCD=http://192.0.2.100:2379
SUBNETS=/coreos.com/network/subnets

need etcd etcdctl curl nft tc

# On the wire between the nodes, and part of none.
etcd_start()
{
	start "$AGENT/etcd.log" in_ns "$FABRIC" etcd --data-dir "$AGENT/etcd" \
		--unsafe-no-fsync --listen-client-urls $ETCD \
		--advertise-client-urls $ETCD \
		--listen-peer-urls http://127.0.0.1:2380
	etcd_process=$started
	wait_for 60 etcd_ask endpoint health || {
		note "$(tail -n 5 "$AGENT/etcd.log")"
		bail "etcd does not start"
	}
}

etcd_ask()
{
	in_ns "$FABRIC" env ETCDCTL_API=3 etcdctl --endpoints $ETCD "$@"
}

etcd_kill()
{
	kill -9 -- "-$etcd_process"
	wait "$etcd_process" 2>/dev/null
}

key_of()
{
	local s4=SUBNET_${1}4 s6=SUBNET_${1}6
	echo "${!s4/\//-}&${!s6/\//-}"
}

value_of() { etcd_ask get --print-value-only "$SUBNETS/$(key_of "$1")"; }

# in_etcd X - its lease is there, and has its MAC address
in_etcd() { value_of "$1" | jq -e .BackendData.VtepMAC; }

etcd_lease()
{
	etcd_ask lease grant 86400 | awk '{ print $2 }'
}

# flannel_lease X - what flanneld on node X puts
flannel_lease()
{
	LEASE=$(etcd_lease)
	etcd_ask put --lease "$LEASE" "$SUBNETS/$(key_of "$1")" \
		"{$(lease_members "$1")}" >/dev/null || bail "no lease"
}

# What a former flanneld or k8sovd left, and so the subnets of topo.sh.
wish()
{
	local x
	x=$(index_of "$1")
	cat >"$AGENT/$1.env" <<-END
		FLANNEL_SUBNET=10.244.$x.1/24
		FLANNEL_IPV6_SUBNET=fd00:244:$x::1/64
	END
}

etcd_agent()
{
	local x=$1 node=NODE_$1
	: >"$AGENT/log.$x"
	start "$AGENT/log.$x" in_ns "${!node}" k8sovd --config '' \
		--store "etcd:$ETCD" --node-name "node-${x,,}" \
		--iface eth0 --subnet-file "$AGENT/$x.env" \
		--state-dir "$AGENT/state.$x"
	printf -v "AGENT_$x" %s "$started"
}

# flannel_follows X - Flannel on node C does what node X has put
flannel_follows()
{
	value_of "$1" >"$CLUSTER/nodes/node-${1,,}.json"
	flannel_knows C "$1"
}

joins()
{
	etcd_agent A
	etcd_agent B
	agent_ready A
	agent_ready B
	check "A has the subnets that it had" wait_for 20 in_etcd A
	check "B has the subnets that it had" wait_for 20 in_etcd B
	equal "A tells what Flannel tells" \
		'["BackendData","BackendType","BackendV6Data","PublicIP","PublicIPv6"] vxlan 192.0.2.1 2001:db8::1' \
		"$(value_of A | jq -r '"\(keys) \(.BackendType) \(.PublicIP) \(.PublicIPv6)"')"
	flannel_follows A
	flannel_follows B
	wait_for 20 has A "$SUBNET_B4" "$(key_of B)"
	wait_for 20 has B "$SUBNET_A4" "$(key_of A)"
	meet "joined"
}

# meet WORDS
meet()
{
	local pair pod to4 to6
	for pair in AB BA AC CA BC CB; do
		pod=POD_${pair:0:1} to4=POD_${pair:1}4 to6=POD_${pair:1}6
		check "$1: ${pair:0:1} reaches ${pair:1}: IPv4" \
			wait_for 10 ping_once "${!pod}" "${!to4}"
		check "$1: ${pair:0:1} reaches ${pair:1}: IPv6" \
			wait_for 10 ping_once "${!pod}" "${!to6}"
	done
}

etcd_away()
{
	local log ping before
	before=$(generation A)
	a_file log
	start "$log" in_ns "$POD_A" ping -n -i 0.01 "$POD_C4"
	ping=$started
	etcd_kill
	check "etcd is away: that is said" wait_for 30 says A 'stale: etcd at'
	agent_kill A
	etcd_agent A
	check "k8sovd starts without etcd: that is said" \
		wait_for 30 says A 'starting: etcd at'
	etcd_start
	agent_ready A
	kill -INT -- "-$ping"
	wait "$ping"
	equal "etcd is away: no packet is lost" 0 "$(lost "$log")"
	equal "etcd is away: the tables are not touched" "$before" \
		"$(generation A)"
}

follows()
{
	local key lease before
	check "B is told of changes again" wait_for 30 says B 'msg="synced"'
	lease=$(etcd_lease)
	etcd_ask put --lease "$lease" "$SUBNETS/10.244.77.0-24" \
		'{"PublicIP":"192.0.2.77","PublicIPv6":null,"BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"02:aa:00:00:00:77"}}' \
		>/dev/null
	check "a node comes" \
		wait_for 20 has B 10.244.77.0/24 10.244.77.0-24
	etcd_ask lease revoke "$lease" >/dev/null
	check "its lease ends: it is gone" wait_for 20 gone B 10.244.77.0/24
	key=$SUBNETS/$(key_of A)
	etcd_ask del "$key" >/dev/null
	check "a node's own key is deleted: it is put again" \
		wait_for 20 in_etcd A
	etcd_ask put "$SUBNETS/$(key_of C)" nonsense >/dev/null
	check "a value that is nonsense is named" \
		wait_for 20 says A 'its value is not JSON'
	equal "and the node stays" "$(key_of C)" "$(owners A "$SUBNET_C4")"
	before=$(generation A)
	agent_kill A
	etcd_agent A
	agent_ready A
	equal "also with a k8sovd that never knew it: the tables are not touched" \
		"$before" "$(generation A)"
	check "packets flow" ping_once "$POD_A" "$POD_C4"
}

renewals()
{
	in_ns "$NODE_A" curl -s http://127.0.0.1:9472/debug/state |
		jq .agent.store.claim.renewals
}

renewed_since() { [ "$(renewals)" -gt "$1" ]; }

# A short lease, which must not end while the clock of the machine jumps.
clock_jumps()
{
	local value lease jump before
	before=$(generation A)
	value=$(value_of A)
	agent_kill A
	lease=$(etcd_ask lease grant 10 | awk '{ print $2 }')
	etcd_ask put --lease "$lease" "$SUBNETS/$(key_of A)" "$value" >/dev/null
	etcd_agent A
	agent_ready A
	for jump in day -day; do
		check "the lease is renewed" \
			wait_for 20 renewed_since "$(renewals)"
		date -s "1 $jump" >/dev/null || bail "the clock cannot be set"
		check "the clock jumps by 1 $jump: it still is" \
			wait_for 20 renewed_since "$(renewals)"
	done
	check "it is the same lease" grep -q "$(key_of A)" <(
		etcd_ask lease timetolive --keys "$lease")
	check "it was never lost" not says A 'claiming it again'
	equal "the tables are not touched" "$before" "$(generation A)"
}

# Packets between etcd and node A alone.
cut_off_a()
{
	in_ns "$FABRIC" nft -f - <<-END || bail "no firewall"
		table ip cut {
			chain in {
				type filter hook input priority 0
				ip saddr 192.0.2.1 drop
			}
			chain out {
				type filter hook output priority 0
				ip daddr 192.0.2.1 drop
			}
		}
	END
}

put_ipip()
{
	etcd_ask put "$SUBNETS/10.244.$1.0-24" \
		"{\"PublicIP\":\"192.0.2.$1\",\"BackendType\":\"ipip\"}" \
		>/dev/null || bail "no node 192.0.2.$1"
}

partition()
{
	local log ping before
	before=$(generation A)
	a_file log
	start "$log" in_ns "$POD_A" ping -n -i 0.01 "$POD_C4"
	ping=$started
	check "A is current" wait_for 20 says A 'msg="synced"'
	: >"$AGENT/log.A"
	cut_off_a
	check "packets to etcd are dropped: that is said" \
		wait_for 60 says A 'msg="stale: etcd at'
	put_ipip 78
	equal "the tables are not touched" "$before" "$(generation A)"
	in_ns "$FABRIC" nft delete table ip cut
	check "they are not any more: what came meanwhile is there" \
		wait_for 60 has A 10.244.78.0/24 10.244.78.0-24
	check "nothing went" has A "$SUBNET_C4" "$(key_of C)"
	kill -INT -- "-$ping"
	wait "$ping"
	equal "no packet of A to C is lost" 0 "$(lost "$log")"
}

slow_link()
{
	local n before
	in_ns "$FABRIC" tc qdisc add dev toa root netem delay 300ms \
		rate 1mbit || bail "no netem"
	for n in {80..120}; do
		put_ipip "$n"
	done
	check "a slow link: all nodes are learnt" \
		wait_for 60 has A 10.244.120.0/24 10.244.120.0-24
	before=$(generation A)
	agent_kill A
	etcd_agent A
	agent_ready A
	equal "also by a restarted k8sovd: the tables are not touched" \
		"$before" "$(generation A)"
	in_ns "$FABRIC" tc qdisc del dev toa root
}

three_nodes
agent_files
cluster_dir
store_host
etcd_start
etcd_ask put /coreos.com/network/config \
	"{$NETWORKS,\"Backend\":{\"Type\":\"vxlan\"}}" >/dev/null ||
	bail "no configuration"
flannel C
flannel_lease C
wish A
wish B
joins
etcd_away
follows
partition
slow_link
clock_jumps
finish

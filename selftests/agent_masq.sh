#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd --ip-masq: what pods send to the world has the node's address, what
# they send to each other has their own; the rules come back when somebody
# flushes them, other tables are left alone, all stay when k8sovd ends, and go
# when the option does.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

need nft tcpdump

nft_a() { in_ns "$NODE_A" nft "$@"; }
has_table() { nft_a list table inet k8sov; }

# sees NAMESPACE ADDRESS COMMAND... - an echo request from ADDRESS comes to eth0
sees()
{
	local ns=$1 from=$2 log
	shift 2
	a_file log
	start "$log" in_ns "$ns" tcpdump -nli eth0 \
		'icmp[0] == 8 or icmp6[40] == 128 or ip6[40] == 128'
	wait_for 10 grep -q 'listening on' "$log" || return
	wait_for 10 "$@" || return
	wait_for 10 grep -q "IP6\? $from > " "$log"
}

masquerades()
{
	agent A --ip-masq
	agent_ready A
	check "there is a table of our own" wait_for 10 has_table
	check "a pod to the world, IPv4: with the node's address" \
		sees "$NODE_B" "$UL_A4" ping_once "$POD_A" "$UL_B4"
	check "a pod to the world, IPv6: with the node's address" \
		sees "$NODE_B" "$UL_A6" ping_once "$POD_A" "$UL_B6"
	check "CNI plugins are told" \
		grep -qx FLANNEL_IPMASQ=true "$AGENT/A.env"
}

inside()
{
	node_file B
	agent B
	agent_ready B
	wait_for 10 has A "$SUBNET_B6" node-b/v6 || bail "A does not know B"
	check "a pod to a pod, IPv4: with its own address" \
		sees "$POD_B" "$POD_A4" ping_once "$POD_A" "$POD_B4"
	check "a pod to a pod, IPv6: with its own address" \
		sees "$POD_B" "$POD_A6" ping_once "$POD_A" "$POD_B6"
	check "the other way: with its own address" \
		sees "$POD_A" "$POD_B4" ping_once "$POD_B" "$POD_A4"
}

stays()
{
	local table
	nft_a add table inet others
	nft_a delete table inet k8sov
	check "a table that was removed: that is said" \
		wait_for 20 says A 'somebody removed the table k8sov'
	check "and comes back" wait_for 10 has_table
	check "another table is left alone" nft_a list table inet others
	table=$(has_table)
	agent_kill A
	equal "after kill -9 the rules are the same" "$table" "$(has_table)"
	agent A --ip-masq
	agent_ready A
	check "a new k8sovd has them, too" \
		wait_for 10 says A 'what leaves the cluster is masqueraded'
	equal "once" "$table" "$(has_table)"
	agent_stop A
	equal "they stay when it ends" "$table" "$(has_table)"
}

no_table() { ! has_table; }

switched_off()
{
	agent A
	agent_ready A
	check "without --ip-masq, the table goes" wait_for 10 no_table
	check "another one stays" nft_a list table inet others
	check "a pod to the world has its own address" \
		sees "$NODE_B" "$POD_A4" send_once "$POD_A" "$UL_B4"
	agent_stop A
	nft_a add table inet k8sov
	agent A
	agent_ready A
	check "whoever had none before takes none away" has_table
}

# Nobody answers it.
send_once() { in_ns "$1" ping -q -n -c 1 -W 1 "$2" || [ $? = 1 ]; }

two_nodes
agent_files
cluster_dir
node_file A
masquerades
inside
stays
switched_off
finish

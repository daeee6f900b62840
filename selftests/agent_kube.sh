#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd in a Kubernetes cluster, with a real API server: two nodes reach each
# other, say so in their conditions, and while the API server is down nothing
# changes. A third one has another network, and policies alone. Needs what
# selftests/vm/apiserver.sh builds.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"
# shellcheck source=selftests/kube.sh
. "$(dirname "$0")/kube.sh"

available() { network_unavailable "$1" False K8sovIsUp; }

meet()
{
	check "$1: A reaches B: IPv4" wait_for 10 ping_once "$POD_A" "$POD_B4"
	check "$1: A reaches B: IPv6" wait_for 10 ping_once "$POD_A" "$POD_B6"
	check "$1: B reaches A: IPv4" wait_for 10 ping_once "$POD_B" "$POD_A4"
	check "$1: B reaches A: IPv6" wait_for 10 ping_once "$POD_B" "$POD_A6"
}

joins()
{
	kube_node A
	kube_node B
	ip -n "$NODE_A" link add ov0 type dummy
	kube_agent A
	kube_agent B
	check "A cannot make its device and says that it has no network" \
		wait_for 20 network_unavailable A True K8sovIsNotUp
	check "and why" eval 'network_unavailable A True K8sovIsNotUp |
		jq -e ".message | test(\"ov0\")"'
	ip -n "$NODE_A" link del ov0
	agent_ready A
	agent_ready B
	check "A says that its network is there" wait_for 20 available A
	check "B says that its network is there" wait_for 20 available B
	wait_for 20 has A "$SUBNET_B4" node-b
	wait_for 20 has B "$SUBNET_A4" node-a
	meet "joined"
}

api_away()
{
	local before
	before=$(generation A)
	api_kill
	check "the API server is away: that is said" \
		wait_for 30 says A 'stale: API server'
	meet "the API server is away"
	equal "the tables are not touched" "$before" "$(generation A)"
	api_start
}

goes()
{
	api_delete /api/v1/nodes/node-b
	check "it is back: a node that is deleted is gone" \
		wait_for 60 gone A "$SUBNET_B4"
}

# Another network's node: what it says of itself, that network says.
policy_only()
{
	kube_node C
	api /apis/networking.k8s.io/v1/namespaces/default/networkpolicies \
		-H 'Content-Type: application/json' -d '{
		"metadata": {"name": "all"},
		"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}' \
		>/dev/null || bail "no NetworkPolicy"
	kube_agent C --policy-only --policy enforce
	agent_ready C
	check "policy only: the API server's policies are in force" eval \
		"ip -n $NODE_C -d link show ov0 | grep -q 'policy enforce'"
	equal "nothing is said of the node" "null []" "$(api \
		/api/v1/nodes/node-c | jq -r '"\(.metadata.annotations) \(
			[.status.conditions[]?.type])"')"
	check "nor to other programs there" not test -e "$AGENT/C.env"
}

three_nodes
agent_files
cluster_dir
store_host
kube_files
etcd_start
api_start
joins
api_away
goes
policy_only
finish

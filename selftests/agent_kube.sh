#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd in a Kubernetes cluster, with a real API server: two nodes reach each
# other, say so in their conditions, and while the API server is down nothing
# changes. A third one has another network, and policies alone. Needs what selftests/vm/apiserver.sh builds.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

API=https://192.0.2.100:6443

need etcd openssl curl
PROGRAM=$("$(dirname "$0")/vm/apiserver.sh" --if-built) ||
	bail "there is no kube-apiserver: build it with vm/apiserver.sh"

etcd_start()
{
	start "$AGENT/etcd.log" in_ns "$FABRIC" etcd --data-dir "$AGENT/etcd" \
		--unsafe-no-fsync --listen-client-urls http://127.0.0.1:2379 \
		--advertise-client-urls http://127.0.0.1:2379 \
		--listen-peer-urls http://127.0.0.1:2380
}

api_start()
{
	start "$AGENT/api.log" in_ns "$FABRIC" "$PROGRAM" \
		--etcd-servers=http://127.0.0.1:2379 \
		--bind-address=192.0.2.100 --secure-port=6443 \
		--cert-dir="$AGENT/certs" \
		--service-account-issuer=https://kubernetes.default.svc \
		--service-account-key-file="$AGENT/sa.key" \
		--service-account-signing-key-file="$AGENT/sa.key" \
		--token-auth-file="$AGENT/tokens.csv" \
		--authorization-mode=RBAC --feature-gates=IPv6DualStack=true \
		--service-cluster-ip-range=10.96.0.0/16 \
		--disable-admission-plugins=ServiceAccount
	api_process=$started
	wait_for 300 api /readyz || {
		note "$(tail -n 5 "$AGENT/api.log")"
		bail "the API server does not start"
	}
}

# api PATH [OPTION...]
api()
{
	local path=$1
	shift
	in_ns "$FABRIC" curl -fsS --cacert "$AGENT/certs/apiserver.crt" \
		-H 'Authorization: Bearer test' "$@" "$API$path" 2>&1
}

api_kill()
{
	kill -9 -- "-$api_process"
	wait "$api_process" 2>/dev/null
}

# kube_node X - the Node object, as the kubelet and the controller make it
kube_node()
{
	local s4=SUBNET_${1}4 s6=SUBNET_${1}6
	api /api/v1/nodes -H 'Content-Type: application/json' -d "{
		\"metadata\": {\"name\": \"node-${1,,}\"},
		\"spec\": {\"podCIDR\": \"${!s4}\",
			   \"podCIDRs\": [\"${!s4}\", \"${!s6}\"]}}" \
		>/dev/null || bail "no Node"
}

kube_agent()
{
	local x=$1 node=NODE_$1
	shift
	: >"$AGENT/log.$x"
	start "$AGENT/log.$x" in_ns "${!node}" k8sovd --config '' \
		--store "kubernetes:$AGENT/kubeconfig" \
		--net-config-path "$CLUSTER/net-conf.json" \
		--node-name "node-${x,,}" --iface eth0 \
		--subnet-file "$AGENT/$x.env" --state-dir "$AGENT/state.$x" "$@"
	printf -v "AGENT_$x" %s "$started"
}

# network_unavailable X STATUS REASON - the condition of node X
network_unavailable()
{
	api "/api/v1/nodes/node-${1,,}" | jq -e --arg status "$2" \
		--arg reason "$3" '.status.conditions[] |
		select(.type == "NetworkUnavailable" and .status == $status and
		       .reason == $reason)'
}

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
	api /api/v1/nodes/node-b -X DELETE >/dev/null
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
openssl genrsa -out "$AGENT/sa.key" 2048 2>/dev/null
echo 'test,admin,1,system:masters' >"$AGENT/tokens.csv"
cat >"$AGENT/kubeconfig" <<-END
	current-context: c
	contexts: [ { name: c, context: { cluster: k, user: u } } ]
	users: [ { name: u, user: { token: test } } ]
	clusters:
	- name: k
	  cluster: { server: "$API", certificate-authority: certs/apiserver.crt }
END
etcd_start
api_start
joins
api_away
goes
policy_only
finish

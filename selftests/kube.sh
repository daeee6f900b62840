# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034,SC2154
#
# A real API server with its etcd on $FABRIC, and k8sovd with it. Needs lib.sh,
# topo.sh, overlay.sh and agent.sh, and what vm/apiserver.sh builds.
#
#   kube_files                  keys, users, $AGENT/kubeconfig of an admin
#   etcd_start, api_start       start them; api_kill is kill -9
#   api PATH [OPTION...]        curl as an admin
#   api_new PATH < JSON         creates an object
#   api_patch PATH JSON         a merge patch
#   api_delete PATH
#   kube_node X                 the Node object, as kubelet and controller make it
#   kube_agent X [OPTION...]    k8sovd on NODE_X; $KUBECONFIG_X, or an admin
#   network_unavailable X STATUS REASON   the condition of node X

API=https://192.0.2.100:6443
JSON='Content-Type: application/json'
MERGE='Content-Type: application/merge-patch+json'

need etcd openssl curl
PROGRAM=$("$(dirname "${BASH_SOURCE[0]}")/vm/apiserver.sh" --if-built) ||
	bail "there is no kube-apiserver: build it with vm/apiserver.sh"

# kubeconfig FILE TOKEN
kubeconfig()
{
	cat >"$1" <<-END
		current-context: c
		contexts: [ { name: c, context: { cluster: k, user: u } } ]
		users: [ { name: u, user: { token: $2 } } ]
		clusters:
		- name: k
		  cluster: { server: "$API", certificate-authority: certs/apiserver.crt }
	END
}

kube_files()
{
	openssl genrsa -out "$AGENT/sa.key" 2048 2>/dev/null
	echo 'test,admin,1,system:masters' >"$AGENT/tokens.csv"
	kubeconfig "$AGENT/kubeconfig" test
}

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

api()
{
	local path=$1
	shift
	in_ns "$FABRIC" curl -fsS --cacert "$AGENT/certs/apiserver.crt" \
		-H 'Authorization: Bearer test' "$@" "$API$path" 2>&1
}

api_new() { api "$1" -H "$JSON" --data-binary @- >/dev/null; }
api_patch() { api "$1" -X PATCH -H "$MERGE" -d "$2" >/dev/null; }
api_delete() { api "$1" -X DELETE >/dev/null; }

api_kill()
{
	kill -9 -- "-$api_process"
	wait "$api_process" 2>/dev/null
}

kube_node()
{
	local s4=SUBNET_${1}4 s6=SUBNET_${1}6
	api_new /api/v1/nodes <<-END || bail "no Node"
		{ "metadata": { "name": "node-${1,,}" },
		  "spec": { "podCIDR": "${!s4}",
			    "podCIDRs": [ "${!s4}", "${!s6}" ] } }
	END
}

kube_agent()
{
	local x=$1 node=NODE_$1 config=KUBECONFIG_$1
	shift
	: >"$AGENT/log.$x"
	start "$AGENT/log.$x" in_ns "${!node}" k8sovd --config '' \
		--store "kubernetes:${!config:-$AGENT/kubeconfig}" \
		--net-config-path "$CLUSTER/net-conf.json" \
		--node-name "node-${x,,}" --iface eth0 \
		--subnet-file "$AGENT/$x.env" --state-dir "$AGENT/state.$x" "$@"
	printf -v "AGENT_$x" %s "$started"
}

network_unavailable()
{
	api "/api/v1/nodes/node-${1,,}" | jq -e --arg status "$2" \
		--arg reason "$3" '.status.conditions[] |
		select(.type == "NetworkUnavailable" and .status == $status and
		       .reason == $reason)'
}

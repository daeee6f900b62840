#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Policy in a cluster with a real API server: pods that the plugin attaches obey
# the policies, labels and phases that the server tells of at once, also those
# of kinds that come later; while it is away the last policy stays, and what
# went meanwhile is gone when it is back. k8sovd has the rights of
# deploy/rbac.yaml and no more. Needs what selftests/vm/apiserver.sh builds.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"
# shellcheck source=selftests/kube.sh
. "$(dirname "$0")/kube.sh"

need socat etcdctl

RBAC=/apis/rbac.authorization.k8s.io/v1
POLICIES=/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies
CLUSTER_WIDE=/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies
ADMIN=/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies
BASELINE=/apis/policy.networking.k8s.io/v1alpha1/baselineadminnetworkpolicies

# documents FILE - those of YAML, a line of JSON each
documents()
{
	"$PYTHON" -c 'import json, sys, yaml
for item in yaml.safe_load_all(sys.stdin):
    print(json.dumps(item))' <"$1"
}

# apply FILE [FILTER] - all that it has, as jq leaves it
apply()
{
	local object path
	while read -r object; do
		case $(jq -r .kind <<<"$object") in
		Namespace) path=/api/v1/namespaces ;;
		ServiceAccount) path=/api/v1/namespaces/k8sov/serviceaccounts ;;
		ClusterRole) path=$RBAC/clusterroles ;;
		ClusterRoleBinding) path=$RBAC/clusterrolebindings ;;
		*) path=/apis/apiextensions.k8s.io/v1/customresourcedefinitions ;;
		esac
		api_new "$path" <<<"$object" || bail "$1: $path"
	done < <(documents "$1" | jq -c "${2:-.}")
}

# pod_path NAMESPACE/NAME
pod_path() { echo "/api/v1/namespaces/${1%/*}/pods/${1#*/}"; }

# kube_pod X NAMESPACE/NAME LABELS [SPEC [PORTS]] - as a scheduler leaves it
kube_pod()
{
	api_new "/api/v1/namespaces/${2%/*}/pods" <<-END || bail "no Pod $2"
		{ "metadata": { "name": "${2#*/}", "labels": { $3 } },
		  "spec": { "nodeName": "node-${1,,}", ${4:+$4,}
			    "containers": [ { "name": "c", "image": "i",
					      "ports": [ ${5:-} ] } ] } }
	END
}

# kube_status NAMESPACE/NAME PHASE [ADDRESS...] - as its kubelet says
kube_status()
{
	local pod=$1 phase=$2 ips
	shift 2
	ips=$(printf ',{"ip":"%s"}' "$@")
	api_patch "$(pod_path "$pod")/status" "{\"status\":{\"phase\":\"$phase\",\"podIP\":\"$1\",\"podIPs\":[${ips#,}]}}" ||
		bail "no status of $pod"
}

labels() { api_patch "$(pod_path "$1")" "{\"metadata\":{\"labels\":{$2}}}"; }

kube_gone() { api_delete "$(pod_path "$1")?gracePeriodSeconds=0"; }

# plugin X VARIABLE NAMESPACE/NAME [ARGS [MEMBER...]] - ADD, as a kubelet has it
plugin()
{
	local x=$1 variable=$2 pod=$3 args=${4:-}
	shift $(($# < 4 ? 3 : 4))
	setup_ns "$variable"
	set_sysctls "${!variable}"
	CNI_ARGS="K8S_POD_NAMESPACE=${pod%/*};K8S_POD_NAME=${pod#*/};K8S_POD_INFRA_CONTAINER_ID=c${args:+;$args}" \
		attach "$x" "$variable" eth0 "$@"
}

# attached X VARIABLE POD [ARGS] - and its addresses in VARIABLE4 and VARIABLE6
attached()
{
	local all
	plugin "$@" >"$AGENT/answer" || bail "no pod $3: $(cat "$AGENT/answer")"
	all=$(jq -r '.ips[].address | split("/")[0]' "$CNI/$2.eth0")
	printf -v "${2}4" %s "$(grep -F . <<<"$all")"
	printf -v "${2}6" %s "$(grep -F : <<<"$all")"
}

# runs X VARIABLE NAMESPACE/NAME LABELS [PORTS]
runs()
{
	local a4=${2}4 a6=${2}6
	kube_pod "$1" "$3" "$4" "" "${5:-}"
	attached "$1" "$2" "$3"
	kube_status "$3" Running "${!a4}" "${!a6}"
}

# network_policy NAME SPEC - in namespace shop
network_policy()
{
	api_new "$POLICIES" <<<"{\"metadata\":{\"name\":\"$1\"},\"spec\":{$2}}" ||
		bail "no policy $1"
}

# cluster_policy NAME TIER ACTION FROM - for web; FROM is the name of a namespace
cluster_policy()
{
	api_new "$CLUSTER_WIDE" <<-END
		{ "apiVersion": "policy.networking.k8s.io/v1alpha2",
		  "kind": "ClusterNetworkPolicy", "metadata": { "name": "$1" },
		  "spec": { "tier": "$2", "priority": 10,
			    "subject": { "pods": { "podSelector": { "matchLabels": { "app": "web" } } } },
			    "ingress": [ { "name": "why", "action": "$3", "from": [ { "namespaces":
				{ "matchLabels": { "kubernetes.io/metadata.name": "$4" } } } ] } ] } }
	END
}

reaches() { ping_once "$1" "$2" -W 1; }
blocked() { not ping_once "$1" "$2" -W 1; }
connects() { in_ns "$1" socat -u /dev/null "TCP:$2,connect-timeout=1"; }

# soon BEHAVIOUR COMMAND... - before anybody would call it late
soon() { check "$1" wait_for 20 "${@:2}"; }

serves()
{
	local port
	for port in 8001 8002; do
		start "$AGENT/serve" in_ns "$1" \
			socat "TCP-LISTEN:$port,fork,reuseaddr" /dev/null
	done
}

# what k8sovd may not, it says, and opens nothing meanwhile
rights()
{
	apply "$HERE/../deploy/rbac.yaml" 'if .kind == "ClusterRole" then .rules |=
		map(select(.resources != ["networkpolicies"])) else . end'
	KUBECONFIG_A=$AGENT/kubeconfig.k8sovd
	# shellcheck disable=SC2034
	KUBECONFIG_B=$KUBECONFIG_A
	kubeconfig "$KUBECONFIG_A" "$(api /api/v1/namespaces/k8sov/serviceaccounts/k8sovd/token \
		-H "$JSON" -d '{"spec":{}}' | jq -r .status.token)"
	kube_agent A --policy enforce
	kube_agent B --policy enforce
	soon "a right that is missing is named" \
		says A 'networkpolicies.*cannot list resource'
	kube_pod A shop/early ''
	answers "a pod has no policy meanwhile, and does not start" 11 \
		"not in force" \
		"" plugin A EARLY shop/early "" '"policyTimeout":1'
	kube_gone shop/early
	documents "$HERE/../deploy/rbac.yaml" |
		jq -c 'select(.kind == "ClusterRole") | { rules }' >"$AGENT/role"
	api_patch "$RBAC/clusterroles/k8sovd" "@$AGENT/role" ||
		bail "no ClusterRole"
	check "with the rights of deploy/rbac.yaml all is in force" \
		wait_for 40 says A 'the kernel has what the policies say'
	check "on the other node, too" \
		wait_for 40 says B 'the kernel has what the policies say'
}

born()
{
	answers "a pod that the server does not know does not start" 11 \
		"not in force" "" plugin A NOBODY shop/nobody "" '"policyTimeout":1'
	runs A WEB shop/web '"app":"web"' \
		'{"name":"http","containerPort":8001}'
	runs A WEB2 shop/web2 '"app":"web"' \
		'{"name":"http","containerPort":8002}'
	runs B CLIENT shop/client '"app":"client"'
	runs B OTHER other/client '"app":"client"'
	serves "$WEB"
	serves "$WEB2"
	check "a pod without policies is reached" reaches "$CLIENT" "$WEB4"
	check "over IPv6" reaches "$OTHER" "$WEB6"
}

obeys()
{
	network_policy web '"podSelector":{"matchLabels":{"app":"web"}},"ingress":[
		{"from":[{"podSelector":{"matchLabels":{"app":"client"}}}]},
		{"from":[{"namespaceSelector":{"matchLabels":{"team":"ours"}}}]}]'
	soon "a policy comes: who it does not name is denied" \
		blocked "$OTHER" "$WEB4"
	check "over IPv6" blocked "$OTHER" "$WEB6"
	check "who it names is not" reaches "$CLIENT" "$WEB4"
	check "over IPv6, either" reaches "$CLIENT" "$WEB6"
	check "nor is the node" reaches "$NODE_A" "$WEB4"
	labels shop/client '"app":"stranger"'
	soon "a pod's label changes: it is denied" blocked "$CLIENT" "$WEB4"
	labels shop/client '"app":"client"'
	soon "it changes back: it is not" reaches "$CLIENT" "$WEB4"
	api_patch /api/v1/namespaces/other '{"metadata":{"labels":{"team":"ours"}}}'
	soon "a namespace's label changes: its pods are accepted" \
		reaches "$OTHER" "$WEB4"
	api_patch /api/v1/namespaces/other '{"metadata":{"labels":{"team":null}}}'
	soon "it is gone: they are denied" blocked "$OTHER" "$WEB4"
	api_patch "$POLICIES/web" '{"spec":{"ingress":[]}}'
	soon "a policy changes" blocked "$CLIENT" "$WEB4"
	api_delete "$POLICIES/web"
	soon "a policy is deleted: what it isolated is open" \
		reaches "$OTHER" "$WEB4"
}

named()
{
	network_policy named '"podSelector":{"matchLabels":{"app":"web"}},
		"ingress":[{"ports":[{"port":"http"}]}]'
	soon "a named port is what the pod calls so" not connects "$CLIENT" \
		"$WEB4:8002"
	check "of the other pod, too" not connects "$CLIENT" "$WEB24:8001"
	check "the pod's own is open" connects "$CLIENT" "$WEB4:8001"
	check "the other's is another" connects "$CLIENT" "$WEB24:8002"
	check "over IPv6, too" not connects "$CLIENT" "[$WEB26]:8001"
	api_delete "$POLICIES/named"
	soon "all are open without it" connects "$CLIENT" "$WEB4:8002"
}

# Who was a client is none when it is over, and its address is another's.
over()
{
	network_policy web '"podSelector":{"matchLabels":{"app":"web"}},"ingress":[
		{"from":[{"podSelector":{"matchLabels":{"app":"client"}}}]}]'
	soon "clients only" blocked "$OTHER" "$WEB4"
	runs B JOB shop/job '"app":"client"'
	soon "a job is a client" reaches "$JOB" "$WEB4"
	kube_status shop/job Succeeded "$JOB4" "$JOB6"
	soon "it succeeds: it is none" blocked "$JOB" "$WEB4"
	detach B JOB || bail "no DEL"
	kube_pod B shop/next '"app":"client"'
	attached B NEXT shop/next "IP=$JOB4,$JOB6"
	kube_status shop/next Running "$NEXT4" "$NEXT6"
	equal "the next one has its addresses" "$JOB4 $JOB6" "$NEXT4 $NEXT6"
	soon "and is a client" reaches "$NEXT" "$WEB4"
	kube_gone shop/job
	check "also when the first is deleted" reaches "$NEXT" "$WEB4"
	kube_status shop/next Failed "$NEXT4" "$NEXT6"
	soon "it fails: it is none" blocked "$NEXT" "$WEB4"
	kube_gone shop/next
	detach B NEXT || bail "no DEL"
}

reused()
{
	runs B OLD shop/old '"app":"client"'
	soon "a client comes" reaches "$OLD" "$WEB4"
	detach B OLD || bail "no DEL"
	kube_gone shop/old
	kube_pod B shop/new '"app":"stranger"'
	attached B NEW shop/new "IP=$OLD4,$OLD6"
	kube_status shop/new Running "$NEW4" "$NEW6"
	soon "its address is another's, who is denied" blocked "$NEW" "$WEB4"
	labels shop/new '"app":"client"'
	soon "by its own labels" reaches "$NEW" "$WEB4"
	kube_gone shop/new
	soon "a pod is deleted: it is no client" blocked "$NEW" "$WEB4"
}

# Its addresses are the node's, whatever labels it has.
host()
{
	kube_pod B shop/host '"app":"client"' '"hostNetwork":true'
	kube_status shop/host Running "$UL_B4"
	kube_pod A shop/host2 '"app":"web"' '"hostNetwork":true'
	kube_status shop/host2 Running "$UL_A4"
	runs B LATE shop/late '"app":"client"'
	soon "what the server tells later is in force" reaches "$LATE" "$WEB4"
	check "a pod of the host's network is no client" \
		blocked "$NODE_B" "$WEB4"
	check "policies for it do not isolate the node" reaches "$NODE_B" "$UL_A4"
	check "nor from its pods" reaches "$NODE_A" "$WEB4"
}

# knocks FROM ADDRESS NAME - what web denies is told with the rule's name
knocks()
{
	blocked "$1" "$WEB4" &&
		grep -a "from $2 to $WEB4 .*" "$AGENT/denied" | grep -q "$3"
}

web_rule() { ctl A -j policy explain shop/web | jq -e ".[].rules[] | select($1)"; }

seen()
{
	start "$AGENT/denied" ctl A monitor denied
	soon "a denial names the policy that isolates" knocks "$OTHER" \
		"$OTHER4" "isolated by NetworkPolicy shop/web"
	check "the pod's policy says so, and how often" web_rule '.default and
		.name == "isolated by NetworkPolicy shop/web" and .hits > 0'
	check "and who may" web_rule '.action == "accept" and
		.name == "NetworkPolicy shop/web ingress 1" and .hits > 0'
	check "so does a trace" eval "ctl A policy trace $LATE4 $WEB4 proto tcp \
		port 80 rx from $UL_B4 | grep -q 'NetworkPolicy shop/web ingress 1'"
}

served() { api "$1" >/dev/null; }

cluster_wide()
{
	apply "$HERE/policy_crd.yaml"
	soon "kinds come that the server did not have" served "$CLUSTER_WIDE"
	soon "the second of them" served "$ADMIN"
	soon "and the third" served "$BASELINE"
	check "the server checks them" not cluster_policy bad Upper Deny shop
	soon "a policy of the new kind" cluster_policy deny Admin Deny shop
	check "is in force without a restart" wait_for 40 blocked "$LATE" "$WEB4"
	check "a denial names it and its rule" knocks "$LATE" "$LATE4" \
		'ClusterNetworkPolicy deny ingress 1 (why)'
	api_patch "$CLUSTER_WIDE/deny" '{"spec":{"tier":"Baseline"}}'
	soon "at the base, others come first" reaches "$LATE" "$WEB4"
	check "and deny what they do not accept" blocked "$OTHER" "$WEB4"
	api_delete "$CLUSTER_WIDE/deny"
	cluster_policy accept Admin Accept other
	soon "what administrators accept is accepted" reaches "$OTHER" "$WEB4"
	api_delete "$CLUSTER_WIDE/accept"
	soon "it is deleted" blocked "$OTHER" "$WEB4"
	api_new "$ADMIN" <<-END || bail "no AdminNetworkPolicy"
		{ "apiVersion": "policy.networking.k8s.io/v1alpha1",
		  "kind": "AdminNetworkPolicy", "metadata": { "name": "old" },
		  "spec": { "priority": 5, "subject": { "namespaces": {} }, "ingress": [ {
			"action": "Allow", "from": [ { "namespaces": { } } ] } ] } }
	END
	check "an AdminNetworkPolicy is obeyed" wait_for 40 reaches "$OTHER" "$WEB4"
	api_delete "$ADMIN/old"
	soon "and gone" blocked "$OTHER" "$WEB4"
	baseline
}

baseline()
{
	check "nobody speaks of a pod: it is reached" reaches "$LATE" "$OTHER4"
	api_new "$BASELINE" <<-END || bail "no BaselineAdminNetworkPolicy"
		{ "apiVersion": "policy.networking.k8s.io/v1alpha1",
		  "kind": "BaselineAdminNetworkPolicy",
		  "metadata": { "name": "default" },
		  "spec": { "subject": { "namespaces": { "matchLabels":
				{ "kubernetes.io/metadata.name": "other" } } },
			    "ingress": [ { "action": "Deny",
				"from": [ { "namespaces": { } } ] } ] } }
	END
	check "a BaselineAdminNetworkPolicy is obeyed" \
		wait_for 40 blocked "$LATE" "$OTHER4"
	api_delete "$BASELINE/default"
	soon "and gone, too" reaches "$LATE" "$OTHER4"
}

# What went while it was away is known by a list only: etcd has no history.
forget_history()
{
	local ctl=(in_ns "$FABRIC" etcdctl --endpoints=127.0.0.1:2379) revision
	export ETCDCTL_API=3
	"${ctl[@]}" del "/registry/networkpolicies/shop/$1" || return
	revision=$("${ctl[@]}" endpoint status -w json |
		jq '.[0].Status.header.revision')
	"${ctl[@]}" compact "$revision"
}

away()
{
	network_policy twin '"podSelector":{"matchLabels":{"app":"web"}},"ingress":[
		{"from":[{"namespaceSelector":{"matchLabels":{"team":"x"}}}]}]'
	api_patch /api/v1/namespaces/other '{"metadata":{"labels":{"team":"x"}}}'
	kube_pod B shop/waits '"app":"client"'
	runs A STRANGER shop/stranger '"app":"stranger"'
	runs B WEB3 shop/web3 '"app":"web"'
	for web in "$WEB4" "$WEB34"; do
		soon "two policies add up" reaches "$OTHER" "$web"
		soon "and accept no strangers" blocked "$STRANGER" "$web"
	done
	api_kill
	soon "the server is away: that is said" says A 'stale: API server'
	check "the last policy stays: who it names" reaches "$LATE" "$WEB4"
	check "and who it does not" blocked "$STRANGER" "$WEB4"
	attached B WAITS shop/waits
	check "a pod that was told in time starts" reaches "$LATE" "$WAITS4"
	check "of its addresses the other node does not know" \
		blocked "$WAITS" "$WEB4"
	answers "one that was not does not" 11 "not in force" "" plugin \
		B LATER shop/later "" '"policyTimeout":1'
	agent_kill B
	kube_agent B --policy enforce
	soon "k8sovd starts without it and says so" \
		says B 'area=policy.*API server'
	check "the last policy stays" blocked "$STRANGER" "$WEB34"
	check "and whom it accepts" reaches "$OTHER" "$WEB34"
	check "a policy goes while nobody looks" forget_history twin
	api_start
	check "the server is back: it is gone, for who was there before" \
		wait_for 60 blocked "$OTHER" "$WEB4"
	check "and had to be told that there is no history" \
		says A 'too old resource version'
	check "for who began meanwhile" wait_for 60 blocked "$OTHER" "$WEB34"
	check "the other policy is not" reaches "$LATE" "$WEB4"
	runs B LATER2 shop/later '"app":"client"'
	soon "and pods start" reaches "$LATER2" "$WEB4"
}

three_nodes
agent_files
cni_files
cluster_dir
store_host
kube_files
cni_node A
cni_node B
etcd_start
api_start
for x in A B; do
	kube_node $x
	api_patch "/api/v1/nodes/node-${x,,}/status" "$(
		n=UL_${x}4
		echo "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"${!n}\"}]}}"
	)" || bail "no address of $x"
done
for ns in shop other; do
	api_new /api/v1/namespaces <<<"{\"metadata\":{\"name\":\"$ns\"}}" ||
		bail "no namespace"
done
rights
born
obeys
named
over
reused
host
seen
cluster_wide
away
finish

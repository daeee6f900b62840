#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd with manifests of policies: a pod is isolated until its policy is in
# force, packets obey what the files say, and go on obeying when the files
# cannot be read any more, when all are gone, and when k8sovd is killed. So do
# pods of the plugin, which are born isolated also while there is no k8sovd.
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

# a_pod NAME APP ADDRESS [NODE] - of namespace default
a_pod()
{
	cat <<-END
		---
		apiVersion: v1
		kind: Pod
		metadata: { name: $1, namespace: default, uid: uid-$1, labels: { app: $2 } }
		spec: { containers: []${4:+, nodeName: $4} }
		status: { podIPs: [ { ip: $3 } ] }
	END
}

# Pods of both nodes, as kubectl tells of them; "web" has no nodeName.
pods()
{
	{
		a_pod web web "$POD_A4"
		a_pod client client "10.244.1.3" node-a
		a_pod far "${1:-far}" "$POD_B4" node-b
	} | put_file "$POLICY/pods.yaml"
}

# web_from APP - who may reach web
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

# registers LINK POD ADDRESS [WORDS] - pending, if no other state is told
registers()
{
	tell A <<-END
		endpoint replace dev ov0 link $1 name default/$2/c0ffee address $3 ${4:-}
	END
}

state_is() { ctl A -j endpoint show link "$1" dev ov0 | jq -e --arg s "$2" '.[0].state == $s'; }

reaches() { ping_once "$1" "$2" -W 1; }
blocked() { not ping_once "$1" "$2" -W 1; }

both_obey()
{
	wait_for 10 reaches "$POD_B" "$POD_A4" &&
		wait_for 10 blocked "$POD_A2" "$POD_A4"
}

policy_of() { ctl A -j device show dev ov0 | jq -r '.[].policy'; }
policy_is() { [ "$(policy_of)" = "$1" ]; }

begin()
{
	two_nodes
	add_pod POD_A2 A 3
	agent_files
	cluster_dir
	node_file A
	node_file B
	POLICY=$CLUSTER/policy
	agent B
	agent_ready B
	agent A --policy enforce
	agent_ready A
	wait_for 10 has A "$SUBNET_B4" node-b
	wait_for 10 has B "$SUBNET_A4" node-a
}

born()
{
	check "without manifests, that is said" \
		wait_for 10 says A "$POLICY: cannot open"
	check "the device enforces before there is a pod" \
		wait_for 10 policy_is enforce
	registers pod2 web "$POD_A4"
	registers pod3 client 10.244.1.3
	check "pods are isolated meanwhile" blocked "$POD_A2" "$POD_A4"
	mkdir "$POLICY"
	pods
	check "pods are told: they are in service" \
		wait_for 10 state_is pod2 ready
	check "without a policy, everybody reaches them" \
		wait_for 10 reaches "$POD_B" "$POD_A4"
	tell A <<-END
		endpoint replace dev ov0 link pod3 name default/nobody/c0ffee address 10.244.1.3 state ready
	END
	check "a pod that nobody has told of is isolated, whatever it was made" \
		wait_for 10 state_is pod3 pending
	registers pod3 client 10.244.1.3 "state ready"
	check "one that is known is not" wait_for 10 state_is pod3 ready
}

obeys()
{
	web_from client
	check "a policy comes: who it does not name is denied" \
		wait_for 10 blocked "$POD_B" "$POD_A4"
	check "who it names is not" reaches "$POD_A2" "$POD_A4"
	web_from far
	check "it names another: that one is accepted" \
		wait_for 10 reaches "$POD_B" "$POD_A4"
	check "and the first denied" blocked "$POD_A2" "$POD_A4"
	pods stranger
	check "a label changes: the pod is denied" \
		wait_for 10 blocked "$POD_B" "$POD_A4"
	pods far
	check "it changes back: the pod is accepted" \
		wait_for 10 reaches "$POD_B" "$POD_A4"
}

stays()
{
	local before
	put_file "$POLICY/web.yaml" <<<"kind: [ NetworkPolicy"
	check "a file cannot be read: that is said" \
		wait_for 10 says A 'policy/web.yaml.*: '
	check "what it said stays" blocked "$POD_A2" "$POD_A4"
	mkdir "$AGENT/away"
	mv "$POLICY"/*.yaml "$AGENT/away"
	check "all files are gone: that is said" \
		wait_for 10 says A 'all files are gone'
	check "what they said stays" blocked "$POD_A2" "$POD_A4"
	check "also whom they accept" reaches "$POD_B" "$POD_A4"
	pods
	web_from far
	check "they are back: so are both" both_obey
	agent_kill A
	before=$(generation A)
	check "k8sovd is killed: who is denied stays denied" \
		blocked "$POD_A2" "$POD_A4"
	check "who is accepted stays accepted" reaches "$POD_B" "$POD_A4"
	agent A --policy enforce
	agent_ready A
	check "it is started: it says that all is in force" \
		wait_for 10 says A 'the kernel has what the policies say'
	check "the policy is the same" blocked "$POD_A2" "$POD_A4"
	check "for both" reaches "$POD_B" "$POD_A4"
	equal "in one transaction" $((before + 1)) "$(generation A)"
}

modes()
{
	agent_stop A
	agent A --policy audit
	agent_ready A
	check "audit: what is denied passes" \
		wait_for 10 reaches "$POD_A2" "$POD_A4"
	check "the device says so" policy_is audit
	agent_stop A
	agent A
	agent_ready A
	check "no mode is told: the device stays as it is" policy_is audit
	agent_stop A
	agent A --policy enforce
	check "enforce: it is denied again" \
		wait_for 10 blocked "$POD_A2" "$POD_A4"
	rm "$POLICY/web.yaml"
	check "the policy is gone: it is accepted" \
		wait_for 10 reaches "$POD_A2" "$POD_A4"
	agent_stop A
	agent A --policy off
	check "off: the device judges nothing" wait_for 10 policy_is off
}

# plugin NAME VARIABLE - ADD, as a kubelet has it done, to what runs nothing yet
plugin()
{
	setup_ns "$2"
	set_sysctls "${!2}"
	CNI_ARGS="K8S_POD_NAMESPACE=default;K8S_POD_NAME=$1;K8S_POD_INFRA_CONTAINER_ID=c" \
		attach A "$2" >"$AGENT/answer" ||
		bail "no pod: $(cat "$AGENT/answer")"
}

address() { jq -r '.ips[].address | select(contains(".")) | split("/")[0]' "$CNI/$1.eth0"; }

plugged()
{
	local first second
	cni_files
	cni_node A "\"ipam\":$(ipam A "\"reserve\":[\"$POD_A4\",\"$POD_A6\",\"10.244.1.3\",\"fd00:244:1::3\"]")"
	plugin first FIRST
	first=$(address FIRST)
	check "the plugin's pod that nobody has told of is isolated" \
		blocked "$POD_B" "$first"
	a_pod first web "" node-a | sed '/podIPs/d' |
		put_file "$POLICY/first.yaml"
	check "it is told, without its addresses: who may reaches it" \
		wait_for 10 reaches "$POD_B" "$first"
	check "and nobody else" blocked "$POD_A2" "$first"
	agent_kill A
	plugin second SECOND
	second=$(address SECOND)
	a_pod second web "$second" node-a | put_file "$POLICY/second.yaml"
	check "without k8sovd, a pod of the plugin is isolated" \
		blocked "$POD_B" "$second"
	agent A --policy enforce
	agent_ready A
	check "k8sovd starts: who may reaches it" \
		wait_for 10 reaches "$POD_B" "$second"
	check "and nobody else reaches it" blocked "$POD_A2" "$second"
	rm "$POLICY/second.yaml"
	check "it is gone from the cluster: it is isolated" \
		wait_for 10 blocked "$POD_B" "$second"
}

begin
born
obeys
stays
plugged
modes
finish

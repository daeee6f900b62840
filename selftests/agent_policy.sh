#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd with manifests of policies: a pod is isolated until its policy is in
# force, packets obey what the files say, and go on obeying when the files
# cannot be read any more, when all are gone, and when k8sovd is killed. What is
# wrong with a policy isolates its pods, and is said; so does a policy that the
# device has no room for. The plugin attaches a pod
# when its policy is in force, and without k8sovd none.
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
		a_pod client client "10.244.1.3" node-a
		a_pod web web "$POD_A4"
		a_pod far "${1:-far}" "$POD_B4" node-b
	} | put_file "$POLICY/pods.yaml"
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

# served PATH WORDS - what k8sovd on node A tells
served()
{
	in_ns "$NODE_A" curl -s "http://127.0.0.1:9472$1" | grep -q -- "$2"
}

# ready_says WORDS - the node is ready, but somebody should know
ready_says() { served /readyz '^ok$' && served /readyz "$1"; }
metric() { served /metrics "^$1\$"; }
quiet() { metric "k8sov_agent_policy_trouble 0"; }

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
}

# What is gone or cut short by accident opens nothing.
guarded()
{
	: >"$POLICY/web.yaml"
	check "a file is empty: that is said" \
		wait_for 10 says A 'web.yaml: it is empty'
	check "what it said stays" blocked "$POD_A2" "$POD_A4"
	check "who asks for readiness hears of it" \
		ready_says 'web.yaml: it is empty'
	check "and metrics do" metric "k8sov_agent_policy_trouble 1"
	web_from far
	check "it is whole again: nothing is wrong" wait_for 10 quiet
	mv "$POLICY/pods.yaml" "$AGENT/away"
	check "all pods are gone at once: that is said" \
		wait_for 10 says A 'pods.yaml: it is gone with more than half'
	check "they are what they were" both_obey
	mv "$AGENT/away/pods.yaml" "$POLICY"
	check "they are back: nothing is wrong" wait_for 10 quiet
	mv "$POLICY" "$AGENT/elsewhere"
	check "the directory is gone: that is said" \
		wait_for 10 ready_says "$POLICY: cannot open"
	check "what it said stays" blocked "$POD_A2" "$POD_A4"
	mkdir "$POLICY"
	echo "no manifest" >"$POLICY/README"
	check "an empty one is there: that is said" \
		wait_for 10 ready_says 'all files are gone'
	agent_kill A
	agent A --policy enforce
	check "k8sovd starts before it: nobody believes it" \
		wait_for 10 says A 'nobody tells of any policy'
	check "what the kernel has stays" blocked "$POD_A2" "$POD_A4"
	check "also whom it accepts" reaches "$POD_B" "$POD_A4"
	check "the node is not ready" served /readyz '^policies are not in force'
	mv "$AGENT/elsewhere"/*.yaml "$POLICY"
	agent_ready A
	check "the files are back: both obey" both_obey
}

restarts()
{
	local before
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

# policy NAME JSON - of namespace default, with this spec
policy()
{
	put_file "$POLICY/$1.yaml" <<-END
		{ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
		  "metadata": { "name": "$1", "namespace": "default" },
		  "spec": { $2 } }
	END
}

# spec JSON - of the policy "web"
spec() { policy web "\"podSelector\": { \"matchLabels\": { \"app\": \"web\" } }, $1"; }

# isolates BEHAVIOUR WORDS JSON - this spec is wrong, which WORDS say
isolates()
{
	local from='"from": [ { "podSelector": {} } ]'
	web_from far
	wait_for 10 metric "k8sov_agent_policy_problems 0" || bail "a problem"
	wait_for 10 reaches "$POD_B" "$POD_A4" || bail "it does not obey"
	spec "${3/FROM/$from}"
	check "$1: the pod is isolated" wait_for 10 blocked "$POD_B" "$POD_A4"
	check "$1: a log names policy and reason" wait_for 10 \
		says A "NetworkPolicy default/web is not obeyed as it is: .*$2"
	check "$1: so does readiness" ready_says \
		"NetworkPolicy default/web is not obeyed as it is: .*$2"
	check "$1: it is counted" metric "k8sov_agent_policy_problems 1"
	check "$1: other pods are not concerned" reaches "$POD_A2" "$POD_B4"
}

broken()
{
	isolates "a selector that is none" "operator" '"ingress": [ { "from":
		[ { "podSelector": { "matchExpressions":
		[ { "key": "app", "operator": "Like", "values": [ "far" ] } ] } } ] } ]'
	isolates "an unknown field" "fromm" '"ingress": [ { FROM, "fromm": [] } ]'
	isolates "a range of ports that ends before it begins" "endPort" \
		'"ingress": [ { FROM, "ports": [ { "port": 90, "endPort": 80 } ] } ]'
	isolates "more rules than there may be" "more than 65536" \
		"\"ingress\": [ $(printf '{},%.0s' {1..65536}) {} ]"
	web_from far
	check "it is mended: nothing is wrong" wait_for 10 \
		metric "k8sov_agent_policy_problems 0"
	check "and both obey" both_obey
}

# most TABLE N - of rulesets or identities, on node A
most() { ip -n "$NODE_A" link set ov0 type k8sov "max$1" "$2" || bail "no limit"; }

# lacks BEHAVIOUR LIMIT - policy "other" is named for it, "client" isolated, "web" obeys
lacks()
{
	local words="NetworkPolicy default/other is not obeyed as it is: .*$2"
	check "$1: the policy is named" wait_for 10 ready_says "$words"
	check "$1: in the log as well" says A "$words"
	check "$1: and in the state" served /debug/state "$words"
	check "$1: it is counted" metric "k8sov_agent_policy_problems 1"
	check "$1: its pods are isolated" \
		wait_for 10 blocked "$POD_B" 10.244.1.3
	check "$1: others obey" both_obey
	pods stranger
	check "$1: a label changes: that comes into force" \
		wait_for 10 blocked "$POD_B" "$POD_A4"
	pods far
	check "$1: and again" wait_for 10 reaches "$POD_B" "$POD_A4"
	check "$1: the kernel refused nothing" quiet
}

# fits BEHAVIOUR - policy "other" obeys
fits()
{
	check "$1: the pods are in service" \
		wait_for 10 reaches "$POD_B" 10.244.1.3
	check "$1: the policy is in force" wait_for 10 has_ruleset default/other
	check "$1: the others obey" both_obey
	check "$1: nothing is wrong" \
		wait_for 10 metric "k8sov_agent_policy_problems 0"
}

has_ruleset()
{
	ctl A -j ruleset show |
		jq -e --arg n "NetworkPolicy $1 ingress" 'any(.[]; .name == $n)'
}

# other PEERS - may reach "client"
other()
{
	policy other '"podSelector": { "matchLabels": { "app": "client" } },
		"ingress": [ { "from": [ '"$1"' ] } ]'
}

other_from_far() { other '{ "podSelector": { "matchLabels": { "app": "far" } } }'; }

again()
{
	agent_kill A
	agent A --policy enforce
	agent_ready A
}

few_rulesets()
{
	most rulesets 1
	other_from_far
	lacks "a ruleset too many" max-rulesets
	check "and in place of the first no other comes" has_ruleset default/web
	rm "$POLICY/other.yaml"
	check "it is gone: nothing is wrong" \
		wait_for 10 metric "k8sov_agent_policy_problems 0"
	most rulesets 2
	tell A <<<"ruleset add dev ov0 id 77 name theirs rule accept"
	other_from_far
	lacks "somebody else has the room" max-rulesets
	tell A <<<"ruleset del dev ov0 id 77"
	fits "who had the room leaves it"
	rm "$POLICY/other.yaml"
	check "it is gone again: nothing is wrong" \
		wait_for 10 metric "k8sov_agent_policy_problems 0"
	most rulesets 1
	other_from_far
	again
	lacks "a ruleset too many after a restart" max-rulesets
	most rulesets 2
	fits "there is room"
	rm "$POLICY/web.yaml"
	most rulesets 1
	check "the first goes: who it kept off is accepted" \
		wait_for 10 reaches "$POD_A2" "$POD_A4"
	rm "$POLICY/other.yaml"
	web_from far
	check "the last goes, and the first comes in its place: it obeys" both_obey
	most rulesets 16384
}

few_identities()
{
	most identities $(($(ours identity) + 3))
	other '{ "ipBlock": { "cidr": "10.244.0.0/16", "except":
		[ "10.244.9.0/24", "10.244.10.0/24", "10.244.11.0/24" ] } }'
	lacks "addresses too many" max-identities
	other_from_far
	fits "it asks for less"
	other '{ "ipBlock": { "cidr": "10.244.0.0/16", "except":
		[ "10.244.9.0/24", "10.244.10.0/24", "10.244.11.0/24" ] } }'
	lacks "it asks for more again" max-identities
	again
	lacks "addresses too many after a restart" max-identities
	most identities 1048576
	fits "there is room"
	rm "$POLICY/other.yaml"
	check "and both obey" both_obey
}

# ours TABLE - how many entries are k8sovd's
ours()
{
	ctl A -j "$1" show |
		jq "[.[] | select(.owner == $((0x4b38706f6c696379)))] | length"
}

highest() { ctl A -j ruleset show | jq 'map(.id) | max'; }
has_identities() { [ "$(ours identity)" != 0 ]; }
theirs() { ctl A -j ruleset show id "$1" | jq -er '.[0].name'; }

# Rulesets and identities of somebody else have the numbers that come first.
numbers()
{
	web_from far
	check "there is a policy again" both_obey
	agent_stop A
	agent A --policy off
	check "off: the device judges nothing" wait_for 10 policy_is off
	check "nothing of policy is left" wait_for 10 says A 'nothing of policy is left'
	equal "no ruleset" 0 "$(ours ruleset)"
	equal "no identity" 0 "$(ours identity)"
	equal "endpoints are ready, without rulesets" "ready 3 0 0" \
		"$(ctl A -j endpoint show link pod2 dev ov0 | jq -r '.[0] | "\(.state) \(.identity) \(.ingress // 0) \(.egress // 0)"')"
	agent_stop A
	tell A <<-END
		ruleset add dev ov0 id 1 name theirs rule accept
		ruleset add dev ov0 id 3 name theirs rule accept
		identity add dev ov0 192.0.2.0/24 identity 256
	END
	agent A --policy enforce
	agent_ready A
	check "numbers are taken: both obey" both_obey
	equal "whose they are keeps them" "theirs theirs" \
		"$(theirs 1) $(theirs 3)"
	tell A <<-END
		ruleset add dev ov0 id $(($(highest) + 1)) name theirs rule accept
	END
	spec '"policyTypes": [ "Ingress", "Egress" ]'
	check "the next is taken: a policy with one more ruleset is obeyed" \
		wait_for 10 blocked "$POD_B" "$POD_A4"
	equal "it has two" 2 "$(ours ruleset)"
	check "nothing is wrong" quiet
	check "metrics count policies" metric "k8sov_agent_policies 1"
	check "and rulesets" metric \
		'k8sov_agent_policy_entries{table="ruleset"} 2'
	check "and pods in service" metric \
		'k8sov_agent_policy_endpoints{state="ready"} 2'
	check "and those that are isolated" metric \
		'k8sov_agent_policy_endpoints{state="pending"} 0'
	check "and denied packets by reason" served /metrics \
		'k8sov_device_drops_total{device="ov0",reason="policy-ingress"} [1-9]'
	web_from far
	check "it is changed again: both obey" both_obey
	tell A <<<"identity flush dev ov0 owner 0x4b38706f6c696379"
	check "somebody takes identities away: they come back" \
		wait_for 10 has_identities
	check "and both obey" both_obey
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
}

# plugin NAME VARIABLE [MEMBER...] - ADD, as a kubelet has it done
plugin()
{
	local name=$1 variable=$2
	shift 2
	CNI_ARGS="K8S_POD_NAMESPACE=default;K8S_POD_NAME=$name;K8S_POD_INFRA_CONTAINER_ID=c" \
		attach A "$variable" eth0 "$@"
}

# pod_ns VARIABLE - what runs nothing yet
pod_ns()
{
	setup_ns "$1"
	set_sysctls "${!1}"
}

# of_pod NAME FILTER - of the endpoint of a pod that the plugin attached
of_pod()
{
	ctl A -j endpoint show |
		jq -er --arg name "default/$1/" ".[] | select(.name | startswith(\$name)) | $2"
}

pod_is() { [ "$(of_pod "$1" .state)" = "$2" ]; }

# manifest NAME APP - of a pod of node A that has no address yet
manifest()
{
	a_pod "$1" "$2" "" node-a | sed '/podIPs/d' |
		put_file "$POLICY/$1.yaml"
}

rest() { left A | grep -v '"link":"pod[23]"'; }

born_by_plugin()
{
	local adding status=0 first second
	pod_ns FIRST
	start "$AGENT/words" plugin first FIRST
	adding=$started
	check "ADD of a pod that nobody has told of: it is pending" \
		wait_for 20 pod_is first pending
	check "it is counted" wait_for 10 metric "k8sov_agent_policy_waiting 1"
	check "ADD waits" kill -0 "$adding"
	first=$(of_pod first '.address[0]')
	check "nobody reaches it" blocked "$POD_B" "$first"
	manifest first web
	wait "$adding" || status=$?
	equal "it is told, without its addresses: ADD answers" 0 "$status"
	check "who may reaches it at once" reaches "$POD_B" "$first"
	check "and nobody else" blocked "$POD_A2" "$first"
	equal "the endpoint is still the plugin's" true \
		"$(of_pod first ".owner == $((0x6b38736f76636e69))")"
	pod_ns SECOND
	manifest second web
	check "ADD of a pod that was told" plugin second SECOND
	second=$(of_pod second '.address[0]')
	check "its policy is in force when ADD answers: nobody else reaches it" \
		blocked "$POD_A2" "$second"
	check "who may does" reaches "$POD_B" "$second"
	check "CHECK finds all right" cni A CHECK c-second SECOND \
		<<<"$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/SECOND.eth0")")"
}

without_agent()
{
	local second
	pod_ns THIRD
	manifest third web
	agent_kill A
	answers "without k8sovd ADD fails, to be tried later" 11 \
		"not in force on ov0 after 1 s" "" plugin third THIRD '"policyTimeout":1'
	equal "and leaves nothing" "" "$(rest | grep third)"
	check "pods that were there go on" reaches "$POD_B" "$POD_A4"
	agent A --policy enforce
	agent_ready A
	check "k8sovd starts: it works" plugin third THIRD
	check "the policy is in force" blocked "$POD_A2" \
		"$(of_pod third '.address[0]')"
	check "DEL takes the pod away" detach A THIRD
	equal "and all of it" "" "$(rest | grep third)"
	second=$(of_pod second '.address[0]')
	rm "$POLICY/second.yaml"
	check "a pod is gone from the cluster: it is isolated" \
		wait_for 10 blocked "$POD_B" "$second"
}

plugged()
{
	cni_files
	cni_node A "\"ipam\":$(ipam A "\"reserve\":[\"$POD_A4\",\"$POD_A6\",\"10.244.1.3\",\"fd00:244:1::3\"]")"
	born_by_plugin
	without_agent
	detach A FIRST
	detach A SECOND
	rm "$POLICY"/first.yaml "$POLICY"/third.yaml
}

begin
born
obeys
stays
guarded
restarts
broken
few_rulesets
few_identities
plugged
modes
numbers
finish

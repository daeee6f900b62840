#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Whoever asks why a packet did not pass is told which object of the cluster
# decided: events of denials, what policy means for a pod, and traces name the
# NetworkPolicy or ClusterNetworkPolicy and its rule, and rules count. In audit
# mode the same is told of what passes.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

# a_pod NAMESPACE NAME NODE ADDRESS ADDRESS6 - its label "app" is its name
a_pod()
{
	cat <<-END
		---
		apiVersion: v1
		kind: Pod
		metadata: { name: $2, namespace: $1, uid: u-$2, labels: { app: $2 } }
		spec: { nodeName: $3, containers: [] }
		status: { podIPs: [ { ip: $4 }, { ip: "$5" } ] }
	END
}

# web accepts its client's TCP, and by a rule of administrators nothing of who
# is in namespace bad; the policy of db has a field that nobody knows.
manifests()
{
	mkdir "$CLUSTER/policy"
	{
		a_pod default web node-a "$POD_A4" "$POD_A6"
		a_pod default client node-a 10.244.1.3 fd00:244:1::3
		a_pod default db node-a 10.244.1.4 fd00:244:1::4
		a_pod bad guest node-b "$POD_B4" "$POD_B6"
		cat <<-END
			---
			apiVersion: networking.k8s.io/v1
			kind: NetworkPolicy
			metadata: { name: web, namespace: default }
			spec:
			  podSelector: { matchLabels: { app: web } }
			  ingress:
			  - from: [ { podSelector: { matchLabels: { app: client } } } ]
			    ports: [ { port: 80 } ]
			---
			apiVersion: networking.k8s.io/v1
			kind: NetworkPolicy
			metadata: { name: typo, namespace: default }
			spec:
			  podSelector: { matchLabels: { app: db } }
			  ingres: [ {} ]
			---
			apiVersion: policy.networking.k8s.io/v1alpha2
			kind: ClusterNetworkPolicy
			metadata: { name: guard }
			spec:
			  tier: Admin
			  priority: 7
			  subject: { pods: { podSelector: { matchLabels: { app: web } } } }
			  ingress:
			  - action: Deny
			    name: no guests
			    from: [ { namespaces: { matchLabels: { kubernetes.io/metadata.name: bad } } } ]
		END
	} | put_file "$CLUSTER/policy/all.yaml"
}

# knock NAMESPACE ADDRESS - a datagram that nobody waits for
knock() { in_ns "$1" bash -c "echo >/dev/udp/$2/9"; }

is_told() { jq -e -s "map(select($1)) | length > 0" "$LOG"; }
knock_and_look() { knock "$1" "$2" && is_told "$3"; }

# tells BEHAVIOUR EVENT NAMESPACE ADDRESS RULE - who knocks is denied by RULE
tells()
{
	check "$1" wait_for 20 knock_and_look "$3" "$4" \
		".event == \"$2\" and .destination == \"$4\" and .rule_name == \"$5\""
}

# rule POD RULE - as JSON, of those that are asked first
rule()
{
	ctl A -j policy explain "default/$1" |
		jq --arg name "$2" '[.[].rules[] | select(.name == $name)][0]'
}

hits() { rule "$1" "$2" | jq .hits; }

names()
{
	local web="isolated by NetworkPolicy default/web"
	local guard="ClusterNetworkPolicy guard ingress 1 (no guests)"
	local before rule
	tells "a denial names the policy that isolates" denied "$POD_A2" \
		"$POD_A4" "$web"
	tells "over IPv6" denied "$POD_A2" "$POD_A6" "$web"
	tells "a rule of a cluster's policy, by its name" denied "$POD_B" \
		"$POD_A4" "$guard"
	tells "over IPv6, too" denied "$POD_B" "$POD_A6" "$guard"
	tells "a policy that is broken" denied "$POD_A2" 10.244.1.4 \
		"isolated by NetworkPolicy default/typo"
	check "who is denied is named" is_told '.name == "default/web/c" and
		.link == "pod2" and .direction == "ingress" and
		.source == "10.244.1.3" and .protocol == "udp" and .port == 9'
	for rule in "$web" "$guard"; do
		before=$(hits web "$rule")
		knock "$([ "$rule" = "$web" ] && echo "$POD_A2" || echo "$POD_B")" \
			"$POD_A4"
		equal "$rule: a denial counts" $((before + 1)) \
			"$(hits web "$rule")"
	done
	equal "what accepts is named, with whom and what" \
		"accept tcp:80" "$(rule web "NetworkPolicy default/web ingress 1" |
			jq -r '"\(.action) \(.keys)"')"
}

# traced PORT NAME - the last word of a trace from the client to web
traced()
{
	ctl A policy trace dev ov0 10.244.1.3 "$POD_A4" "$1/tcp" |
		grep -q "(\"$2\") says"
}

two_nodes
add_pod POD_A2 A 3
add_pod POD_A3 A 4
agent_files
cluster_dir
node_file A
node_file B
agent B
agent_ready B
manifests
agent A --policy enforce
agent_ready A
wait_for 10 has A "$SUBNET_B4" node-b
wait_for 10 has B "$SUBNET_A4" node-a
tell A <<-END
	endpoint add dev ov0 link pod2 name default/web/c address $POD_A4 address $POD_A6
	endpoint add dev ov0 link pod3 name default/client/c address 10.244.1.3 address fd00:244:1::3
	endpoint add dev ov0 link pod4 name default/db/c address 10.244.1.4 address fd00:244:1::4
END
a_file LOG
start "$LOG" ctl A -j monitor --denied
names
check "a trace names what accepts" traced 80 "NetworkPolicy default/web ingress 1"
check "and what does not" traced 81 "isolated by NetworkPolicy default/web"
agent_stop A
agent A --policy audit
agent_ready A
tells "audit: what would be denied is told, too" audited "$POD_A2" "$POD_A4" \
	"isolated by NetworkPolicy default/web"
finish

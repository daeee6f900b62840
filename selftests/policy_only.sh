#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Policy for pods of another network: Flannel carries the packets (its vxlan
# device, and the reference plugins bridge and ptp), the plugin behind them in
# the list registers the pods, and k8sovd only enforces, with a device that is
# down. Node B has nothing of k8sov.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/craft.sh
. "$(dirname "$0")/craft.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

need_module br_netfilter
for plugin in bridge ptp host-local; do
	[ -x "/usr/lib/cni/$plugin" ] || skip_all "no containernetworking-plugins"
done

# a_pod NAME APP [NODE ADDRESS...]
a_pod()
{
	local ip name=$1 app=$2 node=${3:-node-a}
	shift $(($# < 3 ? 2 : 3))
	cat <<-END
		---
		apiVersion: v1
		kind: Pod
		metadata: { name: $name, namespace: default, uid: uid-$name, labels: { app: $app } }
		spec: { containers: [], nodeName: $node }
		status: { podIPs: [ $(for ip; do echo "{ ip: \"$ip\" },"; done) ] }
	END
}

# only [MEMBER...] - our place in the list
only() { with '{"cniVersion":"1.0.0","name":"cbr0","type":"k8sov","policyOnly":true}' "$@"; }

# other TYPE - the configuration of the plugin that attaches, as Flannel's has it
other()
{
	with "{\"cniVersion\":\"1.0.0\",\"name\":\"cbr0\",\"type\":\"$1\",\"mtu\":1430}" \
		"\"ipam\":{\"type\":\"host-local\",\"dataDir\":\"$CNI/hl\",\"ranges\":[[{\"subnet\":\"$SUBNET_A4\"}],[{\"subnet\":\"$SUBNET_A6\"}]],\"routes\":[{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"::/0\"}]}" \
		'"bridge":"cni0"' '"isGateway":true' '"hairpinMode":true'
}

# call TYPE COMMAND VARIABLE - the plugin TYPE, its configuration from stdin
call()
{
	local program=/usr/lib/cni/$1
	[ "$1" != k8sov ] || program=$PLUGIN
	CNI_ARGS="IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=${3,,};K8S_POD_INFRA_CONTAINER_ID=c" \
		PLUGIN=$program cni A "$2" "c-${3,,}" "$3"
}

# given TYPE VARIABLE - TYPE attaches a new pod, nobody registers it
given()
{
	setup_ns "$2"
	set_sysctls "${!2}"
	call "$1" ADD "$2" <<<"$(other "$1")" >"$CNI/$2.first" ||
		bail "no pod: $(cat "$CNI/$2.first")"
	read -r "${2}4" "${2}6" < <(jq -r \
		'[.ips[].address | split("/")[0]] | "\(.[0]) \(.[1])"' \
		"$CNI/$2.first")
}

prev() { echo "\"prevResult\":$(cat "$CNI/$1.first")"; }

# register VARIABLE [MEMBER...] - what comes after TYPE in the list
register()
{
	local pod=$1
	shift
	call k8sov ADD "$pod" <<<"$(only "$(prev "$pod")" "$@")" \
		>"$CNI/$pod.eth0"
}

# taken TYPE VARIABLE - DEL of the list, which begins at its end
taken()
{
	call k8sov DEL "$2" <<<"$(only "$(prev "$2")")" &&
		call "$1" DEL "$2" <<<"$(other "$1")"
}

# cached VARIABLE - as libcni keeps the answer that the pod's list had
cached()
{
	mkdir -p "$CNI/results"
	jq "{kind: \"cniCacheV1\", containerId: \"c-${1,,}\", config: \"\",
		ifName: \"eth0\", networkName: \"cbr0\", cniArgs: [
			[\"IgnoreUnknown\", \"1\"],
			[\"K8S_POD_NAMESPACE\", \"default\"],
			[\"K8S_POD_NAME\", \"${1,,}\"]],
		result: .}" "$CNI/$1.first" >"$CNI/results/cbr0-c-${1,,}-eth0"
}

adopt()
{
	CNI_PATH=$(dirname "$PLUGIN") ctl A "$@" pod adopt dev ov0 \
		results "$CNI/results"
}

# host_end VARIABLE - name of the node's end of the pod's link
host_end()
{
	ip -n "$NODE_A" -j link show | jq -er --argjson i "$(ip -n "${!1}" \
		-j link show eth0 | jq .[0].link_index)" \
		'.[] | select(.ifindex == $i) | .ifname'
}

endpoint() { ctl A -j endpoint show link "$(host_end "$1")" dev ov0; }
state_is() { endpoint "$1" | jq -e --arg s "$2" '.[0].state == $s'; }

# both VARIABLE NAMESPACE - it reaches the pod by both families; neither: by none
both()
{
	local v4=${1}4 v6=${1}6
	ping_once "$2" "${!v4}" -W 1 && ping_once "$2" "${!v6}" -W 1
}

neither()
{
	local v4=${1}4 v6=${1}6
	not ping_once "$2" "${!v4}" -W 1 && not ping_once "$2" "${!v6}" -W 1
}

flannel_nodes()
{
	two_nodes
	agent_files
	cni_files
	cluster_dir
	POLICY=$CLUSTER/policy
	mkdir "$POLICY"
	node_file A "$(lease_members A)"
	node_file B "$(lease_members B)"
	ip -n "$NODE_A" link del pod2
	ip -n "$NODE_A" addr del "$GW_A4/32" dev lo
	ip -n "$NODE_A" addr del "$GW_A6/128" dev lo
	flannel A
	flannel B
	flannel_knows A B
	flannel_knows B A
	in_ns "$NODE_A" bash -c '
		echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables &&
		echo 1 >/proc/sys/net/bridge/bridge-nf-call-ip6tables' ||
		bail "no sysctls"
	a_pod far far node-b "$POD_B4" "$POD_B6" | put_file "$POLICY/far.yaml"
}

enforces()
{
	agent A --policy-only --policy enforce
	agent_ready A
}

begin()
{
	given bridge OLD
	check "before: Flannel carries packets" both OLD "$POD_B"
	answers "without a device STATUS says so" 50 "no overlay device" \
		"$(only '"cniVersion":"1.1.0"')" call k8sov STATUS OLD
	ip_in "$NODE_A" <<-END
		link add ov0 type k8sov dstport 4790
		link set ov0 up
	END
	agent A --policy-only --policy enforce
	check "a device that is up is not taken" wait_for 10 says A \
		'ov0 is up, as if it carried packets'
	ip -n "$NODE_A" link set ov0 down
	check "one that is down is" wait_for 10 says A \
		'the kernel has what the policies say'
	agent_stop A
	ip -n "$NODE_A" link del ov0
	enforces
	check "k8sovd makes a device that judges" eval \
		"ip -n $NODE_A -d link show ov0 | grep -q 'policy enforce'"
	check "and is down" eval \
		"ip -n $NODE_A -j link show ov0 | jq -e '.[0].flags | index(\"UP\") | not'"
	equal "no route leads there" "" "$(ip -n "$NODE_A" route show dev ov0
		ip -n "$NODE_A" -6 route show dev ov0)"
	check "no runtime is told of another network" \
		not test -e "$AGENT/A.conflist"
	check "the node's subnet is not known: that is said" says A \
		'has no subnet of this node'
	check "what nobody registered passes then" both OLD "$POD_B"
	put_file "$AGENT/A.env" <<-END
		FLANNEL_NETWORK=10.244.0.0/16
		FLANNEL_SUBNET=10.244.1.1/24
		FLANNEL_IPV6_NETWORK=fd00:244::/32
		FLANNEL_IPV6_SUBNET=fd00:244:1::1/64
		FLANNEL_MTU=1430
		FLANNEL_IPMASQ=true
	END
	check "it becomes known: the pod is isolated" \
		wait_for 10 neither OLD "$POD_B"
	check "from the node as well" neither OLD "$NODE_A"
	equal "k8sovctl shows what is known" "$SUBNET_A4 $SUBNET_A6" \
		"$(ctl A -j node show | jq -r '.[] | "\(.subnet) \(.subnet6)"')"
	check "the file is left as it is" grep -q IPMASQ=true "$AGENT/A.env"
}

# obeys TYPE VARIABLE PEER - a pod web of TYPE, which PEER of the node asks
obeys()
{
	local type=$1 pod=$2 peer=${!3}
	check "$type: the pod is registered" register "$pod"
	equal "$type: the answer is that of the plugin before" \
		"$(jq -S . "$CNI/$pod.first")" "$(jq -S . "$CNI/$pod.eth0")"
	check "$type: its policy is in force" state_is "$pod" ready
	web_from far
	check "$type: who may comes from another node" \
		wait_for 10 both "$pod" "$POD_B"
	check "$type: who may not is of the same node" \
		wait_for 10 neither "$pod" "$peer"
	web_from client
	check "$type: another policy: who may is of the same node" \
		wait_for 10 both "$pod" "$peer"
	check "$type: who may not is of another" neither "$pod" "$POD_B"
	check "$type: the node may" both "$pod" "$NODE_A"
	check "$type: the pod itself reaches others" \
		ping_once "${!pod}" "$POD_B6"
	works "$type: CHECK finds nothing" "$(only "$(prev "$pod")")" \
		call k8sov CHECK "$pod"
}

attached()
{
	a_pod web web | put_file "$POLICY/pod-web.yaml"
	a_pod routed web | put_file "$POLICY/pod-routed.yaml"
	a_pod client client | put_file "$POLICY/pod-client.yaml"
	given bridge CLIENT
	register CLIENT || bail "no client: $(cat "$CNI/CLIENT.eth0")"
	given bridge WEB
	obeys bridge WEB CLIENT
	a_pod guest client | put_file "$POLICY/pod-guest.yaml"
	given ptp GUEST
	register GUEST || bail "no guest: $(cat "$CNI/GUEST.eth0")"
	given ptp ROUTED
	obeys ptp ROUTED GUEST
}

# The pod that was there before, one that is gone, and one that is no veth's.
adopted()
{
	a_pod old client | put_file "$POLICY/pod-old.yaml"
	cached OLD
	jq '.interfaces[].sandbox |= if . then "/run/netns/nowhere" else . end' \
		"$CNI/OLD.first" >"$CNI/DEAD.first"
	cached DEAD
	equal "pods that were there before are adopted" '["c-old"]' \
		"$(adopt -j | jq -c '[.[].container]')"
	check "so they are in service" wait_for 10 both OLD "$POD_B"
	check "and obey" wait_for 10 both WEB "$OLD"
	equal "once" "" "$(adopt)"
	setup_ns STRANGE
	ip -n "$STRANGE" link add eth0 type dummy
	jq ".interfaces[].sandbox |= if . then \"/run/netns/$STRANGE\" else . end" \
		"$CNI/OLD.first" >"$CNI/STRANGE.first"
	cached STRANGE
	refuses "one that cannot be is named" "c-strange: the interface eth0 of the pod is no veth" adopt
	rm "$CNI/results/cbr0-c-strange-eth0"
	refuses "where there are no answers is said" "cannot read /nowhere" \
		ctl A pod adopt dev ov0 results /nowhere
}

# A pod that takes another's address.
spoofs()
{
	local before
	ip -n "$CLIENT" addr add "$WEB4/32" dev eth0
	before=$(drops A)
	check "a pod of a bridge sends from its own addresses only" \
		not ping_once "$CLIENT" 10.244.1.1 -I "$WEB4" -W 1
	check "that is counted" eval \
		"[[ '$(since "$before" "$(drops A)")' == *tx_source* ]]"
	ip -n "$CLIENT" addr del "$WEB4/32" dev eth0
}

born()
{
	agent_kill A
	given bridge YOUNG
	a_pod young client | put_file "$POLICY/pod-young.yaml"
	answers "without k8sovd ADD fails, to be tried later" 11 \
		"not in force" "$(only "$(prev YOUNG)" '"policyTimeout":1')" \
		call k8sov ADD YOUNG
	equal "what it leaves has no address" "null" \
		"$(endpoint YOUNG | jq -c '.[0].address')"
	check "and nobody reaches the pod" neither YOUNG "$POD_B"
	taken bridge YOUNG || bail "no DEL"
	given bridge YOUNG
	check "or it does not wait" register YOUNG '"policyTimeout":0'
	check "then the pod is isolated" neither YOUNG "$POD_B"
	check "who was there obeys" both WEB "$CLIENT"
	check "and is obeyed" neither WEB "$POD_B"
	enforces
	check "k8sovd comes: the pod is in service" \
		wait_for 10 both YOUNG "$POD_B"
}

policy_of() { ctl A -j device show dev ov0 | jq -r '.[].policy'; }
policy_is() { [ "$(policy_of)" = "$1" ]; }

# As a node gets policy while its pods run.
switched_on()
{
	agent_stop A
	agent A --policy-only --policy off
	check "policy off: the device judges nothing" wait_for 10 policy_is off
	given bridge LATE
	a_pod late web | put_file "$POLICY/pod-late.yaml"
	cached LATE
	equal "a pod that is there is adopted" '["c-late"]' \
		"$(adopt -j | jq -c '[.[].container]')"
	check "and stays open" both LATE "$POD_B"
	agent_stop A
	enforces
	check "policy is switched on: the pod obeys" \
		wait_for 10 neither LATE "$POD_B"
	check "and is obeyed" both LATE "$CLIENT"
}

refused()
{
	local pod
	pod=$(only "$(prev WEB)")
	answers "ADD wants the plugin before" 7 "missing prevResult" \
		"$(only)" call k8sov ADD WEB
	answers "so does CHECK" 7 "missing prevResult" "$(only)" \
		call k8sov CHECK WEB
	answers "a second ADD does not replace the first" 100 "register" \
		"$pod" call k8sov ADD WEB
	answers "what attaches pods is not for us" 7 'without "ipam"' \
		"$(with "$pod" '"ipam":{}')" call k8sov ADD WEB
	in_ns "$NODE_A" bash -c \
		'echo 0 >/proc/sys/net/bridge/bridge-nf-call-ip6tables'
	answers "policy does not see the bridge's pods: ADD says so" 100 \
		"is a port of a bridge whose pods policy does not see" \
		"$pod" call k8sov ADD WEB
	answers "so does CHECK" 100 "bridge-nf-call-ip6tables" "$pod" \
		call k8sov CHECK WEB
	in_ns "$NODE_A" bash -c \
		'echo 1 >/proc/sys/net/bridge/bridge-nf-call-ip6tables'
	setup_ns PLAIN
	ip -n "$PLAIN" link add eth0 type dummy
	answers "a link that does not lead to the node is refused" 2 \
		"is no veth" "$pod" call k8sov ADD PLAIN
	ip -n "$PLAIN" link del eth0
	setup_ns FAR_END
	ip -n "$PLAIN" link add eth0 type veth peer name eth0 netns "$FAR_END"
	answers "so is one that leads to another pod" 103 \
		"is not on the node" "$pod" call k8sov ADD PLAIN
	works "GC has nothing to do" \
		"$(only '"cniVersion":"1.1.0"' '"cni.dev/valid-attachments":[]')" \
		call k8sov GC WEB
	check "nor done" both WEB "$CLIENT"
	works "STATUS: the device is there" "$(only '"cniVersion":"1.1.0"')" \
		call k8sov STATUS WEB
}

gone()
{
	local before left
	works "DEL takes the pod's addresses" "$(only "$(prev CLIENT)")" \
		call k8sov DEL CLIENT
	equal "for others to have" "null pending" \
		"$(endpoint CLIENT | jq -r '.[0] | "\(.address) \(.state)"')"
	before=$(drops A)
	check "it sends nothing any more" \
		not ping_once "$CLIENT" "$POD_B4" -W 1
	check "from its former addresses neither" eval \
		"[[ '$(since "$before" "$(drops A)")' == *tx_source* ]]"
	works "a second DEL finds nothing to do" "$(only "$(prev CLIENT)")" \
		call k8sov DEL CLIENT
	call bridge DEL CLIENT <<<"$(other bridge)" || bail "no DEL"
	works "a third, without the link" "$(only "$(prev CLIENT)")" \
		call k8sov DEL CLIENT
	works "without the previous result" "$(only)" call k8sov DEL WEB
	check "which takes nothing" state_is WEB ready
	taken bridge WEB
	taken ptp ROUTED
	taken ptp GUEST
	taken bridge YOUNG
	taken bridge LATE
	call bridge DEL OLD <<<"$(other bridge)"
	left=$(ctl A -j endpoint show)
	equal "nothing is left of the pods" "[]" "$(jq -c . <<<"$left")"
	agent_stop A
	check "k8sovd ends: the device stays" ip -n "$NODE_A" link show ov0
}

flannel_nodes
begin
attached
adopted
spoofs
born
switched_on
refused
gone
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Random policies of all kinds go through k8sovd on two nodes, and each of eight
# pods asks each other, over UDP and TCP, IPv4 and IPv6: what passes is what a
# slow evaluator says, what does not is counted, in each round of changes.
# K8SOV_SEED=N K8SOV_ROUNDS=N for others.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

ROUNDS=40
[ "${K8SOV_VM:-}" != uml-debug ] || ROUNDS=15
! emulated || ROUNDS=6
NODES=()
PODS=()

# a_pod X NUMBER NAMESPACE/NAME NETNS - is attached, and waits for its policy
a_pod()
{
	local i addresses
	i=$(index_of "$1")
	addresses=10.244.$i.$2,fd00:244:$i::$2
	tell "$1" <<-END
		endpoint add dev ov0 link pod$2 name $3/c address ${addresses/,/ address }
	END
	PODS+=("$3=$4=node-${1,,}=$addresses")
}

a_node()
{
	local x=$1 n variable node=NODE_$1 pod=POD_$1 ul4=UL_${1}4 ul6=UL_${1}6
	local names=("$2" "$3" "$4" "$5")
	NODES+=("node-${x,,}=${!node}=${!ul4},${!ul6}")
	a_pod "$x" 2 "mark/${x,,}" "${!pod}"
	for n in 3 4 5 6; do
		variable=POD_$x$n
		add_pod "$variable" "$x" "$n"
		a_pod "$x" "$n" "${names[n - 3]}" "${!variable}"
	done
}

two_nodes
agent_files
cluster_dir
node_file A
node_file B
mkdir "$CLUSTER/policy"
for x in A B; do
	agent $x --policy enforce
	agent_ready $x
done
wait_for 10 has A "$SUBNET_B4" node-b
wait_for 10 has B "$SUBNET_A4" node-a
a_node A a/p0 a/p1 b/p2 c/p3
a_node B a/p4 b/p5 b/p6 c/p7
seed=${K8SOV_SEED:-1}

check "seed $seed: packets do what policies say" \
	"$PYTHON" "$HERE/policy_truth.py" "$seed" "${K8SOV_ROUNDS:-$ROUNDS}" \
	"$CLUSTER/policy" "$(helper policy_oracle)" "${NODES[@]}" -- "${PODS[@]}"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Containers of a network that knows nothing of k8sov, which podman and the
# reference plugins made, are adopted by what podman has kept of them: they are
# registered before the device judges anything, so nothing is interrupted.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"
# shellcheck source=selftests/runtime.sh
. "$(dirname "$0")/runtime.sh"

need podman conmon crun jq busybox
need_module br_netfilter

# its FIELD - of the one endpoint
its() { ctl A -j endpoint show dev ov0 | jq -r ".[0].$1"; }

# run NAME - a container of the bridge, its namespace called NAME
run()
{
	podman_on A run -d --name "$1" --network net --rootfs "$ROOTFS" \
		/bin/tail -f /dev/null || return
	pod_name "$1" "$(podman_on A inspect -f '{{.State.Pid}}' "$1")"
}

two_nodes
cni_files
rootfs
podman_node A
ip -n "$NODE_A" link del pod2
ip -n "$NODE_A" addr del "$GW_A4/32" dev lo
in_ns "$NODE_A" bash -c '
	echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables' || bail "no sysctl"
cat >"$CNI/A/net.d/10-net.conflist" <<-END
	{"cniVersion":"0.4.0","name":"net","plugins":[{"type":"bridge","bridge":"cni0","isGateway":true,
	"ipam":{"type":"host-local","ranges":[[{"subnet":"$SUBNET_A4"}]],"routes":[{"dst":"0.0.0.0/0"}]}}]}
END
run kaa || bail "no container"
check "before: the node reaches the container" \
	ping_once "$NODE_A" "$(address kaa 4)"
ip -n "$NODE_A" link add ov0 type k8sov
check "it is adopted" on A k8sovctl pod adopt
equal "by its address" "$(address kaa 4)" "$(its 'address[0]')"
equal "on its link" cni0 "$(ip -n "$NODE_A" -j link show "$(its link)" |
	jq -r '.[0].master')"
equal "and is ready, for nothing is judged yet" ready "$(its state)"
tell A <<-END
	subnet add $SUBNET_A4 dev ov0 local
END
ip -n "$NODE_A" link set ov0 type k8sov policy enforce
check "the device judges: nothing is interrupted" \
	ping_once "$NODE_A" "$(address kaa 4)"
run kab || bail "no second container"
check "who comes later and is not adopted is isolated" \
	not ping_once "$NODE_A" "$(address kab 4)" -W 1
check "it is adopted, too" on A k8sovctl pod adopt
equal "isolated until its policy is there" pending \
	"$(ctl A -j endpoint show address "$(address kab 4)" dev ov0 |
		jq -r '.[0].state')"
podman_on A rm -f -t 0 kaa kab >/dev/null
equal "they end: nothing is left" "[]" "$(ctl A -j endpoint show | jq -c .)"
finish

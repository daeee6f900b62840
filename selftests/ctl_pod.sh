#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl pod: what is shown of pods that the plugin attached, and programs
# that run in a pod of their own, however they end.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

# run_pod FILE [WORD...] - pod run on node A with a configuration
run_pod()
{
	in_ns "$NODE_A" env CNI_PATH="${PLUGINS:-$(dirname "$PLUGIN")}" \
		k8sovctl pod run conf "$@"
}

shows()
{
	attach A POD_1 || bail "no pod"
	equal "show: name, addresses, link, state, device" \
		"c-pod_1 address 10.244.1.3 address fd00:244:1::3 link $(links A) state ready dev ov0" \
		"$(ctl A pod show | sed 's/^.*\(c-pod_1\)/\1/')"
	in_ns "$POD_1" ping -q -c 3 -i 0.05 -W 5 "$GW_A4" >/dev/null
	check "show: JSON has the counters, as the pod sees them" \
		jq -e '.[0].tx_packets >= 3 and .[0].rx_packets >= 3' \
		<(ctl A -j pod show)
	check "show: -s has them" grep -q "tx packets [1-9]" <(ctl A -s pod show)
	equal "show: by address" "$(links A)" \
		"$(ctl A -j pod show address 10.244.1.3 | jq -r '.[].link')"
	detach A POD_1
	equal "show: none" "[]" "$(ctl A -j pod show)"
}

# nothing_left WHAT
nothing_left() { equal "$1: nothing is left" "" "$(left A)"; }

runs()
{
	local out
	out=$(run_pod "$CNI/A/conf" name try -- ip -j addr show dev eth0 2>"$CNI/words")
	equal "run: the program is in a pod" "10.244.1.4" \
		"$(jq -r '.[0].addr_info[] | select(.family == "inet").local' \
			<<<"$out")"
	check "run: its name and address are said" \
		grep -q "pod try address 10.244.1.4/32" "$CNI/words"
	nothing_left "run"
	check "run: it reaches a pod of another node" \
		run_pod "$CNI/A/conf" -- ping -q -c 1 -W 5 "$POD_B4"
	run_pod "$CNI/A/conf" -- sh -c 'exit 7' 2>/dev/null
	equal "run: the status is the program's" 7 $?
	run_pod "$CNI/A/conf" -- sh -c 'kill -9 $$' 2>/dev/null
	equal "run: or the signal's" 137 $?
	run_pod "$CNI/A/conf" -- /nonexistent 2>/dev/null
	equal "run: 127 if there is no such program" 127 $?
	nothing_left "run: after failures"
}

pod_is_there() { ctl A -j pod show | jq -e 'length == 1' >/dev/null; }
pod_is_gone() { ctl A -j pod show | jq -e 'length == 0' >/dev/null; }

signals()
{
	local log
	a_file log
	start "$log" run_pod "$CNI/A/conf" -- tail -f /dev/null
	wait_for 20 pod_is_there || bail "no pod runs"
	kill -- "-$started"
	wait "$started" 2>/dev/null
	nothing_left "run: a signal ends pod and program"
	start "$log" run_pod "$CNI/A/conf" -- tail -f /dev/null
	wait_for 20 pod_is_there || bail "no pod runs"
	kill -9 -- "-$started"
	wait "$started" 2>/dev/null
	check "run: killed, its link goes with the pod" wait_for 20 pod_is_gone
	equal "and with the link the endpoint" "" "$(links A)"
}

# run_refuses WHAT WORDS FILE
run_refuses()
{
	local what=$1 words=$2 out status=0
	out=$(run_pod "$3" -- true 2>&1) || status=$?
	check "$what" test "$status" != 0
	check "$what: $words" grep -qF "$words" <<<"$out"
}

bad_input()
{
	run_refuses "run: no such configuration" "unable to open $CNI/none: No such file" \
		"$CNI/none"
	echo '{"name": "x", "plugins": [{"type": "bridge"}]}' >"$CNI/other"
	run_refuses "run: another plugin's configuration" \
		"has no plugin of type 'k8sov'" "$CNI/other"
	echo '{"cniVersion":"1.0.0","name":"x","type":"k8sov","subnetFile":"/none"}' \
		>"$CNI/early"
	run_refuses "run: the plugin's own words" "/none" "$CNI/early"
	PLUGINS=/nonexistent run_refuses "run: no plugin" \
		"there is no CNI plugin k8sov in /nonexistent" \
		"$CNI/A/conf"
	nothing_left "run: refused"
}

two_nodes
overlay_pair vxlan 4
cni_files
cni_node A
echo "$CONF_A" >"$CNI/A/conf"
setup_ns POD_1
shows
runs
bad_input
signals
finish

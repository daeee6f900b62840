#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Everything changes at once under traffic: hosts, subnets, endpoints, whole
# tables, links up and down, options, policy and its mode, namespaces that appear
# and go with devices in them, devices that move, underlays that vanish, the
# module itself.
# Whatever is lost meanwhile, at the end nothing hangs and packets pass again.
#
#   K8SOV_CHURN_SECONDS   how long (default 60, emulated 40; the second half is
#                         with the module inserted and removed)
# shellcheck disable=SC2317
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

case ${K8SOV_VM:-} in
6.*) total=${K8SOV_CHURN_SECONDS:-40} ;;
*) total=${K8SOV_CHURN_SECONDS:-60} ;;
esac
rounds='' saved=''
a_file rounds

# churner NAME COMMAND... - COMMAND again and again, until the end
# Each round may fail in part; how many there were is counted.
churner()
{
	local name=$1 n=0
	shift
	while [ $SECONDS -lt $end ]; do
		("$@") >/dev/null 2>&1
		n=$((n + 1))
	done
	echo "$name $n" >>"$rounds"
}

churn_hosts()
{
	ctl A -f -b - <<-END
		host replace dev ov0 id 5 remote 192.0.2.55 mac 02:aa:00:00:00:05
		host replace dev ov0 id 6 remote 192.0.2.56 encap geneve mac 02:aa:00:00:00:06
		subnet replace 10.244.55.0/24 dev ov0 via id 5
		subnet replace fd00:244:55::/64 dev ov0 via id 6
		host replace dev ov0 id 7 remote 192.0.2.57 encap direct
		host replace dev ov0 id 7 remote 2001:db8::57 encap ipip
		subnet replace 10.244.55.0/24 dev ov0 blackhole
	END
	ctl A subnet del 10.244.55.0/24 dev ov0
	ctl A subnet del fd00:244:55::/64 dev ov0
	ctl A host del dev ov0 id 5
	ctl A host del dev ov0 id 6
	ctl A host del dev ov0 id 7
}

# The same tables again, in one transaction, and sometimes nothing.
churn_tables()
{
	ctl A restore dev ov0 <"$saved"
	ctl A restore dev ov0 <"$saved"
	ctl A subnet flush dev ov0
	ctl A host flush dev ov0
	ctl A endpoint flush dev ov0
	ctl A restore dev ov0 <"$saved"
}

churn_options()
{
	in_ns "$NODE_A" ip link set ov0 type k8sov ttl 9 notrack off
	in_ns "$NODE_A" ip link set ov0 mtu 1300
	in_ns "$NODE_A" ip link set ov0 type k8sov ttl inherit notrack on
	in_ns "$NODE_A" ip link set ov0 type k8sov mtu auto
}

churn_state()
{
	in_ns "$NODE_B" ip link set ov0 down
	in_ns "$NODE_B" ip -batch - <<-END
		link set ov0 up
		route replace 10.244.0.0/16 dev ov0
		route replace fd00:244::/32 dev ov0
	END
}

# A namespace that goes with devices in it, and one whose underlay stays here.
churn_netns()
{
	local ns=k8sov-$$-churn
	ip netns add "$ns"
	in_ns "$NODE_A" ip -batch - <<-END
		link add ov7 netns $ns type k8sov id 77
		link add ov8 type k8sov id 78
		link set ov8 netns $ns
	END
	ip -n "$ns" -batch - <<-END
		link set lo up
		link set ov7 up
		link set ov8 up
		link add ov9 type k8sov id 79
		link set ov9 up
	END
	in_ns "$ns" k8sovctl host add dev ov9 id 1 remote 127.0.0.9 mac 02::9
	in_ns "$ns" ip link set ov8 netns "$NODE_A"
	ip netns del "$ns"
	in_ns "$NODE_A" ip link del ov8
}

# The device goes with the link below it.
churn_lower()
{
	in_ns "$NODE_B" ip -batch - <<-END
		link add low0 type dummy
		link set low0 up
		link add ov5 type k8sov id 55 dev low0
		link set ov5 up
		link set low0 mtu 1400
	END
	in_ns "$NODE_B" k8sovctl host add dev ov5 id 1 remote 198.18.0.1 mac 02::1
	in_ns "$NODE_B" ip link del low0
	in_ns "$NODE_B" ip link del ov5
}

churn_endpoints()
{
	in_ns "$NODE_A" ip link add pod9 type dummy
	in_ns "$NODE_A" ip link add br9 type bridge
	ctl A endpoint replace dev ov0 link pod9 address 10.244.1.9 name a/b/c
	in_ns "$NODE_A" ip link set pod9 master br9
	ctl A identity replace 10.244.1.9/32 dev ov0 identity 256
	in_ns "$NODE_A" ip link del pod9
	ctl A identity del 10.244.1.9/32 dev ov0
}

# Of what the traffic meets, by whom it is let pass and by whom not.
churn_policy()
{
	local mode
	for mode in enforce audit off; do
		in_ns "$NODE_A" ip link set ov0 type k8sov policy "$mode"
		ctl A -f -b - <<-END
			identity replace 10.244.2.2/32 dev ov0 identity 400
			ruleset replace dev ov0 id 7 rule accept rule reject log default 1 class 0 400 range 0 icmp 0
			ruleset replace dev ov0 id 8 rule accept
			endpoint replace dev ov0 link pod2 address $POD_A4 address $POD_A6 state ready ingress 7 egress 8
			ruleset replace dev ov0 id 8 rule drop
			endpoint replace dev ov0 link pod2 address $POD_A4 address $POD_A6 state pending
			ruleset del dev ov0 id 7
			endpoint del dev ov0 link pod2
			ruleset del dev ov0 id 8
			identity del 10.244.2.2/32 dev ov0
		END
	done
}

churn_readers()
{
	ctl A subnet show
	ctl A host show
	ctl B -j device show
	in_ns "$NODE_A" ip -s -d link show ov0
	ctl A trace 10.244.1.2 10.244.2.2
}

# The module takes all devices with it.
churn_module()
{
	modprobe -r k8sov
	modprobe k8sov
	build_overlay
}

build_overlay()
{
	overlay A
	overlay B
	overlay_host A B vxlan 4
	overlay_host B A vxlan 4
}

flood='
import socket, sys
socks = [socket.socket(socket.AF_INET6 if ":" in a else socket.AF_INET,
                       socket.SOCK_DGRAM) for a in sys.argv[1:]]
data = bytes(1400)
while True:
    for s, a in zip(socks, sys.argv[1:]):
        try:
            s.sendto(data, (a, 9))
        except OSError:
            pass
'

traffic=()
traffic_on()
{
	start /dev/null in_ns "$POD_A" ping -q -f -n "$POD_B4"
	traffic+=("$started")
	start /dev/null in_ns "$POD_B" ping -q -f -n -s 1200 "$POD_A6"
	traffic+=("$started")
	start /dev/null in_ns "$POD_A" "$PYTHON" -c "$flood" "$POD_B4" "$POD_B6"
	traffic+=("$started")
	start /dev/null in_ns "$POD_B" "$PYTHON" -c "$flood" "$POD_A4" "$POD_A6"
	traffic+=("$started")
}

# run SECONDS CHURN... - all of them at once
run()
{
	local what pids=()
	end=$((SECONDS + $1))
	shift
	in_ns "$NODE_A" "$PYTHON" "$HERE/netlink_fuzz.py" churn $((end - SECONDS)) \
		>>"$rounds" &
	pids+=($!)
	for what; do
		churner "$what" "churn_$what" &
		pids+=($!)
	done
	wait "${pids[@]}"
}

count_of() { sed -n "s/^$1 //p" "$rounds"; }

two_nodes
build_overlay
a_file saved
ctl A save dev ov0 >"$saved"
check "packets pass before" ping_once "$POD_A" "$POD_B4"

traffic_on
run $((total / 2)) hosts tables options state netns lower endpoints policy \
	readers
check "policy forbade something" eval "drops A | grep -q ^policy_"
run $((total - total / 2)) hosts netns lower policy readers module
for pid in "${traffic[@]}"; do
	stop "$pid"
done

for what in hosts tables options state netns lower endpoints policy readers \
	    module requests; do
	check "$what: rounds were made" test "$(count_of "$what" | head -n 1)" -gt 0
done
note "$(tr '\n' ' ' <"$rounds")"

in_ns "$NODE_A" ip link set ov0 type k8sov policy enforce 2>/dev/null
in_ns "$NODE_A" ip link del ov0 2>/dev/null
in_ns "$NODE_B" ip link del ov0 2>/dev/null
check "the module goes" modprobe -r k8sov
need_module
build_overlay
check "packets pass again, v4" wait_for 30 ping_once "$POD_A" "$POD_B4"
check "packets pass again, v6" wait_for 30 ping_once "$POD_B" "$POD_A6"
finish

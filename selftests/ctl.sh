# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# What the tests of k8sovctl and of ip's plugin share; after lib.sh.
#
#   NS: ov0 (k8sov, up), und0 (dummy, 192.0.2.1/24 2001:db8::1/64), veth0, veth1
#
#   ctl ARG...                k8sovctl in NS
#   ctl_is WHAT WORDS ARG...  its output is WORDS
#   ctl_refuses WHAT STATUS SENTENCE ARG...
#                             it says only "k8sovctl: SENTENCE", with STATUS

need ip jq k8sovctl
need_module k8sov

MAC_B=02:00:00:00:00:07
MAC_C=02:00:00:00:00:08

ctl() { k8sovctl -n "$NS" "$@"; }

ctl_is()
{
	local what=$1 expected=$2
	shift 2
	equal "$what" "$expected" "$(ctl "$@" 2>&1)"
}

ctl_refuses()
{
	local what=$1 status=$2 expected=$3 got=0 words
	shift 3
	words=$(ctl "$@" 2>&1 </dev/null) || got=$?
	equal "$what" "$status k8sovctl: $expected" "$got $words"
}

# a_device - NS with what stands above
a_device()
{
	setup_ns NS
	ip_in "$NS" <<-END
		link set lo up
		link add und0 type dummy
		addr add 192.0.2.1/24 dev und0
		addr add 2001:db8::1/64 dev und0 nodad
		link set und0 up
		link add veth0 type veth peer name veth1
		link add ov0 type k8sov
		link set ov0 up
	END
}

# two_hosts - node-b over IPv4 as 7, node-c over IPv6 as 8
two_hosts()
{
	ctl -b - <<-END || bail "no hosts"
		host add id 7 name node-b remote 192.0.2.7 mac $MAC_B
		host add id 8 name node-c remote 2001:db8::8 encap geneve mac $MAC_C
	END
}

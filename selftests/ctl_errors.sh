#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl: whatever is wrong, there is one sentence on standard error, the
# status says whose fault it is, and nothing changed. The topology is that of
# ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

bad_input()
{
	ctl_refuses "no command" 1 "there is no command (try 'k8sovctl -h')"
	ctl_refuses "an unknown object" 1 \
		"there is no object 'hosts' (try 'k8sovctl -h')" hosts show
	ctl_refuses "the beginning of a keyword" 1 \
		"'sho' is no command of host (try 'k8sovctl host -h')" host sho
	ctl_refuses "begin outside of a batch" 1 \
		"there is no object 'begin' (try 'k8sovctl -h')" begin
	ctl_refuses "an unknown argument" 1 "'foo' is not expected here" \
		host show foo
	ctl_refuses "a missing argument" 1 "'remote' is missing" host add
	ctl_refuses "a missing value" 1 "'name' needs a value: NAME" \
		host add remote 192.0.2.9 name
	ctl_refuses "an argument twice" 1 "'owner' is given twice" \
		host show owner 1 owner 2
	ctl_refuses "arguments that exclude each other" 1 \
		"'local' and 'via' exclude each other" \
		subnet add 10.9.0.0/16 local via node-b
	ctl_refuses "a VNI over 24 bits" 1 \
		"vni: '16777216' is not a number from 0 to 16777215" \
		host add remote 192.0.2.9 vni 16777216
	ctl_refuses "no address" 1 \
		"remote: '192.0.2' is not an IPv4 or IPv6 address" \
		host add remote 192.0.2
	ctl_refuses "an unknown interface" 1 \
		"link: there is no interface 'nosuch'" endpoint add link nosuch
	ctl_refuses "an unknown namespace" 1 \
		"there is no network namespace 'nosuch'" -n nosuch host show
	ctl_refuses "a namespace that is a path" 1 \
		"'../x' is no name of a network namespace" -n ../x host show
	ctl_refuses "an unknown file" 1 \
		"cannot open '/nosuch': No such file or directory" -b /nosuch
	ctl_refuses "an empty restore" 1 \
		"stdin:1: the input is empty: use flush to delete all" restore
}

refused()
{
	ctl_refuses "a host that nobody knows by name" 2 \
		"there is no host 'nobody'" subnet add 10.9.0.0/16 via nobody
	ctl_refuses "a host that nobody knows by id" 2 \
		"via: there is no host with this id" \
		subnet add 10.9.0.0/16 via id 99
	ctl_refuses "bits behind the prefix" 2 \
		"the address has bits set past the length of the prefix" \
		subnet add 10.9.0.1/16 local
	ctl_refuses "deleting what is not there" 2 \
		"prefix: there is no such subnet" subnet del 10.9.0.0/16
	refuses "an id that is taken" "k8sovctl: id: " \
		ctl host add id 7 remote 192.0.2.99 mac $MAC_B
	refuses "a prefix that is taken" "k8sovctl: prefix: " \
		ctl subnet add 10.244.1.0/24 local owner 5
	refuses "an entry of another owner" "owner" \
		ctl subnet del 10.244.1.0/24 owner 6
	refuses "a host that subnets name" "k8sovctl: " ctl host del id 7
	refuses "an interface that is no k8sov device" \
		"k8sovctl: there is no k8sov device" ctl host show dev und0
}

# Who may not change anything may look.
as_nobody()
{
	local k8sovctl
	k8sovctl=$(command -v k8sovctl)
	cp "$k8sovctl" "$tmp/k8sovctl" && chmod 755 "$tmp" "$tmp/k8sovctl"
	ctl()
	{
		in_ns "$NS" setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$tmp/k8sovctl" "$@"
	}
	ctl_refuses "no permission to add" 2 "this needs CAP_NET_ADMIN" \
		subnet add 10.9.0.0/16 local
	ctl_refuses "no permission to flush" 2 "this needs CAP_NET_ADMIN" \
		subnet flush
	check "showing needs no permission" ctl subnet show
	ctl() { k8sovctl -n "$NS" "$@"; }
}

several_devices()
{
	ip_in "$NS" <<<"link add ov1 type k8sov id 2 dstport 9999 geneveport 9998"
	ctl_refuses "which of two devices" 1 \
		"there are 2 k8sov devices: say which with 'dev DEV'" \
		subnet add 10.9.0.0/16 local
	ip_in "$NS" <<-END
		link del ov0
		link del ov1
	END
	ctl_refuses "no device at all" 1 \
		"there is no k8sov device: add one with 'ip link add ov0 type k8sov'" \
		subnet add 10.9.0.0/16 local
	ctl_is "nothing to show is no error" "[]" -j subnet show
}

# The kernel must not load it again by itself while we look.
not_loaded()
{
	local helper
	helper=$(cat /proc/sys/kernel/modprobe)
	defer sh -c "echo '$helper' >/proc/sys/kernel/modprobe"
	defer modprobe k8sov
	echo >/proc/sys/kernel/modprobe
	rmmod k8sov || bail "the module is in use"
	ctl_refuses "the module is not loaded" 2 \
		"the k8sov module is not loaded: load it with 'modprobe k8sov'" \
		host show
}

need setpriv
tmp=$(mktemp -d) && defer rm -rf "$tmp"
a_device
two_hosts
ctl subnet add 10.244.1.0/24 via node-b owner 5 || bail "no subnet"
before=$(ctl save)
bad_input
refused_tables=$(ctl save)
equal "bad input changed nothing" "$before" "$refused_tables"
refused
as_nobody
equal "refusals changed nothing" "$before" "$(ctl save)"
several_devices
not_loaded
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# ip link ... type k8sov with our plugin: every option is settable, shown, and
# what is shown makes the same device again. The topology is that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

# shown DEV - its options as they are printed
shown()
{
	ip -n "$NS" -d link show "$1" |
		sed -n 's/^ *k8sov \(.*\) addrgenmode .*/\1/p'
}

data() { ip -n "$NS" -d -j link show "$1" | jq -c '.[].linkinfo.info_data'; }

# round_trip OPTION... - made, shown, made again from what was shown
round_trip()
{
	local first again json
	ip -n "$NS" link add t0 type k8sov "$@" 2>"$ERR" ||
		{ fail "made: $*"; note "$(cat "$ERR")"; return; }
	first=$(shown t0) json=$(data t0)
	ip -n "$NS" link del t0
	# shellcheck disable=SC2086
	ip -n "$NS" link add t0 type k8sov $first
	again=$(shown t0)
	equal "made again: ${*:-no options}" "$first" "$again"
	equal "the same as JSON: ${*:-no options}" "$json" "$(data t0)"
	ip -n "$NS" link del t0
}

# option SHOWN OPTION... - the option is shown so
option()
{
	local expected=$1
	shift
	ip -n "$NS" link add t0 type k8sov "$@" || :
	check "shown: $expected" grep -qF -- " $expected " <<<" $(shown t0) "
	ip -n "$NS" link del t0
}

options()
{
	option "id 16777215" id 16777215
	option "local 192.0.2.1" local 192.0.2.1
	option "local6 2001:db8::1" local6 2001:db8::1
	option "dev und0" dev und0
	option "dstport 4789" dstport 4789
	option "geneveport 6082" geneveport 6082
	option "srcport 1000 2000" srcport 1000 2000
	option "ttl auto" id 1
	option "ttl 64" ttl 64
	option "ttl inherit" ttl inherit
	option "tos 0x20" tos 32
	option "tos inherit" tos inherit
	option "df set" id 1
	option "df unset" df unset
	option "df inherit" df inherit
	option "noudpcsum" noudpcsum
	option "udp6zerocsumtx" udp6zerocsumtx
	option "udp6zerocsumrx" udp6zerocsumrx
	option "fwmark 0xffffffff" fwmark 4294967295
	option "nonotrack" nonotrack
	option "maxhosts 10" maxhosts 10
	option "maxsubnets 11" maxsubnets 11
	option "maxendpoints 12" maxendpoints 12
	option "maxidentities 13" maxidentities 13
	option "maxrulesets 14" maxrulesets 14
	option "policy off" id 1
	option "policy audit" policy audit
	option "policy enforce" policy enforce
	option "nomtuauto" nomtuauto
	option "mac 02:00:00:00:00:01" mac 02:00:00:00:00:01
}

changes()
{
	ip -n "$NS" link add t0 type k8sov ttl inherit dev und0 \
		local 192.0.2.1 srcport 1000 2000 mac 02:00:00:00:00:01
	check "options change" ip -n "$NS" link change t0 type k8sov ttl 5 \
		tos inherit df unset noudpcsum fwmark 7 local any srcport 0 0
	equal "only those" "5 false true unset false 0x7 und0 02:00:00:00:00:01 null null" \
		"$(data t0 | jq -r '"\(.ttl) \(.ttl_inherit) \(.tos_inherit) \(.df) \(.udp_csum) \(.fwmark) \(.link) \(.mac) \(.local) \(.port_low)"')"
	refuses "the id does not" "The id of a device cannot change" \
		ip -n "$NS" link change t0 type k8sov id 9
	equal "and nothing with it" 1 "$(data t0 | jq .id)"
	ip -n "$NS" link del t0
}

# wrong WORDS OPTION... - no device is made
wrong()
{
	local words=$1
	shift
	refuses "refused: $*" "$words" ip -n "$NS" link add t0 type k8sov "$@"
	check "and no device is there: $*" \
		not ip -n "$NS" link show t0
}

mistakes()
{
	wrong "must be a number from 0 to 16777215" id 16777216
	wrong "must be a number from 0 to 16777215" id -1
	wrong "must be a number from 1 to 65535" dstport 0
	wrong "must be an IPv4 address" local 2001:db8::1
	wrong "must be an IPv6 address" local6 192.0.2.1
	wrong "there is no such interface" dev nosuch
	wrong "duplicate \"ttl\"" ttl 5 ttl inherit
	wrong "duplicate \"udpcsum\"" udpcsum noudpcsum
	wrong "must begin above 0 and not end before they begin" srcport 9 8
	wrong "must be a number from 1 to 255" ttl 256
	wrong "must be unset, set or inherit" df maybe
	wrong "must be off, audit or enforce" policy on
	wrong "must be a MAC address" mac 02:00:00:00:00
	wrong "The MAC address must be unicast" mac 01:00:00:00:00:01
	wrong "unknown option \"nottl\"" nottl
	wrong "The ports of vxlan and geneve must differ" dstport 7 geneveport 7
	wrong "Command line is not complete" id
}

a_file ERR
a_device
ip -n "$NS" link del ov0
round_trip
round_trip id 5 local 192.0.2.1 local6 2001:db8::1 dev und0 dstport 4789 \
	geneveport 6082 srcport 1000 2000 ttl inherit tos inherit df inherit \
	noudpcsum udp6zerocsumtx udp6zerocsumrx fwmark 0x10 nonotrack \
	maxhosts 10 maxsubnets 11 maxendpoints 12 maxidentities 13 maxrulesets 14 policy audit nomtuauto \
	mac 02:00:00:00:00:01
round_trip ttl 7 tos 4 df unset
options
changes
mistakes
check "help is there" grep -q "geneveport PORT" \
	<(ip link help k8sov 2>&1)
finish

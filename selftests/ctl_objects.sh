#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovctl: every command of every object, as text and as JSON. The topology
# is that of ctl.sh.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/ctl.sh
. "$(dirname "$0")/ctl.sh"

hosts()
{
	check "host add" ctl host add id 7 name node-b remote 192.0.2.7 \
		mac $MAC_B source 192.0.2.17 source 2001:db8::17 port 4789 \
		vni 9 owner 5
	check "host add: the lowest free id is taken" \
		ctl host add name node-c remote 2001:db8::8 encap ipip
	ctl_is "host show: text" "id 1 name node-c remote 2001:db8::8 encap ipip dev ov0 subnets 0
id 7 name node-b remote 192.0.2.7 encap vxlan mac $MAC_B port 4789 vni 9 source 192.0.2.17 source 2001:db8::17 dev ov0 owner 5 subnets 0" \
		host show
	ctl_is "host show: JSON" "[{\"id\":7,\"name\":\"node-b\",\"remote\":\"192.0.2.7\",\"encap\":\"vxlan\",\"mac\":\"$MAC_B\",\"port\":4789,\"vni\":9,\"source\":[\"192.0.2.17\",\"2001:db8::17\"],\"dev\":\"ov0\",\"owner\":5,\"subnets\":0,\"tx_packets\":0,\"tx_bytes\":0,\"rx_packets\":0,\"rx_bytes\":0}]" \
		-j host show id 7
	equal "host show: by name, by address, by owner, by encapsulation" \
		"7 1 7 1" "$(for by in "name node-b" "remote 2001:db8::8" \
			"owner 5" "encap ipip"; do
			# shellcheck disable=SC2086
			ctl -j host show $by | jq '.[].id'
		done | xargs)"
	equal "host show: -4 and -6" "7 1" \
		"$(for f in -4 -6; do ctl $f -j host show | jq '.[].id'; done | xargs)"
	check "host show: -s shows counters" \
		grep -q "tx packets 0 bytes 0" <(ctl -s host show id 7)
	check "host replace" ctl host replace id 7 name node-x \
		remote 192.0.2.9 mac $MAC_B owner 5
	equal "host replace: all of it is new" "node-x 192.0.2.9 null" \
		"$(ctl -j host show id 7 |
			jq -r '.[] | "\(.name) \(.remote) \(.port)"')"
	check "host del: by name" ctl host del name node-x owner 5
	check "host del: by address" ctl host del remote 2001:db8::8
	ctl_is "host show: nothing is left" "[]" -j host show
}

subnets()
{
	two_hosts
	check "subnet add: via a name" \
		ctl subnet add 10.244.1.0/24 via node-b owner 5
	check "subnet add: via an address" \
		ctl subnet add fd00:1::/64 via 2001:db8::8
	check "subnet add: via an id" ctl subnet add 10.244.2.7 via id 8
	check "subnet add: local" ctl subnet add 10.244.0.0/24 local
	check "subnet add: blackhole" ctl subnet add 10.245.0.0/16 blackhole
	check "subnet add: unreachable" ctl subnet add fd00:2::/64 unreachable
	ctl_is "subnet show: text" "10.244.0.0/24 local dev ov0
10.244.1.0/24 via id 7 (node-b 192.0.2.7) dev ov0 owner 5
10.244.2.7/32 via id 8 (node-c 2001:db8::8) dev ov0
10.245.0.0/16 blackhole dev ov0
fd00:1::/64 via id 8 (node-c 2001:db8::8) dev ov0
fd00:2::/64 unreachable dev ov0" subnet show
	ctl_is "subnet show: JSON of one" \
		'[{"prefix":"10.244.1.0/24","type":"host","host":7,"dev":"ov0","owner":5}]' \
		-j subnet show 10.244.1.0/24
	equal "subnet show: filters" "2 2 1 1 4 2" \
		"$(for by in "subnet show host node-c" \
			"subnet show host id 8" "subnet show type local" \
			"subnet show owner 5" "-4 subnet show" \
			"-6 subnet show"; do
			# shellcheck disable=SC2086
			ctl -j $by | jq length
		done | xargs)"
	check "subnet replace" ctl subnet replace 10.244.1.0/24 blackhole owner 5
	ctl_is "subnet replace: it means something else now" \
		"10.244.1.0/24 blackhole dev ov0 owner 5" \
		subnet show 10.244.1.0/24
	check "subnet del" ctl subnet del 10.244.1.0/24 owner 5
	check "subnet add: with an owner again" \
		ctl subnet add 10.244.1.0/24 via node-b owner 5
	check "subnet flush: of one owner" ctl subnet flush owner 5
	equal "subnet flush: others stay" 5 "$(ctl -j subnet show | jq length)"
	check "subnet flush" ctl subnet flush
	ctl_is "subnet show: nothing is left" "" subnet show
}

endpoints()
{
	check "endpoint add" ctl endpoint add link veth0 name "a/b c/eth0" \
		address 10.244.0.2 address fd00::2 identity 77 state ready \
		owner 9
	check "endpoint add: only a link" ctl endpoint add link veth1
	ctl_is "endpoint show: text, by address" \
		'link veth0 name "a/b c/eth0" address 10.244.0.2 address fd00::2 identity 77 state ready dev ov0 owner 9' \
		endpoint show address fd00::2
	ctl_is "endpoint show: JSON, by link" \
		'[{"link":"veth0","name":"a/b c/eth0","address":["10.244.0.2","fd00::2"],"identity":77,"state":"ready","ingress":0,"egress":0,"dev":"ov0","owner":9}]' \
		-j endpoint show link veth0
	equal "endpoint show: owner, -6" "veth0 veth0" \
		"$( (ctl -j endpoint show owner 9; ctl -6 -j endpoint show) |
			jq -r '.[].link' | xargs)"
	check "endpoint replace" ctl endpoint replace link veth0 \
		address 10.244.0.3 state pending owner 9
	equal "endpoint replace: all of it is new" "10.244.0.3 pending" \
		"$(ctl -j endpoint show link veth0 |
			jq -r '.[] | "\(.address[]) \(.state)"')"
	check "endpoint del" ctl endpoint del link veth0 force
	check "endpoint flush" ctl endpoint flush
	ctl_is "endpoint show: nothing is left" "" endpoint show
}

identities()
{
	check "identity add" ctl identity add 10.244.0.2 identity 77 owner 3
	check "identity add: a prefix" ctl identity add fd00::/16 identity 0
	ctl_is "identity show: text" "10.244.0.2/32 identity 77 dev ov0 owner 3
fd00::/16 identity 0 dev ov0" identity show
	ctl_is "identity show: JSON of one" \
		'[{"prefix":"fd00::/16","identity":0,"dev":"ov0","owner":0}]' \
		-j identity show fd00::/16
	check "identity replace" \
		ctl identity replace 10.244.0.2 identity 78 owner 3
	ctl_is "identity replace: it is another now" \
		"10.244.0.2/32 identity 78 dev ov0 owner 3" -4 identity show
	check "identity del" ctl identity del 10.244.0.2 owner 3
	check "identity flush" ctl identity flush
	ctl_is "identity show: nothing is left" "" identity show
}

devices()
{
	equal "device show: text" "ov0 generation hosts 2/16384 subnets 0/1048576" \
		"$(ctl device show | sed 's/generation [0-9]*/generation/; s/ endpoints.*//')"
	equal "device show: JSON" "ov0 2 16384" "$(ctl -j device show dev ov0 |
		jq -r '.[] | "\(.dev) \(.hosts) \(.max_hosts)"')"
	equal "stats show: text" "ov0" "$(ctl stats show | sed -n 1p)"
	equal "stats show: JSON has every reason" "number" \
		"$(ctl -j stats show dev ov0 | jq -r \
			'.[].drop[] | select(.reason == "rx-vni") | .packets | type')"
	check "stats show: -s says what a reason means" \
		grep -q "drop rx-vni 0  No device has the VNI." \
		<(ctl -s stats show)
	check "-p is JSON as well" jq -e '.[0].hosts == 2' \
		<(ctl -j -p device show)
	ip_in "$NS" <<<"link add ov1 type k8sov id 2 dstport 9999 geneveport 9998"
	equal "device show: all devices" "ov0 ov1" \
		"$(ctl -j device show | jq -r '.[].dev' | xargs)"
	check "host add: with the name of a device" ctl host add dev ov1 \
		remote 192.0.2.7 encap ipip
	equal "host show: of all devices" "ov0 ov0 ov1" \
		"$(ctl -j host show | jq -r '.[].dev' | xargs)"
	equal "host show: of one device" "ov1" \
		"$(ctl -j host show dev ov1 | jq -r '.[].dev' | xargs)"
}

words()
{
	local object
	for object in host subnet endpoint identity device stats; do
		check "$object -h lists its commands" \
			grep -q "k8sovctl $object show" <(ctl $object -h)
	done
	check "-h lists all objects" grep -q "^  trace " <(ctl -h)
	check "COMMAND -h explains arguments" \
		grep -q "geneve: Ethernet in Geneve" <(ctl host add -h)
	equal "--complete knows what may follow" "vxlan geneve ipip direct" \
		"$(ctl --complete host add encap | xargs)"
	check "-V says the version" grep -q "^k8sovctl [0-9]" <(ctl -V)
}

a_device
hosts
subnets
endpoints
identities
devices
words
finish

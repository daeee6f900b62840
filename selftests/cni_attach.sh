#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# What a pod gets of the plugin: it reaches its node, pods of its node and of
# others, and they reach it, by each of its interfaces; nobody ever asks for a
# MAC address; MTU, MAC address, sysctls and addresses are what was asked for;
# it reaches itself by a service; nothing leaves it from an address that is not
# its own.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

need nft socat

# As runtimes leave it where the node has no IPv6.
no_ipv6()
{
	local pod
	for pod; do
		in_ns "$pod" bash -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
	done
}

# address POD FAMILY [IFNAME] - what the plugin said that it got
address()
{
	local dot=.
	[ "$2" = 4 ] || dot=:
	jq -r --arg dot $dot '[.ips[].address | select(contains($dot))][0] | split("/")[0]' \
		"$CNI/$1.${3:-eth0}"
}

# sysctl NAMESPACE PATH - its value
sysctl() { in_ns "$1" cat "/proc/sys/net/$2"; }

host_end() { jq -r '.interfaces[0].name' "$CNI/$1.${2:-eth0}"; }

# meet WORDS FROM TO - TCP both ways and pings, over both families
meet()
{
	local v to
	for v in 4 6; do
		to=$(address "$3" $v)
		check "$1: ping, v$v" ping_once "${!2}" "$to"
		check "$1: ping that fills the MTU, v$v" \
			ping_once "${!2}" "$to" -M 'do' -s $((1400 - 20))
		check "$1: TCP, v$v" xfer tcp "${!2}" "${!3}" "$to" "$BULK"
	done
}

reach()
{
	local v gw
	for v in 4 6; do
		gw=GW_A$v
		check "a pod reaches its node, v$v" ping_once "$P" "${!gw}"
		check "a node reaches its pod, v$v" \
			ping_once "$NODE_A" "$(address P $v)"
	done
	meet "pods of a node" P Q
	meet "pods of two nodes" P S
	meet "and back" S P
}

# Entries that somebody had to ask for, in all of these namespaces.
asked()
{
	local ns
	for ns in "$P" "$Q" "$S"; do
		ip -n "$ns" neigh show
	done | grep -v PERMANENT
	for ns in "$NODE_A" "$NODE_B"; do
		ip -n "$ns" neigh show
	done | grep -E 'dev pod[0-9a-f]{12}' | grep -v PERMANENT
}

nobody_asks()
{
	equal "nobody asked for a MAC address" "" "$(asked)"
	equal "no pod has an address that nobody gave it" "" \
		"$(ip -n "$P" -6 addr show dev eth0 scope link)"
	equal "nor has the node on its end" "" \
		"$(ip -n "$NODE_A" addr show dev "$(host_end P)" | grep inet)"
}

link_state()
{
	local host mtu bytes
	host=$(host_end P)
	mtu=$(ip -n "$NODE_A" -j link show dev ov0 | jq .[].mtu)
	equal "both ends have the overlay's MTU, and the result says so" \
		"$mtu $mtu $mtu" \
		"$(ip -n "$P" -j link show dev eth0 | jq .[].mtu) $(ip -n "$NODE_A" -j link show dev "$host" | jq .[].mtu) $(jq .interfaces[1].mtu "$CNI/P.eth0")"
	equal "the node's end has the MAC address of all of them" \
		ee:ee:ee:ee:ee:ee \
		"$(ip -n "$NODE_A" -j link show dev "$host" | jq -r .[].address)"
	IFS=. read -r -a bytes <<<"$(address P 4)"
	equal "the pod's follows from its address" \
		"0a:58$(printf ':%02x' "${bytes[@]}")" \
		"$(ip -n "$P" -j link show dev eth0 | jq -r .[].address)"
	equal "the node's end says whose it is" k8sov:net:c-p:eth0 \
		"$(ip -n "$NODE_A" -j link show dev "$host" | jq -r .[].ifalias)"
	equal "the overlay knows the pod by it" "$host $(address P 4)" \
		"$(ctl A -j endpoint show dev ov0 link "$host" | jq -r '.[] | "\(.link) \(.address[0])"')"
}

settings()
{
	local host row path value
	host=$(host_end P)
	for row in ipv4/ip_forward=1 ipv6/conf/all/forwarding=1 \
		"ipv4/conf/$host/rp_filter=1" "ipv4/conf/$host/forwarding=1" \
		"ipv4/conf/$host/send_redirects=0" \
		"ipv4/conf/$host/accept_redirects=0" \
		"ipv4/conf/$host/accept_source_route=0" \
		"ipv6/conf/$host/forwarding=1" "ipv6/conf/$host/accept_ra=0" \
		"ipv6/conf/$host/accept_redirects=0"; do
		path=${row%=*} value=${row#*=}
		equal "on the node: ${path/$host/HOST} is $value" "$value" \
			"$(sysctl "$NODE_A" "$path")"
	done
	equal "in the pod: no router tells it anything" 0 \
		"$(sysctl "$P" ipv6/conf/eth0/accept_ra)"
	equal "in the pod: IPv6 is on where it got an address" 0 \
		"$(sysctl "$P" ipv6/conf/eth0/disable_ipv6)"
}

# As udev does a moment after a link is there: systemd's own default is 2.
udev_comes()
{
	local dir=/run/sysctl.d host
	host=$(host_end P)
	mkdir -p $dir
	echo "net.ipv4.conf.*.rp_filter = 2" >$dir/50-default.conf
	cp "$HERE/../userspace/systemd/60-k8sov.conf" $dir
	defer rm -f $dir/50-default.conf $dir/60-k8sov.conf
	in_ns "$NODE_A" /lib/systemd/systemd-sysctl \
		--prefix=/net/ipv4/conf/eth0 "--prefix=/net/ipv4/conf/$host"
	equal "udev's settings come over other devices, but not over a pod's" \
		"2 1" "$(sysctl "$NODE_A" ipv4/conf/eth0/rp_filter) $(sysctl "$NODE_A" "ipv4/conf/$host/rp_filter")"
	in_ns "$NODE_A" bash -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/rp_filter'
}

# attached WORDS FILTER EXPECTED MEMBER... - R with MEMBERs has in the result
attached()
{
	local what=$1 filter=$2 expected=$3
	shift 3
	if ! attach A R eth0 "$@" >/dev/null; then
		fail "$what: $(cat "$CNI/R.eth0")"
		return
	fi
	equal "$what" "$expected" "$(jq -r "$filter" "$CNI/R.eth0")"
	check "$what: and is reached" ping_once "$Q" "$(address R 4)"
	detach A R
}

# refused WORDS CODE SENTENCE MEMBER... - R with MEMBERs is refused so
refused()
{
	local what=$1 code=$2 words=$3 out
	shift 3
	out=$(attach A R eth0 "$@")
	if [[ $(jq .code <<<"$out") == "$code" && $out == *"$words"* ]]; then
		pass "$what"
	else
		fail "$what: $out"
		detach A R
	fi
}

wishes()
{
	local mac='.interfaces[1].mac' ip4='.ips[0].address' n
	attached "a MAC address by capability" "$mac" 02:00:00:00:12:34 \
		'"runtimeConfig":{"mac":"02:00:00:00:12:34"}'
	attached "a MAC address by args" "$mac" 02:00:00:00:12:35 \
		'"args":{"cni":{"mac":"02:00:00:00:12:35"}}'
	CNI_ARGS="IgnoreUnknown=1;MAC=02:00:00:00:12:36" \
		attached "a MAC address by CNI_ARGS" "$mac" 02:00:00:00:12:36
	refused "a MAC address of a group is refused" 7 01:00:5e:00:00:01 \
		'"runtimeConfig":{"mac":"01:00:5e:00:00:01"}'
	attached "a smaller MTU" .interfaces[1].mtu 1300 '"mtu":1300'
	attached "an address by capability" "$ip4" 10.244.1.99/32 \
		'"runtimeConfig":{"ips":["10.244.1.99/24"]}'
	attached "both addresses by capability" '[.ips[].address] | join(" ")' \
		"10.244.1.99/32 fd00:244:1::99/128" \
		'"runtimeConfig":{"ips":["10.244.1.99/24","fd00:244:1::99/64"]}'
	refused "an address of somewhere else is refused" 7 \
		"10.99.0.1 is not an address for pods of this node" \
		'"runtimeConfig":{"ips":["10.99.0.1/24"]}'
	refused "the subnet's own address is refused" 7 10.244.1.0 \
		'"runtimeConfig":{"ips":["10.244.1.0/24"]}'
	refused "an address in use is refused, by whose name" 102 \
		"is in use by interface eth0 of container c-q" \
		"\"runtimeConfig\":{\"ips\":[\"$(address Q 4)/24\"]}"
	attached "an address out of a range" "$ip4" 10.244.1.200/32 \
		'"runtimeConfig":{"ipRanges":[[{"subnet":"10.244.1.0/24","rangeStart":"10.244.1.200","rangeEnd":"10.244.1.201"}]]}'
	attached "one family alone" '.ips | length' 1 \
		'"runtimeConfig":{"ipRanges":[[{"subnet":"10.244.1.0/24"}]]}'
	n=$(printf 'x%.0s' {1..255})
	refused "names that the kernel cannot keep are refused" 7 "too many" \
		"\"name\":\"$n\""
	equal "nothing is left of all of these" "$before" "$(left A | sort)"
}

# checks IFNAME - CHECK of R with what ADD answered
checks()
{
	cni A CHECK c-r R "$1" \
		<<<"$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/R.$1")")"
}

# own_way_is_checked FAMILY - net1 is there, second
own_way_is_checked()
{
	local to table
	to=$(address R "$1" net1)
	table=$(ip -n "$R" "-$1" -j rule show |
		jq -r --arg from "$to" '.[] | select(.src == $from).table')
	ip -n "$R" "-$1" rule del from "$to" lookup "$table"
	equal "CHECK sees a lost rule of the second interface, v$1" \
		"the pod does not send from $to by net1" \
		"$(checks net1 | jq -r .msg)"
	check "not the first's fault" checks eth0
	ip -n "$R" "-$1" rule add from "$to" lookup "$table"
	check "nor anybody's when it is there again" checks net1
}

# What runtimes do that attach all of a pod's interfaces at once.
at_once()
{
	local i round ok=0 pids
	for round in {1..10}; do
		pids=()
		for i in eth0 net1 net2; do
			attach A R $i >"$CNI/once.$i" &
			pids+=($!)
		done
		for i in "${pids[@]}"; do
			wait "$i" || cat "$CNI"/once.* >&2
		done
		[ "$(ip -n "$R" -4 route show default | wc -l) $(links A | wc -l)" = "1 5" ] &&
			ok=$((ok + 1))
		for i in eth0 net1 net2; do
			detach A R $i
		done
	done
	equal "interfaces that come at once share one default route" \
		"$round" $ok
	equal "nothing is left of them" "$before" "$(left A | sort)"
}

# Two interfaces of a pod on one overlay, each with addresses.
two_interfaces()
{
	local v i to
	attach A R eth0 >/dev/null || fail "a first interface: $(cat "$CNI/R.eth0")"
	attach A R net1 >/dev/null || fail "a second interface: $(cat "$CNI/R.net1")"
	equal "there is one default route of each family" "1 1" \
		"$(ip -n "$R" -4 route show default | wc -l) $(ip -n "$R" -6 route show default | wc -l)"
	for v in 4 6; do
		for i in eth0 net1; do
			to=$(address R $v $i)
			check "$i is reached from the node, v$v" \
				ping_once "$NODE_A" "$to"
			check "$i is reached from a pod of the node, v$v" \
				ping_once "$Q" "$to"
			check "$i is reached from another node, v$v" \
				ping_once "$S" "$to"
			check "$i speaks to another node, v$v" \
				ping_once "$R" "$(address S $v)" -I "$to"
		done
	done
	check "CHECK of both finds nothing" eval "checks eth0 && checks net1"
	for v in 4 6; do
		own_way_is_checked $v
	done
	detach A R net1
	check "without the second the first is reached" \
		ping_once "$S" "$(address R 4)"
	detach A R
	equal "nothing is left of both" "$before" "$(left A | sort)"
}

listens() { in_ns "$P" ss -Hltn sport = 8080 | grep -q LISTEN; }

# A service whose only pod is the client itself, as kube-proxy writes it.
hairpin()
{
	local v vip pod end=([4]=10.96.0.10 [6]=fd00:96::10) proto
	for v in 4 6; do
		pod=$(address P $v) vip=${end[v]} proto=ip
		[ $v = 4 ] || proto=ip6
		in_ns "$NODE_A" nft -f - <<-END
			table $proto kube {
				chain pre {
					type nat hook prerouting priority -100
					$proto daddr $vip tcp dport 80 dnat to $([ $v = 4 ] && echo "$pod" || echo "[$pod]"):8080
				}
				chain post {
					type nat hook postrouting priority 100
					$proto saddr $pod $proto daddr $pod masquerade
				}
			}
		END
		[ $v = 4 ] || vip="[$vip]"
		start "$CNI/server" in_ns "$P" socat "TCP$v-LISTEN:8080,fork,reuseaddr" \
			SYSTEM:'echo it is me'
		check "a server is there, v$v" wait_for 10 listens
		equal "a pod reaches itself by its service, v$v" "it is me" \
			"$(in_ns "$P" timeout 10 socat -u "TCP$v:$vip:80" -)"
		in_ns "$NODE_A" nft delete table $proto kube
		stop "$started"
	done
}

# What the node takes from the pod of an address that is not its own.
spoofed()
{
	in_ns "$NODE_A" nft -j list counter ip spy seen |
		jq '.nftables[] | .counter? // empty | .packets'
}

# endpoint_of POD [ADDRESS] - its entry gets another address, or loses it
endpoint_of()
{
	local old link
	link=$(host_end "$1")
	old=$(ctl A endpoint show link "$link")
	# shellcheck disable=SC2046 # an address each
	ctl A endpoint replace link "$link" $(printf 'address %s ' \
		"$(address "$1" 4)" "$(address "$1" 6)" ${2:+"$2"}) \
		name "$(grep -o ' name [^ ]*' <<<"$old" | cut -d' ' -f3)" \
		owner "$(grep -o '[0-9]*$' <<<"$old")" state ready
}

anti_spoof()
{
	in_ns "$NODE_A" nft -f - <<-END
		table ip spy {
			counter seen { }
			chain pre {
				type filter hook forward priority -300
				ip saddr 10.244.1.77 counter name seen
			}
			chain in {
				type filter hook input priority -300
				ip saddr 10.244.1.77 counter name seen
			}
		}
	END
	ip -n "$P" addr add 10.244.1.77/32 dev lo
	ip -n "$NODE_A" addr add 192.0.2.201/32 dev lo
	check "from a foreign address a pod does not reach its node" \
		not in_ns "$P" ping -q -n -c 3 -i 0.2 -W 1 -I 10.244.1.77 192.0.2.201
	check "nor another pod" not in_ns "$P" ping -q -n -c 3 -i 0.2 -W 1 \
		-I 10.244.1.77 "$(address Q 4)"
	equal "nothing of it came past the node's end" 0 "$(spoofed)"
	check "from its own it does" ping_once "$P" 192.0.2.201
	ip -n "$P" addr add fd00:244:1::77/128 dev lo nodad
	ip -n "$NODE_A" addr add 2001:db8::201/128 dev lo nodad
	check "from a foreign IPv6 address it does not either" \
		not in_ns "$P" ping -q -n -c 3 -i 0.2 -W 1 -I fd00:244:1::77 \
		2001:db8::201
	check "from its own it does" ping_once "$P" 2001:db8::201
	ip -n "$NODE_A" route add 10.244.1.77/32 dev "$(host_end P)"
	endpoint_of P 10.244.1.77
	check "and so it would if the address were its own" \
		ping_once "$P" 192.0.2.201 -I 10.244.1.77
	equal "which is seen" 1 "$(spoofed)"
	endpoint_of P
	in_ns "$NODE_A" nft delete table ip spy
}

# A link of the same attachment that nobody took away, and a stranger's.
left_overs()
{
	local host
	setup_ns OLD
	attach A R >/dev/null
	host=$(host_end R)
	ip -n "$R" link set eth0 netns "$OLD"
	check "a left-over of the attachment is replaced" attach A R
	check "by one that works" ping_once "$R" "$GW_A4"
	detach A R
	ip -n "$NODE_A" link add "$host" type dummy
	ip -n "$NODE_A" link set "$host" alias "somebody else"
	refused "a stranger's interface is not" 102 "belongs to 'somebody else'"
	check "nor taken away" detach A R
	check "it is still there" ip -n "$NODE_A" link show "$host"
	ip -n "$NODE_A" link del "$host"
}

two_nodes
overlay_pair vxlan 4
for x in A B; do
	node=NODE_$x
	ip -n "${!node}" link del pod2
done
setup_ns P Q R S
no_ipv6 "$P" "$S"
in_ns "$NODE_A" bash -c 'echo 0 >/proc/sys/net/ipv4/ip_forward
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding'
cni_files
cni_node A
cni_node B
for pod in P Q; do
	attach A $pod || bail "no pod $pod: $(cat "$CNI/$pod.eth0")"
done
attach B S || bail "no pod S: $(cat "$CNI/S.eth0")"
before=$(left A | sort)
reach
nobody_asks
link_state
settings
udev_comes
wishes
two_interfaces
at_once
hairpin
anti_spoof
left_overs
for pod in P Q; do
	check "pod $pod goes" detach A $pod
done
equal "nothing is left" "" "$(left A)"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Addresses of pods: one that comes free is given again last; what is reserved
# is not given; when none is left it says so, after it took back what an earlier
# boot, or a pod without DEL, left; DEL that knows them looks at no others;
# hundreds at once never get the same one; other plugins give theirs instead,
# and their words are the runtime's.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

need xargs strace

ALL=300
case ${K8SOV_VM:-} in
6.* | uml-debug) ALL=30 ;;
esac
[ -x /usr/lib/cni/host-local ] || skip_all "no containernetworking-plugins"

# pool MEMBER... - a configuration with these members of "ipam"
pool() { with "$CONF_A" "\"ipam\":$(ipam A "$@")"; }

# range FIRST LAST - the member for these addresses of node A
range() { echo "\"ranges\":[[{\"subnet\":\"10.244.1.0/24\",\"rangeStart\":\"10.244.1.$1\",\"rangeEnd\":\"10.244.1.$2\"}]]"; }

# add CONF CONTAINER [IFNAME] - ADD in namespace P; the addresses, or the error
add()
{
	local ifname=${3:-$2}
	cni A ADD "$2" P "$ifname" <<<"$1" >"$CNI/result" &&
		jq -r '[.ips[].address | split("/")[0]] | join(" ")' "$CNI/result" &&
		return
	jq -r '"\(.code) \(.msg)"' "$CNI/result"
	return 1
}

del() { cni A DEL "$2" P "${3:-$2}" <<<"$1"; }

# Who has what, without the boot.
taken()
{
	find "$CNI/A/ipam" -type l ! -name 'last*' -printf '%f %l\n' |
		cut -d ' ' -f 1-4 | sort
}

order()
{
	local conf
	conf=$(pool "$(range 10 13)")
	equal "the first address is the first of the range" 10.244.1.10 \
		"$(add "$conf" a)"
	equal "the next one is behind it" 10.244.1.11 "$(add "$conf" b)"
	del "$conf" a
	equal "one that came free is not the next" 10.244.1.12 \
		"$(add "$conf" c)"
	equal "nor behind that" 10.244.1.13 "$(add "$conf" d)"
	equal "but when it is the last one" 10.244.1.10 "$(add "$conf" e)"
	equal "each is noted with who has it" \
		"10.244.1.10 net e e 10.244.1.11 net b b 10.244.1.12 net c c 10.244.1.13 net d d" \
		"$(taken | xargs)"
	equal "when all are in use it says so" \
		"101 no address is free between 10.244.1.10 and 10.244.1.13: all 4 are in use" \
		"$(add "$conf" f)"
	equal "and to who asks for the status" 50 \
		"$(cni A STATUS "" "" <<<"$conf" | jq .code)"
	del "$conf" c
	equal "what is free is found behind what is not" 10.244.1.12 \
		"$(add "$conf" f)"
	for i in b d e f; do
		del "$conf" $i
	done
	equal "nothing is left" "" "$(left A)"
}

# looks CONTAINER ADDRESS - DEL with what ADD answered; how many addresses it
# looks at
looks()
{
	local conf
	conf=$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/result")")
	TRACE=(strace -qq -o "$CNI/trace" -e 'trace=readlink,readlinkat')
	del "$conf" "$1" >&2
	TRACE=()
	grep -c '"[0-9a-f.:]*", "net ' "$CNI/trace"
}

known()
{
	local i others
	for i in {1..9}; do
		add "$CONF_A" "other$i" >/dev/null
	done
	others=$(taken)
	add "$CONF_A" mine >/dev/null
	equal "DEL that knows the addresses looks at no others" 2 \
		"$(looks mine)"
	equal "and gives them back" "$others" "$(taken)"
	add "$CONF_A" mine >/dev/null
	jq -c '.ips |= map(.address |= sub("\\.[0-9]+/"; ".3/"))' \
		"$CNI/result" >"$CNI/wrong"
	check "one that is told of others' addresses" \
		del "$(with "$CONF_A" "\"prevResult\":$(jq -c 'del(.ips[1])' "$CNI/wrong")")" mine
	equal "gives back its own" "$others" "$(taken)"
	for i in {1..9}; do
		del "$CONF_A" "other$i"
	done
	equal "nothing is left of these" "" "$(left A)"
}

reserved()
{
	local conf
	conf=$(pool "$(range 0 255)" '"reserve":["10.244.1.2/31","10.244.1.5"]')
	rm -f "$CNI/A/ipam"/last*
	equal "what is reserved is passed over" "10.244.1.4 10.244.1.6" \
		"$(add "$conf" a) $(add "$conf" b)"
	equal "but who asks for it gets it" 10.244.1.5 \
		"$(add "$(with "$conf" '"runtimeConfig":{"ips":["10.244.1.5/24"]}')" c)"
	ln -s 10.244.1.253 "$CNI/A/ipam/last"
	mv "$CNI/A/ipam/last" "$CNI/A/ipam/last.0"
	equal "the end of the subnet comes before its start, without the broadcast address" \
		"10.244.1.254 10.244.1.7" "$(add "$conf" d) $(add "$conf" e)"
	for i in a b c d e; do
		del "$conf" $i
	done
	conf=$(pool "$(range 20 21)" '"reserve":["10.244.1.0/24"]')
	equal "when all are reserved none is free" 101 \
		"$(add "$conf" a | cut -d ' ' -f 1)"
	equal "what is no address cannot be reserved" \
		"7 'x' in 'reserve' is no address and no prefix" \
		"$(add "$(pool '"reserve":["x"]')" a)"
	equal "a range without addresses is refused" \
		"7 the range of 10.244.1.0/24 has no address for pods" \
		"$(add "$(pool "$(range 9 8)")" a)"
	equal "nothing is left" "" "$(left A)"
}

# What somebody left who did not come to say DEL.
left_behind()
{
	local conf dir=$CNI/A/ipam boot
	conf=$(pool "$(range 30 32)")
	boot=$(cat /proc/sys/kernel/random/boot_id)
	add "$conf" a >/dev/null
	ln -s "net old eth0 ${boot//[0-9]/0}" "$dir/10.244.1.31"
	equal "an address of an earlier boot stays while others are free" \
		10.244.1.32 "$(add "$conf" b)"
	equal "and is taken back when none is" 10.244.1.31 "$(add "$conf" c)"
	check "all have their addresses" ping_once "$NODE_A" 10.244.1.30
	ip -n "$P" link del dev b
	equal "so is that of a pod that went without DEL" 10.244.1.32 \
		"$(add "$conf" d)"
	equal "which does not take those of pods that are there" 101 \
		"$(add "$conf" e | cut -d ' ' -f 1)"
	check "its late DEL takes nothing away" del "$conf" b
	equal "from who has its address now" "10.244.1.32 net d d" \
		"$(taken | grep 10.244.1.32)"
	del "$conf" d
	ln -s "net old eth0 ${boot//[0-9]/0}" "$dir/10.244.1.32"
	equal "who asks for an address gets it from an earlier boot" 10.244.1.32 \
		"$(add "$(with "$conf" '"runtimeConfig":{"ips":["10.244.1.32/24"]}')" f)"
	for i in a c f; do
		del "$conf" $i
	done
	equal "nothing is left" "" "$(left A)"
}

two_networks()
{
	local conf other
	conf=$(pool "$(range 40 41)")
	other=$(with "$conf" '"name":"other"')
	equal "two networks do not give the same address" \
		"10.244.1.40 10.244.1.41" "$(add "$conf" a) $(add "$other" b)"
	del "$other" a
	equal "DEL takes nothing of another network's" \
		"10.244.1.40 net a a" "$(taken | head -n 1)"
	del "$conf" a
	del "$other" b
	equal "nothing is left" "" "$(left A)"
}

# each COMMAND FROM TO - COMMAND for containers FROM to TO, all at once
# A runtime attaches one interface of a container at a time: those that come
# later are second interfaces of pods that stay.
each()
{
	local i pids=() failed=0
	for ((i = $2; i <= $3; i++)); do
		cni A "$1" "m$i" "M$((i > ALL ? i - ALL / 2 : i))" "m$i" <<<"$MANY" \
			>"$CNI/m$i.$1" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || failed=$((failed + 1))
	done
	[ "$failed" = 0 ] || grep -h '"msg"' "$CNI"/m*."$1" | sort | uniq -c
	return "$failed"
}

# Addresses that the results of containers FROM to TO name, each once.
different()
{
	local i
	for ((i = $1; i <= $2; i++)); do
		grep -oE '"address": ?"[^"]*"' "$CNI/m$i.ADD"
	done | sort -u | wc -l
}

# both ALL HALF - as many come as go
both()
{
	each ADD $(($1 + 1)) $(($1 + $2)) &
	each DEL 1 "$2" && wait $!
}

many()
{
	local pods all=$ALL half=$((ALL / 2))
	mapfile -t pods < <(seq -f M%g "$all")
	setup_ns "${pods[@]}"
	MANY=$(pool '"ranges":[[{"subnet":"10.245.0.0/22"}],[{"subnet":"fd00:245::/64"}]]')
	check "$all at once are attached" each ADD 1 "$all"
	equal "each with its own addresses" $((2 * all)) "$(different 1 "$all")"
	equal "which are all noted" $((2 * all)) "$(taken | wc -l)"
	check "$half come while others go" both "$all" "$half"
	equal "each with its own addresses again" $((2 * all)) \
		"$(different $((half + 1)) $((all + half)))"
	equal "which are all noted again" $((2 * all)) "$(taken | wc -l)"
	check "all go" each DEL $((half + 1)) $((all + half))
	equal "nothing is left" "" "$(left A)"
}

delegated()
{
	local conf out words
	conf=$(with "$CONF_A" '"cniVersion":"1.0.0"' \
		"\"ipam\":{\"type\":\"host-local\",\"dataDir\":\"$CNI/A/hl\"}")
	equal "host-local gives addresses of the node's subnets" \
		"10.244.1.2 fd00:244:1::2" "$(add "$conf" a)"
	check "which are reached" ping_once "$NODE_A" 10.244.1.2
	out=$(with "$conf" "\"prevResult\":$(cat "$CNI/result")")
	check "CHECK asks it" cni A CHECK a P a <<<"$out"
	rm "$CNI/A/hl/net/10.244.1.2" "$CNI/A/hl/net/fd00_244_1__2" \
		"$CNI/A/hl/net/fd00:244:1::2" 2>/dev/null
	check "and hears what is wrong" not cni A CHECK a P a <<<"$out"
	check "DEL asks it" del "$conf" a
	equal "the next address is given then" 10.244.1.3 \
		"$(add "$conf" b | cut -d ' ' -f 1)"
	check "STATUS and GC do not mind that it is old" \
		cni A GC "" "" <<<"$(with "$conf" '"cniVersion":"1.1.0"' '"cni.dev/valid-attachments":[{"containerID":"b","ifname":"b"}]' '"ipam":{"type":"host-local","ranges":[[{"subnet":"10.244.1.0/24"}]]}')"
	del "$conf" b
	conf=$(with "$CONF_A" '"cniVersion":"1.0.0"' \
		'"ipam":{"type":"static","addresses":[{"address":"10.244.1.60/24"}],"routes":[{"dst":"198.51.100.0/24"}]}')
	equal "static gives the address of its configuration" 10.244.1.60 \
		"$(add "$conf" c)"
	check "and its routes" grep -q 'via 169.254.1.1 dev c' \
		<(ip -n "$P" route show 198.51.100.0/24)
	words=$(add "$conf" d)
	equal "an address that another pod has is refused" 102 "${words%% *}"
	check "without harm to that" ping_once "$NODE_A" 10.244.1.60
	del "$conf" c
	conf=$(with "$CONF_A" '"cniVersion":"1.0.0"' \
		"\"ipam\":{\"type\":\"host-local\",\"dataDir\":\"$CNI/A/hl\",\"ranges\":[[{\"subnet\":\"10.244.1.0/24\",\"rangeStart\":\"10.244.1.9\",\"rangeEnd\":\"10.244.1.9\"}]]}")
	add "$conf" e >/dev/null
	out=$(add "$conf" f)
	check "what it says is what the runtime hears" \
		grep -q 'no IP addresses available in range set' <<<"$out"
	del "$conf" e
	equal "nothing is left" "" "$(left A)$(find "$CNI/A/hl" -name '10.*')"
}

# A plugin that does PROGRAM.
plugin()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$CNI/bin/$1"
	chmod +x "$CNI/bin/$1"
}

# broken WORDS PROGRAM EXPECTED
broken()
{
	local out
	plugin broken "$2"
	out=$(CNI_MORE_PATH=$CNI/bin add "$(with "$CONF_A" '"ipam":{"type":"broken"}')" a)
	if [[ $out == *"$3"* ]]; then
		pass "$1"
	else
		fail "$1: $out"
	fi
}

bad_delegates()
{
	mkdir "$CNI/bin"
	equal "a plugin that is not there is named" \
		"7 there is no IPAM plugin 'not-there' in CNI_PATH" \
		"$(add "$(with "$CONF_A" '"ipam":{"type":"not-there"}')" a | sed 's/ .[^ ]*$//')"
	check "a plugin's name is no path" grep -q "^7 .*../x. is a path" \
		<<<"$(add "$(with "$CONF_A" '"ipam":{"type":"../x"}')" a)"
	broken "one that says nothing is said so" 'cat >/dev/null' \
		"6 the answer of the IPAM plugin 'broken' is no JSON"
	broken "one that fails without a word too" 'exit 3' \
		"5 the IPAM plugin 'broken' failed"
	broken "one that dies too" 'kill -9 $$' \
		"5 the IPAM plugin 'broken' failed"
	broken "one that never stops to talk is not listened to for ever" \
		'yes' "answers with more than"
	broken "one that gives no address too" 'echo "{\"cniVersion\":\"1.1.0\",\"ips\":[]}"' \
		"7 "
	broken "its own code and words are passed on" \
		'echo "{\"code\":142,\"msg\":\"no luck\"}"; exit 1' "142 no luck"
	equal "nothing is left" "" "$(left A)"
}

two_nodes
overlay A
ip -n "$NODE_A" link del pod2
setup_ns P
set_sysctls "$P"
ip -n "$P" link set lo up
cni_files
cni_node A
order
known
reserved
left_behind
two_networks
many
delegated
bad_delegates
finish

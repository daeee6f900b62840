#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# What the CNI specification 1.1.0, and runtimes, want of a plugin: each command
# in each version, what is refused with which code and words, DEL whatever is
# gone, CHECK that sees what is wrong, GC that keeps what is valid.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/cni.sh
. "$(dirname "$0")/cni.sh"

VERSIONS=(0.1.0 0.2.0 0.3.0 0.3.1 0.4.0 1.0.0 1.1.0)

environment()
{
	local out words
	a_file words
	out=$(env -u CNI_COMMAND "$PLUGIN" 2>"$words" </dev/null)
	equal "without a command it is no error, and stdout is empty" "0 " "$? $out"
	check "but says what it is" grep -q "versions supported: .*1.1.0" "$words"
	answers "an unknown command is refused" 4 "unknown CNI_COMMAND: SING" \
		"$CONF_A" cni A SING c POD_A
	answers "after its configuration" 7 "missing network name" '{}' \
		cni A SING c POD_A
	answers "all that is missing is named" 4 \
		"[CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME]" "$CONF_A" \
		env CNI_COMMAND=ADD "$PLUGIN"
	answers "a container's name is no path" 4 CNI_CONTAINERID "$CONF_A" \
		cni A ADD ../c POD_A
	answers "nor is an interface's" 4 CNI_IFNAME "$CONF_A" \
		cni A ADD c POD_A a/b
	answers "a name of 16 bytes is too long" 4 CNI_IFNAME "$CONF_A" \
		cni A ADD c POD_A 0123456789abcdef
	CNI_ARGS="COLOUR=red" answers "unknown CNI_ARGS are refused" 4 \
		'unknown key "COLOUR"' "$CONF_A" cni A ADD c POD_A
	CNI_ARGS="MAC" answers "broken ones as well" 4 "not KEY=VALUE" \
		"$CONF_A" cni A ADD c POD_A
}

configuration()
{
	answers "an empty configuration is refused" 6 "no JSON" "" \
		cni A ADD c POD_A
	answers "half a configuration is refused" 6 "no JSON" '{"name":' \
		cni A ADD c POD_A
	answers "a network's name is no path" 7 "no good name" \
		"$(with "$CONF_A" '"name":"a/b"')" cni A DEL c POD_A
	answers "a version to come is refused, and ours are named" 1 \
		"0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0" \
		"$(with "$CONF_A" '"cniVersion":"1.2.0"')" cni A ADD c POD_A
	answers "CHECK is not of 0.3.1" 1 "does not allow CHECK" \
		"$(with "$CONF_A" '"cniVersion":"0.3.1"')" cni A CHECK c POD_A
	answers "STATUS is not of 1.0.0" 1 "does not allow STATUS" \
		"$(with "$CONF_A" '"cniVersion":"1.0.0"')" cni A STATUS "" ""
	answers "GC is not of 1.0.0" 1 "does not allow GC" \
		"$(with "$CONF_A" '"cniVersion":"1.0.0"' '"cni.dev/valid-attachments":[]')" \
		cni A GC "" ""
	answers "a capability that is another plugin's is refused" 2 \
		'"portMappings" with [{"hostPort":80}]' \
		"$(with "$CONF_A" '"runtimeConfig":{"portMappings":[{"hostPort":80}]}')" \
		cni A ADD c POD_A
	equal "an error is said in the version of the question" 0.4.0 \
		"$(cni A ADD c POD_A <<<"$(with "$CONF_A" '"cniVersion":"0.4.0"' '"mtu":1')" | jq -r .cniVersion)"
}

version_of() { env CNI_COMMAND=VERSION CNI_NETNS=dummy CNI_IFNAME=dummy CNI_PATH=dummy "$PLUGIN" | jq -r "$1"; }

version()
{
	equal "VERSION answers in the version of the question" 0.4.0 \
		"$(version_of .cniVersion <<<'{"cniVersion":"0.4.0"}')"
	equal "or in its own, if it has no question" 1.1.0 \
		"$(version_of .cniVersion </dev/null)"
	equal "or cannot read it" 1.1.0 "$(version_of .cniVersion <<<'{')"
	equal "even when stdin stays open" "${VERSIONS[*]}" \
		"$(version_of '.supportedVersions | join(" ")' <&"$never")"
}

# What the runtime has to find in a result of version $1.
good_result()
{
	case $1 in
	0.1.0 | 0.2.0)
		jq -e --arg v "$1" '.cniVersion == $v and .ip4.ip and .ip6.ip and
			.ip4.gateway == "169.254.1.1"' ;;
	*)
		jq -e --arg v "$1" --arg ns "/run/netns/$P" '.cniVersion == $v and
			(.interfaces | length) == 2 and
			(.interfaces[0] | .sandbox // "" == "") and
			(.interfaces[1] | .name == "eth0" and .sandbox == $ns) and
			([.interfaces[].mac | length] == [17, 17]) and
			(.ips | length) == 2 and ([.ips[].interface] == [1, 1]) and
			([.routes[].dst] | sort == ["0.0.0.0/0", "::/0"])' ;;
	esac
}

# One pod through all that a runtime does with it, in version $1.
life()
{
	local v=$1 conf prev
	conf=$(with "$CONF_A" "\"cniVersion\":\"$v\"")
	if ! cni A ADD c P <<<"$conf" >"$CNI/result"; then
		fail "$v: ADD: $(cat "$CNI/result")"
		return
	fi
	check "$v: the result is as that version has it" good_result "$v" \
		<"$CNI/result"
	check "$v: the pod reaches its node" ping_once "$P" "$GW_A4"
	prev=$(with "$conf" "\"prevResult\":$(cat "$CNI/result")")
	case $v in
	0.[123]*)
		answers "$v: CHECK is not yet" 1 "does not allow CHECK" \
			"$prev" cni A CHECK c P ;;
	*) works "$v: CHECK finds all right" "$prev" cni A CHECK c P ;;
	esac
	works "$v: DEL" "$prev" cni A DEL c P
	works "$v: DEL again" "$prev" cni A DEL c P
	equal "$v: nothing is left" "" "$(left A)"
}

namespaces()
{
	answers "a namespace that is not there is refused" 8 "" "$CONF_A" \
		cni A ADD c /run/netns/not-there
	answers "a file that is none as well" 8 "" "$CONF_A" cni A ADD c "$CNI/A/subnet.json"
	answers "a namespace of another kind too" 8 "" "$CONF_A" cni A ADD c /proc/self/ns/mnt
	answers "the node's own namespace is no pod's" 8 "" "$CONF_A" \
		cni A ADD c "/run/netns/$NODE_A"
	equal "nothing is left of these" "" "$(left A)"
	attach A P || fail "a pod is attached"
	answers "an interface that is there is not taken over" 100 "eth0" \
		"$CONF_A" cni A ADD c-p P
	answers "by another container neither" 100 "eth0" "$CONF_A" \
		cni A ADD other P
	check "and the pod still reaches its node" ping_once "$P" "$GW_A4"
	equal "nothing but the pod is there" 4 "$(left A | wc -l)"
	works "it goes" "$CONF_A" cni A DEL c-p P
	equal "without a rest" "" "$(left A)"
}

# deletes BEHAVIOUR POD [CONF] - DEL of c-p with POD works, nothing is left
deletes()
{
	works "DEL $1" "${3:-$CONF_A}" cni A DEL c-p "$2"
	equal "nothing is left by DEL $1" "" "$(left A)"
}

delete_anyway()
{
	local json=$CNI/A/subnet.json
	deletes "of what never was" P
	attach A P
	deletes "without a namespace" ""
	attach A P
	deletes "with a namespace that is gone" /run/netns/gone
	attach A P
	deletes "with a namespace that is none" /etc/passwd
	attach A P
	ip -n "$NODE_A" link del "$(links A)"
	deletes "without the link" P
	attach A P
	rm -r "$CNI/A/ipam"
	deletes "without the records of addresses" P
	attach A P
	mv "$json" "$json.off"
	deletes "before the node has a subnet" P
	mv "$json.off" "$json"
	attach A P
	deletes "with a configuration that has become wrong" P \
		"$(with "$CONF_A" '"mtu":"big"' '"device":"other"' '"prevResult":{"ips":7}')"
	attach A P
	deletes "in an older version" P "$(with "$CONF_A" '"cniVersion":"0.1.0"')"
}

# mismatch BEHAVIOUR WORDS - CHECK of the pod fails with WORDS
mismatch() { answers "CHECK sees $1" 103 "$2" "$final" cni A CHECK c-p P; }

checks()
{
	local final other
	attach A P
	answers "CHECK needs a result" 7 "missing prevResult" "$CONF_A" \
		cni A CHECK c-p P
	final=$(with "$CONF_A" "\"prevResult\":$(jq -c 'del(.cniVersion) + {CNIVersion: "1.1.0"}' "$CNI/P.eth0")")
	works "CHECK takes a result as Go writes it" "$final" cni A CHECK c-p P
	ip -n "$P" route del default
	mismatch "a lost route" "0.0.0.0/0"
	other=$(jq -c '.prevResult.routes |= map(select(.dst != "0.0.0.0/0"))' <<<"$final")
	works "CHECK takes what a later plugin changed" "$other" cni A CHECK c-p P
	final=$other
	ip -n "$P" link set eth0 address 02:00:00:00:77:77
	mismatch "another MAC address" "02:00:00:00:77:77"
	detach A P
	attach A P
	final=$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/P.eth0")")
	ip -n "$P" addr del "$(jq -r '.ips[0].address' "$CNI/P.eth0")" dev eth0
	mismatch "a lost address" "$(jq -r '.ips[0].address | split("/")[0]' "$CNI/P.eth0")"
	detach A P
	mismatch "that there is no pod" "no interface"
	attach A P
	final=$(with "$CONF_A" "\"prevResult\":$(cat "$CNI/P.eth0")")
	ctl A endpoint del dev ov0 link "$(links A)" force
	mismatch "a lost endpoint" "does not know the pod"
	detach A P
}

status()
{
	local json=$CNI/A/subnet.json
	works "STATUS is well" "$CONF_A" cni A STATUS "" ""
	mv "$json" "$json.off"
	answers "STATUS without a subnet" 50 "no subnet yet" "$CONF_A" \
		cni A STATUS "" ""
	answers "ADD without a subnet is to be tried later" 11 "no subnet yet" \
		"$CONF_A" cni A ADD c P
	mv "$json.off" "$json"
	ip -n "$NODE_A" link set ov0 down
	answers "STATUS with the overlay down" 50 "ov0 is down" "$CONF_A" \
		cni A STATUS "" ""
	answers "ADD with the overlay down is to be tried later" 11 \
		"ov0 is down" "$CONF_A" cni A ADD c P
	ip -n "$NODE_A" link set ov0 up
	answers "STATUS without the overlay" 50 "no overlay device ov7" \
		"$(with "$CONF_A" '"device":"ov7"')" cni A STATUS "" ""
	answers "ADD without the overlay is to be tried later" 11 \
		"no overlay device ov7" "$(with "$CONF_A" '"device":"ov7"')" \
		cni A ADD c P
	equal "nothing is left of these" "" "$(left A)"
}

# gc VALID - GC with this JSON for its list
gc() { cni A GC "" "" <<<"$(with "$CONF_A" "\"cni.dev/valid-attachments\":$1")"; }

garbage()
{
	local other
	other=$(with "$CONF_A" '"name":"other"' \
		"\"ipam\":$(ipam A '"ranges":[[{"subnet":"10.244.1.128/25"}]]')")
	attach A P
	attach A Q
	cni A ADD c-r R <<<"$other" >/dev/null
	answers "GC without a list deletes nothing" 7 "valid-attachments" \
		"$CONF_A" cni A GC "" ""
	answers "GC with half a list neither" 7 "containerID" \
		"$(with "$CONF_A" '"cni.dev/valid-attachments":[{"containerID":"c-p"}]')" \
		cni A GC "" ""
	equal "three pods are there" 3 "$(links A | wc -l)"
	check "GC keeps what is valid" gc '[{"containerID":"c-p","ifname":"eth0"},{"containerID":"c-q","ifname":"eth1"}]'
	equal "and what is another network's" 2 "$(links A | wc -l)"
	check "the valid pod reaches its node" ping_once "$P" "$GW_A4"
	check "the invalid one has no link" not ip -n "$Q" link show eth0
	check "GC with nothing valid" gc null
	equal "leaves the other network's" 1 "$(links A | wc -l)"
	check "which goes with its own" cni A DEL c-r R <<<"$other"
	equal "nothing is left" "" "$(left A)"
}

wishes()
{
	local args out
	args="IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;COLOUR=red;MAC=02:00:00:00:00:42;IP=10.244.1.77"
	out=$(CNI_ARGS=$args cni A ADD c-p P <<<"$(with "$CONF_A" \
		'"dns":{"nameservers":["10.96.0.10"]}' '"routes":[{"dst":"198.51.100.0/24"}]')")
	equal "MAC and IP of CNI_ARGS are taken" "02:00:00:00:00:42 10.244.1.77/32" \
		"$(jq -r '.interfaces[1].mac + " " + .ips[0].address' <<<"$out")"
	equal "the configuration's name servers are handed on" 10.96.0.10 \
		"$(jq -r '.dns.nameservers[]' <<<"$out")"
	check "its routes are there" ip -n "$P" route get 198.51.100.1
	equal "the endpoint has the pod's name" default/web/c-p \
		"$(ctl A -j endpoint show | jq -r '.[].name')"
	detach A P
	CNI_NETNS_OVERRIDE=1 check "the node's own namespace can be insisted on" \
		cni A ADD c-p "/run/netns/$NODE_A" eth9 <<<"$CONF_A"
	works "and be left again" "$CONF_A" cni A DEL c-p "/run/netns/$NODE_A" eth9
	equal "without a rest" "" "$(left A)"
}

full()
{
	local conf
	conf=$(with "$CONF_A" "\"ipam\":$(ipam A '"ranges":[[{"subnet":"10.244.1.0/24","rangeStart":"10.244.1.9","rangeEnd":"10.244.1.9"}]]')")
	cni A ADD c-p P <<<"$conf" >/dev/null || fail "the last address is given"
	answers "no address is left" 101 "10.244.1.9" "$conf" cni A ADD c-q Q
	answers "and STATUS says so" 50 "10.244.1.9" "$conf" cni A STATUS "" ""
	works "the pod gives it back" "$conf" cni A DEL c-p P
	works "and STATUS is well again" "$conf" cni A STATUS "" ""
	equal "nothing is left" "" "$(left A)"
}

# ADD with a stdout that nobody reads any more.
broken_pipe()
{
	(
		exec 3> >(:)
		wait $!
		cni A ADD c-p P <<<"$CONF_A" >&3
	)
}

chained()
{
	local prev out
	prev='{"cniVersion":"1.1.0","interfaces":[{"name":"dummy0","mac":"02:00:00:00:00:09","pciID":"x"}],"ips":[{"address":"192.0.2.9/24","interface":0}],"dns":{"nameservers":["192.0.2.53"]}}'
	out=$(cni A ADD c-p P <<<"$(with "$CONF_A" "\"prevResult\":$prev" '"someKey":1' '"capabilities":{"mac":true}')")
	equal "a result before ours stays" '{"name":"dummy0","mac":"02:00:00:00:00:09","pciID":"x"}' \
		"$(jq -c '.interfaces[0]' <<<"$out")"
	equal "and ours is behind it" "eth0" \
		"$(jq -r '.interfaces[.ips[1].interface].name' <<<"$out")"
	detach A P
	check "a runtime that does not listen gets an error, and no pod" \
		not broken_pipe
	equal "nothing is left of it" "" "$(left A)"
}

two_nodes
setup_ns P Q R
set_sysctls "$P" "$Q" "$R"
overlay A
ip_in "$NODE_A" <<-END
	addr add $GW_A4/32 dev ov0
	addr add $GW_A6/128 dev ov0
END
cni_files
cni_node A
environment
configuration
version
for v in "${VERSIONS[@]}"; do
	life "$v"
done
namespaces
delete_anyway
checks
status
garbage
wishes
full
chained
finish

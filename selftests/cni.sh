# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034,SC2154
#
# The plugin on the nodes of topo.sh, called as a runtime calls it. Needs
# lib.sh, topo.sh and overlay.sh.
#
#   cni_files                     a directory for the test in $CNI
#   ipam X [MEMBER...]            member ipam for node X
#   cni_node X [MEMBER...]        what k8sovd writes of node X, and $CONF_X, a
#                                 configuration with more JSON members
#   cni X COMMAND CONTAINER POD [IFNAME]
#                                 the plugin on NODE_X, its configuration from
#                                 stdin; POD: VARIABLE of setup_ns, or a path
#   attach X POD [IFNAME [MEMBER...]]   ADD with $CONF_X, the answer in
#                                 $CNI/POD.IFNAME; and DEL:
#   detach X POD [IFNAME]
#   with CONF MEMBER...           CONF with these members as well
#   links X                       names of the links of ours on node X
#   left X                        all that is there of pods on node X
#   answers BEHAVIOUR CODE WORDS CONF COMMAND...   it fails with an error object
#   works BEHAVIOUR CONF COMMAND...   it succeeds and says nothing
# $TRACE, if set, is a command that the plugin is run by.

need jq
PLUGIN=$(dirname "${BASH_SOURCE[0]}")
PLUGIN=$("$PLUGIN/vm/built.sh" cni 2>/dev/null)/k8sov
[ -x "$PLUGIN" ] || PLUGIN=/opt/cni/bin/k8sov
need "$PLUGIN"
TRACE=()

cni_files()
{
	CNI=$(mktemp -d "${TMPDIR:-/tmp}/k8sov.XXXXXX") || bail "no directory"
	defer rm -rf "$CNI"
}

# with CONF MEMBER... - members of JSON without braces, the last of a key wins
with()
{
	local conf=$1 member
	shift
	for member; do
		conf=$(jq -c ". + {$member}" <<<"$conf")
	done
	echo "$conf"
}

# ipam X [MEMBER...] - member ipam for node X. topo.sh has a pod of its own.
ipam()
{
	local x=$1 pod4=POD_${1}4 pod6=POD_${1}6
	shift
	with "{\"dataDir\":\"$CNI/$x/ipam\",\"reserve\":[\"${!pod4}\",\"${!pod6}\"]}" "$@"
}

cni_node()
{
	local x=$1 s4=SUBNET_${1}4 s6=SUBNET_${1}6
	shift
	mkdir -p "$CNI/$x"
	echo "{\"device\":\"ov0\",\"networks\":[\"10.244.0.0/16\",\"fd00:244::/32\"],\"subnets\":[\"${!s4}\",\"${!s6}\"],\"mtu\":1450}" \
		>"$CNI/$x/subnet.json"
	printf -v "CONF_$x" %s "$(with "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"k8sov\",\"subnetFile\":\"$CNI/$x/subnet.json\",\"ipam\":$(ipam "$x")}" "$@")"
}

cni()
{
	local node=NODE_$1 pod=$4
	[[ $pod == */* || -z $pod ]] || pod=/run/netns/${!pod}
	CNI_COMMAND=$2 CNI_CONTAINERID=$3 CNI_NETNS=$pod CNI_IFNAME=${5:-eth0} \
		CNI_PATH=${PLUGIN%/*}:/usr/lib/cni${CNI_MORE_PATH:+:$CNI_MORE_PATH} \
		in_ns "${!node}" "${TRACE[@]}" "$PLUGIN"
}

attach()
{
	local x=$1 pod=$2 ifname=${3:-eth0} conf=CONF_$1
	shift $(($# < 3 ? 2 : 3))
	cni "$x" ADD "c-${pod,,}" "$pod" "$ifname" \
		<<<"$(with "${!conf}" "$@")" >"$CNI/$pod.$ifname" ||
		{ cat "$CNI/$pod.$ifname"; return 1; }
}

detach()
{
	local conf=CONF_$1
	cni "$1" DEL "c-${2,,}" "$2" "${3:-eth0}" <<<"${!conf}"
}

links()
{
	local node=NODE_$1
	ip -n "${!node}" -j link show |
		jq -r '.[] | select(.ifalias // "" | startswith("k8sov:")) | .ifname'
}

# Links of ours, or without an alias yet; endpoints; addresses that are taken.
# Tests ask this most of all: where nothing is, nothing is picked to pieces.
left()
{
	local node=NODE_$1 name endpoints f
	while read -r name _; do
		name=${name%@*}
		[[ ! $name =~ ^pod[0-9a-f]{12}$ ]] || echo "$name"
	done < <(ip -n "${!node}" -br link show)
	endpoints=$(ctl "$1" -j endpoint show)
	[ "$endpoints" = "[]" ] || jq -c '.[]' <<<"$endpoints"
	for f in "$CNI/$1/ipam"/[^l]*; do
		[ ! -L "$f" ] || echo "$f"
	done
}

# answers BEHAVIOUR CODE WORDS CONF COMMAND... - it fails with an error object
# that has CODE, and WORDS in its sentence or its details; CONF is its stdin
answers()
{
	local what=$1 code=$2 words=$3 conf=$4 out status=0
	shift 4
	out=$("$@" <<<"$conf" 2>/dev/null) || status=$?
	if [ $status = 1 ] && jq -e --arg words "$words" --argjson code "$code" \
		'.code == $code and (.cniVersion | length > 0) and
		 (.msg + " " + (.details // "") | contains($words))' \
		<<<"$out" >/dev/null; then
		pass "$what"
		return
	fi
	fail "$what"
	note "expected code $code with: $words"
	note "status $status, got: $out"
}

# works BEHAVIOUR CONF COMMAND... - it succeeds and says nothing
works()
{
	local what=$1 conf=$2 out status=0
	shift 2
	out=$("$@" <<<"$conf" 2>&1) || status=$?
	equal "$what" "0 " "$status $out"
}

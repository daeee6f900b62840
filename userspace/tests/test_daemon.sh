#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# test_daemon.sh - what $K8SOVD says without being an agent: help,
# configuration, completion; and that its manual page has all options.
set -u

here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
number=0 failed=0
# The machine's own configuration has no part in it.
export K8SOVD_CONFIG=$dir/k8sovd.conf
for name in $(compgen -e K8SOVD_) NODE_NAME; do
	[ "$name" = K8SOVD_CONFIG ] || unset "$name"
done

# is WHAT EXPECTED GOT
is()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number $1"
		return
	fi
	failed=1
	echo "not ok $number $1"
	printf '# expected: %s\n# got:      %s\n' "${2//$'\n'/$'\n'# }" "${3//$'\n'/$'\n'# }"
}

# says WHAT STATUS WORDS FLAG... - all that k8sovd says, with DIR for $dir
says()
{
	local what=$1 expected=$2 words status=0
	shift 2
	words=$("$K8SOVD" "${@:2}" 2>&1 </dev/null) || status=$?
	is "$what" "$expected $1" "$status ${words//"$dir"/DIR}"
}

# A configuration file with these lines, and a store.
configure()
{
	mkdir -p "$dir/cluster"
	printf '%s\n' "store: file:$dir/cluster" "$@" >"$K8SOVD_CONFIG"
}

# Line KEY of what --check-config prints.
effective() { "$K8SOVD" --check-config "${@:2}" 2>/dev/null | grep "^$1: "; }

# completes EXPECTED WORD... - what the shell offers for the last word
completes()
{
	local expected=$1
	shift
	COMP_WORDS=(k8sovd "$@")
	COMP_CWORD=$#
	_k8sovd
	is "completes: $*" "$expected" "${COMPREPLY[*]}"
}

check_config()
{
	says "a file that is not there" 1 \
		"config: cannot read DIR/k8sovd.conf: No such file or directory" \
		--check-config
	configure
	says "a cluster without configuration" 1 \
		"store: there is no net-conf.json in DIR/cluster" --check-config
	printf '{ "Network": "10.244.0.0/16",\n  "SubnetLen": }\n' \
		>"$dir/cluster/net-conf.json"
	says "the line of bad JSON" 1 \
		"net-conf.json: no JSON: line 2 column 16: unexpected token near '}'" \
		--check-config
	echo '{ "Network": "10.244.0.0/16", "SubnetLen": 99 }' \
		>"$dir/cluster/net-conf.json"
	says "the key of a bad value" 1 \
		"net-conf.json: SubnetLen must be a number from 1 to 30" \
		--check-config
	echo '{ "Network": "10.244.0.0/16", "Backend": { "Type": "udp" } }' \
		>"$dir/cluster/net-conf.json"
	says "a backend that is not spoken" 1 \
		"net-conf.json: Backend.Type 'udp' is not supported: use vxlan, geneve, ipip, host-gw or alloc" \
		--check-config
	echo '{ "Network": "10.244.0.0/16" }' >"$dir/cluster/net-conf.json"
	"$K8SOVD" --check-config >"$dir/printed" 2>&1
	is "a good configuration" 0 $?
	"$K8SOVD" --check-config --config "$dir/printed" >"$dir/again" 2>&1
	is "what is printed is a configuration" "" \
		"$(diff "$dir/printed" "$dir/again")"
	configure "strore: x" "mtu: 9"
	says "a sentence for each mistake" 1 \
		"DIR/k8sovd.conf:2: strore: there is no such option
mtu: must be 0 or from 1280" --check-config
	says "an agent does not start with them" 1 \
		"DIR/k8sovd.conf:2: strore: there is no such option
mtu: must be 0 or from 1280"
}

kubernetes()
{
	configure
	echo '{ "Network": "10.244.0.0/16", "SubnetLen": 99 }' \
		>"$dir/net-conf.json"
	is "Kubernetes allocates: SubnetLen has no part in it" \
		'store: "kubernetes"' \
		"$(effective store --store kubernetes \
			--net-config-path "$dir/net-conf.json")"
	says "Kubernetes: a net-conf.json that is not there" 1 \
		"net-config-path: there is no DIR/none" --check-config \
		--store kubernetes --net-config-path "$dir/none"
	says "Kubernetes: a kubeconfig that is not there" 1 \
		"store: cannot read DIR/none: No such file or directory" \
		--check-config --store "kubernetes:$dir/none"
}

precedence()
{
	configure "device: file0"
	is "the file" 'device: "file0"' "$(effective device)"
	is "the environment is above it" 'device: "env0"' \
		"$(K8SOVD_DEVICE=env0 effective device)"
	is "a flag is above both" 'device: "flag0"' \
		"$(K8SOVD_DEVICE=env0 effective device --device flag0)"
	echo hunter2 >"$dir/password"
	configure
	is "a password is masked" 'etcd-password: "***"' \
		"$(effective etcd-password --etcd-password-file "$dir/password")"
}

# The manual page has the options that there are, and no others.
manual()
{
	is "the manual page has all options" \
		"$("$K8SOVD" --complete | cut -d' ' -f1 | sort)" \
		"$(grep -o '^\(-[a-zA-Z], \)\?--[a-z][a-z0-9-]*' \
			"$here/../man/k8sovd.8.rst" | grep -o -- '--.*' |
			grep -vx -- --complete | sort)"
	is "help has them, too" \
		"$("$K8SOVD" --complete | cut -d' ' -f1 | sort)" \
		"$("$K8SOVD" --help | grep -o '^  \(-[a-zA-Z], \)\?--[a-z][a-z0-9-]*' |
			grep -o -- '--.*' | grep -vx -- --complete | sort)"
}

PATH=$(dirname "$K8SOVD"):$PATH
# shellcheck source=userspace/completion/k8sovd
. "$here/../completion/k8sovd"

check_config
kubernetes
precedence
manual
says "a flag that does not exist" 1 \
	"'--nosuch' is no option (try 'k8sovd --help')" --nosuch
"$K8SOVD" -V | grep -qx 'k8sovd [0-9.]*'
is "the version" 0 $?
completes "--etcd-endpoints" --etcd-e
completes "text json" --log-format ""
completes "flannel" --takeover f
completes "off audit enforce" --policy ""
completes "error warn info debug" --log-level =
completes "debug" --log-level = d
completes "" --vni ""
completes "--store --state-dir" --device ov1 --st
echo "1..$number"
exit $failed

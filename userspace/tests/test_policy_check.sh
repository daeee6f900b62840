#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# test_policy_check.sh - what 'k8sovctl policy check' says, and its status, by
# which a CI decides; without kernel module and cluster.
set -u

number=0 failed=0
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# is WHAT EXPECTED GOT
is()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $number $1"
		return
	fi
	failed=1
	printf 'not ok %d %s\n# expected: %s\n# got:      %s\n' $number "$1" \
		"${2//$'\n'/$'\n'# }" "${3//$'\n'/$'\n'# }"
}

# checks WHAT STATUS WORDS ARG... - all that it says, in $dir, and its status
checks()
{
	local what=$1 expected=$2 words status=0
	shift 2
	words=$(cd "$dir" && "$K8SOVCTL" "${@:2}" 2>&1) || status=$?
	is "$what" "$expected $1" "$status $words"
}

# policy NAME SPEC
policy()
{
	printf 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s}\nspec: {podSelector: {}%s}\n---\n' \
		"$1" "$2"
}

mkdir "$dir/all"
policy web ', ingress: [{}]' >"$dir/all/web.yaml"
checks "a good policy" 0 \
	"NetworkPolicy default/web file all/web.yaml line 1 good" \
	policy check all
policy db ', ingress: [{ports: [{}, {endPort: 5}]}]' >>"$dir/all/web.yaml"
checks "a broken one, of two" 1 \
	'NetworkPolicy default/db file all/web.yaml line 6 broken "spec.ingress[0].ports[1].endPort: port must be given too"
NetworkPolicy default/web file all/web.yaml line 1 good' \
	policy check all
checks "as JSON" 1 \
	'[{"kind":"NetworkPolicy","namespace":"default","name":"db","file":"all/web.yaml","line":6,"verdict":"broken","message":"spec.ingress[0].ports[1].endPort: port must be given too"},
{"kind":"NetworkPolicy","namespace":"default","name":"web","file":"all/web.yaml","line":1,"verdict":"good"}]' \
	-j policy check all
policy web ', egress: []' >"$dir/more.yaml"
checks "of several paths, which have one policy twice" 1 \
	'NetworkPolicy default/db file all/web.yaml line 6 broken "spec.ingress[0].ports[1].endPort: port must be given too"
NetworkPolicy default/web file more.yaml line 1 broken "it is there twice, also in all/web.yaml line 1"' \
	policy check all more.yaml
checks "from standard input" 0 \
	"NetworkPolicy default/web file /dev/stdin line 1 good" \
	policy check - <"$dir/more.yaml"
checks "from a pipe, in JSON" 0 \
	"Namespace x file /dev/stdin line 1 good" \
	policy check - < <(echo '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}')
checks "other kinds are no mistake" 0 \
	"Service x/y file /dev/stdin line 1 ignored" policy check - \
	<<<'{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "y", "namespace": "x"}}'
checks "a peer that is not known is none" 0 \
	'ClusterNetworkPolicy c file /dev/stdin line 1 partial "spec.egress[0].to[0].domainNames: peers of this kind are not known, the rule does not accept them"' \
	policy check - <<-END
	{"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": {"name": "c"},
	 "spec": {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}},
	          "egress": [{"action": "Accept", "to": [{"domainNames": ["example.com"]}]}]}}
	END
checks "what is no object" 1 \
	'file /dev/stdin line 1 unusable "no object of Kubernetes: it has no apiVersion"' \
	policy check - <<<'some: values'
checks "nothing at all" 0 "" policy check - </dev/null
checks "nothing at all, as JSON" 0 "[]" -j policy check - </dev/null
checks "a path that is not there" 1 \
	"k8sovctl: none: cannot open: No such file or directory" \
	policy check all none
mkfifo "$dir/all/pipe.yaml"
checks "a pipe among the files holds nobody up" 1 \
	'NetworkPolicy default/db file all/web.yaml line 6 broken "spec.ingress[0].ports[1].endPort: port must be given too"
NetworkPolicy default/web file all/web.yaml line 1 good' \
	policy check all
rm "$dir/all/pipe.yaml"
mkdir "$dir/all/dir.yaml"
checks "a directory with the name of a file" 1 \
	'NetworkPolicy default/db file all/web.yaml line 6 broken "spec.ingress[0].ports[1].endPort: port must be given too"
NetworkPolicy default/web file all/web.yaml line 1 good
file all/dir.yaml unusable "cannot read: Is a directory"' \
	policy check all
is "what kubectl get prints" "good good good good good" \
	"$("$K8SOVCTL" policy check "$here/manifests" | awk '{ print $NF }' | xargs)"
echo "1..$number"
exit $failed

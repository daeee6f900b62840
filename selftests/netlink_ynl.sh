#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The kernel's own ynl command line drives every operation of our YAML.
#
#   one namespace: ov0 (k8sov) and p0 (dummy)

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
spec=$here/../uapi/netlink/specs/k8sov.yaml
ynl=${YNL_DIR:-${KSRC:-$("$here/vm/deps.sh" source)}/tools/net/ynl}
used=()

# Not a python from elsewhere: Debian's has the packages that ynl needs.
cli() { in_ns "$NS" /usr/bin/python3 "$ynl/cli.py" --spec "$spec" --no-schema --output-json "$@"; }

# ynl OP JSON [OPTION...] - one request
ynl()
{
	local op=$1 json=$2
	shift 2
	cli --do "$op" --json "$json" "$@"
}

# drives OP JSON WORDS [OPTION...] - the request passes and its reply has WORDS
drives()
{
	local op=$1 json=$2 words=$3 out
	shift 3
	used+=("$op")
	out=$(ynl "$op" "$json" "$@" 2>&1)
	if [[ $out == *"$words"* && $out != *Traceback* && $out != *error:* ]]; then
		pass "ynl drives $op"
		return
	fi
	fail "ynl drives $op"
	note "expected: $words"
	note "got: ${out//$'\n'/$'\n'#   }"
}

# dumps OP WORDS - the dump passes and has WORDS
dumps()
{
	local out
	out=$(cli --dump "$1" --json "{\"ifindex\": $OV}" 2>&1)
	if [[ $out == *"$2"* && $out != *Traceback* && $out != *error:* ]]; then
		pass "ynl dumps $1"
		return
	fi
	fail "ynl dumps $1"
	note "expected: $2"
	note "got: ${out//$'\n'/$'\n'#   }"
}

need ip nsenter /usr/bin/python3
[ -e "$ynl/cli.py" ] || bail "no ynl in $ynl"
/usr/bin/python3 -c 'import yaml' || bail "no python3-yaml"
need_module
setup_ns NS
ip_in "$NS" <<EOF2
link add p0 type dummy
link add ov0 type k8sov
link set ov0 up
EOF2
OV=$(ip -n "$NS" -o link show ov0 | cut -d: -f1)
LINK=$(ip -n "$NS" -o link show p0 | cut -d: -f1)
dev="\"ifindex\": $OV"
prefix="\"prefix\": \"0a010000\", \"prefix-len\": 16"

drives device-get "{$dev}" '"ifname": "ov0"'
drives host-new "{$dev, \"id\": 1, \"name\": \"node-b\", \"encap\": \"vxlan\",
	\"remote\": \"c0000201\", \"mac\": \"020000000001\"}" null --create --excl
drives host-get "{$dev, \"name\": \"node-b\"}" '"remote": "192.0.2.1"'
drives subnet-new "{$dev, $prefix, \"type\": \"host\", \"host\": 1}" null --create
drives subnet-get "{$dev, $prefix}" '"type": "host"'
drives endpoint-new "{$dev, \"link\": $LINK, \"address\": \"0a020001\",
	\"state\": \"ready\"}" null --create
drives endpoint-get "{$dev, \"address\": \"0a020001\"}" '"state": "ready"'
drives identity-new "{$dev, $prefix, \"identity\": 100}" null --create
drives identity-get "{$dev, $prefix}" '"identity": 100'
drives ruleset-new "{$dev, \"id\": 7, \"rule\": [{\"action\": \"drop\",
	\"name\": \"closed\"}], \"member\": \"ffffffff00000000\"}" null --create
drives ruleset-get "{$dev, \"id\": 7}" '"members": 1'
drives stats-get "{$dev}" '"tx-no-subnet"'
drives trace-get "{$dev, \"direction\": \"tx\", \"source\": \"0a020001\",
	\"destination\": \"0a010001\"}" '"verdict"'
dumps device-get '"hosts": 1'
dumps host-get '"subnets": 1'
dumps subnet-get '"10.1.0.0"'
dumps endpoint-get '"10.2.0.1"'
dumps identity-get '"identity": 100'
dumps ruleset-get '"name": "closed"'
dumps stats-get '"rx-packets": 0'

# A transaction ends with its socket, so one program has to do all of it.
drives txn-begin "{$dev, \"tables\": [\"identity\"]}" '"txn": '
used+=(txn-commit txn-abort)
check "ynl commits and aborts in one session" \
	in_ns "$NS" /usr/bin/python3 - "$ynl" "$spec" "$OV" <<'EOF2'
import sys
sys.path.insert(0, sys.argv[1])
from lib import YnlFamily
ynl = YnlFamily(sys.argv[2], '')
dev = {'ifindex': int(sys.argv[3])}
before = ynl.do('device-get', dev)
txn = {'txn': ynl.do('txn-begin', {**dev, 'tables': {'identity'}})['txn']}
ynl.do('txn-abort', {**dev, **txn})
txn = {'txn': ynl.do('txn-begin', {**dev, 'tables': {'identity'}})['txn']}
assert ynl.do('txn-commit', {**dev, **txn})['generation'] == before['generation'] + 1
assert ynl.do('device-get', dev)['identities'] == 0
EOF2

drives endpoint-del "{$dev, \"link\": $LINK}" null
drives identity-new "{$dev, $prefix, \"identity\": 100}" null --create
drives identity-del "{$dev, $prefix}" null
drives subnet-del "{$dev, $prefix}" null
drives host-del "{$dev, \"id\": 1}" null
drives ruleset-del "{$dev, \"id\": 7}" null
drives flush "{$dev, \"tables\": [\"host\", \"subnet\"]}" null

refuses "ynl shows the sentence and the attribute of a refusal" \
	"there is no such host" ynl host-del "{$dev, \"id\": 1}"

all=$(cli --list-ops | sed 's/ *\[.*//' | grep -v -- '-ntf$' | sort -u)
equal "ynl drove every operation" "$all" "$(printf '%s\n' "${used[@]}" | sort -u)"
finish

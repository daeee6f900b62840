#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# subnets.sh DIR: writes into DIR the tables of a big cluster: subnet I of a
# million is the I-th /24 of 16.0.0.0/4, and node I mod 1000 owns it, whose
# address is 198.18.(I mod 1000 / 250).(I mod 250 + 1).
#   hosts, subnets, all     as k8sovctl restore reads them
#   fdb, neigh, route       what Flannel adds for them, for 100,000 subnets,
#                           each behind an Ethernet address of its own
set -euo pipefail
dir=$1
mkdir -p "$dir"

awk -v dir="$dir" '
function remote(i) {
	return sprintf("198.18.%d.%d", (i % 1000) / 250, i % 250 + 1)
}

function net(i) {
	return sprintf("%d.%d.%d.0", 16 + int(i / 65536),
		       int(i / 256) % 256, i % 256)
}

BEGIN {
	for (i = 0; i < 1000; i++)
		printf "host add dev ov0 id %d remote %s encap vxlan mac 02:00:00:00:ff:02\n",
			i + 10, remote(i) >(dir "/hosts")
	for (i = 0; i < 1000000; i++)
		printf "subnet add %s/24 dev ov0 via id %d\n",
			net(i), i % 1000 + 10 >(dir "/subnets")
	for (i = 0; i < 100000; i++) {
		mac = sprintf("02:00:01:%02x:%02x:%02x", int(i / 65536),
			      int(i / 256) % 256, i % 256)
		printf "fdb add %s dev flannel.1 dst %s self permanent\n",
			mac, remote(i) >(dir "/fdb")
		printf "neigh add %s lladdr %s dev flannel.1 nud permanent\n",
			net(i), mac >(dir "/neigh")
		printf "route add %s/24 via %s dev flannel.1 onlink\n",
			net(i), net(i) >(dir "/route")
	}
}'
cat "$dir/hosts" "$dir/subnets" >"$dir/all"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# k8sovd with a directory as its store: two nodes of ours and one as Flannel
# makes it reach each other, whatever happens to the daemon or to the files;
# what others have set stays, a change of one node touches no other, and what
# runs on a node is told of it when pods can be.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

need curl

all_pairs()
{
	local x y pod to4 to6
	for x in A B C; do
		for y in A B C; do
			[ $x != $y ] || continue
			pod=POD_$x to4=POD_${y}4 to6=POD_${y}6
			check "$x reaches $y: IPv4" ping_once "${!pod}" "${!to4}"
			check "$x reaches $y: IPv6" ping_once "${!pod}" "${!to6}"
		done
	done
}

# without_loss WORDS COMMAND... - A pings C and B all the time meanwhile
without_loss()
{
	local what=$1 log_c log_b pid_c pid_b
	shift
	a_file log_c
	a_file log_b
	start "$log_c" in_ns "$POD_A" ping -n -i 0.01 "$POD_C4"
	pid_c=$started
	start "$log_b" in_ns "$POD_B" ping -n -i 0.01 "$POD_A6"
	pid_b=$started
	"$@"
	kill -INT -- "-$pid_c" "-$pid_b"
	wait "$pid_c" "$pid_b"
	equal "$what: no packet of A to C is lost" 0 "$(lost "$log_c")"
	equal "$what: no packet of B to A is lost" 0 "$(lost "$log_b")"
}

has_plugins() { jq -e '.plugins | length == 2' "$1"; }

# Runtimes take a node that has it for one that can have pods.
cni_conf()
{
	local conf=$AGENT/A.conflist before
	mv "$CLUSTER/net-conf.json" "$AGENT/away"
	agent A --cni-bin "$AGENT/cni"
	wait_for 10 says A 'net-conf.json' || bail "nothing is missing"
	check "without a network, there is no CNI configuration" \
		not test -e "$conf"
	mv "$AGENT/away" "$CLUSTER/net-conf.json"
	agent_ready A
	check "nor without our plugin, and that is said" \
		says A "the plugin k8sov is not in $AGENT/cni"
	check "there is none" not test -e "$conf"
	mkdir "$AGENT/cni"
	install -m 755 /dev/null "$AGENT/cni/portmap"
	install -m 755 /dev/null "$AGENT/cni/k8sov"
	check "plugins are installed: there is one" \
		wait_for 10 has_plugins "$conf"
	equal "a node that is ready has it, with the plugins that there are" \
		"k8sov $AGENT/A.env.json portmap" \
		"$(jq -r '.plugins | "\(.[0].type) \(.[0].subnetFile) \(.[1:] |
			map(.type) | join(","))"' "$conf")"
	check "who is missing is said" says A 'only k8sov,portmap are in'
	check "what it tells is there" jq -e .subnets "$AGENT/A.env.json"
	before=$(stat -c '%i %y' "$conf")
	agent_kill A
	check "it stays when k8sovd is killed" test -e "$conf"
	agent A --cni-bin "$AGENT/cni"
	agent_ready A
	agent_stop A
	equal "it is not written again" "$before" "$(stat -c '%i %y' "$conf")"
}

ready_says()
{
	in_ns "$NODE_B" curl -s http://127.0.0.1:9472/readyz | grep -q "$1"
}

# The tables are filled all the same.
full_files()
{
	mkdir "$AGENT/full"
	mount -t tmpfs -o size=4k tmpfs "$AGENT/full" || bail "no tmpfs"
	defer umount "$AGENT/full"
	echo full >"$AGENT/full/it"
	agent_stop B
	agent B --subnet-file "$AGENT/full/env"
	check "a full disk: that is said" wait_for 10 says B \
		'cannot write .*full/env: No space left on device'
	check "a full disk: the node is not ready" \
		wait_for 10 ready_says 'CNI plugins are not told'
	put_file "$CLUSTER/nodes/node-e.json" \
		<<<'{"Subnet":"10.244.50.0/24","PublicIP":"192.0.2.50","BackendType":"ipip"}'
	check "a full disk: a new node is reached" \
		wait_for 10 has B 10.244.50.0/24 node-e
	mount -o remount,size=1m "$AGENT/full" || bail "no more room"
	check "there is room: the node is ready" wait_for 40 ready_says ok
	equal "there is room: plugins know" 10.244.2.0/24 \
		"$(jq -r '.subnets[0]' "$AGENT/full/env.json")"
	rm "$CLUSTER/nodes/node-e.json"
	wait_for 10 gone B 10.244.50.0/24
	agent_stop B
	agent B
	agent_ready B
}

joins()
{
	agent A
	agent B
	agent_ready A
	agent_ready B
	wait_for 10 published A || bail "A publishes nothing"
	wait_for 10 published B || bail "B publishes nothing"
	flannel_knows C A
	flannel_knows C B
	wait_for 10 has A "$SUBNET_B4" node-b
	wait_for 10 has B "$SUBNET_A6" node-a/v6
	all_pairs
	equal "subnet.env is what Flannel's CNI plugin reads" \
		"FLANNEL_NETWORK=10.244.0.0/16
FLANNEL_SUBNET=10.244.1.1/24
FLANNEL_IPV6_NETWORK=fd00:244::/32
FLANNEL_IPV6_SUBNET=fd00:244:1::1/64
FLANNEL_MTU=1430
FLANNEL_IPMASQ=$(sed -n 's/^FLANNEL_IPMASQ=//p' "$AGENT/A.env")" \
		"$(cat "$AGENT/A.env")"
	check "the tunnel address is this node's" \
		ping_once "$POD_B" 10.244.1.0
}

kill_and_start()
{
	agent_kill A
	agent A
	agent_ready A
}

stop_and_start()
{
	agent_stop A
	agent A
	agent_ready A
}

survives_itself()
{
	local before
	ctl A host add dev ov0 id 900 name by-hand remote 192.0.2.99 \
		encap ipip || bail "no host by hand"
	ctl A subnet add 10.244.99.0/24 dev ov0 via by-hand || bail "no subnet"
	before=$(generation A)
	without_loss "kill -9" kill_and_start
	equal "kill -9: the tables are not touched" "$before" \
		"$(generation A)"
	without_loss "restart" stop_and_start
	equal "restart: the tables are not touched" "$before" \
		"$(generation A)"
	equal "what was typed by hand stays" by-hand \
		"$(owners A 10.244.99.0/24)"
}

follows_files()
{
	local file=$CLUSTER/nodes/node-c.json before
	before=$(cat "$file")
	mv "$file" "$AGENT/node-c"
	check "a node's file is removed: its subnets go" \
		wait_for 10 gone A "$SUBNET_C4"
	equal "the others stay" node-b "$(owners A "$SUBNET_B4")"
	put_file "$file" <<<"$before"
	check "it comes back: its subnets too" \
		wait_for 10 has A "$SUBNET_C6" node-c/v6
	check "packets flow again" ping_once "$POD_A" "$POD_C4"
}

unreadable()
{
	ctl A -j node show | jq -e --arg name "$1" \
		'.[] | select(.unreadable) | .name == $name'
}

half_a_file()
{
	local file=$CLUSTER/nodes/node-c.json before
	before=$(cat "$file")
	echo "${before:0:40}" >"$file"
	check "a file is cut short: that is said" \
		wait_for 10 says A "file node-c.json: no JSON"
	equal "a file is cut short: its node stays" node-c \
		"$(owners A "$SUBNET_C4")"
	before_generation=$(generation A)
	check "it is not unreadable" eval '! unreadable node-c'
	agent_kill A
	agent A
	agent_ready A
	check "after a restart it is" unreadable node-c
	check "that is still said" \
		wait_for 10 says A "what is known of the node stays"
	equal "and also after a restart" "$before_generation" "$(generation A)"
	put_file "$CLUSTER/nodes/node-d.json" <<<'{"Subnet":"10.244.77.0/24","PublicIP":"192.0.2.77","BackendType":"ipip"}'
	check "meanwhile another node comes" \
		wait_for 10 has A 10.244.77.0/24 node-d
	rm "$CLUSTER/nodes/node-d.json"
	check "and goes" wait_for 10 gone A 10.244.77.0/24
	before_generation=$(generation A)
	put_file "$file" <<<"$before"
	check "the file is whole again" \
		wait_for 10 says A 'msg="synced"'
	equal "and when the file is whole again" "$before_generation" \
		"$(generation A)"
}

no_files()
{
	local before
	before=$(generation A)
	mv "$CLUSTER/nodes" "$AGENT/away"
	check "the directory is gone: that is said" \
		wait_for 10 says A 'stale: .*nodes: cannot open'
	mkdir "$CLUSTER/nodes"
	check "an empty one in its place: that is said" \
		wait_for 10 says A 'nodes: all files are gone'
	# It is looked at again: still nobody knows anything to write into it.
	check "an empty one in its place: it stays empty" \
		not wait_for 2 test -e "$CLUSTER/nodes/node-a.json"
	rmdir "$CLUSTER/nodes" || bail "somebody has written a file"
	: >"$AGENT/log.A"
	mv "$AGENT/away" "$CLUSTER/nodes"
	check "it is back: so is the store" wait_for 10 says A 'msg="synced"'
	equal "nothing went meanwhile" "$before" "$(generation A)"
	node_file C "$(lease_members C)" '"Note":"changed"'
	check "packets flow" ping_once "$POD_A" "$POD_C6"
}

# The store tells the new node of a subnet before the old one is gone.
metric()
{
	in_ns "$NODE_A" curl -s http://127.0.0.1:9472/metrics | grep -qFx "$1"
}

# A store without room, in which the file of node A is not up to date.
full_disk()
{
	local old=$CLUSTER small=$AGENT/small before
	before=$(generation A)
	mkdir "$small"
	mount -t tmpfs -o size=128k none "$small" || bail "no tmpfs"
	defer umount "$small"
	agent_stop A
	cp -r "$CLUSTER"/. "$small"
	CLUSTER=$small
	node_file A
	dd if=/dev/zero of="$small/ballast" bs=4k 2>/dev/null
	agent A --subnet-file "$small/A.env"
	check "the disk is full: that is said" \
		wait_for 20 says A "node-a: the file is not up to date: .*No space"
	check "the disk is full: metrics know" wait_for 10 metric \
		'k8sov_agent_store_state{state="stale"} 1'
	check "subnet.env cannot be written: that is said" \
		wait_for 10 says A "A.env.*No space"
	equal "the tables are not touched" "$before" "$(generation A)"
	check "packets flow" ping_once "$POD_A" "$POD_B4"
	rm "$small/ballast"
	agent_ready A
	check "there is room again: the file is written" wait_for 10 published A
	check "subnet.env too" \
		wait_for 10 grep -q FLANNEL_SUBNET "$small/A.env"
	equal "the tables are still not touched" "$before" "$(generation A)"
	agent_stop A
	CLUSTER=$old
	agent A
	agent_ready A
}

reuse()
{
	local file=$CLUSTER/nodes/node-c.json before
	before=$(cat "$file")
	jq -c '.PublicIP = "192.0.2.4" | .PublicIPv6 = "2001:db8::4"' \
		<<<"$before" | put_file "$CLUSTER/nodes/node-d.json"
	check "two nodes have one subnet: that is said" \
		wait_for 10 says A '10.244.3.0/24 belongs to .*node-[cd] has it'
	check "two nodes have one subnet: metrics know" \
		wait_for 10 has_conflicts 2
	equal "the one that had it keeps it" node-c "$(owners A "$SUBNET_C4")"
	rm "$file"
	check "the old node goes: the new one has it" \
		wait_for 10 has A "$SUBNET_C4" node-d
	check "all of its subnets" wait_for 10 has A "$SUBNET_C6" node-d/v6
	check "the conflict is over" wait_for 10 has_conflicts 0
	put_file "$file" <<<"$before"
	check "the old one comes late: the new one keeps it" \
		wait_for 10 has_conflicts 2
	equal "the old one comes late: it gets nothing" node-d \
		"$(owners A "$SUBNET_C4")"
	rm "$file"
	wait_for 10 has_conflicts 0
	equal "and takes nothing along when it goes" node-d/v6 \
		"$(owners A "$SUBNET_C6")"
	put_file "$file" <<<"$before"
	rm "$CLUSTER/nodes/node-d.json"
	check "back to the first" wait_for 10 has A "$SUBNET_C4" node-c
}

# has_conflicts N - is what metrics say
has_conflicts()
{
	[ "$(in_ns "$NODE_A" curl -sf http://127.0.0.1:9472/metrics |
		awk '$1 == "k8sov_agent_conflicts" { print $2 }')" = "$1" ]
}

has_route() { ip -n "$NODE_A" route show 10.244.0.0/16 | grep -q ov0; }
has_address() { ip -n "$NODE_A" addr show dev ov0 | grep -q 10.244.1.0/32; }

repairs()
{
	ip_in "$NODE_A" <<<"route del 10.244.0.0/16 dev ov0"
	check "a deleted route comes back" wait_for 10 has_route
	ip_in "$NODE_A" <<<"addr del 10.244.1.0/32 dev ov0"
	check "a deleted address comes back" wait_for 10 has_address
	ip_in "$NODE_A" <<<"link set ov0 down"
	check "a device that was set down is up again" \
		wait_for 10 ping_once "$POD_A" "$POD_B4"
	ctl A subnet del "$SUBNET_B4" force
	check "a deleted subnet comes back" \
		wait_for 10 has A "$SUBNET_B4" node-b
	ip_in "$NODE_A" <<<"link del ov0"
	check "a deleted device is made again, with all of its tables" \
		wait_for 10 ping_once "$POD_A" "$POD_C4"
	check "its MAC address is the one that the others know" \
		wait_for 10 ping_once "$POD_C" "$POD_A6"
}

# The node moves to another address of its network.
new_address()
{
	ip_in "$NODE_B" <<-END
		addr del $UL_B4/24 dev eth0
		addr add 192.0.2.22/24 dev eth0
	END
	check "a node has another address: the others follow" \
		wait_for 10 says_host A node-b 192.0.2.22
	check "packets flow: A to B" wait_for 10 ping_once "$POD_A" "$POD_B4"
	ip_in "$NODE_B" <<-END
		addr del 192.0.2.22/24 dev eth0
		addr add $UL_B4/24 dev eth0
	END
	wait_for 10 says_host A node-b "$UL_B4"
}

# moves_to IFACE FROM - node A's addresses are at another interface
moves_to()
{
	agent_stop A
	ip_in "$NODE_A" <<-END
		addr flush dev $2
		link set $1 up
		addr add $UL_A4/24 dev $1
		addr add $UL_A6/64 dev $1 nodad
	END
	agent A --iface "$1"
	agent_ready A
	check "the interface is $1: the device is bound to it" \
		device_has "dev $1 "
	check "packets flow: A to B" wait_for 10 ping_once "$POD_A" "$POD_B4"
	check "packets flow: B to A" wait_for 10 ping_once "$POD_B" "$POD_A6"
}

new_interface()
{
	ip_in "$FABRIC" <<-END
		link add toa1 type veth peer name eth1 netns $NODE_A
		link set toa1 master br0 up
	END
	moves_to eth1 eth0
	moves_to eth0 eth1
}

says_host() { ctl "$1" host show name "$2" | grep -q "remote $3 "; }

is_direct() { ctl "$1" host show name "$2" | grep -q "encap direct"; }

device_has() { ip -n "$NODE_A" -d link show ov0 | grep -q -- "$1"; }

# Port and VNI of a cluster change only if somebody moves all of it.
new_configuration()
{
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,\"Backend\":{\"Type\":\"geneve\",\"VNI\":7,\"Port\":4789,\"MTU\":1400}}"
	check "another VNI: the device has it" wait_for 10 device_has "id 7 "
	check "another port: the device has it" wait_for 10 device_has "dstport 4789"
	check "an MTU: the device has what it leaves" wait_for 10 device_has "mtu 1330 "
	check "subnet.env has it too" \
		wait_for 10 grep -q FLANNEL_MTU=1330 "$AGENT/A.env"
	check "packets flow: A to B" wait_for 10 ping_once "$POD_A" "$POD_B4"
	check "packets flow: B to A" wait_for 10 ping_once "$POD_B" "$POD_A6"
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,\"Backend\":{\"Type\":\"vxlan\",\"DirectRouting\":true}}"
	check "direct routing: a neighbour is not encapsulated" \
		wait_for 10 is_direct A node-b
	check "packets flow: A to B" wait_for 10 ping_once "$POD_A" "$POD_B4"
	check "packets flow: B to A" wait_for 10 ping_once "$POD_B" "$POD_A6"
}

# Direct routing is decided by the node's routes, as Flannel does.
neighbours()
{
	ip_in "$NODE_A" <<<"route add $UL_B4 via $UL_C4"
	check "a gateway on the way: the neighbour is none any more" \
		wait_for 10 not is_direct A node-b
	check "the other family still is one" is_direct A node-b/v6
	ip_in "$NODE_A" <<<"route del $UL_B4 via $UL_C4"
	check "it goes: the neighbour is one again" \
		wait_for 10 is_direct A node-b
	put_file "$CLUSTER/nodes/far-away.json" \
		<<<'{"Subnet":"10.244.60.0/24","PublicIP":"203.0.113.9","BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"02:aa:00:00:00:3f"}}'
	wait_for 10 has A 10.244.60.0/24 far-away
	check "a node of another network is no neighbour" not is_direct A far-away
	ip_in "$NODE_A" <<<"route add 203.0.113.9 dev eth0"
	check "a route without gateway makes it one" \
		wait_for 10 is_direct A far-away
	ip_in "$NODE_A" <<<"route del 203.0.113.9 dev eth0"
	rm "$CLUSTER/nodes/far-away.json"
	wait_for 10 gone A 10.244.60.0/24
}

bad_configuration()
{
	local before
	before=$(generation A)
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,\"Backend\":{\"Type\":\"wireguard\"}}"
	check "a backend that we do not have: that is said" \
		wait_for 10 says A "'wireguard' is not supported: use"
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,}"
	check "a configuration that is no JSON: the place is said" \
		wait_for 10 says A "net-conf.json: no JSON: line 1"
	equal "the tables are not touched" "$before" "$(generation A)"
	put_file "$CLUSTER/net-conf.json" <<<"{$NETWORKS,\"Backend\":{\"Type\":\"vxlan\"}}"
}

subnets_of()
{
	jq -r '"\(.Subnet) \(.IPv6Subnet)"' "$CLUSTER/nodes/$1.json"
}

# allocates NODE NAMESPACE - a node that nobody gave a subnet
allocates()
{
	start "$AGENT/log.$1" in_ns "$2" k8sovd --config '' \
		--store "file:$CLUSTER" --node-name "$1" --iface eth0 \
		--subnet-file "$AGENT/$1.env" --state-dir "$AGENT/state.$1"
}

allocation()
{
	local ns first second
	setup_ns NS_E NS_F
	for ns in "$NS_E" "$NS_F"; do
		ip_in "$ns" <<-END
			link set lo up
			link add eth0 type dummy
			link set eth0 up
			addr add 192.0.2.$((50 + ns_number))/24 dev eth0
		END
		ns_number=$((ns_number + 1))
	done
	allocates node-e "$NS_E"
	allocates node-f "$NS_F"
	check "nodes without a subnet get one" wait_for 10 \
		grep -q FLANNEL_SUBNET "$AGENT/node-e.env" "$AGENT/node-f.env"
	wait_for 10 subnets_of node-e
	wait_for 10 subnets_of node-f
	first=$(subnets_of node-e)
	second=$(subnets_of node-f)
	check "it is theirs alone" [ "${first% *}" != "${second% *}" ]
	check "the others learn of it" \
		wait_for 10 has A "${first% *}" node-e
}

# A store that answers in full, but with something that cannot be: a backup of
# long ago, say. Six more nodes are enough to be in doubt about.
truncated_store()
{
	local i before
	for i in 1 2 3 4 5 6; do
		put_file "$CLUSTER/nodes/more-$i.json" <<<"{\"PublicIP\":\"192.0.2.10$i\",\"BackendType\":\"ipip\",\"Subnet\":\"10.244.10$i.0/24\"}"
	done
	wait_for 10 has A 10.244.106.0/24 more-6 || bail "no more nodes"
	before=$(generation A)
	cp -r "$CLUSTER/nodes" "$AGENT/few"
	rm "$AGENT"/few/more-* "$AGENT/few/node-c.json"
	: >"$AGENT/log.A"
	mv "$CLUSTER/nodes" "$AGENT/all"
	mv "$AGENT/few" "$CLUSTER/nodes"
	check "most nodes are gone at once: that is not believed" \
		wait_for 10 says A "lost more than half of the nodes"
	equal "most nodes are gone at once: they stay" "$before" \
		"$(generation A)"
	agent_kill A
	agent A
	check "most nodes are gone after a restart: likewise" \
		wait_for 10 says A "lost more than half of the nodes"
	equal "most nodes are gone after a restart: they stay" "$before" \
		"$(generation A)"
	check "packets flow" ping_once "$POD_A" "$POD_C4"
	mv "$CLUSTER/nodes" "$AGENT/few"
	mv "$AGENT/all" "$CLUSTER/nodes"
	agent_ready A
	rm "$CLUSTER/nodes/more-1.json"
	check "all are back: who goes now goes" \
		wait_for 10 gone A 10.244.101.0/24
	equal "all are back: the others stay" more-6 \
		"$(owners A 10.244.106.0/24)"
	# All at once would not be believed either.
	for i in 2 3 4 5 6; do
		rm "$CLUSTER/nodes/more-$i.json"
		wait_for 10 gone A "10.244.10$i.0/24"
	done
}

three_nodes
agent_files
cluster_dir
flannel C
node_file A
node_file B
node_file C "$(lease_members C)"
cni_conf
joins
survives_itself
full_files
follows_files
half_a_file
no_files
full_disk
reuse
truncated_store
repairs
new_address
new_interface
bad_configuration
allocation
new_configuration
neighbours
finish

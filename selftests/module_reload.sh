#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The module comes by itself when a device or the netlink family is asked for,
# says what it lacks, and goes at any time: with devices up in several
# namespaces, open transactions, dumps that nobody reads on, listeners, and
# packets on their way.
# shellcheck disable=SC2317
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

loaded() { [ -d /sys/module/k8sov ]; }
unload() { modprobe -r k8sov; }

# unload_and_see BEHAVIOUR - it goes, and comes back
unload_and_see()
{
	check "the module goes $1" unload
	check "nothing of it is left ($1)" nothing_left
	check "and it comes back ($1)" modprobe k8sov
}

nothing_left()
{
	! loaded && ! grep -qw k8sov /proc/slabinfo /proc/kallsyms &&
		! ip -all netns exec ip -o link show type k8sov 2>/dev/null |
		grep ov0
}

by_itself()
{
	unload
	check "ip link add inserts the module" \
		in_ns "$NODE_A" ip link add ov0 type k8sov
	check "it is there then" loaded
	unload
	check "asking for the netlink family inserts the module" \
		in_ns "$NODE_A" "$PYTHON" -c "$ask_family"
	check "it is there then too" loaded
}

# CTRL_CMD_GETFAMILY of k8sov.
ask_family='
import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
s.bind((0, 0))
body = struct.pack("=BBHHH", 3, 1, 0, 10, 2) + b"k8sov\0\0\0"
s.send(struct.pack("=IHHII", 16 + len(body), 16, 5, 1, 0) + body)
answer = s.recv(65536)
assert struct.unpack_from("=H", answer, 4)[0] == 16, answer
'

# A module that others need stays away; so does ours then.
without_others()
{
	local file others
	file=$(modinfo -n k8sov)
	others=$(modinfo -F depends k8sov | tr ',' ' ')
	unload
	if [ -z "$others" ]; then
		skip "without what it needs it is refused" "all of it is built in"
		modprobe k8sov
		return
	fi
	# Other tunnels that tests before this one used hold them, too.
	modprobe -qr vxlan geneve ipip sit ip6_tunnel
	# shellcheck disable=SC2086
	modprobe -r $others
	refuses "without what it needs it is refused" \
		"Unknown symbol" insmod "$file"
	check "and nothing of it is left" not loaded
	check "modprobe brings what it needs" modprobe k8sov
}

with_devices()
{
	overlay_pair vxlan 4
	check "packets pass before" ping_once "$POD_A" "$POD_B4"
	unload_and_see "with devices that are up"
}

# A program that has a transaction, half a dump and the events.
hold='
import os, socket, struct, sys, time
sys.path.insert(0, sys.argv[1])
import netlink_gen as gen, netlink_wire as wire
index = wire.devices()["ov0"]
sock, events, dump = (wire.Socket(wire.GENERIC) for _ in range(3))
events.join("changes")
op = gen.BY_NAME["txn-begin"]
attrs = [(gen.SETS["txn"]["ifindex"]["number"], struct.pack("=I", index)),
         (gen.SETS["txn"]["tables"]["number"], struct.pack("=I", 15))]
answers = sock.talk(gen.Message(None, 5, struct.pack("=BBH", op.value, 1, 0),
                                attrs).pack(sock), 8)
assert answers[-1].error == 0, answers
for name in sys.argv[2:]:
    dump.sock.send(gen.Message.dump_of(gen.BY_NAME[name]).pack(dump))
print("held", flush=True)
while True:
    time.sleep(60)
'

with_sockets()
{
	local log what=${1:-} i
	shift
	a_file log
	overlay A
	for ((i = 0; i < 2000; i++)); do
		echo "subnet add 10.$((i / 250 + 20)).$((i % 250)).0/24 dev ov0 local"
	done | tell A
	start "$log" in_ns "$NODE_A" "$PYTHON" -c "$hold" "$HERE" "$@"
	check "a program holds $what" wait_for 20 grep -q held "$log"
}

two_nodes
by_itself
without_others
with_devices

with_sockets "a transaction and listens"
unload_and_see "with an open transaction and a listener"
stop "$started"

# The dump's reader holds the module, as for any family: the socket must go.
with_sockets "half a dump" subnet-get
refuses "the module stays while a dump is not read" "in use" unload
stop "$started"
check "the module goes when the dump's socket is closed" \
	wait_for 10 unload
need_module

overlay_pair vxlan 4
start /dev/null in_ns "$POD_A" ping -q -f -n "$POD_B4"
pinger=$started
start /dev/null in_ns "$POD_B" ping -q -f -n -s 1300 "$POD_A6"
for round in 1 2 3; do
	unload_and_see "under traffic, round $round"
	overlay_pair vxlan 4
	# One packet may be lost between those that nobody paces.
	check "packets pass, round $round" \
		wait_for 30 ping_once "$POD_A" "$POD_B4"
done
stop "$pinger"
stop "$started"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# The unit that is shipped, under a systemd of its own on node A: what waits for
# it does not wait for the store; what it is denied, it does not need; restart,
# kill and hang lose no packet; and all stays when it is stopped.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"
# shellcheck source=selftests/agent.sh
. "$(dirname "$0")/agent.sh"

need curl nft systemctl
[ -n "${K8SOV_VM:-}" ] || skip_all "writes to /etc: a virtual machine only"
[ ! -e /run/systemd/system ] || skip_all "systemd has /run already"
[ -x /lib/systemd/systemd ] || skip_all "no systemd"

UNITS=/run/k8sov-units
SHIPPED=$(dirname "$0")/../userspace/systemd

# Nothing of the machine's own units: targets that the unit names, and itself.
# The program moves to where it would be installed, as homes are hidden.
install_unit()
{
	local target
	mkdir -p $UNITS/k8sovd.service.d /opt/cni/bin /etc/k8sov
	for target in sysinit basic shutdown network-online multi-user; do
		printf '[Unit]\nDefaultDependencies=no\n' >$UNITS/$target.target
	done
	install -m 755 "$(command -v k8sovd)" /usr/sbin/k8sovd
	install -m 755 /dev/null /opt/cni/bin/k8sov
	cp "$SHIPPED/k8sovd.service" $UNITS/
	# Half a minute is long for a test.
	cat >$UNITS/k8sovd.service.d/test.conf <<-END
		[Service]
		WatchdogSec=3s
		StandardError=append:$AGENT/log.A
	END
	cat >/etc/default/k8sovd <<-END
		K8SOVD_NODE_NAME=node-a
		K8SOVD_IFACE=eth0
		K8SOVD_IP_MASQ=true
	END
	cp -r "$CLUSTER" /etc/k8sov/cluster
	CLUSTER=/etc/k8sov/cluster
}

# systemd hears nobody whose process it does not see.
sctl() { nsenter -t "$SYSTEMD" --pid --mount --cgroup -- systemctl "$@"; }

# Below us are a shell, unshare, and systemd.
is_up()
{
	SYSTEMD=$(pgrep -P "$(pgrep -P "$started")")
	sctl is-active multi-user.target
}

start_systemd()
{
	: >"$AGENT/log.A"
	start "$AGENT/log.systemd" in_ns "$NODE_A" unshare --pid --fork \
		--kill-child --mount --cgroup --mount-proc -- \
		env -i container=k8sov "SYSTEMD_UNIT_PATH=$UNITS" \
		/lib/systemd/systemd --unit=multi-user.target \
		--log-target=console
	defer rm -rf /run/systemd $UNITS
	wait_for 30 is_up && return
	note "$(sctl list-units 2>&1)"
	bail "systemd does not start"
}

unit() { sctl show --value -p "$1" k8sovd; }
unit_says() { unit StatusText | grep -q "$1"; }

# is_other PROCESS - it runs again, after a time without any (0)
is_other()
{
	local now
	now=$(unit MainPID)
	[ "$now" != 0 ] && [ "$now" != "$1" ] && unit_says "in service"
}

has_table() { in_ns "$NODE_A" nft list table inet k8sov; }

starts_without_store()
{
	mv $CLUSTER/net-conf.json "$AGENT/away"
	check "the store says nothing: the unit starts all the same" \
		sctl start k8sovd
	equal "it is active" active "$(sctl is-active k8sovd)"
	check "its status tells what is missing" \
		unit_says 'not up: .*net-conf.json'
	mv "$AGENT/away" $CLUSTER/net-conf.json
	check "the store speaks: the unit is in service" \
		wait_for 20 unit_says "in service"
}

# Each of these is what some line of the unit might deny.
has_rights()
{
	wait_for 10 has A "$SUBNET_B4" node-b || bail "A does not know B"
	check "packets flow: A to B" wait_for 10 ping_once "$POD_A" "$POD_B4"
	check "packets flow: B to A" wait_for 10 ping_once "$POD_B" "$POD_A6"
	check "the store is written" published A
	check "programs of the node are told: subnet.env" \
		grep -qx FLANNEL_SUBNET=10.244.1.1/24 /run/flannel/subnet.env
	check "programs of the node are told: subnet.json" \
		jq -e .subnets /run/k8sov/subnet.json
	check "programs of the node are told: CNI" \
		jq -e '.plugins[0].type == "k8sov"' \
			/etc/cni/net.d/10-k8sov.conflist
	check "the MAC address is kept" test -s /var/lib/k8sov/ov0.mac
	check "nft works" wait_for 10 has_table
	check "the process is asked for metrics" in_ns "$NODE_A" \
		sh -c 'curl -s http://127.0.0.1:9472/metrics |
			grep -q "^process_resident_memory_bytes [1-9]"'
}

# without_loss WORDS COMMAND... - A pings B all the time meanwhile
without_loss()
{
	local what=$1 log pid
	shift
	a_file log
	start "$log" in_ns "$POD_A" ping -n -i 0.01 "$POD_B4"
	pid=$started
	"$@"
	kill -INT -- "-$pid"
	wait "$pid"
	equal "$what: no packet is lost" 0 "$(lost "$log")"
}

restart()
{
	local before
	before=$(unit MainPID)
	check "restart: it works" sctl restart k8sovd
	check "restart: another process is in service" \
		wait_for 20 is_other "$before"
}

# signals NAME - the process gets a signal that it cannot answer
signals()
{
	local before
	before=$(unit MainPID)
	sctl kill -s "$1" k8sovd
	check "signal $1: another process is in service" \
		wait_for 30 is_other "$before"
}

stops()
{
	sctl stop k8sovd
	equal "it was asked to end, and did well" "inactive success" \
		"$(unit ActiveState) $(unit Result)"
	equal "what is in the kernel stays" node-b \
		"$(owners A "$SUBNET_B4")"
	check "packets flow" ping_once "$POD_A" "$POD_B4"
	check "so do files" test -s /run/flannel/subnet.env \
		-a -s /etc/cni/net.d/10-k8sov.conflist
}

two_nodes
agent_files
cluster_dir
node_file A
node_file B
install_unit
start_systemd
agent B
agent_ready B
starts_without_store
has_rights
without_loss "restart" restart
without_loss "killed" signals KILL
without_loss "hanging" signals STOP
stops
finish

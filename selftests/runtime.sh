# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash disable=SC2034,SC2154
#
# Real container runtimes on the nodes of topo.sh. Needs lib.sh, topo.sh,
# overlay.sh and cni.sh.
#
#   rootfs                      a root file system of busybox, in $ROOTFS
#   runtime_node X [MEMBER...]  node X with an overlay, and with mounts of its
#                               own that a runtime finds plugin and conflist in
#   on X COMMAND...             runs it there
#   chain X JSON...             the conflist: the plugin, then these
#   podman_node X [MEMBER...]   the same, for podman with its CNI backend; and
#   podman_on X ARG...          podman there
#   pod_name NAME PID           names the namespace of process PID, for in_ns
#   address NAME 4|6            the address in there
#   meet NAME NAME              two containers reach each other in every way
#   bandwidth                   a plugin for chain: 10 MB/s to the container
#
# Runtimes look in /opt/cni/bin and /etc/cni/net.d, so each node sees other
# directories there.

CNI_PLUGINS=/usr/lib/cni
bandwidth='{"type":"bandwidth","ingressRate":80000000,"ingressBurst":8000000}'

rootfs()
{
	local applet
	ROOTFS=$CNI/rootfs
	mkdir -p "$ROOTFS"/{bin,dev,etc,proc,sys,tmp,run,www}
	cp /bin/busybox "$ROOTFS/bin/" || bail "no busybox"
	for applet in sh httpd wget tail; do
		ln -s busybox "$ROOTFS/bin/$applet"
	done
	echo "from a pod" >"$ROOTFS/www/index.html"
}

# The mounts live as long as a process that does nothing.
runtime_node()
{
	local x=$1 node=NODE_$1 holder=holder_$1
	shift
	cni_node "$x" "$@"
	mkdir -p "$CNI/$x"/{net.d,bin,lib,run} /etc/cni/net.d /opt/cni/bin \
		/var/lib/cni
	ln -s "$CNI_PLUGINS"/* "$PLUGIN" "$CNI/$x/bin/"
	start "$CNI/$x/holder" in_ns "${!node}" unshare -m sh -c "
		mount --bind $CNI/$x/net.d /etc/cni/net.d &&
		mount --bind $CNI/$x/bin /opt/cni/bin &&
		mount --bind $CNI/$x/lib /var/lib/cni &&
		mount -t tmpfs shm /dev/shm &&
		echo \$\$ && exec tail -f /dev/null"
	wait_for 20 test -s "$CNI/$x/holder" || bail "no mounts on $x"
	printf -v "holder_$x" %s "$(cat "$CNI/$x/holder")"
}

on()
{
	local node=NODE_$1 holder=holder_$1
	shift
	nsenter -t "${!holder}" -m -n -- "$@"
}

chain()
{
	local x=$1 conf=CONF_$1
	shift
	printf '%s\n' "${!conf}" "$@" | jq -s '{cniVersion: "1.0.0",
		name: "net", plugins: map(del(.cniVersion, .name))}' \
		>"$CNI/$x/net.d/10-k8sov.conflist"
}

podman_on()
{
	local x=$1
	shift
	on "$x" env CONTAINERS_CONF="$CNI/$x/containers.conf" podman \
		--root "$CNI/$x/root" --runroot "$CNI/$x/run/storage" \
		--tmpdir "$CNI/$x/run/podman" --storage-driver vfs "$@"
}

podman_node()
{
	runtime_node "$@"
	cat >"$CNI/$1/containers.conf" <<-END
		[network]
		network_backend = "cni"
		network_config_dir = "/etc/cni/net.d"
		cni_plugin_dirs = ["/opt/cni/bin"]
		default_network = "net"
		[engine]
		runtime = "crun"
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		[containers]
		log_driver = "k8s-file"
	END
}

pod_name()
{
	defer ip netns del "$1"
	ip netns attach "$1" "$2"
}

address()
{
	ip -n "$1" -j -"$2" addr show dev eth0 scope global |
		jq -r '.[].addr_info[].local'
}

meet()
{
	local v to
	for v in 4 6; do
		to=$(address "$2" $v)
		check "$1 and $2 meet, v$v" ping_once "$1" "$to"
		check "$1 and $2: TCP, v$v" xfer tcp "$1" "$2" "$to" 300000
		check "$1 and $2: UDP, v$v" xfer udp "$1" "$2" "$to"
	done
}

# link_of X NAME - the node's side of its link
link_of()
{
	ctl "$1" -j endpoint show address "$(address "$2" 4)" | jq -r '.[].link'
}

bandwidth_is_limited()
{
	local node=NODE_$1 link
	link=$(link_of "$1" "$2")
	check "what goes to $2 is shaped" grep -q "tbf.* rate 80Mbit" \
		<(in_ns "${!node}" tc qdisc show dev "$link")
	check "and went through there" grep -q "Sent [1-9]" \
		<(in_ns "${!node}" tc -s qdisc show dev "$link")
}

left_by() { left "$1" | grep -F -e "$2" -e "$3" -e "$4"; }

# goes X NAME COMMAND... - COMMAND ends it, and all that the node had of it
goes()
{
	local x=$1 name=$2 v4 v6 link
	shift 2
	v4=$(address "$name" 4)
	v6=$(address "$name" 6)
	link=$(link_of "$x" "$name")
	check "$name has a link, an endpoint and two addresses" \
		test "$(left_by "$x" "$v4" "$v6" "$link" | wc -l)" -ge 4
	ip netns del "$name"
	"$@" >/dev/null
	check "$name ends, and nothing is left of it" wait_for 30 \
		not left_by "$x" "$v4" "$v6" "$link"
}

# nat_rules X WORDS - how many rules of node X have them
nat_rules()
{
	local node=NODE_$1
	in_ns "${!node}" iptables -t nat -S | grep -c -F "$2"
}

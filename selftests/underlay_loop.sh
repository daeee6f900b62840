#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# Devices that name each other, themselves, or a tunnel that runs over them as
# their underlay: of no use, but allowed, and they can be moved and deleted.
# shellcheck disable=SC2317
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/topo.sh
. "$(dirname "$0")/topo.sh"
# shellcheck source=selftests/overlay.sh
. "$(dirname "$0")/overlay.sh"

setup_ns HERE_NS THERE_NS

# left - the devices that are left, of both namespaces
left()
{
	local ns
	for ns in "$HERE_NS" "$THERE_NS"; do
		in_ns "$ns" ip -o link show type k8sov
	done
}

here() { in_ns "$HERE_NS" ip "$@"; }
there() { in_ns "$THERE_NS" ip "$@"; }

ring()
{
	ip_in "$HERE_NS" <<-END
		link add ov0 type k8sov id 1
		link add ov1 type k8sov id 2 dev ov0
		link set ov0 type k8sov dev ov1
	END
}

ring
check "a device moves, its underlay over it goes" \
	here link set ov0 netns "$THERE_NS"
check "the device is there" there link show ov0
check "its underlay is not here" not here link show ov1
check "it can be deleted" there link del ov0

ring
check "of two that carry each other both go with one" here link del ov1
equal "and nothing is left" "" "$(left)"

ip_in "$HERE_NS" <<-END
	link add ov0 type k8sov
	link set ov0 type k8sov dev ov0
END
check "a device that carries itself moves" \
	here link set ov0 netns "$THERE_NS"
check "and is deleted" there link del ov0

ip_in "$HERE_NS" <<-END
	link add ov0 type k8sov
	link add vx0 type vxlan id 4 dev ov0 dstport 4789 remote 192.0.2.9
	link set ov0 type k8sov dev vx0
END
check "a device below its own underlay moves" \
	here link set ov0 netns "$THERE_NS"
check "and stays" there link show ov0

ip_in "$HERE_NS" <<-END
	link add ov1 type k8sov id 2
	link set ov1 netns $THERE_NS
END
check "a namespace goes with what was moved out of it" delete_ns "$HERE_NS"
check "and takes its devices along" wait_for 20 not there link show ov1
finish

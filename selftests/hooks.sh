# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Which netfilter hooks of ours there are. Needs lib.sh and nft.
#
#   hooked LINK                 does one check what enters node A by LINK?
#   late_hooks                  do some check all that enters node A?
#   hooks BEHAVIOUR COMMAND...  check, where the kernel can list hooks

hooked() { in_ns "$NODE_A" nft list hooks netdev device "$1" | grep -q k8sov; }

late_hooks() { in_ns "$NODE_A" nft list hooks ip | grep -q k8sov; }

hooks()
{
	if modprobe -q nfnetlink_hook; then
		check "$@"
	else
		skip "$1" "the kernel lists no hooks"
	fi
}

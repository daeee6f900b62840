#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# regen.sh [KSRC] [OUT]: generate everything that follows from specs/k8sov.yaml.
#
# The kernel's own generator writes the uapi header and the policies; it wants
# a tree that looks like the kernel's, so it runs on one made of symlinks.
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
ksrc=${1:-${KSRC:?usage: regen.sh KSRC [OUT], KSRC a kernel source tree of 6.12}}
out=${2:-$here}
gen=$ksrc/tools/net/ynl/ynl-gen-c.py
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

mkdir -p "$tree/uapi/netlink/specs" "$out/uapi/linux" "$out/kmod" \
	"$out/userspace/lib" "$out/docs"
: >"$tree/MAINTAINERS"
cp "$here/uapi/netlink/specs/k8sov.yaml" "$tree/uapi/netlink/specs/"
ln -s "$ksrc/Documentation/netlink/genetlink-legacy.yaml" "$tree/uapi/netlink/"
spec=$tree/uapi/netlink/specs/k8sov.yaml
cd "$tree"

python3 "$gen" --spec "$spec" --mode uapi --header -o "$out/uapi/linux/k8sov.h"
python3 "$gen" --spec "$spec" --mode kernel --header -o "$out/kmod/nl_gen.h"
python3 "$gen" --spec "$spec" --mode kernel --source -o "$out/kmod/nl_gen.c"

# The family itself is ours to write, so its parts must be visible to it.
sed -i 's/^static const struct genl_multicast_group/const struct genl_multicast_group/' \
	"$out/kmod/nl_gen.c"
# Policies point to non-const ranges up to 6.5.
sed -i 's/^static const struct netlink_range/static struct netlink_range/' \
	"$out/kmod/nl_gen.c"
sed -i 's/^#endif .*/extern const struct genl_multicast_group k8sov_nl_mcgrps[2];\n\n&/' \
	"$out/kmod/nl_gen.h"

python3 "$here/uapi/netlink/gen_attrs.py" "$spec" "$out/userspace/lib"
python3 "$here/uapi/netlink/gen_rst.py" "$spec" "$out/docs/netlink.rst"

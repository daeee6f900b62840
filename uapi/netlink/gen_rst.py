#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""gen_rst.py SPEC FILE: write the reference page of the netlink family."""

import sys

import yaml

HEAD = """\
.. SPDX-License-Identifier: GPL-2.0-only
.. Do not edit: generated from uapi/netlink/specs/k8sov.yaml by gen_rst.py.
"""

INTRO = """\
The family is generic netlink ``%s``, version 1; changes go to the multicast
group %s. Requests carry the attributes below;
``NLM_F_DUMP`` asks for all objects. Every refusal has a sentence and, where one
is to blame, the attribute (``NETLINK_EXT_ACK``). The constants are in ``uapi/linux/k8sov.h``.
"""


def title(text, mark):
    return [text, mark * len(text), ""]


def flat(text):
    return " ".join((text or "").split())


def table(head, rows):
    """A simple table; the last column may be of any length."""
    rows = [[cell or "\\" for cell in row] for row in rows]
    # Two characters of "=" could also begin a title.
    wide = [max(4, *(len(r[i]) for r in [head] + rows)) for i in range(len(head))]
    line = "  ".join("=" * w for w in wide)
    out = [line, "  ".join(h.ljust(w) for h, w in zip(head, wide)).rstrip(),
           line]
    for row in rows:
        out.append("  ".join(c.ljust(w) for c, w in zip(row, wide)).rstrip())
    return out + [line, ""]


def set_title(spec, name):
    """An enumeration of the same name has that title already."""
    enums = {d["name"] for d in spec["definitions"]}
    return name + " attributes" if name in enums else name


def attr_type(spec, attr):
    kind = attr["type"]
    if "display-hint" in attr:
        kind = attr["display-hint"]
    elif kind == "nest":
        kind = "nest of `%s`_" % set_title(spec, attr["nested-attributes"])
    elif attr.get("byte-order") == "big-endian":
        kind += ", big endian"
    if "enum" in attr:
        kind += ", `%s`_" % attr["enum"]
    if attr.get("multi-attr"):
        kind += ", repeated"
    return kind


def attr_limits(attr):
    checks = attr.get("checks", {})
    words = {"min": "at least %s", "max": "at most %s",
             "max-len": "at most %s bytes", "exact-len": "%s bytes",
             "flags-mask": "bits of %s"}
    return ", ".join(words[k] % v for k, v in checks.items())


def used(part):
    return ", ".join((part or {}).get("attributes", []))


def definitions(spec):
    out = title("Constants", "=")
    consts = [d for d in spec["definitions"] if d["type"] == "const"]
    out += table(["name", "value", "meaning"],
                 [[d["name"], str(d["value"]), flat(d.get("doc"))]
                  for d in consts])
    for enum in spec["definitions"]:
        if enum["type"] == "const":
            continue
        out += title(enum["name"], "-") + [flat(enum.get("doc")), ""]
        bits = enum["type"] == "flags"
        out += table(["value", "name", "meaning"],
                     [[str(1 << n if bits else n), e["name"],
                       flat(e.get("doc"))]
                      for n, e in enumerate(enum["entries"])])
    return out


def operations(spec):
    out = title("Operations", "=")
    for number, op in enumerate(spec["operations"]["list"], 1):
        out += title("%s (%d)" % (op["name"], number), "-")
        out += [flat(op["doc"]), ""]
        rows = []
        if "notify" in op:
            rows.append(["event", "as the reply of %s, to group %s" %
                         (op["notify"], op["mcgrp"])])
        else:
            rows.append(["attributes", "of the set `%s`_" %
                         op["attribute-set"]])
        if "event" in op:
            rows.append(["event", used(op["event"])])
        if "uns-admin-perm" in op.get("flags", []):
            rows.append(["needs", "CAP_NET_ADMIN"])
        for part in "request", "reply":
            if used(op.get("do", {}).get(part)):
                rows.append([part, used(op["do"][part])])
        if "dump" in op:
            rows.append(["dump", used(op["dump"].get("reply"))])
        out += [":%s: %s" % (key, value) for key, value in rows] + [""]
    return out


def attribute_sets(spec):
    out = title("Attribute sets", "=")
    for aset in spec["attribute-sets"]:
        out += title(set_title(spec, aset["name"]), "-")
        out += [flat(aset.get("doc")), ""]
        out += table(["id", "name", "type", "limits", "meaning"],
                     [[str(n), a["name"], attr_type(spec, a), attr_limits(a),
                       flat(a.get("doc"))]
                      for n, a in enumerate(aset["attributes"], 1)])
    return out


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    groups = ", ".join("``%s``" % g["name"]
                       for g in spec["mcast-groups"]["list"])
    text = "Netlink family %s" % spec["name"]
    lines = [HEAD, "=" * len(text)] + title(text, "=")
    lines += [spec["doc"].strip(), "", INTRO % (spec["name"], groups)]
    lines += [".. contents::", "   :local:", ""]
    lines += operations(spec) + attribute_sets(spec) + definitions(spec)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()

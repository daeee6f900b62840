#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""gen_attrs.py SPEC DIR: write DIR/attrs_gen.[ch] for userspace.

One struct per attribute set, and tables that say where in it each attribute
goes, what it may hold and what it is called; one parser then serves them all.
"""

import sys

import yaml

# The specification cannot say how often a multi-attr may be repeated.
MULTI = {
    ("host", "source"): "K8SOV_HOST_SOURCE_MAX",
    ("host", "source6"): "K8SOV_HOST_SOURCE_MAX",
    ("endpoint", "address"): "K8SOV_ENDPOINT_ADDR_MAX",
    ("endpoint", "address6"): "K8SOV_ENDPOINT_ADDR_MAX",
    ("stats", "drop"): "64",
    ("trace", "step"): "32",
    ("ruleset", "rule"): "K8SOV_RULESET_PART_MAX",
}
BINARY = {4: "ipv4", 16: "ipv6", 6: "mac"}
STRING_MAX = 255
C_TYPE = {
    "flag": "bool", "u8": "uint8_t", "u16": "uint16_t", "be16": "uint16_t",
    "u32": "uint32_t", "u64": "uint64_t", "ipv4": "struct in_addr",
    "ipv6": "struct in6_addr", "u32s": "struct k8sov_u32s",
}
LIMIT = {"u8": 0xff, "u16": 0xffff, "be16": 0xffff, "u32": 0xffffffff,
         "u64": 0xffffffffffffffff}
NOTE = ("/* Do not edit: generated from uapi/netlink/specs/k8sov.yaml "
        "by gen_attrs.py. */")


def c_name(name):
    return name.replace("-", "_")


def one_line(text):
    return " ".join((text or "").split())


def c_string(text):
    text = one_line(text)
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


class Attr:
    """One attribute, with what the C tables need to know of it."""

    def __init__(self, spec, aset, raw):
        self.name = raw["name"]
        self.c_name = c_name(self.name)
        self.doc = one_line(raw.get("doc"))
        self.enum = raw.get("enum")
        self.nested = raw.get("nested-attributes")
        self.nested_struct = spec.struct_name(self.nested)
        self.checks = raw.get("checks", {})
        self.consts = spec.consts
        prefix = aset.get("name-prefix", "k8sov-a-%s-" % aset["name"])
        self.uapi = c_name(prefix + self.name).upper()
        self.kind = self.find_kind(raw)
        self.multi = None
        if raw.get("multi-attr"):
            self.multi = MULTI[aset["name"], self.name]

    def find_kind(self, raw):
        if raw["type"] == "binary" and raw.get("sub-type") == "u32":
            return "u32s"
        if raw["type"] == "binary":
            return BINARY[self.checks["exact-len"]]
        if raw["type"] == "u16" and raw.get("byte-order") == "big-endian":
            return "be16"
        return raw["type"]

    def number(self, value):
        if value == "s32-max":
            return "INT32_MAX"
        if value in self.consts:
            return "K8SOV_" + c_name(value).upper()
        return "%dULL" % value

    def limits(self):
        if self.kind == "string":
            top = self.checks.get("max-len", STRING_MAX)
            return "0", self.number(top)
        if self.kind not in LIMIT:
            return "0", "0"
        return (self.number(self.checks.get("min", 0)),
                self.number(self.checks.get("max", LIMIT[self.kind])))

    def member(self):
        size = "[%s]" % self.multi if self.multi else ""
        if self.kind == "string":
            return "char %s[%s + 1];" % (self.c_name, self.limits()[1])
        if self.kind == "mac":
            return "uint8_t %s%s[6];" % (self.c_name, size)
        if self.kind == "nest":
            ctype = "struct " + self.nested_struct
        else:
            ctype = C_TYPE[self.kind]
        return "%s %s%s;" % (ctype, self.c_name, size)

    def row(self, struct):
        low, high = self.limits()
        out = ["\t[%s] = {" % self.uapi,
               '\t\t.name = "%s",' % self.name,
               "\t\t.doc = %s," % c_string(self.doc),
               "\t\t.kind = K8SOV_KIND_%s," % self.kind.upper()]
        if self.kind != "pad":
            out += ["\t\t.offset = offsetof(struct %s, %s)," %
                    (struct, self.c_name)]
            item = "((struct %s *)0)->%s%s" % (struct, self.c_name,
                                               "[0]" if self.multi else "")
            out += ["\t\t.size = sizeof(%s)," % item]
        if low not in ("0", "0ULL"):
            out += ["\t\t.min = %s," % low]
        if high != "0":
            out += ["\t\t.max = %s," % high]
        if self.multi:
            out += ["\t\t.multi = %s," % self.multi,
                    "\t\t.count = offsetof(struct %s, n_%s)," %
                    (struct, self.c_name)]
        if self.enum:
            out += ["\t\t.values = &k8sov_%s_enum," % c_name(self.enum)]
        if self.nested:
            out += ["\t\t.nested = &k8sov_%s_set," % c_name(self.nested)]
        return out + ["\t},"]


class Spec:
    """The specification, read once."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.raw = yaml.safe_load(file)
        defs = self.raw["definitions"]
        self.consts = {d["name"] for d in defs if d["type"] == "const"}
        self.enums = [d for d in defs if d["type"] in ("enum", "flags")]
        self.enum_names = {d["name"] for d in self.enums}
        self.sets = [(s, [Attr(self, s, a) for a in s["attributes"]])
                     for s in self.raw["attribute-sets"]]

    def struct_name(self, set_name):
        """C keeps enums and structs in one name space."""
        if not set_name:
            return None
        suffix = "_item" if set_name in self.enum_names else ""
        return "k8sov_" + c_name(set_name) + suffix


def struct_lines(name, aset, attrs):
    out = ["/**", " * struct %s - %s" % (name, one_line(aset["doc"])),
           " * @present: bit n is set if attribute n is"]
    for attr in attrs:
        if attr.kind == "pad":
            continue
        doc = attr.doc or attr.name.replace("-", " ").capitalize() + "."
        if attr.multi:
            out += [" * @n_%s: how many of the next are used" % attr.c_name]
        out += [" * @%s: %s" % (attr.c_name, doc)]
    out += [" */", "struct %s {" % name, "\tuint64_t present;"]
    for attr in attrs:
        if attr.multi:
            out += ["\tunsigned int n_%s;" % attr.c_name]
        if attr.kind != "pad":
            out += ["\t" + attr.member()]
    return out + ["};", ""]


def header(spec):
    out = ["/* SPDX-License-Identifier: GPL-2.0-only */", NOTE,
           "#ifndef _K8SOV_ATTRS_GEN_H", "#define _K8SOV_ATTRS_GEN_H", "",
           "#include <linux/k8sov.h>", "#include <netinet/in.h>",
           "#include <stdbool.h>", "#include <stdint.h>", "",
           "struct k8sov_enum;", "struct k8sov_set;", ""]
    out += ["/**", " * struct k8sov_u32s - numbers that live elsewhere",
            " * @v: the numbers; of a message, as long as that lives",
            " * @n: how many", " */", "struct k8sov_u32s {",
            "\tconst uint32_t *v;", "\tunsigned int n;", "};", ""]
    # A nested set's struct must be known before the one that holds it; the
    # specification lists them in that order.
    for aset, attrs in spec.sets:
        out += struct_lines(spec.struct_name(aset["name"]), aset, attrs)
    for enum in spec.enums:
        out += ["extern const struct k8sov_enum k8sov_%s_enum;" %
                c_name(enum["name"])]
    for aset, _ in spec.sets:
        out += ["extern const struct k8sov_set k8sov_%s_set;" %
                c_name(aset["name"])]
    out += ["", "#endif /* _K8SOV_ATTRS_GEN_H */"]
    return out


def enum_lines(enum):
    name = c_name(enum["name"])
    out = ["static const struct k8sov_enum_entry %s_entries[] = {" % name]
    for entry in enum["entries"]:
        out += ['\t{ "%s", %s },' % (entry["name"],
                                     c_string(entry.get("doc")))]
    out += ["};", "", "const struct k8sov_enum k8sov_%s_enum = {" % name,
            '\t.name = "%s",' % enum["name"],
            "\t.flags = %s," % str(enum["type"] == "flags").lower(),
            "\t.count = %d," % len(enum["entries"]),
            "\t.entries = %s_entries," % name, "};", ""]
    return out


def set_lines(struct, aset, attrs):
    name = c_name(aset["name"])
    out = ["static const struct k8sov_attr %s_attrs[] = {" % name]
    for attr in attrs:
        out += attr.row(struct)
    out += ["};", "", "const struct k8sov_set k8sov_%s_set = {" % name,
            '\t.name = "%s",' % aset["name"],
            "\t.max = %s," % attrs[-1].uapi,
            "\t.size = sizeof(struct %s)," % struct,
            "\t.attrs = %s_attrs," % name, "};", ""]
    return out


def op_lines(spec, op):
    attrs = {aset["name"]: {a.name: a for a in attrs}
             for aset, attrs in spec.sets}
    source = op
    if "notify" in op:
        source = next(o for o in spec.raw["operations"]["list"]
                      if o["name"] == op["notify"])
    aset = source["attribute-set"]
    out = ["\t[K8SOV_CMD_%s] = {" % c_name(op["name"]).upper(),
           '\t\t.name = "%s",' % op["name"],
           "\t\t.set = &k8sov_%s_set," % c_name(aset)]
    request = op.get("do", {}).get("request", {}).get("attributes", [])
    if request:
        bits = [" |\n\t\t\t".join("1ULL << %s" % attrs[aset][a].uapi
                                  for a in request)]
        out += ["\t\t.request = %s," % bits[0]]
    return out + ["\t},"]


def source_lines(spec):
    out = ["// SPDX-License-Identifier: GPL-2.0-only", NOTE,
           '#include "attrs_gen.h"', "", "#include <stddef.h>", "",
           '#include "attr.h"', ""]
    for enum in spec.enums:
        out += enum_lines(enum)
    for aset, attrs in spec.sets:
        out += set_lines(spec.struct_name(aset["name"]), aset, attrs)
    out += ["const struct k8sov_op k8sov_ops[K8SOV_CMD_MAX + 1] = {"]
    for op in spec.raw["operations"]["list"]:
        out += op_lines(spec, op)
    return out + ["};"]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    spec = Spec(sys.argv[1])
    for suffix, lines in ("h", header(spec)), ("c", source_lines(spec)):
        path = "%s/attrs_gen.%s" % (sys.argv[2], suffix)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

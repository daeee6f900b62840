# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Random requests after the specification, for netlink_fuzz.py."""
import collections
import ipaddress
import os
import struct

import yaml

import netlink_wire as wire

HERE = os.path.dirname(os.path.abspath(__file__))

#: dos, dumps: names of the attributes of a request, None without such one
Op = collections.namedtuple("Op", "name value set dos dumps")

#: what the kernel knows as attributes that are there only once of two
EITHER = (("prefix", "prefix6"), ("remote", "remote6"), ("source", "source6"),
          ("destination", "destination6"), ("outer", "outer6"))

#: an object is asked for by one of these
KEYS = ("id", "name", "remote", "remote6", "link", "address", "address6")

SIZES = {"u8": "=B", "u16": "=H", "u32": "=I", "u64": "=Q"}


def find_spec():
    """The specification, wherever the tests were copied to."""
    for top in (os.environ.get("K8SOV_TOP", ""), os.getcwd(), HERE):
        while top and top != "/":
            path = os.path.join(top, "uapi/netlink/specs/k8sov.yaml")
            if os.path.exists(path):
                return path
            top = os.path.dirname(top)
    raise FileNotFoundError("uapi/netlink/specs/k8sov.yaml")


def load():
    """Sets of attributes by name, and operations."""
    with open(find_spec(), encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    enums = {d["name"]: d for d in spec["definitions"]}
    sets = {}
    for group in spec["attribute-sets"]:
        sets[group["name"]] = {
            a["name"]: dict(a, number=i + 1, enums=enums)
            for i, a in enumerate(group["attributes"])}
    ops = []
    for value, op in enumerate(spec["operations"]["list"], 1):
        if "do" not in op:
            continue
        asked = op["do"].get("request", {}).get("attributes", [])
        ops.append(Op(op["name"], value, op["attribute-set"], asked,
                      ["ifindex"] if "dump" in op else None))
    return sets, ops


SETS, OPS = load()
BY_NAME = {op.name: op for op in OPS}
CREATES = [op for op in OPS if op.name.endswith("-new")]


class Message:
    """A request that can still be damaged."""

    def __init__(self, kind, flags, head, attrs):
        self.kind = kind        # None: the family
        self.flags = flags
        self.head = head
        self.attrs = attrs      # of (type, payload)
        self.tail = b""
        self.cut = 0

    @property
    def dump(self):
        """Is it a dump?"""
        return self.kind is None and \
            self.flags & wire.NLM_F_DUMP == wire.NLM_F_DUMP

    @classmethod
    def dump_of(cls, op):
        """Everything of an object, of all devices."""
        return cls(None, wire.NLM_F_REQUEST | wire.NLM_F_DUMP,
                   struct.pack("=BBH", op.value, 1, 0), [])

    def pack(self, sock):
        """Its bytes."""
        sock.seq += 1
        kind = sock.family() if self.kind is None else self.kind
        body = self.head + b"".join(
            a if isinstance(a, bytes) else wire.attr(*a)
            for a in self.attrs) + self.tail
        if self.cut:
            body = body[:-self.cut]
        return struct.pack("=IHHII", 16 + len(body), kind, self.flags,
                           sock.seq, 0) + body


def pick_prefix(rng, v6):
    """A network out of few, as bytes, and its length."""
    if v6:
        bits = rng.choice((0, 48, 64, 64, 64, 80, 128))
        base = int(ipaddress.ip_address("fd00:244::")) | rng.randrange(6) << 64
        net = ipaddress.ip_network((base | rng.randrange(4), bits), False)
    else:
        bits = rng.choice((0, 16, 22, 24, 24, 24, 25, 32))
        base = 0x0af40000 | rng.randrange(8) << 8 | rng.randrange(4)
        net = ipaddress.ip_network((base, bits), False)
    return net.network_address.packed, bits


class World:
    """What requests can refer to, as far as they tell."""

    def __init__(self, rng):
        self.rng = rng
        self.txns = {}          # number -> socket, index of the device
        self.asked = (0, 0)     # transaction and device of the last request
        self.devices = wire.devices()
        self.links = wire.links()
        self.local = False      # the subnet to be made is no host's

    def learn(self, op, slot, answers):
        """Transactions that began or ended."""
        number = SETS["txn"]["txn"]["number"]
        for answer in answers:
            if op.name in ("txn-commit", "txn-abort") and answer.error == 0:
                self.txns.pop(self.asked[0], None)
            if op.name != "txn-begin":
                continue
            for kind, payload in answer.attrs:
                if kind == number and len(payload) == 4:
                    txn = struct.unpack("=I", payload)[0]
                    self.txns[txn] = slot, self.asked[1]
        while len(self.txns) > 24:
            self.txns.pop(next(iter(self.txns)))

    def aim(self, slot):
        """Choose a transaction of the socket and its device, mostly."""
        rng = self.rng
        mine = [t for t, (s, _) in self.txns.items() if s == slot]
        if mine and rng.random() < 0.95:
            txn = rng.choice(mine)
            self.asked = txn, self.txns[txn][1]
        else:
            self.asked = rng.choice(list(self.txns) or [1]), self.index()

    def index(self):
        """Index of a device, or at times of something else."""
        if self.devices and self.rng.random() < 0.98:
            return self.rng.choice(sorted(self.devices.values()))
        return self.rng.choice((0, 1, 2, 3, 77, 0x7fffffff, 0xffffffff))

    def pick_u32(self, name, attr):
        """A number that means something, mostly."""
        rng = self.rng
        if name == "ifindex":
            return self.asked[1]
        if name == "link":
            return rng.choice([self.links.get("pod0", 5),
                               self.links.get("pod1", 6),
                               self.links.get("ul0", 4), 4711])
        if name == "txn":
            return self.asked[0]
        if name.startswith("max-"):
            return rng.choice((0, 3, 64, 1024, 16384))
        if name in ("ingress", "egress"):
            return rng.choice((0, 0, 0, 1, 2, 3))
        if name == "default-rule":
            return rng.choice((0, 0, 0, 1, 70))
        if name in ("id", "host"):
            return rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 7, 900))
        if name == "vni":
            return rng.randrange(1 << 24)
        known = attr["enums"].get(attr.get("enum"), {}).get("entries")
        if known and attr.get("enum-as-flags"):
            return rng.randrange(1 << len(known))
        if known:
            if attr["enum"] == "subnet-type":
                return rng.randrange(1, len(known)) if self.local else 0
            return rng.randrange(len(known))
        return rng.choice((0, 1, 2, 3, 256, 300, 0xffffffff))

    def value(self, name, attr):
        """A valid payload, mostly."""
        rng = self.rng
        kind = attr["type"]
        if kind == "u32":
            return struct.pack("=I", self.pick_u32(name, attr))
        if kind == "flag":
            return b""
        if kind == "u8" and "enum" in attr and rng.random() < 0.9:
            return struct.pack("=B", rng.randrange(
                len(attr["enums"][attr["enum"]]["entries"])))
        if kind == "u8":
            return struct.pack("=B", rng.choice((0, 1, 2, 6, 17, 24, 64, 128)))
        if kind == "u16":
            return struct.pack(">H", rng.choice((8472, 6081, 4789, 80, 0)))
        if kind == "u64":
            return struct.pack("=Q", rng.randrange(2))
        if kind == "string":
            return rng.choice((b"node-a", b"node-b", b"ns/pod", b"")) + b"\0"
        if kind == "nest":
            return self.rule()
        if kind == "binary" and "sub-type" in attr:
            return self.numbers(name)
        if kind == "binary":
            return self.address(attr)
        return bytes(rng.randrange(9))

    def address(self, attr):
        """An address of the underlay or of a pod, or a MAC address."""
        rng = self.rng
        size = attr.get("checks", {}).get("exact-len", 4)
        if size == 6:
            return bytes((rng.choice((2, 2, 2, 1)), 0, 0, 0, 0,
                          rng.randrange(4)))
        if size == 16:
            base = rng.choice(("2001:db8::", "2001:db8::", "fd00:244::"))
            return (ipaddress.ip_address(base) + rng.randrange(12)).packed
        base = rng.choice(("192.0.2.0", "192.0.2.0", "10.244.1.0"))
        return (ipaddress.ip_address(base) + rng.randrange(12)).packed

    def rule(self):
        """A rule of a ruleset."""
        rng = self.rng
        rule = {n: a["number"] for n, a in SETS["rule"].items()}
        attrs = [wire.attr(rule["action"],
                           struct.pack("=I", rng.randrange(3)))]
        if rng.random() < 0.7:
            attrs.append(wire.attr(rule["name"], b"policy\0"))
        if rng.random() < 0.3:
            attrs.append(wire.attr(rule["log"]))
        return b"".join(attrs)

    def numbers(self, name):
        """Members or ranges of a ruleset, in order and in bounds, mostly."""
        rng = self.rng
        numbers, at = [], rng.randrange(1000)
        for _ in range(rng.choice((0, 1, 5, 5, 300))):
            at += rng.randrange(0 if rng.random() < 0.001 else 1, 9)
            if name == "member":
                numbers += [at, rng.randrange(9)]
            else:
                numbers += [rng.choice((3, 3, 2)) if rng.random() < 0.001
                            else 3, at, at + rng.randrange(5), 0]
                at = numbers[-2]
        return struct.pack(f"={len(numbers)}I", *numbers)

    def choose(self, op, names):
        """Which attributes of a request to give."""
        rng = self.rng
        v6 = rng.randrange(2)
        dropped = {pair[v6] for pair in EITHER if pair[0] in names}
        if op.name in ("host-get", "endpoint-get"):
            keys = [name for name in names if name in KEYS]
            dropped = set(keys) - {rng.choice(keys)} if keys else set()
        elif op.name == "host-new" and rng.random() < 0.3:
            dropped |= {"mac", "port", "vni"}
        elif op.name == "subnet-new":
            self.local = rng.random() < 0.3
            dropped |= {"host"} if self.local else set()
        elif op.name == "trace-get" and rng.random() < 0.5:
            dropped |= {"outer", "outer6"}
        wanted = ("ifindex", "host", "identity", "direction", "txn",
                  "prefix-len", "tables", "mac", "rule") + KEYS + \
            tuple(name for pair in EITHER for name in pair)
        for name in names:
            attr = SETS[op.set][name]
            if name in dropped and rng.random() < 0.98:
                continue
            if name == "txn" and self.asked[0] == 1:
                rare = 0.02
            elif name == "force":
                rare = 0.3
            elif name in wanted:
                rare = 0.97
            else:
                rare = 0.6
            if rng.random() < rare:
                yield name, attr
                while attr.get("multi-attr") and rng.random() < 0.4:
                    yield name, attr

    def fill(self, op, names, slot):
        """Attributes of a request; a prefix goes with its length."""
        rng = self.rng
        self.asked = 1, self.index()
        in_txn = "txn" in names and self.txns and rng.random() < 0.3
        if in_txn or op.name in ("txn-commit", "txn-abort"):
            self.aim(slot)
        attrs = []
        bits = rng.randrange(130)
        for name, attr in self.choose(op, names):
            payload = self.value(name, attr)
            if name in ("prefix", "prefix6"):
                payload, bits = pick_prefix(rng, name == "prefix6")
            elif name == "prefix-len":
                payload = struct.pack("=B", bits)
            nested = wire.NLA_F_NESTED if attr["type"] == "nest" else 0
            attrs.append((attr["number"] | nested, payload))
        return attrs

    def request(self, slot):
        """A request of the family: the operation, and the message."""
        rng = self.rng
        op = rng.choice(OPS + CREATES * 3)
        if op.name == "flush" and rng.random() < 0.7:
            op = BY_NAME["subnet-new"]
        elif op.name == "txn-abort" and rng.random() < 0.6:
            op = BY_NAME["txn-commit"]
        flags = wire.NLM_F_REQUEST | wire.NLM_F_ACK
        names = op.dos
        if op.dumps and rng.random() < 0.3:
            flags = wire.NLM_F_REQUEST | wire.NLM_F_DUMP
            names = op.dumps if rng.random() < 0.9 else op.dos
        elif op.name.endswith("-new"):
            flags |= rng.choice((0, wire.NLM_F_CREATE, wire.NLM_F_REPLACE,
                                 wire.NLM_F_CREATE | wire.NLM_F_EXCL,
                                 wire.NLM_F_CREATE | wire.NLM_F_REPLACE))
            if op.name == "ruleset-new" and rng.random() < 0.4:
                flags = wire.NLM_F_REQUEST | wire.NLM_F_ACK | wire.NLM_F_APPEND
            flags |= rng.choice((0, 0, wire.NLM_F_ECHO))
        head = struct.pack("=BBH", op.value, 1, 0)
        return op, Message(None, flags, head, self.fill(op, names, slot))

    def plain_requests(self):
        """One entry for each table, valid beyond doubt."""
        index = min(self.devices.values())
        wanted = (
            ("host-new", {"id": 1, "encap": 0, "remote": b"\xc0\0\2\x63",
                          "mac": b"\2\0\0\0\0\1"}),
            ("subnet-new", {"prefix": b"\x0a\xf4\2\0", "prefix-len": 24,
                            "type": 0, "host": 1}),
            ("endpoint-new", {"link": self.links["pod0"],
                              "address": b"\x0a\xf4\1\2"}),
            ("identity-new", {"prefix": b"\x0a\xf4\1\2", "prefix-len": 32,
                              "identity": 256}),
            ("ruleset-new", {"id": 1, "rule": self.rule()}),
        )
        flags = wire.NLM_F_REQUEST | wire.NLM_F_ACK | wire.NLM_F_CREATE
        for name, values in wanted:
            op = BY_NAME[name]
            attrs = []
            for key, value in {"ifindex": index, **values}.items():
                attr = SETS[op.set][key]
                if isinstance(value, int):
                    value = struct.pack(SIZES[attr["type"]], value)
                nested = wire.NLA_F_NESTED if attr["type"] == "nest" else 0
                attrs.append((attr["number"] | nested, value))
            yield op, Message(None, flags, struct.pack("=BBH", op.value, 1, 0),
                              attrs)

    def link_request(self):
        """Make, change, delete, raise or lower a device."""
        rng = self.rng
        name = f"ov{rng.randrange(3)}"
        known = name in self.devices
        what = rng.choice(("change", "flags", "flags", "change", "change",
                           "flags", "policy", "delete")) \
            if known else "make"
        kind = wire.RTM_DELLINK if what == "delete" else wire.RTM_NEWLINK
        flags = wire.NLM_F_REQUEST | wire.NLM_F_ACK
        up = 0
        attrs = [(3, name.encode() + b"\0")]
        if what == "make":
            flags |= wire.NLM_F_CREATE | wire.NLM_F_EXCL
        if what == "flags":
            up = rng.randrange(2)
            if rng.random() < 0.3:
                attrs.append((4, struct.pack("=I", rng.choice(
                    (0, 68, 1280, 1450, 9000, 65535, 70000)))))
        elif what != "delete":
            rare = {"make": 0.12, "change": 0.2, "policy": 0}[what]
            options = b"".join(
                wire.attr(a["number"], self.value(n, a))
                for n, a in SETS["link"].items()
                if rng.random() < rare or n == what)
            options += wire.attr(SETS["link"]["id"]["number"], struct.pack(
                "=I", 1 + int(name[2:])))
            attrs.append((18, wire.attr(1, b"k8sov\0") +
                          wire.attr(2, options)))
        head = struct.pack("=BBHiII", 0, 0, 0, 0, up,
                           what == "flags" and rng.random() < 0.8)
        return f"link {what}", Message(kind, flags, head, attrs)


def damage_attr(rng, item):
    """An attribute that is wrong in one way."""
    kind, payload = item
    what = rng.randrange(9)
    if what == 0:
        return (kind, payload[:-1])
    if what == 1:
        return (kind, payload + bytes(rng.randrange(1, 9)))
    if what == 2:
        return (kind, rng.randbytes(len(payload)))
    if what == 3:
        return (kind, rng.randbytes(rng.choice((0, 1, 3, 5, 300, 9000))))
    if what == 4:
        return (rng.randrange(48), payload)
    if what == 5:
        return (kind | rng.choice((wire.NLA_F_NESTED,
                                   wire.NLA_F_NET_BYTEORDER)), payload)
    if what == 6:
        return (kind, wire.attr(kind, wire.attr(kind, payload)))
    if what == 7:
        return struct.pack("=HH", rng.choice((0, 1, 3, 5, 4000, 0xffff)),
                           kind) + payload
    return (kind, bytes(b ^ (1 << rng.randrange(8)) if rng.random() < 0.3
                        else b for b in payload))


def damage(rng, message, links=False):
    """A message that is wrong in a few ways."""
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        what = rng.randrange(10)
        attrs = message.attrs
        if what < 4 and attrs:
            spot = rng.randrange(len(attrs))
            if not isinstance(attrs[spot], bytes):
                attrs[spot] = damage_attr(rng, attrs[spot])
        elif what == 4 and attrs:
            attrs.append(rng.choice(attrs))
        elif what == 5 and attrs:
            attrs.pop(rng.randrange(len(attrs)))
        elif what == 6:
            # Requests that ask for no answer are as good as any.
            message.flags ^= 1 << rng.randrange(1, 16)
        elif what == 7:
            message.tail = rng.randbytes(rng.randrange(1, 40))
        elif what == 8:
            message.cut = rng.randrange(1, 24)
        elif not links:
            head = bytearray(message.head)
            head[rng.randrange(len(head))] = rng.randrange(256)
            message.head = bytes(head)
        rng.shuffle(attrs)
    return message

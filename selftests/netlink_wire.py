# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Netlink sockets as bytes, for netlink_fuzz.py."""
import collections
import socket
import struct

ROUTE = 0
GENERIC = 16

NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO = 1, 2, 4, 8
NLM_F_DUMP = 0x300
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400
NLM_F_APPEND = 0x800
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSGERR_ATTR_MSG = 1
NLA_F_NESTED, NLA_F_NET_BYTEORDER = 0x8000, 0x4000
RTM_NEWLINK, RTM_DELLINK = 16, 17
SOL_NETLINK = 270

#: error: None for data, else 0 or a negative errno
Answer = collections.namedtuple("Answer", "error words cmd attrs")


def align(n):
    """Netlink's four bytes."""
    return (n + 3) & ~3


def attr(kind, payload=b""):
    """One attribute, padded."""
    head = struct.pack("=HH", (4 + len(payload)) & 0xffff, kind & 0xffff)
    return head + payload + bytes(-len(payload) % 4)


def parse_attrs(data):
    """List of (type, payload); stops where it makes no sense."""
    found = []
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        if size < 4 or size > len(data):
            break
        found.append((kind & 0x3fff, data[4:size]))
        data = data[align(size):]
    return found


class Socket:
    """A netlink socket that never waits for long."""

    families = {}

    def __init__(self, bus):
        self.bus = bus
        self.seq = 1000
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, bus)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, 10, 1)    # NETLINK_CAP_ACK
        self.sock.setsockopt(SOL_NETLINK, 11, 1)    # NETLINK_EXT_ACK

    def close(self):
        """Transactions end with their socket."""
        self.sock.close()

    def family(self):
        """Number of the family k8sov, and of its multicast groups."""
        if not Socket.families:
            body = struct.pack("=BBH", 3, 1, 0) + attr(2, b"k8sov\0")
            for answer in self.talk(struct.pack(
                    "=IHHII", 16 + len(body), 16, NLM_F_REQUEST | NLM_F_ACK,
                    1, 0) + body, 8):
                if answer.attrs:
                    Socket.families = dict(answer.attrs)
        return struct.unpack("=H", Socket.families[1])[0]

    def join(self, group):
        """Listen to a multicast group of the family."""
        self.family()
        for _, nest in parse_attrs(Socket.families[7]):
            fields = dict(parse_attrs(nest))
            if fields[1].rstrip(b"\0").decode() == group:
                self.sock.setsockopt(SOL_NETLINK, 1,
                                     struct.unpack("=I", fields[2])[0])

    def drain(self):
        """Throw away what has come."""
        try:
            while self.sock.recv(1 << 16, socket.MSG_DONTWAIT):
                pass
        except OSError:
            pass

    def talk(self, data, limit):
        """Send bytes; the answers that are there, at most limit reads."""
        answers = []
        seq = struct.unpack_from("=I", data, 8)[0] if len(data) > 12 else 0
        try:
            self.sock.send(data)
        except OSError as failure:
            return [Answer(-failure.errno, "not sent", 0, [])]
        for _ in range(limit):
            try:
                got = self.sock.recv(1 << 16, socket.MSG_DONTWAIT)
            except OSError:
                break
            answers += split(got, seq)
        return answers or [Answer(None, "", 0, [])]


def split(data, seq):
    """Answers in what was read; others may be left from an earlier dump."""
    answers = []
    while len(data) >= 16:
        size, kind, flags, number = struct.unpack_from("=IHHI", data)
        if size < 16 or size > len(data):
            break
        body = data[16:size]
        data = data[align(size):]
        if number != seq:
            continue
        if kind in (NLMSG_ERROR, NLMSG_DONE):
            error = struct.unpack_from("=i", body)[0] if len(body) >= 4 else 0
            offset = 4 if kind == NLMSG_DONE else 20
            if kind == NLMSG_ERROR and not flags & NLM_F_CAPPED and error:
                offset = 4 + align(struct.unpack_from("=I", body, 4)[0])
            words = ""
            if flags & NLM_F_ACK_TLVS:
                words = dict(parse_attrs(body[offset:])).get(
                    NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode()
            answers.append(Answer(error, words, 0, []))
        elif len(body) >= 4:
            answers.append(Answer(None, "", body[0], parse_attrs(body[4:])))
    return answers


def links():
    """Index of every link of this namespace by name."""
    return {name: index for index, name in socket.if_nameindex()}


def devices():
    """Index of every k8sov device of this namespace by name."""
    return {name: index for name, index in links().items()
            if name.startswith("ov")}


def of_kind(kind):
    """Indices of the links of a kind, whatever their names."""
    sock = Socket(ROUTE)
    sock.sock.send(struct.pack("=IHHIIBBHiII", 32, 18,
                               NLM_F_REQUEST | NLM_F_DUMP, 1, 0,
                               0, 0, 0, 0, 0, 0))
    found, done = [], False
    while not done:
        data = sock.sock.recv(1 << 16)
        while len(data) >= 16:
            size, what = struct.unpack_from("=IH", data)
            done = done or what == NLMSG_DONE
            info = dict(parse_attrs(data[32:size])).get(18, b"")
            if dict(parse_attrs(info)).get(1, b"").rstrip(b"\0") == kind:
                found.append(struct.unpack_from("=i", data, 20)[0])
            data = data[align(size):]
    sock.close()
    return found


def delete_link(index):
    """True if it went."""
    sock = Socket(ROUTE)
    answer = sock.talk(struct.pack(
        "=IHHIIBBHiII", 32, RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0,
        0, 0, 0, index, 0, 0), 8)[-1]
    sock.close()
    return answer.error == 0


def everything(sock, ops):
    """All entries of all tables, as bytes."""
    seen = []
    for op in ops:
        if not op.dumps or op.name in ("stats-get", "device-get"):
            continue
        body = struct.pack("=BBH", op.value, 1, 0)
        sock.seq += 1
        head = struct.pack("=IHHII", 16 + len(body), sock.family(),
                           NLM_F_REQUEST | NLM_F_DUMP, sock.seq, 0)
        seen += [(a.cmd, a.attrs) for a in sock.talk(head + body, 4096)]
    return seen


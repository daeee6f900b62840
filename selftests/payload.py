# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""What inner packets carry, for packet.py.

Words, beside those of packet.build():
  ikind                   udp (the default), tcp, sctp, icmp or none
  isport idport           7001 and 7002 without
  iflags iseq             of TCP, 2 (SYN) and 1 without
  itype icode             of ICMP and ICMPv6, an echo request without
  iquote                  an ICMP error quotes a packet of UDP:
                          SRC,DST,SPORT,DPORT; the sum of ICMPv6 is right
"""
import ipaddress
import struct

TCP, UDP, ICMP, ICMP6, SCTP = 6, 17, 1, 58, 132
ECHO = {ICMP: "8", ICMP6: "128"}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def pseudo(words, proto, length):
    src, dst = (ipaddress.ip_address(words[w]).packed
                for w in ("isrc", "idst"))
    return src + dst + struct.pack("!IHBB", length, 0, 0, proto)


def ports(words):
    return (int(words.get("isport", "7001")), int(words.get("idport", "7002")))


def tcp(words, mark):
    head = struct.pack("!HHIIBBHHH", *ports(words),
                       int(words.get("iseq", "1")), 0, 0x50,
                       int(words.get("iflags", "2"), 0), 1000, 0, 0)
    total = checksum(pseudo(words, TCP, len(head + mark)) + head + mark)
    return TCP, head[:16] + struct.pack("!H", total) + head[18:] + mark


def sctp(words, mark):
    """An INIT chunk; the mark is in a parameter that may be ignored."""
    mark += b"\0" * (-len(mark) % 4)
    option = struct.pack("!HH", 0x8008, 4 + len(mark)) + mark
    init = struct.pack("!BBHIIHHI", 1, 0, 20 + len(option), 1, 1 << 16, 1, 1,
                       1) + option
    head = struct.pack("!HHII", *ports(words), 0, 0)
    total = struct.pack("<I", crc32c(head + init))
    return SCTP, head[:8] + total + init


def quote(words):
    """The header of a packet that there was an error with."""
    src, dst, sport, dport = words.split(",")
    src, dst = (ipaddress.ip_address(a).packed for a in (src, dst))
    data = struct.pack("!HHHH", int(sport), int(dport), 8, 0)
    if len(src) == 16:
        return struct.pack("!IHBB", 6 << 28, 8, UDP, 64) + src + dst + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, 28, 0, 0, 64, UDP, 0) + src + dst
    return (head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data)


def icmp(words, mark):
    proto = ICMP6 if ":" in words["idst"] else ICMP
    head = struct.pack("!BBHI", int(words.get("itype", ECHO[proto])),
                       int(words.get("icode", "0")), 0,
                       int(words.get("isport", "7001")) << 16)
    data = (quote(words["iquote"]) if "iquote" in words else b"") + mark
    total = head + data
    if proto == ICMP6:
        total = pseudo(words, proto, len(total)) + total
    return proto, head[:2] + struct.pack("!H", checksum(total)) + head[4:] + \
        data


def bare(_, mark):
    return 253, mark


KINDS = {"tcp": tcp, "sctp": sctp, "icmp": icmp, "none": bare}

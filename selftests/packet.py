# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Packets as words and back.

Words of build(); numbers as in Python, hex strings without 0x:
  dmac smac               link-layer addresses of the frame; none without
  tags ftype              of the frame, hex: what is before its type; its type
  sender alen plen        the frame is an ARP request for idst from there;
                          lengths of its addresses
  fcut                    bytes that are left behind the frame's type
  src dst tos ttl df      outer IP header, of the family of dst; df=1 sets DF
  encap                   vxlan, geneve, ipip or none (then what is outer is
                          all there is)
  sport dport csum        UDP; csum=0 sends none, csum=bad a wrong one
  header                  hex: replaces the tunnel header
  vni options             of the tunnel header; options in hex
  edst esrc etype         inner Ethernet
  isrc idst itos ittl idf iproto inner IP header, and the payload's protocol
  ibyte0                  replaces the first byte of the inner header
  ilen                    replaces its total length
  ifrag                   its fragment field, with an IPv6 header of its own
  ioptions                IPv4 options or IPv6 extension headers, as hex;
                          iproto is then the first of these
  nest nsrc ndst          so many tunnel packets more around the inner one
  size                    bytes of padding behind the mark
  raw                     hex: replaces everything
"""
import ipaddress
import struct

from payload import KINDS, checksum

PORTS = {"vxlan": 8472, "geneve": 6081}
UDP = 17


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(words, prefix, proto, payload):
    """An IP header of the family of the destination, before the payload."""
    def get(name, default):
        return int(words.get(prefix + name, default), 0)

    src = ipaddress.ip_address(words[prefix + "src"]).packed
    dst = ipaddress.ip_address(words[prefix + "dst"]).packed
    proto = get("proto", str(proto))
    tos, ttl = get("tos", "0"), get("ttl", "64")
    # Without the prefix they are geneve's.
    options = bytes.fromhex(words.get("ioptions", "") if prefix == "i" else "")
    frag = get("frag", "0")
    if len(dst) == 16:
        if frag:
            payload = struct.pack("!BBHI", proto, 0, frag, 1) + payload
            proto = 44
        payload = options + payload
        return struct.pack("!IHBB", 6 << 28 | tos << 20,
                           get("len", str(len(payload))), proto,
                           ttl) + src + dst + payload
    length = 20 + len(options)
    header = struct.pack("!BBHHHBBH", 0x40 | length // 4, tos,
                         get("len", str(length + len(payload))),
                         get("id", "0"), get("df", "0") << 14 | frag, ttl,
                         proto, 0) + src + dst + options
    return (header[:10] + struct.pack("!H", checksum(header)) + header[12:] +
            payload)


def udp(src, dst, sport, dport, payload, csum="1"):
    src, dst = (ipaddress.ip_address(a).packed for a in (src, dst))
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    if csum == "0":
        return head + payload
    pseudo = src + dst + struct.pack("!IHBB", len(head + payload), 0, 0, UDP)
    total = checksum(pseudo + head + payload) or 0xffff
    if csum == "bad":
        total ^= 0x5555
    return head[:6] + struct.pack("!H", total) + payload


def inner(words, mark):
    payload = mark + b"x" * int(words.get("size", "0"))
    kind = words.get("ikind", "udp")
    if kind in KINDS:
        proto, data = KINDS[kind](words, payload)
    else:
        proto = UDP
        data = udp(words["isrc"], words["idst"],
                   int(words.get("isport", "7001")),
                   int(words.get("idport", "7002")), payload)
    data = ip(words, "i", proto, data)
    if "ibyte0" in words:
        data = bytes([int(words["ibyte0"], 0)]) + data[1:]
    return nest(words, data)


def nest(words, data):
    """The inner packet in further tunnel packets."""
    for _ in range(int(words.get("nest", "0"))):
        data = udp(words["nsrc"], words["ndst"], 40000, PORTS["vxlan"],
                   tunnel({**words, "encap": "vxlan"}, data))
        data = ip(words, "n", UDP, data)
    return data


def ethernet(words, data):
    etype = 0x86dd if ":" in words["idst"] else 0x0800
    return (mac(words["edst"]) + mac(words["esrc"]) +
            struct.pack("!H", int(words.get("etype", str(etype)), 0)) + data)


def arp(words, mark):
    """Ethernet and IPv4, but for what is given as alen and plen."""
    sender, target = (ipaddress.ip_address(words[word]).packed
                      for word in ("sender", "idst"))
    return (struct.pack("!HHBBH", 1, 0x0800, int(words.get("alen", "6")),
                        int(words.get("plen", "4")), 1) +
            mac(words["smac"]) + sender + bytes(6) + target + mark)


def tunnel(words, data):
    vni = int(words.get("vni", "1"), 0) << 8
    options = bytes.fromhex(words.get("options", ""))
    if "header" in words:
        head = bytes.fromhex(words["header"])
    elif words["encap"] == "vxlan":
        head = struct.pack("!II", 0x08000000, vni)
    else:
        head = struct.pack("!BBHI", len(options) // 4, 0, 0x6558, vni)
    return head + options + ethernet(words, data)


def build(words, mark, cut=None):
    """The frame; cut is the length that is left behind the outer headers."""
    if "raw" in words:
        return bytes.fromhex(words["raw"])
    data = inner(words, mark)
    encap = words.get("encap", "none")
    if encap != "none":
        proto = 41 if ":" in words["idst"] else 4
        if encap in PORTS:
            proto, data = UDP, tunnel(words, data)
        if cut is not None:
            data = data[:cut]
        if encap in PORTS:
            data = udp(words["src"], words["dst"],
                       int(words.get("sport", "40000")),
                       int(words.get("dport", str(PORTS[encap]))), data,
                       words.get("csum", "1"))
        data = ip(words, "", proto, data)
    v6 = data[0] >> 4 == 6 if "ibyte0" not in words or encap != "none" \
        else ":" in words["idst"]
    if "dmac" not in words:
        return data
    return frame(words, "86dd" if v6 else "0800", data, mark)


def frame(words, etype, data, mark):
    if "sender" in words:
        etype, data = "0806", arp(words, mark)
    return (mac(words["dmac"]) + mac(words["smac"]) +
            bytes.fromhex(words.get("tags", "") + words.get("ftype", etype)) +
            data[:int(words.get("fcut", len(data)))])


def read_ip(data, prefix, out):
    """Fields of an IP header; its payload and protocol."""
    if data[0] >> 4 == 6:
        word, _, proto, ttl = struct.unpack("!IHBB", data[:8])
        out[prefix + "tos"], out[prefix + "ttl"] = word >> 20 & 0xff, ttl
        out[prefix + "src"] = ipaddress.ip_address(data[8:24])
        return data[40:], proto
    _, tos, _, ident, frag, ttl, proto = struct.unpack("!BBHHHBB", data[:10])
    out[prefix + "tos"], out[prefix + "ttl"] = tos, ttl
    out[prefix + "df"], out[prefix + "id"] = frag >> 14 & 1, ident
    out[prefix + "src"] = ipaddress.ip_address(data[12:16])
    return data[(data[0] & 15) * 4:], proto


def describe(frame):
    """One line of KEY=VALUE words, the whole IP packet last, as hex."""
    out = {}
    if frame[14] >> 4 not in (4, 6):
        return f"got hex={frame[14:].hex()}"
    data, proto = read_ip(frame[14:], "", out)
    if proto in (4, 41):
        read_ip(data, "i", out)
    elif proto == UDP:
        out["sport"], out["dport"], _, out["csum"] = \
            struct.unpack("!HHHH", data[:8])
        if out["dport"] in PORTS.values():
            length = 8 + (data[8] & 63) * 4 * (out["dport"] == 6081)
            out["header"] = data[8:8 + length].hex()
            eth = data[8 + length:]
            out["edst"], out["esrc"] = eth[:6].hex(":"), eth[6:12].hex(":")
            read_ip(eth[14:], "i", out)
    words = " ".join(f"{key}={value}" for key, value in out.items())
    return f"got {words} hex={frame[14:].hex()}"

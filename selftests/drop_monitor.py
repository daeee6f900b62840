#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Listen to the kernel's drop_monitor (linux/net_dropmon.h).

Prints "listening", then a line with reason and place for each dropped packet
that carries the mark of craft.py, until it is terminated. The protocol has no
description that ynl could read.
"""
import signal
import socket
import struct
import sys

GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
FAMILY_ID, FAMILY_NAME, MCAST_GROUPS, MCAST_ID = 1, 2, 7, 2
CONFIG, START, STOP, PACKET_ALERT = 2, 3, 4, 5
ALERT_MODE, SYMBOL, PAYLOAD, SW_DROPS, REASON = 1, 3, 7, 20, 23
ALERT_MODE_PACKET = 1
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2
NETLINK_GENERIC = 16
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


def attr(kind, payload):
    data = struct.pack("=HH", len(payload) + 4, kind) + payload
    return data + b"\0" * (-len(data) % 4)


def attrs(data):
    out = {}
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        out[kind & 0x3fff] = data[4:size]
        data = data[max(4, size + (-size % 4)):]
    return out


def messages(data):
    while len(data) >= 16:
        size, kind = struct.unpack_from("=IH", data)
        yield kind, data[16:size]
        data = data[size + (-size % 4):]


class Monitor:
    """A socket that speaks to NET_DM."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        self.sock.bind((0, 0))
        found = attrs(self.ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                               attr(FAMILY_NAME, b"NET_DM\0")))
        self.family = struct.unpack("=H", found[FAMILY_ID])[0]
        group = attrs(attrs(found[MCAST_GROUPS])[1])[MCAST_ID]
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             struct.unpack("=I", group)[0])

    def ask(self, family, cmd, body=b""):
        """Attributes of the answer, once the kernel has agreed."""
        self.sock.send(struct.pack("=IHHIIBBH", 20 + len(body), family,
                                   NLM_F_REQUEST | NLM_F_ACK, 1, 0, cmd, 1,
                                   0) + body)
        answer = b""
        while True:
            for kind, data in messages(self.sock.recv(1 << 16)):
                if kind == family:
                    answer = data[4:]
                if kind == NLMSG_ERROR:
                    error = struct.unpack_from("=i", data)[0]
                    if error:
                        raise OSError(-error, f"drop_monitor: command {cmd}")
                    return answer

    def start(self):
        self.ask(self.family, CONFIG,
                 attr(ALERT_MODE, bytes([ALERT_MODE_PACKET])))
        self.ask(self.family, START, attr(SW_DROPS, b""))

    def alerts(self):
        for kind, data in messages(self.sock.recv(1 << 16)):
            if kind == self.family and data[0] == PACKET_ALERT:
                alert = attrs(data[4:])
                if b"k8sov" in alert.get(PAYLOAD, b""):
                    yield " ".join(alert[key].rstrip(b"\0").decode()
                                   for key in (REASON, SYMBOL))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    monitor = Monitor()
    monitor.start()
    try:
        print("listening", flush=True)
        while True:
            for line in monitor.alerts():
                print(line, flush=True)
    finally:
        monitor.ask(monitor.family, STOP, attr(SW_DROPS, b""))

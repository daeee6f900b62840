#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Send packets made by hand and see what becomes of them.

craft.py NS_SEND IF_SEND NS_WATCH IF_WATCH [NS_COUNT IF_COUNT]

Every line of standard input is a packet as KEY=VALUE words, see packet.py, or
"default WORDS..." for words that all later ones begin with. It is sent from
IF_SEND. The answer is one line: "lost", or "got" with the packet's fields as
it came by at IF_WATCH. A packet counts as lost when a later one that is known
to pass, the line "control WORDS...", came by before it.
With IF_COUNT, every answer ends with the drops that it counted meanwhile.
"cuts FROM TO WORDS..." sends a packet once for each length of its outer
payload, and answers how many came by.
"train COUNT WORDS... / WORDS..." sends that many segments of one TCP stream,
the first words and the others by turns. The answer names, for each frame that
came by, the segments in it: "0+2 4".
"""
import ctypes
import select
import socket
import sys

import counters
import packet

PATIENCE = 5
ETH_P_ALL = 3
ACK, PSH = 0x10, 8
PACKET_OUTGOING = 4
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(ns):
    with open(f"/run/netns/{ns}", "rb") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"netns {ns}")


def open_in(ns, interface, protocol):
    enter(ns)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((interface, protocol))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return sock


class Bench:
    """A place to send from, a place to watch, and what to send."""

    def __init__(self, ns_send, if_send, ns_watch, if_watch, ns_count=None,
                 if_count=None):
        self.out = open_in(ns_send, if_send, 0)
        self.watch = open_in(ns_watch, if_watch, ETH_P_ALL)
        self.defaults = {}
        self.control = None
        self.number = 0
        self.counters = None
        if ns_count:
            enter(ns_count)
            self.counters = counters.Counters(if_count)

    def answer(self, words):
        if not self.counters:
            return obey(self, words)
        before = self.counters.read()
        return obey(self, words) + self.counters.since(before)

    def make(self, words, cut=None):
        """Each packet carries a mark of its own in its payload."""
        self.number += 1
        mark = b"k8sov" + self.number.to_bytes(4, "big")
        return mark, packet.build({**self.defaults, **words}, mark, cut)

    def send(self, words, cut=None):
        mark, frame = self.make(words, cut)
        self.out.send(frame)
        return mark

    def arrive(self, *marks):
        """The first frame with one of the marks."""
        while select.select([self.watch], [], [], PATIENCE)[0]:
            frame, address = self.watch.recvfrom(65536)
            if address[2] == PACKET_OUTGOING:
                continue
            for mark in marks:
                if mark in frame:
                    return mark, frame
        return None, None

    def probe(self, words):
        mark = self.send(words)
        if self.control is None:
            _, frame = self.arrive(mark)
            return packet.describe(frame) if frame else "lost"
        last = self.send(self.control)
        found, frame = self.arrive(mark, last)
        if found is None:
            return "lost, and so is the control packet"
        if found == last:
            return "lost"
        self.arrive(last)
        return packet.describe(frame)

    def cuts(self, first, after, words):
        passed = 0
        for length in range(first, after):
            mark = self.send(words, cut=length)
            last = self.send(self.control)
            found, _ = self.arrive(mark, last)
            if found == mark:
                passed += 1
                found, _ = self.arrive(last)
            if found is None:
                return "lost the control packet"
        return f"passed {passed}"

    def train(self, count, *kinds):
        """GRO holds nothing behind a segment that is to be pushed."""
        made, size = [], 0
        for number in range(count):
            flags = ACK | (PSH if number >= count - len(kinds) else 0)
            words = {"ikind": "tcp", "idf": "1", "df": "1", "csum": "0",
                     "iflags": str(flags), "iseq": str(1 + number * size),
                     **kinds[number % len(kinds)]}
            made.append(self.make(words))
            size = len(made[0][0]) + int(words["size"])
        # One right behind the other.
        for _, frame in made:
            self.out.send(frame)
        marks = [mark for mark, _ in made]
        last = self.send(self.control)
        frames = []
        while True:
            found, frame = self.arrive(*marks, last)
            if found is None:
                return "lost the control packet"
            if found == last:
                return " ".join(sorted(frames)) or "none"
            frames.append("+".join(str(i) for i, mark in enumerate(marks)
                                   if mark in frame))


def read_words(words):
    return dict(word.split("=", 1) for word in words)


def obey(bench, words):
    if words[0] == "default":
        bench.defaults = read_words(words[1:])
        return "ok"
    if words[0] == "control":
        bench.control = read_words(words[1:])
        return bench.probe(bench.control)
    if words[0] == "cuts":
        return bench.cuts(int(words[1]), int(words[2]), read_words(words[3:]))
    if words[0] == "train":
        kinds = " ".join(words[2:]).split("/")
        return bench.train(int(words[1]),
                           *(read_words(kind.split()) for kind in kinds))
    return bench.probe(read_words(words))


if __name__ == "__main__":
    table = Bench(*sys.argv[1:])
    for line in sys.stdin:
        try:
            print(table.answer(line.split() or ["="]), flush=True)
        except (OSError, ValueError, KeyError, IndexError) as error:
            print(f"craft: {type(error).__name__} {error}", flush=True)

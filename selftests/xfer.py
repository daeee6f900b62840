#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Move content between two network namespaces and compare it.

xfer.py tcp NS_FROM NS_TO ADDRESS [BYTES]     both directions of a connection
xfer.py udp NS_FROM NS_TO ADDRESS [SIZE...]   datagrams and their echoes
xfer.py gso NS_FROM NS_TO ADDRESS [SEGMENT]   one send, many datagrams
xfer.py stream NS_FROM NS_TO ADDRESS COUNT    datagrams until COUNT were echoed
"""
import ctypes
import random
import select
import socket
import sys

PATIENCE = 20
SOL_UDP, UDP_SEGMENT = 17, 103
CLONE_NEWNET = 0x40000000
SIZES = (1, 20, 512, 1372, 1400, 1452, 1472, 4000, 9000, 60000)

libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """Go to a network namespace; sockets stay where they were made."""
    with open(f"/run/netns/{name}", "rb") as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"netns {name}")


def open_pair(kind, ns_from, ns_to, address):
    """A socket in each namespace, the second bound to the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    enter(ns_to)
    server = socket.socket(family, kind)
    server.bind((address, 0))
    enter(ns_from)
    client = socket.socket(family, kind)
    client.settimeout(PATIENCE)
    server.settimeout(PATIENCE)
    return client, server


def content(size, seed=0):
    return random.Random(size + seed).randbytes(size)


def pump(ends, size):
    """Each end sends SIZE bytes and gets the other's, at the same time."""
    out = [content(size, 1), content(size, 2)]
    sent, got = [0, 0], [bytearray(), bytearray()]
    for end in ends:
        end.setblocking(False)
    while min(len(got[0]), len(got[1])) < size:
        writers = [ends[i] for i in (0, 1) if sent[i] < size]
        ready = select.select(ends, writers, [], PATIENCE)
        if not ready[0] and not ready[1]:
            raise TimeoutError(f"stuck: sent {sent}, got "
                               f"{[len(g) for g in got]} of {size}")
        for i in (0, 1):
            if ends[i] in ready[1]:
                sent[i] += ends[i].send(out[i][sent[i]:sent[i] + 262144])
            if ends[i] in ready[0]:
                data = ends[i].recv(1 << 20)
                if not data:
                    raise ConnectionError("closed early")
                got[i] += data
    if bytes(got[0]) != out[1] or bytes(got[1]) != out[0]:
        raise ValueError("content differs")


def tcp(ns_from, ns_to, address, size="1000000"):
    client, server = open_pair(socket.SOCK_STREAM, ns_from, ns_to, address)
    server.listen(1)
    client.connect(server.getsockname()[:2])
    end, _ = server.accept()
    pump([client, end], int(size))


def udp(ns_from, ns_to, address, *sizes):
    client, server = open_pair(socket.SOCK_DGRAM, ns_from, ns_to, address)
    client.connect(server.getsockname()[:2])
    for size in [int(s) for s in sizes] or SIZES:
        client.settimeout(1)
        for attempt in range(PATIENCE):
            # A first packet may be lost to a path MTU that is not known yet.
            try:
                client.send(content(size, attempt))
            except OSError as err:
                if err.errno != 90:     # EMSGSIZE, now it is known
                    raise
                continue
            if select.select([server], [], [], 1)[0]:
                break
        else:
            raise TimeoutError(f"{size} bytes did not arrive")
        data, peer = server.recvfrom(65536)
        if data != content(size, attempt):
            raise ValueError(f"{size} bytes: content differs")
        echo(client, server, peer, data)


def echo(client, server, peer, data):
    for _ in range(PATIENCE):
        try:
            server.sendto(data, peer)
        except OSError as err:
            if err.errno != 90:
                raise
            continue
        if select.select([client], [], [], 1)[0]:
            break
    if client.recv(65536) != data:
        raise ValueError(f"{len(data)} bytes: echo differs")


def gso(ns_from, ns_to, address, segment="1000"):
    client, server = open_pair(socket.SOCK_DGRAM, ns_from, ns_to, address)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    client.connect(server.getsockname()[:2])
    segment = int(segment)
    data = content(segment * 40 + 17)
    client.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
    client.send(data)
    got = []
    for _ in range(41):
        got.append(server.recv(65536))
    if b"".join(got) != data or len(got[0]) != segment:
        raise ValueError("content differs")


def stream(ns_from, ns_to, address, count):
    """Every datagram has to arrive: each is sent once and echoed once."""
    client, server = open_pair(socket.SOCK_DGRAM, ns_from, ns_to, address)
    client.connect(server.getsockname()[:2])
    client.settimeout(5)
    server.settimeout(5)
    for i in range(int(count)):
        word = i.to_bytes(8, "big")
        client.send(word)
        data, peer = server.recvfrom(100)
        server.sendto(data, peer)
        if data != word or client.recv(100) != word:
            raise ValueError(f"datagram {i} differs")


if __name__ == "__main__":
    modes = {"tcp": tcp, "udp": udp, "gso": gso, "stream": stream}
    try:
        modes[sys.argv[1]](*sys.argv[2:])
    except (OSError, ValueError) as error:
        sys.exit(f"xfer: {error or type(error).__name__}")

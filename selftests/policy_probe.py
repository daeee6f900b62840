# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Packets between all pods: which pass, and that all others are counted."""
import ctypes
import errno
import select
import socket
import time

from counters import Counters

PATIENCE = 30
CLONE_NEWNET = 0x40000000
PORTS = (80, 81, 90)
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}

libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    """Go to a network namespace; sockets stay where they were made."""
    with open(f'/run/netns/{name}', 'rb') as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f'netns {name}')


def new_socket(netns, version, kind, port=0):
    enter(netns)
    sock = socket.socket(FAMILIES[version], kind | socket.SOCK_NONBLOCK)
    if version == 6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(('', port))
    return sock


class Prober:
    """Pods have servers on all ports; nodes are namespaces with an ov0."""

    def __init__(self, pods, nodes):
        self.pods = pods
        self.epoll = select.epoll()
        self.ready = {}
        self.seen = set()
        self.round = 0
        self.clients = {}
        self.counters = []
        for node in nodes:
            enter(node)
            self.counters.append(Counters('ov0'))
        for pod in pods:
            for version in FAMILIES:
                for port in PORTS:
                    self.serve(pod, version, port)

    def serve(self, pod, version, port):
        udp = new_socket(pod.netns, version, socket.SOCK_DGRAM, port)
        self.watch(udp, lambda: self.echo(udp))
        tcp = new_socket(pod.netns, version, socket.SOCK_STREAM, port)
        tcp.listen(100)
        self.watch(tcp, lambda: self.accept(tcp))

    def watch(self, sock, ready, event=select.EPOLLIN):
        self.ready[sock.fileno()] = sock, ready
        self.epoll.register(sock, event)

    def forget(self, sock):
        self.epoll.unregister(sock)
        del self.ready[sock.fileno()]
        sock.close()

    def echo(self, sock):
        data, peer = sock.recvfrom(2000)
        sock.sendto(data, peer)

    def accept(self, sock):
        """Who asked may be gone again."""
        try:
            sock.accept()[0].close()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise

    def hear(self, sock):
        """What a former round asked says nothing of this one."""
        number, flow = sock.recv(2000).decode().split(' ', 1)
        if int(number) == self.round:
            self.seen.add(flow)

    def handle(self, timeout):
        events = self.epoll.poll(timeout)
        for number, _ in events:
            if number in self.ready:
                self.ready[number][1]()
        return events

    def denied(self):
        return sum(count for counters in self.counters
                   for name, count in counters.read().items()
                   if name.startswith('policy_'))

    def flows(self, protocol):
        """The words of the oracle, and who sends where."""
        for source in self.pods:
            for target in self.pods:
                if source is target:
                    continue
                for version, address in zip((4, 6), target.addresses):
                    for port in PORTS:
                        yield (f'{source.title} {target.title} {address} '
                               f'{protocol} {port}',
                               (source, version), (address, port))

    def settle(self, expected, asked, before):
        """Until each packet has arrived or was counted, and all is heard."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            while self.handle(0):
                pass
            if (expected <= self.seen and
                    self.denied() - before >= asked - len(expected)):
                break
            self.handle(0.02)
        while self.handle(0):
            pass
        return self.denied() - before

    def udp(self, expected, fresh):
        """A round of datagrams, of new flows or of the ones before."""
        before = self.denied()
        self.round += 1
        self.seen = set()
        if fresh:
            for sock in self.clients.values():
                self.forget(sock)
            self.clients = {}
        flows = list(self.flows(socket.IPPROTO_UDP))
        for flow, source, target in flows:
            if source not in self.clients:
                sock = new_socket(source[0].netns, source[1],
                                  socket.SOCK_DGRAM)
                self.clients[source] = sock
                self.watch(sock, lambda s=sock: self.hear(s))
            self.clients[source].sendto(f'{self.round} {flow}'.encode(),
                                        target)
            self.handle(0)
        return self.settle(expected, len(flows), before), len(flows)

    def connected(self, sock, flow):
        if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self.seen.add(flow)
        self.forget(sock)

    def tcp(self, expected):
        """A round of connections."""
        before = self.denied()
        self.seen = set()
        flows = list(self.flows(socket.IPPROTO_TCP))
        socks = []
        for flow, (source, version), target in flows:
            sock = new_socket(source.netns, version, socket.SOCK_STREAM)
            socks.append(sock)
            sock.connect_ex(target)
            self.watch(sock, lambda s=sock, f=flow: self.connected(s, f),
                       select.EPOLLOUT)
        count = self.settle(expected, len(flows), before)
        for sock in socks:
            if sock.fileno() >= 0:
                self.forget(sock)
        while self.handle(0):
            pass
        return count, len(flows)

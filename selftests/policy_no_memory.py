#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Packets for a pod that isolates itself, while memory is short.

policy_no_memory.py udp|tcp FROM TO ADDRESS NODES ALLOWED DENIED

FROM and TO are namespaces of pods. NODES have an ov0 each, and the first one
enforces. It and the pods have the tables of policy_no_memory.sh, which count
what it forwards and what arrives. ALLOWED and DENIED are ports, with commas
between.

Nothing arrives at a port that is denied. What the node forwards to one that is
allowed arrives, or it was counted: by ov0, by connection tracking or by IP.
(What IP has no memory to forward it drops without a word.) Both hold for new
flows of which the first, second, ... allocation fails until none fails; while
each tenth allocation fails; and afterwards, when all is as it was, also for a
connection that began before.
"""
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time

from counters import Counters
from policy_probe import enter, new_socket

PATIENCE = 30
# Allocations fail by where they are in the bytes of all of them, so no step may
# be larger than what is looked for.
STEP = 64
SWEEP_MAX = 1 << 20
RANDOM_PACKETS = 60
KNOBS = '/sys/kernel/debug'
KINDS = ('failslab', 'fail_page_alloc')
DISCARDS = ('InDiscards', 'OutDiscards', 'Ip6InDiscards', 'Ip6OutDiscards')


class Knobs:
    """Open, for to open anything else takes memory."""

    def __init__(self):
        self.files = {
            (kind, name): os.open(f'{KNOBS}/{kind}/{name}', os.O_WRONLY)
            for kind in KINDS
            for name in ('probability', 'times', 'space', 'ignore-gfp-wait')}
        self.nth = os.open('/proc/thread-self/fail-nth', os.O_RDWR)

    def set(self, kind, name, value):
        os.write(self.files[kind, name], str(value).encode())

    def set_all(self, name, value):
        for kind in KINDS:
            self.set(kind, name, value)

    def fail_one(self, after):
        """The allocation that this many bytes have gone before."""
        self.set('failslab', 'times', 1)
        self.set('failslab', 'space', after)
        self.set('failslab', 'probability', 100)

    def one_failed(self):
        self.set('failslab', 'probability', 0)
        with open(f'{KNOBS}/failslab/times', encoding='ascii') as file:
            return int(file.read()) == 0

    def fail_nth(self, number):
        """Of those that this process makes, also those that may sleep."""
        self.set_all('ignore-gfp-wait', 'N')
        os.pwrite(self.nth, str(number).encode(), 0)

    def nth_failed(self):
        left = int(os.pread(self.nth, 20, 0).strip(b'\0\n'))
        os.pwrite(self.nth, b'0', 0)
        self.set_all('ignore-gfp-wait', 'Y')
        return left == 0

    def fail_many(self):
        self.set_all('space', 0)
        self.set_all('times', -1)
        self.set_all('probability', 10)

    def memory_is_back(self):
        self.set_all('probability', 0)


def conntrack_drops():
    """Of the namespace, on all processors."""
    words = subprocess.run(['conntrack', '-S'], check=True,
                           capture_output=True, text=True).stdout
    return sum(int(word.removeprefix('drop=')) for word in words.split()
               if word.startswith('drop='))


def ip_discards():
    """Of both families, in the namespace."""
    with open('/proc/thread-self/net/snmp', encoding='ascii') as file:
        names, values = (line.split() for line in file.read().splitlines()[:2])
    found = dict(zip(names, values))
    with open('/proc/thread-self/net/snmp6', encoding='ascii') as file:
        found.update(line.split() for line in file)
    return sum(int(found[name]) for name in DISCARDS)


class Drops:
    """All that counts packets on their way, by what it is."""

    def __init__(self, nodes, pods):
        self.nodes = nodes
        self.pods = pods
        self.counters = []
        for node in nodes:
            enter(node)
            self.counters.append(Counters('ov0'))

    def read(self):
        found = {'conntrack': 0, 'ip': 0}
        for counters in self.counters:
            for name, count in counters.read().items():
                found[name] = found.get(name, 0) + count
        for name in self.nodes + self.pods:
            enter(name)
            found['ip'] += ip_discards()
        for name in self.nodes:
            enter(name)
            found['conntrack'] += conntrack_drops()
        return found

    def since(self, before):
        now = self.read()
        return {name: now[name] - before.get(name, 0) for name in now
                if now[name] != before.get(name, 0)}


class Flows:
    """New flows of a protocol from a pod to an address of another one."""

    def __init__(self, protocol, source, target, address, node):
        self.protocol = protocol
        self.node = node
        self.source = source
        self.target = target
        self.address = address
        self.version = 6 if ':' in address else 4
        self.kind = (socket.SOCK_DGRAM if protocol == 'udp' else
                     socket.SOCK_STREAM)
        self.ports = []
        self.servers = []

    def serve(self, port):
        server = new_socket(self.target, self.version, self.kind, port)
        if self.protocol == 'tcp':
            server.listen(100)
        self.ports.append(port)
        self.servers.append(server)

    def drain(self):
        """What came is of no interest, but would fill the queues."""
        for server in self.servers:
            try:
                while self.protocol == 'udp':
                    server.recv(100)
                while True:
                    server.accept()[0].close()
            except OSError:
                pass

    def new(self):
        """A socket that leaves nothing on its way when it is closed."""
        sock = new_socket(self.source, self.version, self.kind)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('ii', 1, 0))
        return sock

    def send(self, sock, port):
        """The first packet of a flow, if there is memory for it."""
        try:
            if self.protocol == 'udp':
                sock.sendto(b'x', (self.address, port))
            else:
                sock.connect_ex((self.address, port))
        except OSError:
            pass
        for _ in range(3):
            os.sched_yield()

    def counted(self, namespace, way):
        """What the table there has counted, by port."""
        enter(namespace)
        words = subprocess.run(
            ['nft', '-j', 'list', 'counters', 'table', 'inet', 'seen'],
            check=True, capture_output=True, text=True).stdout
        found = {thing['counter']['name']: thing['counter']['packets']
                 for thing in json.loads(words)['nftables']
                 if 'counter' in thing}
        return {port: found[f'{way}_{self.protocol}_{port}']
                for port in self.ports}

    def seen(self, ports):
        """How many first packets came to policy, and how many arrived."""
        judged = self.counted(self.node, 'out')
        arrived = self.counted(self.target, 'in')
        return (sum(judged[port] for port in ports),
                sum(arrived[port] for port in ports))

    def established(self, port):
        """Both ends of a connection."""
        server = new_socket(self.target, self.version, socket.SOCK_STREAM,
                            port)
        server.listen(1)
        client = new_socket(self.source, self.version, socket.SOCK_STREAM)
        client.connect_ex((self.address, port))
        if not select.select([server], [], [], PATIENCE)[0]:
            sys.exit('no connection, before any fault')
        return client, server.accept()[0]


def sweep(flows, port, knobs):
    """Each allocation of a first packet fails once; how many did."""
    failed = missed = after = 0
    while missed < 3:
        sock = flows.new()
        knobs.fail_one(after)
        flows.send(sock, port)
        if knobs.one_failed():
            failed += 1
            missed = 0
        else:
            missed += 1
        sock.close()
        flows.drain()
        after += STEP
        if after > SWEEP_MAX:
            sys.exit(f'port {port}: no end of allocations')
    return failed


def sweep_sender(flows, port, knobs):
    """The same, of those that are made in the name of the sender."""
    failed = 0
    while True:
        sock = flows.new()
        knobs.fail_nth(failed + 1)
        flows.send(sock, port)
        fired = knobs.nth_failed()
        sock.close()
        flows.drain()
        if not fired:
            return failed
        failed += 1


def storm(flows, ports, ends, knobs):
    """Each tenth allocation fails; a connection goes on meanwhile."""
    for i in range(RANDOM_PACKETS):
        for port in ports:
            sock = flows.new()
            knobs.fail_many()
            flows.send(sock, port)
            if i % 10 == 0:
                try:
                    ends[0].send(b'y')
                except OSError:
                    pass
            knobs.memory_is_back()
            sock.close()
            flows.drain()
    return RANDOM_PACKETS * len(ports)


def settled(flows, drops, ports, before, seen):
    """Until each packet that was judged has arrived or was counted."""
    end = time.monotonic() + PATIENCE
    while True:
        judged, arrived = (now - then for now, then in
                           zip(flows.seen(ports), seen))
        counted = drops.since(before)
        lost = judged - arrived - sum(counted.values())
        if (judged and lost <= 0) or time.monotonic() > end:
            return judged, arrived, counted, lost


def judge(what, flows, drops, ports, denied, run):
    """RUN, and see what became of its packets."""
    before = drops.read()
    seen = flows.seen(ports)
    failed = run()
    judged, arrived, counted, lost = settled(flows, drops, ports, before, seen)
    print(f'{what}: {failed} failed, {judged} judged, {arrived} arrived, '
          f'{counted}')
    by_policy = set(counted) & {'policy_ingress', 'policy_egress'}
    if lost > 0:
        sys.exit(f'{what}: {lost} neither arrived nor were counted')
    if denied and arrived:
        sys.exit(f'{what}: {arrived} arrived that policy denies')
    if bool(by_policy) != denied:
        sys.exit(f'{what}: policy dropped {by_policy or "nothing"}')
    if not denied and not arrived:
        sys.exit(f'{what}: nothing arrives')
    return failed


def sweep_both(flows, port, knobs):
    failed = sweep(flows, port, knobs), sweep_sender(flows, port, knobs)
    if not all(failed):
        sys.exit(f'port {port}: nothing failed')
    return failed


def send_each(flows, ports):
    for port in ports:
        sock = flows.new()
        flows.send(sock, port)
        flows.drain()
        sock.close()
    return 0


def goes_on(client, server):
    """All that was sent arrives, and what is said now."""
    client.send(b'z')
    heard = b''
    while not heard.endswith(b'z'):
        if not select.select([server], [], [], PATIENCE)[0]:
            sys.exit(f'the connection stopped at {heard}')
        heard += server.recv(10000)
    server.send(b'a')
    if not select.select([client], [], [], PATIENCE)[0]:
        sys.exit('no answer by the connection')


def main(protocol, source, target, address, nodes, allowed, denied):
    drops = Drops(nodes.split(','), [source, target])
    flows = Flows(protocol, source, target, address, drops.nodes[0])
    ports = {int(port): port in denied.split(',')
             for port in f'{allowed},{denied}'.split(',') if port}
    for port in ports:
        flows.serve(port)
    ends = flows.established(7000)
    knobs = Knobs()
    kinds = [(no, [port for port in ports if ports[port] == no])
             for no in sorted(set(ports.values()))]
    try:
        for port, no in ports.items():
            judge(f'port {port}', flows, drops, [port], no,
                  lambda port=port: sweep_both(flows, port, knobs))
        for no, some in kinds:
            judge(f'ports {some}', flows, drops, some, no,
                  lambda some=some: storm(flows, some, ends, knobs))
    finally:
        knobs.memory_is_back()
    for no, some in kinds:
        judge(f'ports {some}, afterwards', flows, drops, some, no,
              lambda some=some: send_each(flows, some))
    goes_on(*ends)


if __name__ == '__main__':
    main(*sys.argv[1:])

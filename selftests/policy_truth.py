#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Random policies in force on two nodes, and what packets make of them.

policy_truth.py SEED ROUNDS DIRECTORY ORACLE NODE... -- POD...
NODE is NAME=NETNS=ADDRESS,ADDRESS6; POD is NAMESPACE/NAME=NETNS=NODE=ADDRESSES.
Pods of namespace mark are not asked, they tell what is in force.
"""
import json
import os
import random
import select
import socket
import subprocess
import sys
import time
from collections import namedtuple

import policy_cluster
import policy_probe

Pod = namedtuple('Pod', 'title namespace name netns node addresses')
Node = namedtuple('Node', 'name netns addresses')
PROTOCOLS = (socket.IPPROTO_TCP, socket.IPPROTO_UDP)


def read_pod(word):
    title, netns, node, addresses = word.split('=')
    return Pod(title, *title.split('/'), netns, node,
               tuple(addresses.split(',')))


def read_node(word):
    name, netns, addresses = word.split('=')
    return Node(name, netns, tuple(addresses.split(',')))


class Oracle:
    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def ask(self, items, pods):
        """Which flows between these pods are to pass, by protocol."""
        line = {'items': items, 'protocols': PROTOCOLS,
                'ports': policy_probe.PORTS}
        self.process.stdin.write(json.dumps(line) + '\n')
        self.process.stdin.flush()
        titles = {pod.title for pod in pods}
        expected = {protocol: set() for protocol in PROTOCOLS}
        for flow in json.loads(self.process.stdout.readline()):
            source, target, _, protocol, _ = flow.split()
            if source in titles and target in titles:
                expected[int(protocol)].add(flow)
        return expected


class Watcher:
    """Hears of changes of a node's tables."""

    def __init__(self, node):
        self.command = ['nsenter', f'--net=/run/netns/{node.netns}', '--',
                        'k8sovctl']
        self.process = subprocess.Popen([*self.command, 'monitor'],
                                        stdout=subprocess.PIPE)

    def has(self, mark):
        """Words end in a space, or round-1 would be in round-10."""
        rules = subprocess.check_output([*self.command, 'policy', 'show'],
                                        text=True)
        return f'{mark} ' in rules

    def wait(self, mark):
        end = time.monotonic() + policy_probe.PATIENCE
        while not self.has(mark):
            left = end - time.monotonic()
            if left < 0:
                sys.exit(f'{mark} does not come in force')
            # Something may have happened before it listened.
            if select.select([self.process.stdout], [], [], min(left, 1))[0]:
                os.read(self.process.stdout.fileno(), 1 << 16)


def write(directory, items):
    path = os.path.join(directory, 'all.json')
    with open(path + '.new', 'w', encoding='utf-8') as file:
        json.dump({'apiVersion': 'v1', 'kind': 'List', 'items': items}, file)
    os.rename(path + '.new', path)


def complain(what, expected, got, items):
    for flow in sorted(expected - got)[:10]:
        print(f'{what}: does not pass: {flow}')
    for flow in sorted(got - expected)[:10]:
        print(f'{what}: passes: {flow}')
    for item in items:
        print(json.dumps(item))


class Truth:
    def __init__(self, seed, directory, oracle, nodes, pods):
        self.directory = directory
        self.oracle = Oracle(oracle)
        self.pods = [pod for pod in pods
                     if pod.namespace != policy_cluster.MARK]
        marks = [pod for pod in pods if pod.namespace == policy_cluster.MARK]
        self.cluster = policy_cluster.Cluster(
            random.Random(seed), self.pods, marks,
            [(node.name, node.addresses) for node in nodes])
        self.watchers = [Watcher(node) for node in nodes]
        self.prober = policy_probe.Prober(self.pods,
                                          [node.netns for node in nodes])
        self.items = []
        self.accepted = self.asked = 0

    def same(self, what, expected, count, asked):
        """The verdicts, and that each denial was counted."""
        got = self.prober.seen
        self.accepted += len(got)
        self.asked += asked
        if got == expected and count >= asked - len(got):
            return True
        print(f'{what}: {len(got)} of {asked} pass, {len(expected)} are to; '
              f'{count} were counted')
        complain(what, expected, got, self.items)
        return False

    def round(self):
        """New flows in every second one: a verdict on an old one may be old.
        """
        number = self.cluster.round
        self.items = self.cluster.items()
        expected = self.oracle.ask(self.items, self.pods)
        write(self.directory, self.items)
        for watcher in self.watchers:
            watcher.wait(self.cluster.mark())
        udp, tcp = socket.IPPROTO_UDP, socket.IPPROTO_TCP
        return self.same(f'round {number}, UDP', expected[udp],
                         *self.prober.udp(expected[udp], number % 2)) and \
            self.same(f'round {number}, TCP', expected[tcp],
                      *self.prober.tcp(expected[tcp]))

    def run(self, rounds):
        for _ in range(rounds):
            self.cluster.step()
            if not self.round():
                return False
        print(f'{self.asked} flows, {self.accepted} pass')
        # Else it would be no test.
        return self.asked / 10 < self.accepted < self.asked * 9 / 10


def main():
    seed, rounds, directory, oracle, *words = sys.argv[1:]
    split = words.index('--')
    truth = Truth(int(seed), directory, oracle,
                  [read_node(word) for word in words[:split]],
                  [read_pod(word) for word in words[split + 1:]])
    good = truth.run(int(rounds))
    for process in [truth.oracle.process] + [
            watcher.process for watcher in truth.watchers]:
        process.kill()
        process.wait()
    sys.exit(not good)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Real stores with thousands of nodes in them, for agent.py.

fill(nodes), change(number, mac) and options() are what it needs of each. A node
of a higher number than any before is a new one.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', '..', 'userspace', 'tests'))
import kube_lib  # noqa: E402
import store_lib  # noqa: E402

NETWORK = '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}'


def public(number):
    return f'198.18.{number // 250}.{number % 250 + 1}'


def mac_of(number, mac):
    return f'02:00:00:{mac:02x}:{number >> 8:02x}:{number & 255:02x}'


def subnet(number):
    return f'10.{100 + number // 250}.{number % 250}.0'


class Etcd:
    """Leases as Flannel writes them, in one etcd."""

    def __init__(self):
        self.etcd = store_lib.Member().start()
        self.lease = self.etcd.grant(86400)

    def put(self, number, mac):
        return {'key': store_lib.b64(
                    f'{store_lib.SUBNETS}{subnet(number)}-24'),
                'value': store_lib.b64(store_lib.attrs(
                    public(number), mac_of(number, mac))),
                'lease': str(self.lease)}

    def fill(self, nodes):
        self.etcd.put(store_lib.CONFIG, NETWORK)
        for start in range(0, nodes, 100):
            self.etcd.call('kv/txn', {'success': [
                {'request_put': self.put(n, 1)}
                for n in range(start, min(start + 100, nodes))]})

    def change(self, number, mac):
        self.etcd.call('kv/put', self.put(number, mac))

    def options(self):
        return ['--store', f'etcd:{self.etcd.url}']

    def kill(self):
        self.etcd.kill()


class Kubernetes:
    """Nodes that Flannel runs on, at one API server."""

    def __init__(self):
        self.api = kube_lib.ApiServer().start()
        self.made = 0

    def notes(self, number, mac):
        return {**kube_lib.flannel(number, mac_of(number, mac)),
                'public-ip': public(number)}

    def make(self, number):
        self.api.create(f'peer-{number}', f'{subnet(number)}/24',
                        notes=self.notes(number, 1))

    def fill(self, nodes):
        self.api.create('bench', '10.1.0.0/24')
        self.api.all(self.make, range(nodes))
        self.made = nodes

    def change(self, number, mac):
        if number >= self.made:
            self.make(number)
            self.made = number + 1
            return
        self.api.annotate(f'peer-{number}',
                          backend_data=self.notes(number, mac)['backend-data'])

    def options(self):
        conf = self.api.kubeconfig({'token': kube_lib.TOKEN})
        return ['--store', f'kubernetes:{conf}', '--net-config-path',
                kube_lib.write('net-conf.json', NETWORK)]

    def kill(self):
        self.api.kill()


STORES = {'etcd': Etcd, 'kubernetes': Kubernetes}

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""A random cluster of given pods, as objects of Kubernetes, that changes."""
import ipaddress
import string

NETWORKING = 'networking.k8s.io/v1'
CLUSTER_WIDE = 'policy.networking.k8s.io/v1alpha2'
ADMIN = 'policy.networking.k8s.io/v1alpha1'
NAMESPACES = 'abc'
POLICIES = 6
# That is of no pod, so that who selects by it selects what a test knows.
MARK = 'mark'

SELECTORS = (
    {}, {}, {'matchLabels': {'app': 'x'}}, {'matchLabels': {'app': 'y'}},
    {'matchLabels': {'app': 'x', 'tier': '1'}},
    {'matchLabels': {'tier': '2'}},
    {'matchExpressions': [
        {'key': 'app', 'operator': 'In', 'values': ['x', 'z']}]},
    {'matchExpressions': [
        {'key': 'app', 'operator': 'NotIn', 'values': ['x']}]},
    {'matchExpressions': [{'key': 'tier', 'operator': 'Exists'}]},
    {'matchExpressions': [{'key': 'tier', 'operator': 'DoesNotExist'}]},
    {'matchLabels': {'app': 'y'}, 'matchExpressions': [
        {'key': 'tier', 'operator': 'Exists'}]},
)
NAMESPACE_SELECTORS = (
    {}, {}, {'matchLabels': {'env': 'p'}}, {'matchLabels': {'env': 'q'}},
    {'matchLabels': {'kubernetes.io/metadata.name': 'b'}},
    {'matchExpressions': [
        {'key': 'env', 'operator': 'NotIn', 'values': ['p']}]},
)
PROTOCOLS = ('TCP', 'UDP')
LABELS = ({}, {'app': 'x'}, {'app': 'y'}, {'app': 'z'},
          {'app': 'x', 'tier': '1'}, {'app': 'y', 'tier': '2'})
PORTS = ([], [('http', 'TCP', 80)], [('http', 'TCP', 81)],
         [('http', 'UDP', 80), ('dns', 'UDP', 81)],
         [('http', 'TCP', 90), ('dns', 'UDP', 90)])


def an_object(api, kind, name, spec, namespace=None):
    meta = {'name': name}
    if namespace:
        meta['namespace'] = namespace
    return {'apiVersion': api, 'kind': kind, 'metadata': meta, 'spec': spec}


def as_pod(namespace, name, node, addresses, labels, ports, phase='Running',
           host=False):
    return {
        'apiVersion': 'v1', 'kind': 'Pod',
        'metadata': {'name': name, 'namespace': namespace, 'labels': labels,
                     'uid': f'uid-of-{namespace}-{name}'},
        'spec': {'nodeName': node, 'hostNetwork': host, 'containers': [{'name': 'c', 'ports': [
            {'name': port, 'protocol': protocol, 'containerPort': number}
            for port, protocol, number in ports]}]},
        'status': {'phase': phase,
                   'podIPs': [{'ip': a} for a in addresses]}}


def in_pods(value):
    return {'pods': {'namespaceSelector': {}, 'podSelector': {}, **value}}


class Cluster:
    """Pods are Pod of policy_truth.py; the marks are pods, too."""

    def __init__(self, random, pods, marks, nodes):
        self.random = random
        self.pods = pods
        self.marks = marks
        self.nodes = nodes
        self.round = 0
        self.policies = {}
        self.look = {}
        self.env = {}
        for _ in range(POLICIES):
            self.policy()
        for pod in pods:
            self.relabel(pod)
        for name in NAMESPACES:
            self.env[name] = self.pick('pq')

    def pick(self, of):
        return self.random.choice(of)

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def many(self, make, most=2):
        return [make() for _ in range(self.random.randint(1, most))]

    def relabel(self, pod):
        self.look[pod] = self.pick(LABELS), self.pick(PORTS)

    def step(self):
        """One to three things change."""
        for _ in range(self.random.randint(1, 3)):
            what = self.random.randrange(8)
            if what < 4:
                self.policy()
            elif what < 5 and len(self.policies) > 2:
                del self.policies[self.pick(sorted(self.policies))]
            elif what < 7:
                self.relabel(self.pick(self.pods))
            else:
                self.env[self.pick(NAMESPACES)] = self.pick(['p', 'q', ''])
        self.round += 1

    def policy(self):
        what = self.random.randrange(8)
        name = self.pick(['one', 'two', 'three'])
        if what == 0:
            policy = an_object(ADMIN, 'AdminNetworkPolicy', name,
                               self.old({'priority':
                                         self.random.randint(11, 19)}))
        elif what == 1:
            policy = an_object(ADMIN, 'BaselineAdminNetworkPolicy', 'default',
                               self.old({}))
        elif what < 4:
            policy = an_object(CLUSTER_WIDE, 'ClusterNetworkPolicy', name,
                               self.wide())
        else:
            policy = an_object(NETWORKING, 'NetworkPolicy', name,
                               self.narrow(), self.pick(NAMESPACES))
        meta = policy['metadata']
        self.policies[policy['kind'], meta['name'],
                      meta.get('namespace', '')] = policy

    def ghosts(self):
        """Pods whose addresses are others' by now, or their node's."""
        for number in range(self.random.randrange(3)):
            pod = self.pick(self.pods)
            yield as_pod(pod.namespace, f'over-{number}', pod.node,
                         pod.addresses, self.pick(LABELS), self.pick(PORTS),
                         phase=self.pick(['Succeeded', 'Failed']))
        for number, (name, addresses) in enumerate(self.nodes):
            yield as_pod(self.pick(NAMESPACES), f'host-{number}', name,
                         addresses, self.pick(LABELS), [], host=True)

    def block(self):
        """Around pods, with exceptions that are inside of it."""
        address = ipaddress.ip_address(self.pick(self.pick(self.pods)
                                                 .addresses))
        bits = address.max_prefixlen
        length = bits - self.pick([0, 1, 2, 8, 16, bits])
        inside = [min(length + more, bits) for more in (1, 6, 24)]
        return str(ipaddress.ip_network((address, length), strict=False)), [
            str(ipaddress.ip_network((address, n), strict=False))
            for n in set(inside) if n > length and self.chance(3)]

    # NetworkPolicy

    def narrow_peer(self):
        what = self.random.randrange(5)
        if what == 0:
            cidr, excepts = self.block()
            return {'ipBlock': {'cidr': cidr, 'except': excepts}}
        peer = {}
        if what < 4:
            peer['podSelector'] = self.pick(SELECTORS)
        if what > 2:
            peer['namespaceSelector'] = self.pick(NAMESPACE_SELECTORS)
        return peer

    def narrow_port(self):
        port = {'protocol': self.pick(PROTOCOLS)}
        if self.chance(3):
            port['port'] = self.pick(['http', 'dns'])
        elif not self.chance(6):
            port['port'] = self.pick([80, 81, 90])
            if self.chance(3):
                port['endPort'] = port['port'] + self.pick([0, 5, 20])
        return port

    def narrow_rule(self, peers):
        rule = {}
        if not self.chance(6):
            rule[peers] = self.many(self.narrow_peer)
        if self.chance(2):
            rule['ports'] = self.many(self.narrow_port)
        return rule

    def narrow(self):
        spec = {'podSelector': self.pick(SELECTORS)}
        types = self.pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']])
        for kind, peers in (('Ingress', 'from'), ('Egress', 'to')):
            if kind in types and not self.chance(8):
                spec[kind.lower()] = self.many(
                    lambda p=peers: self.narrow_rule(p), 3)
        spec['policyTypes'] = types
        if self.chance(30):
            spec['ingres'] = []
        return spec

    # ClusterNetworkPolicy

    def wide_peer(self, out):
        what = self.random.randrange(8 if out else 6)
        if what < 3:
            return in_pods({
                'namespaceSelector': self.pick(NAMESPACE_SELECTORS),
                'podSelector': self.pick(SELECTORS)})
        if what < 6:
            return {'namespaces': self.pick(NAMESPACE_SELECTORS)}
        if what < 7:
            return {'nodes': self.pick(SELECTORS)}
        return {'networks': list({self.block()[0] for _ in range(2)})}

    def wide_port(self, named):
        if named and self.chance(3):
            return {'destinationNamedPort': self.pick(['http', 'dns'])}
        port = self.pick([80, 81, 90])
        return {self.pick(['tcp', 'udp']): {'destinationPort': self.pick([
            {'number': port}, {'range': {'start': port, 'end': port + 5}}])}}

    def wide_rule(self, out):
        peers = self.many(lambda: self.wide_peer(out))
        named = all('pods' in peer or 'namespaces' in peer for peer in peers)
        rule = {'action': self.pick(['Accept', 'Deny', 'Pass']),
                'to' if out else 'from': peers}
        if self.chance(2):
            rule['protocols'] = self.many(lambda: self.wide_port(named))
        return rule

    def wide_rules(self, make):
        spec = {}
        if self.chance(2):
            spec['subject'] = {'namespaces': self.pick(NAMESPACE_SELECTORS)}
        else:
            spec['subject'] = in_pods({'podSelector': self.pick(SELECTORS)})
        for way, out in (('ingress', False), ('egress', True)):
            if not self.chance(3):
                spec[way] = self.many(lambda o=out: make(o), 3)
        return spec

    def wide(self):
        return {'tier': self.pick(['Admin', 'Baseline']),
                'priority': self.random.randint(1, 9),
                **self.wide_rules(self.wide_rule)}

    # AdminNetworkPolicy and BaselineAdminNetworkPolicy

    def old_port(self, named):
        if named and self.chance(3):
            return {'namedPort': self.pick(['http', 'dns'])}
        protocol, port = self.pick(PROTOCOLS), self.pick([80, 81, 90])
        return self.pick([
            {'portNumber': {'protocol': protocol, 'port': port}},
            {'portRange': {'protocol': protocol, 'start': port,
                           'end': port + 5}}])

    def old(self, spec):
        """The same in other words; the baseline, without priority, ends."""
        actions = ['Allow', 'Deny', 'Pass'] if spec else ['Allow', 'Deny']

        def rule(out):
            rule = self.wide_rule(out)
            peers = rule['to' if out else 'from']
            named = all('pods' in p or 'namespaces' in p for p in peers)
            if rule.pop('protocols', None):
                rule['ports'] = self.many(lambda: self.old_port(named))
            return {**rule, 'action': self.pick(actions)}
        return {**spec, **self.wide_rules(rule)}

    # Everything

    def mark(self):
        """What a rule of the marks is named by when this round is in force."""
        return f'round-{self.round}'

    def marker(self):
        mine = {'kubernetes.io/metadata.name': MARK}
        return an_object(CLUSTER_WIDE, 'ClusterNetworkPolicy', self.mark(), {
            'tier': 'Admin', 'priority': 0,
            'subject': {'namespaces': {'matchLabels': mine}},
            'ingress': [{'action': 'Accept', 'from': [
                {'namespaces': {'matchLabels': mine}}]}]})

    def items(self):
        named = [(name, {'env': env} if env else {})
                 for name, env in self.env.items()] + [(MARK, {})]
        spaces = [{'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {
            'name': name,
            'labels': {'kubernetes.io/metadata.name': name, **labels}}}
                  for name, labels in named]
        nodes = [{'apiVersion': 'v1', 'kind': 'Node',
                  'metadata': {'name': name, 'labels': {'app': label}},
                  'status': {'addresses': [
                      {'type': 'InternalIP', 'address': a}
                      for a in addresses]}}
                 for (name, addresses), label
                 in zip(self.nodes, string.ascii_lowercase[23:])]
        pods = [as_pod(pod.namespace, pod.name, pod.node, pod.addresses,
                       *self.look.get(pod, ({}, [])))
                for pod in self.pods + self.marks]
        return [*spaces, *nodes, *pods, *self.ghosts(),
                *self.policies.values(), self.marker()]

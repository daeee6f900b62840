#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""What we think of policies, and what a real API server thinks of them.

The server is of Kubernetes 1.20. It drops fields that it does not know, where
we refuse the policy: a field that is not obeyed may be the one that matters.
"""

import json
import os
import subprocess

import yaml

from kube_lib import ApiServer, Refused, write
from store_lib import run, until

api = ApiServer()
POLICIES = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies'


def equal(expected, got, what):
    assert expected == got, f'{what}:\nexpected {expected}\ngot      {got}'


class Reader:
    """Our reader, an object a line."""

    def __init__(self):
        program = os.path.join(os.path.dirname(os.environ['K8SOVD']), 'tests',
                               'policy_driver')
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def read(self, item):
        self.process.stdin.write(json.dumps(item) + '\n')
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip('\n')

    def kill(self):
        self.process.stdin.close()
        assert self.process.wait() == 0, 'the reader failed'
        self.process.stdout.close()


def policy(spec, name='p'):
    return {'apiVersion': 'networking.k8s.io/v1', 'kind': 'NetworkPolicy',
            'metadata': {'name': name, 'namespace': 'default'}, 'spec': spec}


def post(item):
    """What the server makes of it; None if it refuses."""
    try:
        answer = api.ask('POST', POLICIES, item)
    except Refused as error:
        code = str(error).split(': ', 1)[1][:3]
        assert code in ('400', '422'), str(error)
        return None
    api.ask('DELETE', f'{POLICIES}/{answer["metadata"]["name"]}')
    return answer


def rule(**fields):
    return {'podSelector': {}, 'ingress': [fields]}


def peer(value):
    return rule(**{'from': [value]})


def port(value):
    return rule(ports=[value])


def block(cidr, *excepts):
    return peer({'ipBlock': {'cidr': cidr, 'except': list(excepts)}})


def labels(**values):
    return {'podSelector': {'matchLabels': values}}


def label(key, value='x'):
    return labels(**{key: value})


def expression(**fields):
    return {'podSelector': {'matchExpressions': [fields]}}


# Both take them, and agree on what they are when the server filled them in.
GOOD = [
    {}, {'podSelector': None}, {'podSelector': {}},
    {'podSelector': {}, 'policyTypes': None},
    {'podSelector': {}, 'policyTypes': []},
    {'podSelector': {}, 'policyTypes': ['Egress']},
    {'podSelector': {}, 'policyTypes': ['Ingress', 'Ingress']},
    {'podSelector': {}, 'policyTypes': ['Egress', 'Ingress']},
    {'podSelector': {}, 'egress': []}, {'podSelector': {}, 'egress': None},
    {'podSelector': {}, 'egress': [{}]},
    {'podSelector': {}, 'policyTypes': ['Egress'], 'ingress': [{}]},
    {'podSelector': {}, 'policyTypes': ['Ingress'], 'egress': [{}]},
    {'podSelector': {}, 'ingress': [{}]},
    {'podSelector': {}, 'ingress': []},
    rule(**{'from': None}), rule(**{'from': []}), rule(ports=None),
    rule(ports=[]), rule(**{'from': [], 'ports': []}),
    peer({'podSelector': {}}), peer({'namespaceSelector': {}}),
    peer({'podSelector': {}, 'namespaceSelector': {}}),
    peer({'podSelector': {}, 'namespaceSelector': None}),
    peer({'podSelector': {}, 'ipBlock': None}),
    port({}), port({'port': 80}), port({'port': 1}), port({'port': 65535}),
    port({'port': 'http'}), port({'port': 'a23456789012345'}),
    port({'port': '1a'}), port({'port': 'a-b'}), port({'port': None}),
    port({'protocol': None}), port({'protocol': 'UDP'}),
    port({'protocol': 'SCTP', 'port': 5}), port({'endPort': None}),
    block('10.0.0.0/8'), block('10.1.2.3/8'), block('0.0.0.0/0'),
    block('10.0.0.1/32'), block('::/0'), block('fd00::1/8'),
    block('10.0.0.0/8', '10.1.0.0/16'), block('10.0.0.0/8', '10.1.2.3/9'),
    block('10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'),
    block('fd00::/8', 'fd00:1::/32'), block('::/0', 'fd00::/8'),
    block('10.0.0.0/08'), block('::ffff:10.0.0.0/104'),
    block('::ffff:10.0.0.0/104', '::ffff:10.1.0.0/112'),
    labels(a='b'), labels(a=''), label('a.b/c'), label('A_b.C-d'), label('1'),
    label('a' * 63), label('a' * 63 + '/' + 'b' * 63),
    label('a-.b'.replace('-', '') + '/c'), labels(a='x' * 63),
    label('.'.join(['a' * 50] * 4) + '/b'),
    label('a' * 253 + '/b'), labels(a='x_.-y'),
    expression(key='a', operator='In', values=['b', 'a', 'b']),
    expression(key='a', operator='NotIn', values=['']),
    expression(key='a', operator='Exists'),
    expression(key='a', operator='Exists', values=[]),
    expression(key='a', operator='DoesNotExist', values=None),
    {'podSelector': {'matchLabels': None, 'matchExpressions': None}},
    {'podSelector': {'matchLabels': {'a': 'b'}, 'matchExpressions': [
        {'key': 'a', 'operator': 'Exists'}]}},
]

# Both refuse them.
BAD = [
    {'podSelector': 5}, {'podSelector': []}, {'podSelector': 'a=b'},
    {'podSelector': {}, 'policyTypes': ['ingress']},
    {'podSelector': {}, 'policyTypes': ['']},
    {'podSelector': {}, 'policyTypes': 'Ingress'},
    {'podSelector': {}, 'policyTypes': ['Ingress', 'Egress', 'Egress']},
    {'podSelector': {}, 'ingress': {}}, {'podSelector': {}, 'egress': 5},
    {'podSelector': {}, 'ingress': [5]}, {'podSelector': {}, 'ingress': [[]]},
    rule(**{'from': {}}), rule(ports={}), rule(ports=[80]),
    peer({}), peer(None), peer(5), peer({'podSelector': None}),
    peer({'ipBlock': {}}), peer({'ipBlock': {'cidr': ''}}),
    peer({'ipBlock': {'cidr': 5}}), peer({'ipBlock': '10.0.0.0/8'}),
    peer({'ipBlock': {'cidr': '10.0.0.0/8'}, 'podSelector': {}}),
    peer({'ipBlock': {'cidr': '10.0.0.0/8'}, 'namespaceSelector': {}}),
    peer({'podSelector': {'matchLabels': {'a b': 'c'}}}),
    peer({'namespaceSelector': {'matchLabels': {'a b': 'c'}}}),
    port({'port': 0}), port({'port': -1}), port({'port': 65536}),
    port({'port': 2 ** 40}), port({'port': '80'}), port({'port': ''}),
    port({'port': 'HTTP'}), port({'port': 'a234567890123456'}),
    port({'port': 'a--b'}), port({'port': '-a'}), port({'port': 'a-'}),
    port({'port': 'a_b'}), port({'port': 1.5}), port({'port': True}),
    port({'port': []}), port({'protocol': 'ICMP'}), port({'protocol': 'tcp'}),
    port({'protocol': ''}), port({'protocol': 6}),
    block('10.0.0.0'), block('10.0.0.0/33'), block('10.0.0.0/-1'),
    block('10.0.0/8'), block('::/129'), block('10.0.0.0/8 '),
    block('10.0.0.0/'), block('/8'), block('x/8'), block('010.0.0.0/8'),
    block('10.0.0.0/0x8'), block('10.0.0.0/+8'), block('fe80::1%eth0/64'),
    block('10.0.0.0/8', '10.0.0.0/8'), block('10.0.0.0/8', '0.0.0.0/0'),
    block('10.0.0.0/8', '11.0.0.0/16'), block('0.0.0.0/0', 'fd00::/8'),
    block('::/0', '10.0.0.0/8'), block('10.0.0.0/8', 'x'),
    block('10.0.0.0/8', ''), block('10.0.0.0/8', '10.1.0.0'),
    label(''), label('a b'), label('-a'), label('a-'), label('/a'),
    label('a/'), label('a/b/c'), label('A.b/c'), label('a..b/c'),
    label('a-.b/c'), label('a_b/c'), label('a' * 64), label('a' * 254 + '/b'),
    label('ä'), labels(a='b c'), labels(a='-b'), labels(a='b-'),
    labels(a='x' * 64), labels(a=5), labels(a=True), labels(a=[]),
    {'podSelector': {'matchLabels': []}},
    {'podSelector': {'matchExpressions': {}}},
    expression(key='a', operator='In'), expression(operator='Exists'),
    expression(key='a', operator='In', values=[]),
    expression(key='a', operator='NotIn'),
    expression(key='a', operator='Exists', values=['b']),
    expression(key='a', operator='DoesNotExist', values=['b']),
    expression(key='a', operator='exists'), expression(key='a'),
    expression(key='a', operator='Gt', values=['1']),
    expression(key='a b', operator='Exists'),
    expression(key='', operator='Exists'),
    expression(key='a', operator='In', values='b'),
    expression(key='a', operator='In', values=[5]),
]

# The server takes them, we do not.
STRICTER = [
    ('a field that it does not know and drops', rule(fromm=[])),
    ('a field that it does not know and drops',
     {'podSelector': {}, 'tier': 'x'}),
    ('a field that it does not know and drops',
     peer({'podSelector': {}, 'nodeSelector': {}})),
    ('a field that it does not know and drops',
     peer({'ipBlock': {'cidr': '10.0.0.0/8', 'exept': []}})),
    ('a field that it does not know and drops',
     {'podSelector': {'matchlabels': {'a': 'b'}}}),
    ('a null that it takes for a rule for all',
     {'podSelector': {}, 'ingress': [None]}),
    ('a null that it takes for any port of TCP', rule(ports=[None])),
    ('a null that it takes for an empty text',
     {'podSelector': {'matchLabels': {'a': None}}}),
    ('a value that no label can have; newer servers refuse it',
     expression(key='a', operator='In', values=['b c'])),
    ('the end of a range, which this server does not know',
     port({'port': 90, 'endPort': 80})),
]


def agree():
    """Both take the same policies, which are then the same"""
    reader = Reader()
    for spec in GOOD:
        own = reader.read(policy(spec))
        assert '; broken' not in own, f'{spec}: {own}'
        answer = post(policy(spec))
        assert answer, f'the server refuses {spec}'
        equal(own, reader.read(answer), spec)
    reader.kill()


def refuse():
    """Both refuse the same policies"""
    reader = Reader()
    for spec in BAD:
        own = reader.read(policy(spec))
        assert '; broken spec.' in own, f'{spec}: {own}'
        assert not post(policy(spec)), f'the server takes {spec}: {own}'
    reader.kill()


def stricter():
    """What we refuse beyond that is known, one by one"""
    reader = Reader()
    for why, spec in STRICTER:
        own = reader.read(policy(spec))
        assert '; broken spec.' in own, f'{why}: {spec}: {own}'
        assert post(policy(spec)), f'the server refuses {spec}, too'
    reader.kill()


def names():
    """Both have the same names"""
    reader = Reader()
    for name in ('a', 'a.b', 'a-b', '1', 'a' * 253, 'a' * 100 + '.b'):
        assert post(policy({}, name)), f'the server refuses {name}'
        assert 'broken' not in reader.read(policy({}, name)), name
    for name in ('A', 'a_b', '-a', 'a-', 'a..b', 'a' * 254, '.a', 'a b', 'ä'):
        assert not post(policy({}, name)), f'the server takes {name}'
        assert 'broken metadata.name' in reader.read(policy({}, name)), name
    reader.kill()


def lists():
    """A list of the server, whose items say no kind, is read whole"""
    for number in range(3):
        api.ask('POST', POLICIES, policy({'podSelector': {}}, f'l{number}'))
    answer = api.ask('GET', POLICIES)
    assert 'kind' not in answer['items'][0], 'items say their kind'
    reader = Reader()
    equal('NetworkPolicy default/l0 tier 1 priority 0 for ()() in',
          reader.read(answer), 'the first')
    for number in (1, 2):
        assert f'default/l{number} ' in reader.process.stdout.readline()
    reader.kill()


ANY = {'type': 'object', 'x-kubernetes-preserve-unknown-fields': True}


def fields(**known):
    return {'type': 'object', 'properties': known}


def items(of):
    return {'type': 'array', 'items': of}


def define(plural, kind, version, spec):
    """A custom resource, with no more of a schema than the test needs."""
    group = 'policy.networking.k8s.io'
    api.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
            {'metadata': {'name': f'{plural}.{group}', 'annotations': {
                'api-approved.kubernetes.io': 'unapproved, a test'}},
             'spec': {'group': group, 'scope': 'Cluster',
                      'names': {'plural': plural, 'kind': kind},
                      'versions': [{'name': version, 'served': True,
                                    'storage': True, 'schema': {
                                        'openAPIV3Schema': fields(spec=spec)
                                    }}]}})
    path = f'/apis/{group}/{version}/{plural}'

    def served():
        try:
            return api.ask('GET', path)
        except Refused:
            return None
    until(served, f'{plural} are served')
    return path


def cluster_wide():
    """A cluster-wide policy is the same behind the server

    but for a peer that the server does not know: it comes back empty, and
    accepts nothing."""
    path = define('clusternetworkpolicies', 'ClusterNetworkPolicy', 'v1alpha2',
                  fields(tier={'type': 'string'}, priority={'type': 'integer'},
                         subject=ANY, ingress=items(ANY), egress=items(fields(
                             action={'type': 'string'}, protocols=items(ANY),
                             to=items(fields(namespaces=ANY, networks=items(
                                 {'type': 'string'})))))))
    rules = {'tier': 'Baseline', 'priority': 1000, 'subject': {'pods': {
        'namespaceSelector': {}, 'podSelector': {'matchLabels': {'a': 'b'}}}},
        'ingress': [{'action': 'Pass', 'name': 'one', 'from': [
            {'pods': {'podSelector': {}}}]}],
        'egress': [{'action': 'Accept', 'to': [
            {'namespaces': {}}, {'networks': ['10.1.2.3/8']}], 'protocols': [
                {'sctp': {'destinationPort': {'range': {'start': 1,
                                                        'end': 9}}}}]}]}
    item = {'apiVersion': 'policy.networking.k8s.io/v1alpha2',
            'kind': 'ClusterNetworkPolicy', 'metadata': {'name': 'p'},
            'spec': rules}
    reader = Reader()
    own = reader.read(item)
    assert 'broken' not in own and 'note' not in own, own
    equal(own, reader.read(api.ask('POST', path, item)), 'its answer')
    equal(own, reader.read(api.ask('GET', path)), 'its list')
    item['metadata']['name'] = 'q'
    rules['egress'][0]['to'] = [{'domainNames': ['example.com']}]
    answer = api.ask('POST', path, item)
    equal([{}], answer['spec']['egress'][0]['to'], 'an unknown peer')
    got = reader.read(answer)
    assert 'out accept unknown ports' in got and '; note ' in got, got
    reader.kill()


def manifests():
    """What kubectl saves of the server is checked and good"""
    items = api.ask('GET', POLICIES)['items']
    for item in items:
        item.update(apiVersion='networking.k8s.io/v1', kind='NetworkPolicy')
    saved = {'apiVersion': 'v1', 'kind': 'List', 'items': items,
             'metadata': {'resourceVersion': '', 'selfLink': ''}}
    path = write('saved.yaml', yaml.safe_dump(saved))
    ctl = os.path.join(os.path.dirname(os.environ['K8SOVD']), 'k8sovctl')
    done = subprocess.run([ctl, 'policy', 'check', path], check=False,
                          capture_output=True, text=True)
    equal((0, ''), (done.returncode, done.stderr), 'status')
    equal([f'NetworkPolicy default/l{n} file {path} line 1 good'
           for n in range(3)], done.stdout.splitlines(), 'verdicts')


if __name__ == '__main__':
    api.start()
    run([agree, refuse, stricter, names, lists, manifests, cluster_wide],
        [api])

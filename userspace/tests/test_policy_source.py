#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Where policies come from: a directory, and an API server that is played.

What is told is what is there; what cannot be read, or is gone all at once,
is never told to be gone."""

import http.server
import json
import os
import subprocess
import tempfile
import threading
import urllib.parse

from store_lib import TMP, run, until
from test_kube_faults import Hold, Say, event, status

CORE = '/api/v1/'
NETWORK = '/apis/networking.k8s.io/v1/networkpolicies'
CLUSTER = '/apis/policy.networking.k8s.io/'
ABSENT = Say(json.dumps(status(404, 'there is no such kind')), code=404)


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


class Source:
    """What a source tells, line by line."""

    def __init__(self, where):
        program = os.path.join(os.path.dirname(os.environ['K8SOVD']),
                               'tests', 'policy_source_driver')
        self.lines = []
        self.process = subprocess.Popen(
            [program, where], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip('\n'))

    def has(self, start, since=0):
        return [line for line in self.lines[since:] if line.startswith(start)]

    def wait(self, start, since=0):
        until(lambda: self.has(start, since), f'{start} in {self.lines}')

    def end(self):
        self.process.stdin.close()
        equal(0, self.process.wait())


def policy(name):
    return json.dumps({
        'apiVersion': 'networking.k8s.io/v1', 'kind': 'NetworkPolicy',
        'metadata': {'name': name, 'namespace': 'default'},
        'spec': {'podSelector': {}}})


def put(directory, name, text):
    hidden = os.path.join(directory, '.' + name)
    with open(hidden, 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(hidden, os.path.join(directory, name))


def change(source, start, act):
    """Do it, and hear of it."""
    since = len(source.lines)
    act()
    source.wait(start, since)
    return since


def directory_changes():
    """Files come, change and go: their objects do."""
    where = tempfile.mkdtemp(dir=TMP)
    put(where, 'a.yaml', policy('a'))
    source = Source(where)
    source.wait('complete')
    equal(1, len(source.has('set NetworkPolicy default/a')))
    change(source, 'set NetworkPolicy default/b',
           lambda: put(where, 'b.yaml', policy('b')))
    since = change(source, 'remove NetworkPolicy default/a',
                   lambda: os.remove(os.path.join(where, 'a.yaml')))
    source.wait('complete', since)
    equal([], source.has('remove NetworkPolicy default/b'))
    source.end()


def directory_breaks():
    """A broken file, and no file at all, take nothing away."""
    where = tempfile.mkdtemp(dir=TMP)
    put(where, 'a.yaml', policy('a'))
    source = Source(where)
    source.wait('complete')
    change(source, 'state ' + where + '/a.yaml',
           lambda: put(where, 'a.yaml', '{ "kind": '))
    change(source, 'state ' + where + ': all files are gone',
           lambda: os.remove(os.path.join(where, 'a.yaml')))
    equal([], source.has('remove'))
    since = change(source, 'set NetworkPolicy default/b',
                   lambda: put(where, 'b.yaml', policy('b')))
    source.wait('remove NetworkPolicy default/a')
    source.wait('complete', since)
    source.end()


def directory_loses():
    """A file that is gone with most of a kind is not believed to be."""
    where = tempfile.mkdtemp(dir=TMP)
    put(where, 'a.yaml', '---\n' + policy('a') + '\n---\n' + policy('b'))
    put(where, 'c.yaml', json.dumps({
        'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'c'}}))
    source = Source(where)
    source.wait('complete')
    change(source, 'state ' + where + '/a.yaml: it is gone with more',
           lambda: os.remove(os.path.join(where, 'a.yaml')))
    equal([], source.has('remove'))
    since = change(source, 'remove NetworkPolicy default/b',
                   lambda: put(where, 'a.yaml', policy('a')))
    source.wait('state', since)
    equal(['state '], source.has('state', since))
    source.end()


def directory_unread():
    """Before all was read, nothing is complete."""
    where = os.path.join(tempfile.mkdtemp(dir=TMP), 'policy')
    source = Source(where)
    source.wait('state ' + where + ': cannot open')
    os.mkdir(where)
    with open(os.path.join(where, 'a.yaml'), 'w', encoding='utf-8') as file:
        file.write('{ "kind": ')
    source.wait('state ' + where + ': ' + where + '/a.yaml')
    equal([], source.has('complete'))
    change(source, 'complete', lambda: put(where, 'a.yaml', policy('a')))
    source.end()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        with self.server.lock:
            answers = self.server.answers.get(path, [])
            answer = answers.pop(0) if len(answers) > 1 else \
                answers[0] if answers else ABSENT
        try:
            answer.give(self)
        except OSError:
            self.close_connection = True


def serve(answers):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.answers = answers
    server.lock, server.over = threading.Lock(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = os.path.join(TMP, f'kubeconfig-policy-{server.server_port}')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({
            'current-context': 'c', 'users': [{'name': 'u', 'user': {}}],
            'contexts': [{'name': 'c',
                          'context': {'cluster': 'k', 'user': 'u'}}],
            'clusters': [{'name': 'k', 'cluster': {
                'server': f'http://127.0.0.1:{server.server_port}'}}]}, file)
    return Source('kubernetes:' + path)


def items(kind, *objects, version=10):
    return Say(json.dumps({'kind': kind + 'List', 'apiVersion': 'v1',
                           'metadata': {'resourceVersion': str(version)},
                           'items': list(objects)}))


def pod(name, version=11, **labels):
    return {'metadata': {'name': name, 'namespace': 'default', 'uid': 'u',
                         'labels': labels, 'resourceVersion': str(version),
                         'managedFields': [{'a': {}}]},
            'spec': {'nodeName': 'n', 'containers': [
                {'name': 'c', 'env': [{'name': 'A', 'value': 'b'}],
                 'ports': [{'name': 'web', 'containerPort': 80}]}]},
            'status': {'podIPs': [{'ip': '10.0.0.1'}],
                       'containerStatuses': [{'name': 'c'}]}}


def named(name, namespace=None):
    meta = {'name': name, 'resourceVersion': '1'}
    if namespace:
        meta['namespace'] = namespace
    return {'metadata': meta, 'spec': {'podSelector': {}}}


def cluster(**answers):
    """Paths and what they answer, with an empty cluster behind."""
    all_of = {CORE + 'namespaces': [items('Namespace'), Hold()],
              CORE + 'nodes': [items('Node'), Hold()],
              CORE + 'pods': [items('Pod'), Hold()],
              NETWORK: [items('NetworkPolicy'), Hold()]}
    for name, list_of in answers.items():
        all_of[NETWORK if name == 'networkpolicies' else CORE + name] = list_of
    return all_of


def server_tells():
    """Lists and events are told; a kind that the server has not is none."""
    gone = event('DELETED', pod('b', 21))
    source = serve(cluster(
        pods=[items('Pod', pod('a', env='x', app='y'), pod('b')),
              Hold(event('ADDED', pod('c', 20)) + gone)],
        networkpolicies=[items('NetworkPolicy', named('p', 'default')),
                         Hold()]))
    source.wait('remove Pod default/b')
    source.wait('set Pod default/c')
    source.wait('set NetworkPolicy default/p')
    source.wait('complete')
    told = source.has('set Pod default/a')[0]
    assert 'env' in told and '10.0.0.1' in told and 'web' in told, told
    equal([], source.has('state'))
    source.end()


def server_lists_again():
    """A list that has less says who is gone."""
    source = serve(cluster(networkpolicies=[
        items('NetworkPolicy', named('p', 'default'), named('q', 'default')),
        Say(event('ERROR', status(410, 'too old'))),
        items('NetworkPolicy', named('q', 'default'), version=20), Hold()]))
    source.wait('remove NetworkPolicy default/p')
    equal([], source.has('remove NetworkPolicy default/q'))
    source.end()


def server_loses():
    """A list that has lost too much takes nothing away."""
    source = serve(cluster(
        networkpolicies=[
            items('NetworkPolicy', named('p', 'default')),
            Say(event('ERROR', status(410, 'too old'))),
            items('NetworkPolicy', version=20), Hold()],
        pods=[items('Pod', *[pod(name) for name in 'abcde']),
              Say(event('ERROR', status(410, 'too old'))),
              items('Pod', pod('a', 20), pod('b', 20), version=20),
              Hold(event('DELETED', pod('e', 21)))]))
    source.wait('state NetworkPolicy: more than half of them, or all')
    source.wait('remove Pod default/e')
    equal(1, len(source.has('remove')))
    source.end()


def server_forbids():
    """What may not be read may be a policy: nothing is complete before."""
    no = Say(json.dumps(status(403, 'policies are secret')), code=403)
    answers = cluster()
    answers[CLUSTER + 'v1alpha2/clusternetworkpolicies'] = [
        no, no, items('ClusterNetworkPolicy', named('c')), Hold()]
    source = serve(answers)
    source.wait('complete')
    assert 'policies are secret' in source.has('state')[0], source.lines
    told = source.has('set ClusterNetworkPolicy c')[0]
    first = source.lines.index('complete')
    assert source.lines.index(told) < first, source.lines
    source.end()


if __name__ == '__main__':
    run([directory_changes, directory_breaks, directory_loses,
         directory_unread, server_tells, server_lists_again, server_loses,
         server_forbids], [])

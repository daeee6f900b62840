#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""The Kubernetes store of one node among others, with a real API server."""

import base64
import os
import shutil
import subprocess

import yaml

from kube_lib import (STRATEGIC, TMP, TOKEN, TOP, ApiServer, flannel, openssl,
                      write)
from store_lib import Node, Proxy, driver, run, until

api = ApiServer()
NETCONF = '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}'
DUAL = ('{"Network":"10.5.0.0/16","EnableIPv6":true,'
        '"IPv6Network":"fd00:10:5::/48","Backend":{"Type":"vxlan"}}')


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def node(config=None, netconf=NETCONF, **options):
    config = config or api.kubeconfig({'token': TOKEN})
    path = write('net-conf.json', netconf)
    options.setdefault('public', '192.0.2.1')
    return Node(f'kubernetes:{config}', node='self', netconf=path, **options)


def cluster(test):
    """A cluster with this node and no other."""
    def wrapped():
        api.clear()
        api.create('self', '10.5.200.0/24')
        test()
    wrapped.__doc__ = test.__doc__
    return wrapped


@cluster
def comes_and_goes():
    """Nodes are told when they come, change and go."""
    api.peer(7)
    one = node()
    equal('10.5.200.0-24', one.wait('own')['subnets'])
    first = one.wait('put', name='peer-7')
    equal('10.5.1.7-32', first['subnets'])
    equal('192.0.2.7', first['attrs']['PublicIP'])
    equal({'VNI': 1, 'VtepMAC': '02:00:00:00:00:07'},
          first['attrs']['BackendData'])
    one.wait_state('synced')
    since = one.mark()
    api.annotate('peer-7', public_ip='192.0.2.77')
    changed = one.wait('put', since, name='peer-7')
    equal('192.0.2.77', changed['attrs']['PublicIP'])
    equal(first['owner'], changed['owner'])
    api.peer(8)
    one.wait('put', since, name='peer-8')
    api.delete('peer-7')
    one.wait('remove', since, key='peer-7')
    equal({'peer-8'}, set(one.peers()))
    equal([], [e for e in one.told('put') if e['name'] == 'self'])


@cluster
def others():
    """Nodes that do not take part are left out, until they do."""
    api.create('stranger', '10.5.9.0/24')
    api.create('early', notes=flannel(10))
    one = node()
    one.wait_state('synced')
    equal({}, one.peers())
    api.annotate('stranger', **{k.replace('-', '_'): v
                                for k, v in flannel(9).items()})
    one.wait('put', name='stranger')
    api.patch('early', {'spec': {'podCIDR': '10.5.10.0/24',
                                 'podCIDRs': ['10.5.10.0/24']}})
    one.wait('put', name='early')
    since = one.mark()
    api.annotate('stranger', kube_subnet_manager=None)
    one.wait('remove', since, key='stranger')


@cluster
def status_only():
    """Changes of what does not count are not told."""
    api.peer(7)
    one = node()
    one.wait_state('synced')
    since = one.mark()
    before = one.describe()['watch']['events']
    for number in range(20):
        api.patch('peer-7', {'status': {'conditions': [
            {'type': 'Ready', 'status': 'True', 'reason': f'try{number}'}]}},
            STRATEGIC, True)
    until(lambda: one.describe()['watch']['events'] >= before + 20,
          'twenty events')
    equal([], one.told('put', since))


@cluster
def pages():
    """A cluster of 600 nodes comes in pages, and all of it."""
    api.all(api.peer, range(1, 601))
    one = node()
    equal(600, one.wait('complete')['count'])
    one.wait_state('synced')
    equal(600, len(one.peers()))
    equal(1, one.describe()['watch']['lists'])
    equal(1, len(one.told('begin')))


@cluster
def recreated():
    """A node that was made again under its name is another one."""
    way = Proxy(api.port)
    api.peer(7)
    one = node(api.kubeconfig({'token': TOKEN}, way.port))
    first = one.wait('put', name='peer-7')
    one.wait_state('synced')
    since = one.mark()
    api.delete('peer-7')
    api.peer(7)
    second = one.wait('put', since, name='peer-7')
    assert first['owner'] != second['owner'], 'two nodes have one cookie'
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    api.delete('peer-7')
    api.peer(7)
    way.mend()
    third = one.wait('put', since, name='peer-7')
    assert second['owner'] != third['owner'], 'two nodes have one cookie'


@cluster
def forgotten():
    """After a 410 a new list tells what is gone, and nothing twice."""
    way = Proxy(api.port)
    for number in (7, 8, 9):
        api.peer(number)
    one = node(api.kubeconfig({'token': TOKEN}, way.port))
    one.wait_state('synced')
    until(lambda: api.notes('self').get('public-ip'), 'the annotations')
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    api.delete('peer-8')
    api.peer(10)
    equal({'peer-7', 'peer-8', 'peer-9'}, set(one.peers()))
    api.stop()
    api.start()
    # So that the server's memory begins after what was told.
    api.annotate('peer-9', public_ip='192.0.2.99')
    way.mend()
    one.wait('complete', since)
    one.wait_state('synced', '', since)
    equal({'peer-7', 'peer-9', 'peer-10'}, set(one.peers()))
    equal('192.0.2.99', one.peers()['peer-9']['attrs']['PublicIP'])
    equal(1, len(one.told('own')))
    one.wait_state('stale', 'too old resource version', since)


@cluster
def down():
    """Nothing is removed while the API server is away, or starts again."""
    api.peer(7)
    one = node()
    one.wait_state('synced')
    since = one.mark()
    api.stop()
    one.wait_state('stale', 'API server https://127.0.0.1:', since)
    equal({'peer-7'}, set(one.peers()))
    one.say('publish public=192.0.2.111')
    api.start()
    one.wait_state('synced', '', since)
    until(lambda: api.notes('self')['public-ip'] == '192.0.2.111',
          'what was published meanwhile')
    api.peer(8)
    one.wait('put', since, name='peer-8')
    equal([], one.told('remove'))
    equal(1, len(one.told('own')))


@cluster
def begins_without():
    """A node that starts before the API server waits for it."""
    api.stop()
    one = node()
    one.wait_state('starting', 'API server https://127.0.0.1:')
    equal([], one.told('complete'))
    api.start()
    one.wait('own')
    one.wait_state('synced')


@cluster
def publishes():
    """A node writes Flannel's annotations, byte for byte, and once."""
    api.patch('self', {'metadata': {'annotations': {'other/one': 'kept'},
                                    'labels': {'x': 'y'}}})
    one = node(mac='02:00:00:0a:0b:0c')
    want = {'backend-data': '{"VNI":1,"VtepMAC":"02:00:00:0a:0b:0c"}',
            'backend-type': 'vxlan', 'kube-subnet-manager': 'true',
            'public-ip': '192.0.2.1', 'other/one': 'kept'}
    until(lambda: api.notes('self') == want, f'{want}')
    one.wait_state('synced')
    version = api.node('self')['metadata']['resourceVersion']
    equal('y', api.node('self')['metadata']['labels']['x'])
    one.end()
    again = node(mac='02:00:00:0a:0b:0c')
    again.wait_state('synced')
    again.say('publish mac=02:00:00:0a:0b:0c')
    equal(0, again.describe()['self']['patches'])
    equal(version, api.node('self')['metadata']['resourceVersion'])
    again.say('publish backend=host-gw')
    until(lambda: api.notes('self')['backend-type'] == 'host-gw', 'a change')


@cluster
def both_families():
    """In a dual stack cluster both families are published and told."""
    api.delete('self')
    api.create('self', '10.5.200.0/24', 'fd00:10:5:200::/64')
    api.create('peer', '10.5.7.0/24', 'fd00:10:5:7::/64', notes={
        **flannel(7), 'public-ipv6': '2001:db8::7',
        'backend-v6-data': '{"VNI":1,"VtepMAC":"02:00:00:00:06:07"}'})
    one = node(netconf=DUAL, public6='2001:db8::1', mac6='02:00:00:00:06:01')
    equal('10.5.200.0-24&fd00:10:5:200::-64', one.wait('own')['subnets'])
    peer = one.wait('put', name='peer')
    equal('10.5.7.0-24&fd00:10:5:7::-64', peer['subnets'])
    equal('2001:db8::7', peer['attrs']['PublicIPv6'])
    want = {'backend-data': '{"VNI":1,"VtepMAC":"02:00:00:00:00:01"}',
            'backend-type': 'vxlan', 'kube-subnet-manager': 'true',
            'public-ip': '192.0.2.1', 'public-ipv6': '2001:db8::1',
            'backend-v6-data': '{"VNI":1,"VtepMAC":"02:00:00:00:06:01"}'}
    until(lambda: api.notes('self') == want, f'{want}')


@cluster
def overwritten():
    """People have the last word on public addresses, at any time."""
    api.annotate('self', node_public_ip='198.51.100.5')
    one = node()
    until(lambda: api.notes('self').get('public-ip') == '198.51.100.5',
          'the address of the node')
    api.annotate('self', public_ip_overwrite='203.0.113.9')
    until(lambda: api.notes('self')['public-ip'] == '203.0.113.9',
          'the overwrite')
    api.annotate('self', public_ip_overwrite=None, node_public_ip=None)
    until(lambda: api.notes('self')['public-ip'] == '192.0.2.1', 'our own')
    one.wait_state('synced')


@cluster
def ready():
    """The condition is set, and set again; others are left alone."""
    api.patch('self', {'status': {'conditions': [
        {'type': 'Ready', 'status': 'True', 'reason': 'KubeletReady'},
        {'type': 'NetworkUnavailable', 'status': 'True',
         'reason': 'NoRouteCreated'}]}}, STRATEGIC, True)
    one = node()
    one.wait_state('synced')

    def conditions():
        return {c['type']: (c['status'], c['reason'])
                for c in api.node('self')['status']['conditions']}
    equal(('True', 'NoRouteCreated'), conditions()['NetworkUnavailable'])
    one.say('unready the interface has no address')
    until(lambda: conditions()['NetworkUnavailable'] ==
          ('True', 'K8sovIsNotUp'), 'it says that there is no network')
    one.say('ready')
    want = {'Ready': ('True', 'KubeletReady'),
            'NetworkUnavailable': ('False', 'K8sovIsUp')}
    until(lambda: conditions() == want, f'{want}')
    equal('k8sov is running on this node', next(
        c['message'] for c in api.node('self')['status']['conditions']
        if c['type'] == 'NetworkUnavailable'))
    api.delete('self')
    api.create('self', '10.5.200.0/24')
    until(lambda: 'NetworkUnavailable' in str(api.node('self')['status']),
          'the condition of the node that was made again')


@cluster
def waits_for_cidr():
    """A node without podCIDR, or without Node object, waits and says so."""
    api.delete('self')
    one = node()
    one.wait_state('refused', "Kubernetes has no node 'self'")
    api.create('self')
    one.wait_state('refused', 'node self has no IPv4 podCIDR yet')
    equal([], one.told('own'))
    api.patch('self', {'spec': {'podCIDR': '10.5.33.0/24',
                                'podCIDRs': ['10.5.33.0/24']}})
    equal('10.5.33.0-24', one.wait('own')['subnets'])
    one.wait_state('synced')
    since = one.mark()
    api.delete('self')
    one.wait_state('refused', "Kubernetes has no node 'self'", since)
    api.create('self', '10.5.44.0/24')
    equal('10.5.44.0-24', one.wait('own', since)['subnets'])
    until(lambda: 'public-ip' in api.notes('self'), 'annotations once more')


@cluster
def configuration():
    """net-conf.json is waited for, checked and followed."""
    one = node(netconf='{"Network":')
    one.wait_state('refused', 'net-conf.json: ')
    equal([], one.told('own'))
    write('net-conf.json', NETCONF)
    one.wait('own')
    one.wait_state('synced')
    since = one.mark()
    write('net-conf.json', '{"Network":"10.6.0.0/16"}')
    one.wait('netconf', since)
    one.wait_state('refused', 'podCIDR 10.5.200.0/24 of node self is not in '
                   'the network 10.6.0.0/16', since)
    os.unlink(os.path.join(TMP, 'net-conf.json'))
    one.wait_state('refused', 'cannot read ', since)
    write('net-conf.json', NETCONF)
    one.wait_state('synced', '', since)


@cluster
def garbage():
    """Annotations that cannot be read leave a node as it was.

    A restarted k8sovd knows no more than who the node is."""
    api.peer(7)
    api.create('never', '10.5.8.0/24',
               notes={**flannel(8), 'public-ip': 'here'})
    one = node()
    one.wait_state('synced')
    one.wait_log('node never in Kubernetes is left as the kernel has it: '
                 "annotation public-ip 'here' is no IPv4 address")
    for value in ('', '{', '[]', '{"VNI":-1}', '{"VtepMAC":"zz"}', '[' * 999):
        api.annotate('peer-7', backend_data=value or '"')
    one.wait_log('node peer-7 in Kubernetes is left as it was: annotation '
                 'backend-data')
    api.peer(9)
    one.wait('put', name='peer-9')
    equal({'peer-7', 'peer-9', 'never'}, set(one.peers()))
    equal(None, one.peers()['never'])
    equal({'VNI': 1, 'VtepMAC': '02:00:00:00:00:07'},
          one.peers()['peer-7']['attrs']['BackendData'])
    equal([], one.told('remove'))
    owner = one.peers()['peer-7']['owner']
    one.end()
    one = node()
    one.wait_state('synced')
    one.wait('put', name='peer-7', unreadable=True, owner=owner)
    api.annotate('peer-7', backend_data=flannel(7)['backend-data'])
    one.wait('put', name='peer-7', unreadable=False, owner=owner)


@cluster
def prefix():
    """Another prefix of annotations is another cluster."""
    api.peer(7)
    api.create('theirs', '10.5.8.0/24', notes=flannel(8), prefix='x.example')
    one = node(prefix='x.example')
    one.wait_state('synced')
    equal({'theirs'}, set(one.peers()))
    until(lambda: api.notes('self').get('x.example/public-ip') ==
          '192.0.2.1', 'the annotation')
    equal(None, api.notes('self').get('public-ip'))


def least_rights():
    """deploy/rbac.yaml gives all rights that are needed."""
    api.clear()
    api.create('self', '10.5.200.0/24')
    with open(os.path.join(TOP, 'deploy/rbac.yaml'),
              encoding='utf-8') as file:
        parts = file.read().split('\n---\n')
    for part in parts[1:3]:
        api.apply(part)
    path = write('token', api.token('k8sov', 'k8sovd') + '\n')
    one = node(api.kubeconfig({'tokenFile': path}))
    one.wait_state('refused', 'cannot list resource "nodes"')
    for part in parts[3:]:
        api.apply(part)
    one.wait_state('synced')
    one.say('ready')
    until(lambda: 'K8sovIsUp' in str(api.node('self')['status']),
          'the condition')
    api.peer(7)
    one.wait('put', name='peer-7')


@cluster
def rotation():
    """A token that is replaced is followed, at once when the old one ends."""
    way = Proxy(api.port)
    secret = api.ask('POST', '/api/v1/namespaces/k8sov/secrets',
                     {'metadata': {'name': 'bound'}})
    path = write('token', api.token('k8sov', 'k8sovd', secret))
    one = node(api.kubeconfig({'tokenFile': 'token'}, way.port))
    one.wait_state('synced')
    api.ask('DELETE', '/api/v1/namespaces/k8sov/secrets/bound')
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    way.mend()
    # The server believes for some seconds what it has seen.
    until(lambda: refused(one, way), 'the old token is refused')
    write(path, api.token('k8sov', 'k8sovd'))
    since = one.mark()
    one.wait_state('synced', '', since)
    api.peer(9)
    one.wait('put', since, name='peer-9')


def refused(one, way):
    """Knocks until it is so."""
    if any(e['state'] == 'refused' and 'Unauthorized' in e['why']
           for e in one.told('state')):
        return True
    if one.told('state')[-1]['state'] == 'synced':
        way.cut()
        way.mend()
    return False


@cluster
def certificates():
    """Client certificates are taken, from files and from kubeconfig."""
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'client.key',
            '-out', 'client.csr', '-subj', '/O=system:masters/CN=someone')
    openssl('x509', '-req', '-in', 'client.csr', '-CA', 'ca.crt', '-CAkey',
            'ca.key', '-CAcreateserial', '-out', 'client.crt', '-days', '2')
    node(api.kubeconfig({'client-certificate': 'client.crt',
                         'client-key': 'client.key'})).wait_state('synced')

    def data(name):
        return base64.b64encode(read(name)).decode()
    one = node(api.kubeconfig(
        {'client-certificate-data': data('client.crt'),
         'client-key-data': data('client.key')},
        certificate_authority=None,
        certificate_authority_data=data(api.cafile)))
    one.wait_state('synced')
    equal('10.5.200.0-24', one.wait('own')['subnets'])
    openssl('x509', '-req', '-in', 'client.csr', '-CA', 'ca.crt', '-CAkey',
            'ca.key', '-CAcreateserial', '-out', 'ended.crt', '-days', '-1')
    node(api.kubeconfig({'client-certificate': 'ended.crt',
                         'client-key': 'client.key'})).wait_state(
        'refused', "Unauthorized: this client's certificate "
        '/O=system:masters/CN=someone ended at 20')


@cluster
def trust():
    """Whom to trust is as kubeconfig says."""
    token = {'token': TOKEN}
    node(api.kubeconfig(token, tls_server_name='kubernetes.default.svc')
         ).wait_state('synced')
    node(api.kubeconfig(token, tls_server_name='wrong.example')
         ).wait_state('refused', 'wrong.example')
    node(api.kubeconfig(token, certificate_authority='ca.crt')
         ).wait_state('refused', 'certificate')
    node(api.kubeconfig(token, certificate_authority=None,
                        insecure_skip_tls_verify=True)).wait_state('synced')
    node(api.kubeconfig({'token': 'wrong'})
         ).wait_state('refused', 'Unauthorized')


@cluster
def in_pod():
    """In a pod, the service account's files are found and followed."""
    files = os.path.join(TMP, 'pod')
    os.makedirs(os.path.join(files, 'tests'))
    write('pod/token', api.token('k8sov', 'k8sovd'))
    write('pod/ca.crt', read(api.cafile).decode())
    wrapper = write('pod/tests/store_driver', f"""#!/bin/sh
        export KUBERNETES_SERVICE_HOST=127.0.0.1
        export KUBERNETES_SERVICE_PORT={api.port}
        secrets=/var/run/secrets/kubernetes.io
        exec unshare -rm sh -c "mount -t tmpfs none /run &&
            mkdir -p $secrets && ln -s {files} $secrets/serviceaccount &&
            exec {driver()} \\"\\$@\\"" sh "$@"
        """)
    os.chmod(wrapper, 0o755)
    built = os.environ['K8SOVD']
    os.environ['K8SOVD'] = os.path.join(files, 'k8sovd')
    try:
        one = Node('kubernetes:', '192.0.2.1', node='self',
                   netconf=write('net-conf.json', NETCONF))
    finally:
        os.environ['K8SOVD'] = built
    one.wait_state('synced')
    equal('10.5.200.0-24', one.wait('own')['subnets'])


def read(name):
    with open(os.path.join(TMP, name), 'rb') as file:
        return file.read()


def sentence(where):
    done = subprocess.run([driver(), where], capture_output=True, text=True,
                          check=False, env={'PATH': os.environ['PATH']})
    equal(1, done.returncode)
    return done.stderr.strip()


@cluster
def several():
    """Of several kubeconfigs the first one counts, and one URL for all."""
    for name in ('one', 'two'):
        os.makedirs(os.path.join(TMP, name))
    shutil.copy(api.cafile, os.path.join(TMP, 'two', 'ca.crt'))
    one = write('one/config', yaml.safe_dump({
        'current-context': 'c', 'users': [
            {'name': 'u', 'user': {'token': TOKEN}}]}))
    two = api.kubeconfig({'token': 'wrong'}, name='two/config',
                         certificate_authority='ca.crt')
    none = os.path.join(TMP, 'none')
    api.peer(7)
    first = node(f'{none}:{one}:{two}')
    first.wait_state('synced')
    equal({'peer-7'}, set(first.peers()))
    node(f'{two}:{one}').wait_state('refused', 'Unauthorized')
    elsewhere = api.kubeconfig({'token': TOKEN}, port=1)
    url = f'https://127.0.0.1:{api.port}/'
    node(elsewhere, api_url=url).wait_state('synced')


def unusable():
    """What cannot be used is refused with a sentence."""
    for user in ({'exec': {'command': 'x'}}, {'auth-provider': {'name': 'x'}},
                 {'username': 'x'}):
        path = api.kubeconfig(user)
        equal(f"{path}: '{[*user][0]}' of the user is not supported: use "
              'token, tokenFile or client-certificate',
              sentence(f'kubernetes:{path}'))
    assert 'this is no pod' in sentence('kubernetes:')
    assert 'cannot read /nowhere' in sentence('kubernetes:/nowhere')
    path = write('bad', 'current-context: x\n')
    equal(f"{path}: there is no context 'x', which is current-context",
          sentence(f'kubernetes:{path}'))
    path = api.kubeconfig({}, server='127.0.0.1:6443')
    equal(f"{path}: server '127.0.0.1:6443' is no URL",
          sentence(f'kubernetes:{path}'))


if __name__ == '__main__':
    api.start()
    run([comes_and_goes, others, status_only, pages, recreated, forgotten,
         down, begins_without, publishes, both_families, overwritten, ready,
         waits_for_cidr, configuration, garbage, prefix, least_rights,
         rotation, certificates, trust, in_pod, several,
         unusable], [api])

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""The etcd store with three members, with users and TLS, with many nodes."""

import json
import os
import resource
import shutil
import signal
import subprocess

from store_lib import (CONFIG, PREFIX, SUBNETS, TMP, Member, Node, attrs,
                       b64, driver, end_of, free_ports, run, until)

ports = free_ports(6)
NAMES = ('a', 'b', 'c')
cluster = ','.join(f'{name}=http://127.0.0.1:{ports[2 * i + 1]}'
                   for i, name in enumerate(NAMES))
members = [Member(name, ports[2 * i:2 * i + 2], cluster)
           for i, name in enumerate(NAMES)]
started = list(members)


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def start_all():
    for member in members:
        member.start(wait=False)
    for member in members:
        member.wait()


def quorum():
    """A cluster without a quorum is waited for, and nothing is removed."""
    start_all()
    members[0].configure()
    members[0].put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one = Node('etcd:' + ','.join(m.url for m in members))
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    for member in members[1:]:
        member.kill()
    one.wait_state('stale', '', since)
    equal({'10.5.207.0-24'}, set(one.peers()))
    since = one.mark()
    members[1].start()
    one.wait_state('synced', '', since)
    members[1].put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'))
    one.wait('put', since, key='10.5.209.0-24')
    members[2].start()
    equal([key], [e['key'] for e in one.told('own')])
    equal([], one.told('remove'))


def failover():
    """A member that is lost is left for the next one."""
    one = Node('etcd:' + ','.join(m.url for m in members), '192.0.2.2')
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    members[0].kill()
    one.wait_state('synced', '', since)
    members[1].put(SUBNETS + '10.5.210.0-24', attrs('192.0.2.10'))
    one.wait('put', since, key='10.5.210.0-24')
    assert one.describe()['view']['endpoint'] != members[0].url
    two = Node('etcd:' + ','.join(m.url for m in members), '192.0.2.3')
    assert two.own() != key
    for member in members:
        member.kill()


def openssl(*words):
    subprocess.run(['openssl', *words], check=True, cwd=TMP,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def certificates():
    def make(name, subject, *more, days=2):
        openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout',
                f'{name}.key', '-subj', subject, '-out', f'{name}.csr')
        with open(f'{TMP}/{name}.ext', 'w', encoding='ascii') as ext:
            ext.write('\n'.join(more) or 'basicConstraints=CA:FALSE')
        openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.crt',
                '-CAkey', 'ca.key', '-CAcreateserial', '-extfile',
                f'{name}.ext', '-days', str(days), '-out', f'{name}.crt')
    for name in ('ca', 'other'):
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
                f'{name}.key', '-subj', f'/CN={name}', '-days', '2', '-out',
                f'{name}.crt')
    make('server', '/O=k8sov', 'subjectAltName=IP:127.0.0.1')
    make('client', '/O=k8sov')
    make('named', '/CN=somebody')
    make('old-client', '/O=client', days=-1)
    make('old-server', '/O=server', 'subjectAltName=IP:127.0.0.1', days=-1)


def etcdctl(member, *words):
    subprocess.run(
        ['etcdctl', '--endpoints', member.url, '--cacert', f'{TMP}/ca.crt',
         '--cert', f'{TMP}/client.crt', '--key', f'{TMP}/client.key', *words],
        check=True, env={**os.environ, 'ETCDCTL_API': '3'},
        stdout=subprocess.DEVNULL)


def secure(member, number, **options):
    more = {'cafile': f'{TMP}/ca.crt', 'certfile': f'{TMP}/client.crt',
            'keyfile': f'{TMP}/client.key', 'username': 'net',
            'password': 'secret', **options}
    return Node(f'etcd:{member.url}', f'192.0.2.{number}', **more)


def tls():
    """TLS and users work, and what is wrong with them is said."""
    certificates()
    member = Member('tls', tls=[
        '--cert-file', f'{TMP}/server.crt', '--key-file',
        f'{TMP}/server.key', '--trusted-ca-file', f'{TMP}/ca.crt',
        '--client-cert-auth'])
    started.append(member)
    member.start()
    etcdctl(member, 'put', CONFIG, '{"Network":"10.5.0.0/16",'
            '"Backend":{"Type":"vxlan"}}')
    etcdctl(member, 'user', 'add', 'root:toor')
    for user, password in (('net', 'secret'), ('nobody', 'none')):
        etcdctl(member, 'user', 'add', f'{user}:{password}')
    etcdctl(member, 'role', 'add', 'flannel')
    etcdctl(member, 'role', 'grant-permission', 'flannel', '--prefix=true',
            'readwrite', PREFIX)
    etcdctl(member, 'user', 'grant-role', 'net', 'flannel')
    etcdctl(member, 'user', 'grant-role', 'root', 'root')
    etcdctl(member, 'auth', 'enable')
    one, two = secure(member, 1), secure(member, 2)
    assert one.own() != two.own()
    one.wait_state('synced')
    secure(member, 3, password='wrong').wait_state(
        'refused', 'authentication failed, invalid user ID or password')
    secure(member, 3, username='nobody', password='none').wait_state(
        'refused', 'user nobody may not use kv/txn')
    secure(member, 3, username=None).wait_state(
        'refused', 'it wants a user: give --etcd-username')
    secure(member, 3, certfile=f'{TMP}/named.crt',
           keyfile=f'{TMP}/named.key').wait_state(
        'refused', 'it takes no client certificate with a CommonName')
    secure(member, 3, cafile=f'{TMP}/other.crt').wait_state(
        'starting', 'certificate')
    secure(member, 3, certfile=f'{TMP}/old-client.crt',
           keyfile=f'{TMP}/old-client.key').wait_state(
        'starting', "this client's certificate /O=client ended at 20")
    # Tokens are forgotten by a member that starts again.
    since = one.mark()
    member.kill()
    one.wait_state('stale', '', since)
    member.start()
    one.wait_state('synced', '', since)
    one.say('publish mac=02:00:00:00:0b:0b')
    two.wait('put', key=one.own(), attrs=json.loads(
        attrs('192.0.2.1', '02:00:00:00:0b:0b')))
    member.kill()


def ended():
    """A server's certificate that has ended is named, and waited for."""
    member = Member('ended', tls=['--cert-file', f'{TMP}/old-server.crt',
                                  '--key-file', f'{TMP}/old-server.key'])
    started.append(member)
    member.start()
    one = Node(f'etcd:{member.url}', cafile=f'{TMP}/ca.crt')
    one.wait_state('starting', "the server's certificate /O=server ended at 20")
    member.kill()
    for kind in ('crt', 'key'):
        shutil.copy(f'{TMP}/server.{kind}', f'{TMP}/old-server.{kind}')
    member.start()
    one.wait_state('refused', 'etcd has no key')


def refused(*words):
    done = subprocess.run([driver(), *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1, done
    return done.stderr.strip()


def options():
    """What is wrong with the options is said at once."""
    equal("etcd: 'hello' is not a URL as http://10.0.0.1:2379",
          refused('etcd:hello'))
    equal("etcd: '' is not a URL as http://10.0.0.1:2379",
          refused('etcd:http://a,'))
    equal(f'cannot read the CA file {TMP}/none: No such file or directory',
          refused('etcd:https://127.0.0.1:1', f'cafile={TMP}/none'))


def fill(member, count):
    """So many nodes of others, a hundred a transaction."""
    for start in range(0, count, 100):
        puts = []
        for n in range(start, min(start + 100, count)):
            key = f'{SUBNETS}10.{100 + n // 250}.{n % 250}.0-24'
            mac = f'02:00:00:01:{n >> 8:02x}:{n & 255:02x}'
            value = attrs(f'198.18.{n // 250}.{n % 250 + 1}', mac)
            puts.append({'request_put': {'key': b64(key),
                                         'value': b64(value)}})
        member.call('kv/txn', {'success': puts})


def many():
    """Five thousand nodes are read in one snapshot."""
    member = Member('many')
    started.append(member)
    member.start()
    member.configure('10.0.0.0/8', SubnetLen=24)
    fill(member, 5000)
    # A key as large as etcd takes does not spoil a page of others.
    member.put(SUBNETS + '10.250.0.0-24', 'x' * 1400000)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    one = Node(f'etcd:{member.url}', quiet=1)
    equal(5001, one.wait('complete')['count'])
    key = one.own()
    one.wait_state('synced')
    assert not key.startswith('10.250.'), key
    equal(1, one.describe()['view']['lists'])
    member.call('kv/deleterange', {
        'key': b64(SUBNETS), 'range_end': b64(end_of(SUBNETS))})
    until(lambda: one.describe()['subnets'] == 1, 'the table is emptied')
    one.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f'# cpu {after.ru_utime - before.ru_utime:.2f} s, with sanitizers')
    member.kill()


class Pause:
    """An etcd that is paused while the other tests run."""

    def __init__(self):
        self.member = Member('paused').start()
        started.append(self.member)
        self.member.configure()
        self.node = Node(f'etcd:{self.member.url}')
        self.key = self.node.own()
        self.node.wait_state('synced')
        self.since = self.node.mark()
        self.member.process.send_signal(signal.SIGSTOP)
        Node.all.remove(self.node)

    def test(self):
        """A member that is paused is noticed, and found again."""
        Node.all.append(self.node)
        stale = self.node.wait_state('stale', '', self.since)
        assert 'etcd at ' in stale['why'], stale
        since = self.node.mark()
        self.member.process.send_signal(signal.SIGCONT)
        self.member.put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'))
        self.node.wait('put', since, key='10.5.209.0-24')
        self.node.wait_state('synced', '', since)
        equal([self.key], [e['key'] for e in self.node.told('own')])


if __name__ == '__main__':
    paused = Pause()

    def pause():
        paused.test()
    pause.__doc__ = Pause.test.__doc__
    run([quorum, failover, tls, ended, options, many, pause], started)

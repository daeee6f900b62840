# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""A real etcd, nodes that run a store alone, and a network that can fail.

A node's own subnet is one of the first hundred: tests give others higher ones.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PATIENCE = 40
PREFIX = '/coreos.com/network'
CONFIG = PREFIX + '/config'
SUBNETS = PREFIX + '/subnets/'
TMP = tempfile.mkdtemp(prefix='k8sov-store-')


def driver():
    built = os.path.dirname(os.environ['K8SOVD'])
    return os.path.join(built, 'tests', 'store_driver')


def until(condition, what):
    """Asks until it is so; for what nobody can tell us."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f'never: {what}'
        pause.wait(0.03)


def free_ports(count):
    socks = [socket.socket() for _ in range(count)]
    for sock in socks:
        sock.bind(('127.0.0.1', 0))
    ports = [sock.getsockname()[1] for sock in socks]
    for sock in socks:
        sock.close()
    return ports


def b64(text):
    return base64.b64encode(text.encode()).decode()


def unb64(text):
    return base64.b64decode(text).decode()


def end_of(prefix):
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


class Member:
    """One etcd. Told to serve when it says so itself."""

    def __init__(self, name='one', ports=None, cluster=None, tls=()):
        self.name = name
        self.port, self.peer = ports or free_ports(2)
        self.scheme = 'https' if tls else 'http'
        self.url = f'{self.scheme}://127.0.0.1:{self.port}'
        self.cluster = cluster or f'{name}=http://127.0.0.1:{self.peer}'
        self.tls = tls
        self.data = os.path.join(TMP, f'etcd-{name}-{self.port}')
        self.process = None

    def start(self, wait=True):
        peer = f'http://127.0.0.1:{self.peer}'
        self.process = subprocess.Popen(
            ['etcd', '--name', self.name, '--data-dir', self.data,
             '--unsafe-no-fsync', '--logger', 'zap', '--log-level', 'info',
             '--listen-client-urls', self.url,
             '--advertise-client-urls', self.url,
             '--listen-peer-urls', peer,
             '--initial-advertise-peer-urls', peer,
             '--initial-cluster', self.cluster, *self.tls],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        serving = threading.Event()
        threading.Thread(target=self.read, args=(serving,),
                         daemon=True).start()
        self.serving = serving
        if wait:
            self.wait()
        return self

    def read(self, serving):
        for line in self.process.stderr:
            if 'serving client traffic' in line or \
                    'serving insecure client' in line:
                serving.set()

    def wait(self):
        assert self.serving.wait(PATIENCE), f'etcd {self.name} is not ready'

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def wipe(self):
        shutil.rmtree(self.data)

    def call(self, method, body):
        """An answer, if need be after the members have found a leader."""
        return until(lambda: self.ask(method, body), f'{method} is served')

    def ask(self, method, body):
        request = urllib.request.Request(
            f'{self.url}/v3/{method}', json.dumps(body).encode(),
            {'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            return None

    def put(self, key, value, lease=0):
        return self.call('kv/put', {'key': b64(key), 'value': b64(value),
                                    'lease': str(lease)})

    def delete(self, key):
        return self.call('kv/deleterange', {'key': b64(key)})

    def clear(self):
        self.call('kv/deleterange', {'key': b64('/'), 'range_end': b64('0')})

    def get(self, prefix):
        """What is there: key to (value, etcd lease)."""
        answer = self.call('kv/range', {'key': b64(prefix),
                                        'range_end': b64(end_of(prefix))})
        return {unb64(kv['key'])[len(prefix):]:
                (unb64(kv.get('value', '')), int(kv.get('lease', 0)))
                for kv in answer.get('kvs', ())}

    def subnets(self):
        return self.get(SUBNETS)

    def grant(self, ttl):
        return int(self.call('lease/grant', {'TTL': ttl})['ID'])

    def revoke(self, lease):
        self.call('lease/revoke', {'ID': str(lease)})

    def ttl(self, lease):
        return int(self.call('lease/timetolive',
                             {'ID': str(lease)}).get('TTL', 0))

    def compact(self):
        revision = self.call('kv/range', {'key': b64('x')})
        self.call('kv/compaction',
                  {'revision': revision['header']['revision'],
                   'physical': True})

    def configure(self, network='10.5.0.0/16', **more):
        self.put(CONFIG, json.dumps({'Network': network, **more,
                                     'Backend': {'Type': 'vxlan'}}))


def attrs(public, mac='02:00:00:00:00:99'):
    """What Flannel 0.2x writes, byte for byte."""
    return ('{"PublicIP":"%s","PublicIPv6":null,"BackendType":"vxlan",'
            '"BackendData":{"VNI":1,"VtepMAC":"%s"}}' % (public, mac))


class Node:
    """A store; its events by number, waited for as they come."""
    all = []
    ever = []

    def __init__(self, where, public='192.0.2.1', **options):
        options.setdefault('mac', '02:00:00:00:00:01')
        self.log = []
        words = [f'{k}={v}' for k, v in {'public': public, **options}.items()
                 if v is not None]
        self.process = subprocess.Popen(
            [driver(), where, *words], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.events = []
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self.read, daemon=True),
                        threading.Thread(target=self.read_log, daemon=True)]
        for thread in self.threads:
            thread.start()
        Node.all.append(self)
        Node.ever.append(self)

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.events.append(json.loads(line))
                self.changed.notify_all()

    def read_log(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append(line)
                self.changed.notify_all()

    def mark(self):
        with self.changed:
            return len(self.events)

    def wait(self, what, since=0, **fields):
        """The first event like that after a mark."""
        def found():
            for event in self.events[since:]:
                if event['event'] == what and \
                        all(event.get(k) == v for k, v in fields.items()):
                    return event
            return None
        with self.changed:
            self.changed.wait_for(found, PATIENCE)
            assert found(), f'no {what} {fields} in {self.events[since:]}' \
                            f' {"".join(self.log[-5:])}'
            return found()

    def wait_state(self, state, words='', since=0):
        def found():
            for event in self.events[since:]:
                if event['event'] == 'state' and event['state'] == state \
                        and words in event['why']:
                    return event
            return None
        with self.changed:
            self.changed.wait_for(found, PATIENCE)
            assert found(), f'never {state} "{words}": {self.events[since:]}'
            return found()

    def wait_log(self, words):
        with self.changed:
            assert self.changed.wait_for(
                lambda: any(words in line for line in self.log), PATIENCE), \
                f'"{words}" is not in {self.log}'

    def told(self, what, since=0):
        with self.changed:
            return [e for e in self.events[since:] if e['event'] == what]

    def own(self):
        return self.wait('own')['key']

    def say(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def describe(self):
        since = self.mark()
        self.say('describe')
        return self.wait('describe', since)['store']

    def peers(self):
        """What an agent would have: by the rules of daemon/store.h. Who
        cannot be read is None."""
        have, coming = {}, None
        with self.changed:
            events = list(self.events)
        for event in events:
            if event['event'] == 'begin':
                coming = {}
            elif event['event'] == 'put':
                (have if coming is None else coming)[event['key']] = \
                    None if event['unreadable'] else event
            elif event['event'] == 'remove':
                (have if coming is None else coming).pop(event['key'], None)
            elif event['event'] == 'complete':
                have, coming = coming, None
        return have

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """Ends as an agent does, and without a leak."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        assert status == 0, f'status {status}: {"".join(self.log)}'


class Proxy:
    """A way to a server that can be cut, or keeps watches to itself."""

    def __init__(self, port):
        self.to = port
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        self.open = True
        self.pairs = []
        self.watches = set()
        self.deaf = set()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(('127.0.0.1', self.to))
            self.pairs += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b),
                                 daemon=True).start()

    def pump(self, a, b):
        try:
            while data := a.recv(65536):
                if data.startswith(b'POST /v3/watch'):
                    self.watches.add(b)
                if a not in self.deaf:
                    b.sendall(data)
        except OSError:
            pass
        for sock in (a, b):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.open = False
        for sock in self.pairs:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.pairs = []

    def deafen(self):
        """The watches that there are tell nothing any more."""
        self.deaf = set(self.watches)

    def mend(self):
        self.open = True


def run(tests, members):
    """TAP: each test is a behaviour, its docstring says which."""
    failures = 0
    try:
        for number, test in enumerate(tests, 1):
            start = time.monotonic()
            try:
                test()
                for node in Node.all:
                    node.end()
                good = ''
            except (AssertionError, OSError, KeyError) as error:
                failures += 1
                good = 'not '
                print('#', type(error).__name__,
                      str(error)[:3000].replace('\n', '\n# '))
            print(f'{good}ok {number} {test.__doc__.splitlines()[0]}')
            print(f'# {time.monotonic() - start:.1f} s', flush=True)
            for node in Node.all:
                node.kill()
            Node.all.clear()
    finally:
        for node in Node.ever:
            node.kill()
        for member in members:
            member.kill()
        shutil.rmtree(TMP, ignore_errors=True)
    print(f'1..{len(tests)}')
    sys.exit(failures != 0)

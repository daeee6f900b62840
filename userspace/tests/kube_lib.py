# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""A real kube-apiserver with its etcd, on loopback, and clients of it."""

import concurrent.futures
import http.client
import json
import os
import ssl
import subprocess
import sys
import threading

import yaml

from store_lib import PATIENCE, TMP, Member, free_ports, until

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
FLANNEL = 'flannel.alpha.coreos.com'
STRATEGIC = 'application/strategic-merge-patch+json'
MERGE = 'application/merge-patch+json'
TOKEN = 'admin-of-the-test'


def program():
    found = subprocess.run(
        [os.path.join(TOP, 'selftests/vm/apiserver.sh'), '--if-built'],
        stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        print('not ok 1 there is a kube-apiserver\n1..1\n'
              '# build it, which takes 5 to 11 minutes, with '
              'selftests/vm/apiserver.sh')
        sys.exit(1)
    return found.stdout.strip()


def openssl(*words):
    subprocess.run(['openssl', *words], check=True, cwd=TMP,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write(name, text):
    path = name if name.startswith('/') else os.path.join(TMP, name)
    with open(path + '.new', 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(path + '.new', path)
    return path


class Refused(AssertionError):
    """The server said no."""


class ApiServer:
    """Killed and started as often as need be; etcd keeps what it knows."""

    def __init__(self):
        self.program = program()
        self.etcd = Member('kube')
        [self.port] = free_ports(1)
        self.certs = os.path.join(TMP, 'certs')
        self.cafile = os.path.join(self.certs, 'apiserver.crt')
        self.process = None
        self.local = threading.local()
        openssl('genrsa', '-out', 'sa.key', '2048')
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout',
                'ca.key', '-out', 'ca.crt', '-subj', '/CN=test', '-days', '2')
        write('tokens.csv', f'{TOKEN},admin,1,system:masters\n')

    def start(self):
        if not self.etcd.process:
            self.etcd.start()
        where = os.path.join(TMP, '')
        self.process = subprocess.Popen(
            [self.program, f'--etcd-servers={self.etcd.url}',
             '--bind-address=127.0.0.1', f'--secure-port={self.port}',
             f'--cert-dir={self.certs}',
             '--service-account-issuer=https://kubernetes.default.svc',
             f'--service-account-key-file={where}sa.key',
             f'--service-account-signing-key-file={where}sa.key',
             f'--token-auth-file={where}tokens.csv',
             f'--client-ca-file={where}ca.crt',
             '--authorization-mode=RBAC',
             '--feature-gates=IPv6DualStack=true',
             '--service-cluster-ip-range=10.96.0.0/16',
             '--disable-admission-plugins=ServiceAccount'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.is_ready, 'the API server is ready')
        return self

    def is_ready(self):
        assert self.process.poll() is None, 'the API server has ended'
        try:
            return self.ask('GET', '/readyz', raw=True) == b'ok'
        except (OSError, Refused, http.client.HTTPException):
            return False

    def kill(self):
        """As a test ends: all of it."""
        self.stop()
        self.etcd.kill()

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def connection(self):
        if getattr(self.local, 'process', None) is not self.process:
            context = ssl.create_default_context(cafile=self.cafile)
            self.local.connection = http.client.HTTPSConnection(
                '127.0.0.1', self.port, context=context, timeout=PATIENCE)
            self.local.process = self.process
        return self.local.connection

    def ask(self, method, path, body=None, kind='application/json',
            raw=False):
        try:
            connection = self.connection()
            connection.request(
                method, path, body and json.dumps(body),
                {'Authorization': f'Bearer {TOKEN}', 'Content-Type': kind})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.local.process = None
            raise
        if answer.status >= 300:
            raise Refused(f'{method} {path}: {answer.status} {text[:300]}')
        return text if raw else json.loads(text)

    def apply(self, text):
        """Creates all objects of a YAML text."""
        kinds = {'Namespace': '/api/v1/namespaces',
                 'ServiceAccount': '/api/v1/namespaces/{}/serviceaccounts',
                 'ClusterRole':
                 '/apis/rbac.authorization.k8s.io/v1/clusterroles',
                 'ClusterRoleBinding':
                 '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'}
        for item in yaml.safe_load_all(text):
            path = kinds[item['kind']].format(
                item['metadata'].get('namespace'))
            self.ask('POST', path, item)

    def node(self, name):
        return self.ask('GET', f'/api/v1/nodes/{name}')

    def notes(self, name):
        return {key.removeprefix(FLANNEL + '/'): value for key, value in
                self.node(name)['metadata'].get('annotations', {}).items()}

    def create(self, name, *cidrs, notes=None, prefix=FLANNEL):
        spec = {'podCIDR': cidrs[0], 'podCIDRs': list(cidrs)} if cidrs else {}
        return self.ask('POST', '/api/v1/nodes', {
            'metadata': {'name': name, 'annotations': {
                f'{prefix}/{key}': value
                for key, value in (notes or {}).items()}}, 'spec': spec})

    def peer(self, number, **more):
        """A node as Flannel leaves it."""
        return self.create(f'peer-{number}',
                           f'10.5.{number // 256 + 1}.{number % 256}/32',
                           notes=flannel(number), **more)

    def patch(self, name, patch, kind=MERGE, status=False):
        return self.ask('PATCH', f'/api/v1/nodes/{name}' +
                        ('/status' if status else ''), patch, kind)

    def annotate(self, name, **notes):
        """Underscores stand for dashes; None removes."""
        self.patch(name, {'metadata': {'annotations': {
            f'{FLANNEL}/{key.replace("_", "-")}': value
            for key, value in notes.items()}}})

    def delete(self, name):
        self.ask('DELETE', f'/api/v1/nodes/{name}')

    def all(self, function, items):
        """Something for each, four at once."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(function, items))

    def clear(self):
        names = [n['metadata']['name']
                 for n in self.ask('GET', '/api/v1/nodes')['items']]
        self.all(self.delete, names)

    def token(self, namespace, account, bound=None):
        spec = {'expirationSeconds': 3600}
        if bound:
            spec['boundObjectRef'] = {
                'apiVersion': 'v1', 'kind': 'Secret',
                'name': bound['metadata']['name'],
                'uid': bound['metadata']['uid']}
        answer = self.ask(
            'POST', f'/api/v1/namespaces/{namespace}/serviceaccounts/'
            f'{account}/token', {'spec': spec})
        return answer['status']['token']

    def kubeconfig(self, user, port=None, name='kubeconfig', **cluster):
        """A file; server and authority may be told otherwise."""
        cluster = {'server': f'https://127.0.0.1:{port or self.port}',
                   'certificate-authority': self.cafile,
                   **{key.replace('_', '-'): value
                      for key, value in cluster.items()}}
        cluster = {key: value for key, value in cluster.items()
                   if value is not None}
        return write(name, yaml.safe_dump({
            'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'c',
            'contexts': [{'name': 'c',
                          'context': {'cluster': 'k', 'user': 'u'}}],
            'clusters': [{'name': 'k', 'cluster': cluster}],
            'users': [{'name': 'u', 'user': user}]}))


def flannel(number, mac=None):
    mac = mac or f'02:00:00:00:{number // 256:02x}:{number % 256:02x}'
    return {'kube-subnet-manager': 'true', 'backend-type': 'vxlan',
            'backend-data': '{"VNI":1,"VtepMAC":"%s"}' % mac,
            'public-ip': f'192.0.{number // 256 + 2}.{number % 256}'}

# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""What the Python tests share: KTAP, namespaces, the family through ynl.

ynl is the kernel's own client (tools/net/ynl); it reads our YAML, so these
tests also prove that the YAML describes the wire. YNL_DIR names its directory,
else it is taken from KSRC, else from where vm/deps.sh unpacked the kernel's
source package.
"""

import ctypes
import ipaddress
import os
import socket
import struct
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = os.path.join(HERE, '..', 'uapi', 'netlink', 'specs', 'k8sov.yaml')

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000


def find_ynl():
    if 'YNL_DIR' in os.environ:
        return os.environ['YNL_DIR']
    src = os.environ.get('KSRC')
    if not src:
        src = subprocess.check_output(
            [os.path.join(HERE, 'vm', 'deps.sh'), 'source'], text=True).strip()
    return os.path.join(src, 'tools', 'net', 'ynl')


sys.path.insert(0, find_ynl())
from lib import YnlFamily, Netlink, NlError  # noqa: E402
from lib.ynl import NlMsgs  # noqa: E402

ADD = [Netlink.NLM_F_CREATE, Netlink.NLM_F_EXCL]
PUT = [Netlink.NLM_F_CREATE, Netlink.NLM_F_REPLACE]
REPLACE = [Netlink.NLM_F_REPLACE]
NLM_F_ECHO = 8
NLM_F_DUMP_INTR = 0x10


class Ktap:
    """Counts results and prints them."""

    def __init__(self):
        self.count = 0
        self.failures = 0
        print('TAP version 13', flush=True)

    def result(self, ok, what):
        self.count += 1
        self.failures += not ok
        print(f'{"ok" if ok else "not ok"} {self.count} {what}', flush=True)

    def skip(self, what, why):
        self.count += 1
        print(f'ok {self.count} {what} # SKIP {why}', flush=True)

    def equal(self, what, expected, got):
        self.result(expected == got, what)
        if expected != got:
            print(f'# expected: {expected}\n# got:      {got}', flush=True)

    def run(self, function, *args):
        """One behaviour: the docstring names it, an exception fails it."""
        try:
            function(*args)
        except Exception:
            self.result(False, function.__doc__)
            for line in traceback.format_exc().splitlines():
                print('#', line, flush=True)
        else:
            self.result(True, function.__doc__)

    def finish(self):
        print(f'1..{self.count}')
        sys.exit(1 if self.failures or not self.count else 0)


def unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), 'unshare')


def ip(words):
    subprocess.run(['ip'] + words.split(), check=True)


def ifindex(name):
    return socket.if_nametoindex(name)


def packed(text):
    return ipaddress.ip_address(text).packed


def addr(text, name):
    """An address attribute, named for its family."""
    return {name + ('6' if ':' in text else ''): packed(text)}


def prefix(text):
    address, length = text.split('/')
    return {**addr(address, 'prefix'), 'prefix-len': int(length)}


def mac(text='02:00:00:00:00:01'):
    return bytes.fromhex(text.replace(':', ''))


class Family(YnlFamily):
    """The k8sov family, with one device that requests are about."""

    def __init__(self, dev='ov0'):
        super().__init__(SPEC, '')
        self.dev = dev

    def request(self, op, vals=None, flags=None, dev=None):
        vals = dict(vals or {})
        vals.setdefault('ifindex', ifindex(dev or self.dev))
        return self.do(op, vals, list(flags or []))

    def entries(self, op, vals=None, dev=None):
        vals = dict(vals or {})
        vals.setdefault('ifindex', ifindex(dev or self.dev))
        return self.dump(op, vals)

    def device(self):
        return self.request('device-get')

    def begin(self, tables=None):
        vals = {'tables': tables} if tables else {}
        return self.request('txn-begin', vals)['txn']

    def commit(self, txn):
        return self.request('txn-commit', {'txn': txn})

    def host(self, id, remote, flags=None, **more):
        vals = {'id': id, 'encap': 'vxlan', 'mac': mac(),
                **addr(remote, 'remote'),
                **{k.replace('_', '-'): v for k, v in more.items()}}
        return self.request('host-new', vals, flags or ADD)

    def subnet(self, text, host=None, flags=None, **more):
        vals = {**prefix(text), 'type': 'local', **more}
        if host:
            vals.update(type='host', host=host)
        return self.request('subnet-new', vals, flags or ADD)

    def events(self):
        self.check_ntf()
        events, self.async_msg_queue = self.async_msg_queue, []
        return events

    def link_attr(self, name, value):
        return self._add_attr('link', name, value, None)

    def message(self, op, vals, flags, seq):
        """The bytes of a request, for tests that speak to a raw socket."""
        return self._encode_message(self.ops[op], vals, flags, seq)

    def parse(self, msg, attr_set):
        """The attributes of a message that came from a raw socket."""
        decoded = self.nlproto.decode(self, msg, None)
        return self._decode(decoded.raw_attrs, attr_set)


def rtattr(kind, payload):
    data = struct.pack('HH', len(payload) + 4, kind) + payload
    return data + b'\0' * (-len(data) % 4)


def add_device(name, **options):
    """ip link add, with link attributes by their names in the YAML."""
    RTM_NEWLINK, IFLA_IFNAME, IFLA_LINKINFO = 16, 3, 18
    family = Family()
    data = b''.join(family.link_attr(k.replace('_', '-'), v)
                    for k, v in options.items())
    info = rtattr(1, b'k8sov\0') + rtattr(2, data)
    body = (struct.pack('BxHiII', 0, 0, 0, 0, 0) +
            rtattr(IFLA_IFNAME, name.encode() + b'\0') +
            rtattr(IFLA_LINKINFO, info))
    flags = (Netlink.NLM_F_REQUEST | Netlink.NLM_F_ACK |
             Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.send(struct.pack('IHHII', len(body) + 16, RTM_NEWLINK, flags,
                              1, 0) + body)
        error = struct.unpack_from('i', sock.recv(65536), 16)[0]
    if error:
        raise OSError(-error, f'cannot add {name}: {os.strerror(-error)}')
    family.sock.close()


def setup():
    """A namespace of our own with the device ov0 and the links p0 and p1."""
    if os.geteuid():
        print('TAP version 13\n1..0 # SKIP needs root')
        sys.exit(4)
    subprocess.run(['modprobe', 'k8sov'], check=False)
    unshare(CLONE_NEWNET)
    ip('link set lo up')
    ip('link add p0 type dummy')
    ip('link add p1 type dummy')
    add_device('ov0')
    ip('link set ov0 up')
    return Family()


def refusal(function, *args, **kwargs):
    """The NlError of a request that must be refused."""
    try:
        function(*args, **kwargs)
    except NlError as error:
        return error
    raise AssertionError('the request was accepted')


def words_of(error):
    """errno name, sentence and attribute of a refusal."""
    import errno
    extack = error.nl_msg.extack or {}
    blamed = extack.get('bad-attr', '').lstrip('.')
    return (errno.errorcode[-error.nl_msg.error], extack.get('msg'),
            blamed or extack.get('miss-type'))

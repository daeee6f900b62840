#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Dumps: complete, in order, resumable, and honest about changes meanwhile."""

import ipaddress
import socket

from nl_lib import (ADD, NLM_F_DUMP_INTR, PUT, Family, Ktap, Netlink, NlMsgs,
                    add_device, ifindex, ip, packed, prefix, setup)

COUNT = 3000


class RawDump:
    """A dump that is read as slowly as a test wants it."""

    def __init__(self, family, op, vals):
        self.family = family
        self.attr_set = family.ops[op].attr_set.name
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  Netlink.NETLINK_GENERIC)
        self.sock.settimeout(10)
        self.sock.send(family.message(op, vals, [Netlink.NLM_F_DUMP], 7))
        self.entries = []
        self.interrupted = False
        self.error = None

    def read(self):
        """One datagram; true if it was the last one."""
        for msg in NlMsgs(self.sock.recv(65536)):
            self.interrupted |= bool(msg.nl_flags & NLM_F_DUMP_INTR)
            if msg.done:
                self.error = msg.error
                return True
            self.entries.append(self.family.parse(msg, self.attr_set))
        return False

    def read_all(self):
        while not self.read():
            pass
        return self


def subnets_of(entries):
    return [f'{e.get("prefix") or e.get("prefix6")}/{e["prefix-len"]}'
            for e in entries]


def wanted_subnets():
    """Nested and neighbouring prefixes of both families, in the order of
    address, then length, IPv4 first."""
    v4 = [f'10.{n >> 8}.{n & 255}.0/24' for n in range(COUNT)]
    v4 += ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/16', '10.0.0.0/32']
    v6 = [f'2001:db8:{n:x}::/48' for n in range(100)]
    v6 += ['::/0', '2001:db8::/32', '2001:db8::/128']
    return [str(n) for family in (v4, v6)
            for n in sorted(map(ipaddress.ip_network, family),
                            key=lambda n: (n.network_address, n.prefixlen))]


def fill(family, texts):
    """All in one transaction, many requests to a datagram."""
    txn = family.begin({'host', 'subnet'})
    family.host(1, '192.0.2.1', txn=txn)
    base = {'ifindex': ifindex(family.dev), 'txn': txn}
    ops = [('subnet-new', {**base, **prefix(t), 'type': 'local'}, ADD)
           for t in texts]
    for n in range(0, len(ops), 100):
        family.do_multi(ops[n:n + 100])
    family.request('subnet-new', {**prefix('192.168.0.0/16'), 'type': 'host',
                                  'host': 1, 'txn': txn}, ADD)
    family.commit(txn)


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def dump_of(family, op, **vals):
    vals.setdefault('ifindex', ifindex(family.dev))
    return RawDump(family, op, vals)


def complete_and_ordered(family):
    """a dump of many datagrams has every subnet once, in order"""
    dump = dump_of(family, 'subnet-get').read_all()
    got = subnets_of(dump.entries)
    got.remove('192.168.0.0/16')
    equal(wanted_subnets(), got)
    equal((False, 0), (dump.interrupted, dump.error))


def filtered_by_host(family):
    """a dump of the subnets of one host has no others"""
    dump = dump_of(family, 'subnet-get', host=1).read_all()
    equal(['192.168.0.0/16'], subnets_of(dump.entries))
    dump = dump_of(family, 'subnet-get', host=2).read_all()
    equal(([], 0), (dump.entries, dump.error))


def says_that_it_was_overtaken(family):
    """a dump during which the device changes says so"""
    dump = dump_of(family, 'subnet-get')
    dump.read()
    family.subnet('172.16.0.0/12')
    dump.read_all()
    family.request('subnet-del', prefix('172.16.0.0/12'))
    assert dump.interrupted
    assert not dump_of(family, 'subnet-get').read_all().interrupted


def overtaken_by_a_commit(family):
    """a dump during which the tables are replaced ends, and says so"""
    dump = dump_of(family, 'subnet-get')
    dump.read()
    family.commit(family.begin({'host', 'subnet'}))
    dump.read_all()
    fill(family, wanted_subnets())
    equal((True, 0), (dump.interrupted, dump.error))


def cursor_may_go(family):
    """a dump goes on behind an entry that is deleted meanwhile"""
    dump = dump_of(family, 'subnet-get')
    dump.read()
    last = subnets_of(dump.entries)[-1]
    family.request('subnet-del', prefix(last))
    dump.read_all()
    family.subnet(last)
    got = subnets_of(dump.entries)
    got.remove('192.168.0.0/16')
    equal(wanted_subnets(), got)


def device_may_go(family):
    """a dump of a device that is deleted meanwhile fails"""
    add_device('gone', id=7)
    other = Family('gone')
    fill(other, [f'10.{n >> 8}.{n & 255}.0/24' for n in range(1000)])
    dump = RawDump(other, 'subnet-get', {'ifindex': ifindex('gone')})
    dump.read()
    ip('link del gone')
    dump.read_all()
    equal(-19, dump.error)


def all_devices(family):
    """a dump that names no device has all of the namespace, one by one"""
    add_device('ov1', id=8)
    other = Family('ov1')
    other.subnet('10.1.0.0/16')
    dump = RawDump(family, 'subnet-get', {}).read_all()
    order = [e['ifindex'] for e in dump.entries]
    equal([ifindex('ov0')] * (len(order) - 1) + [ifindex('ov1')], order)
    equal(len(wanted_subnets()) + 2, len(order))
    equal((False, 0), (dump.interrupted, dump.error))
    equal(['ov0', 'ov1'],
          [d['ifname'] for d in family.dump('device-get', {})])
    equal(2, len(family.dump('stats-get', {})))
    ip('link del ov1')


def other_tables(family):
    """hosts, endpoints and identities are dumped with all they have"""
    v4 = [packed(f'10.5.0.{n}') for n in range(1, 17)]
    v6 = [packed(f'2001:db8:5::{n}') for n in range(1, 17)]
    family.request('endpoint-new', {
        'link': ifindex('p1'), 'name': 'ns/pod/' + 'c' * 240, 'owner': 7,
        'address': v4, 'address6': v6, 'identity': 300, 'state': 'ready'}, ADD)
    got = family.entries('endpoint-get')
    equal(1, len(got))
    equal(([str(ipaddress.ip_address(a)) for a in v4],
           [str(ipaddress.ip_address(a)) for a in v6], 300, 'ready', 7),
          (got[0]['address'], got[0]['address6'], got[0]['identity'],
           got[0]['state'], got[0]['owner']))

    for n in range(2, 300):
        family.host(n, f'192.0.{n >> 8}.{n & 255}', encap='geneve', port=1234,
                    vni=n, name='h' * 253)
    hosts = family.entries('host-get')
    equal(list(range(1, 300)), [h['id'] for h in hosts])
    equal(('geneve', 1234, 299, 'h' * 253, '02:00:00:00:00:01'),
          tuple(hosts[-1][k] for k in ('encap', 'port', 'vni', 'name', 'mac')))

    for n in range(200):
        family.request('identity-new', {**prefix(f'10.{n}.0.0/16'),
                                        'identity': n}, ADD)
    got = family.entries('identity-get')
    equal([(f'10.{n}.0.0/16', n) for n in range(200)],
          list(zip(subnets_of(got), (e['identity'] for e in got))))


def ruleset_may_shrink(family):
    """a dump of a ruleset that shrinks meanwhile goes on behind it, and says so"""
    rules = [{'name': 'n' * 255, 'action': 'drop'}] * 500
    for number in 1, 2:
        family.request('ruleset-new', {'id': number, 'rule': rules}, ADD)
    dump = dump_of(family, 'ruleset-get')
    dump.read()
    family.request('ruleset-new', {'id': 1, 'rule': rules[:1]}, PUT)
    dump.read_all()
    got = {1: 0, 2: 0}
    for part in dump.entries:
        got[part['id']] += len(part['rule'])
    assert got[1] < 500, got
    equal((500, True, 0), (got[2], dump.interrupted, dump.error))
    family.request('flush', {'tables': {'ruleset'}})


def main():
    family = setup()
    tap = Ktap()
    fill(family, wanted_subnets())
    for test in (complete_and_ordered, filtered_by_host,
                 says_that_it_was_overtaken, overtaken_by_a_commit,
                 cursor_may_go, device_may_go, all_devices, other_tables,
                 ruleset_may_shrink):
        tap.run(test, family)
    tap.finish()


main()

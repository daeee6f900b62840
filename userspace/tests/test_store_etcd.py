#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""The etcd store of one node among others, with a real etcd."""

import json
import re

from store_lib import (CONFIG, PREFIX, SUBNETS, Member, Node, Proxy, attrs,
                       run, until)

etcd = Member()


def where():
    return f'etcd:{etcd.url}'


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def clean(test):
    """An etcd with a network and nothing else."""
    def wrapped():
        etcd.clear()
        etcd.configure()
        test()
    wrapped.__doc__ = test.__doc__
    return wrapped


def node(number=1, **options):
    return Node(where(), f'192.0.2.{number}',
                mac=options.pop('mac', f'02:00:00:00:00:{number:02x}'),
                **options)


@clean
def acquires():
    """A node gets a subnet, and writes what Flannel would write."""
    one = node()
    key = one.own()
    value, lease = etcd.subnets()[key]
    equal(attrs('192.0.2.1', '02:00:00:00:00:01'), value)
    assert re.fullmatch(r'10\.5\.\d+\.0-24', key), key
    assert key != '10.5.0.0-24', 'the first subnet is Flannel\'s to skip'
    assert 86000 < etcd.ttl(lease) <= 86400, etcd.ttl(lease)
    one.wait_state('synced')
    equal([], one.told('put'))


@clean
def tells_peers():
    """Other nodes are told when they come, change and go."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one = node()
    first = one.wait('put', key='10.5.207.0-24')
    equal(json.loads(attrs('192.0.2.7')), first['attrs'])
    one.wait_state('synced')
    since = one.mark()
    etcd.put(SUBNETS + '10.5.207.0-24',
             attrs('192.0.2.7', '02:00:00:00:00:77'))
    changed = one.wait('put', since, key='10.5.207.0-24')
    equal(first['owner'], changed['owner'])
    since = one.mark()
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.8'))
    other = one.wait('put', since, key='10.5.207.0-24')
    assert first['owner'] != other['owner'], 'two nodes have one cookie'
    since = one.mark()
    lease = etcd.grant(60)
    etcd.put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'), lease)
    one.wait('put', since, key='10.5.209.0-24')
    etcd.delete(SUBNETS + '10.5.207.0-24')
    one.wait('remove', since, key='10.5.207.0-24')
    etcd.revoke(lease)
    one.wait('remove', since, key='10.5.209.0-24')
    etcd.put(PREFIX + '/subnetsX', attrs('192.0.2.5'))
    etcd.put(SUBNETS + '10.5.208.0-24', attrs('192.0.2.8'))
    one.wait('put', since, key='10.5.208.0-24')
    equal({'10.5.208.0-24'}, set(one.peers()))


@clean
def unknown():
    """Nobody is told of before the node says who it is itself."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    etcd.put(SUBNETS + '10.5.201.0-24', attrs('192.0.2.1'))
    one = Node(where(), public=None, mac=None)
    one.wait_state('synced')
    equal([], one.told('begin'))
    one.say('publish public=192.0.2.1 mac=02:00:00:00:00:01')
    equal('10.5.201.0-24', one.own())
    one.wait('complete', count=1)
    equal({'10.5.207.0-24'}, set(one.peers()))
    equal([], one.told('remove'))
    one.say('publish public=192.0.2.7')
    until(lambda: one.peers() == {}, 'the other has our address')


@clean
def wish():
    """A node gets the subnet that it had before if that is free."""
    equal('10.5.200.0-24', node(1, wish='10.5.200.0-24').own())
    assert node(2, wish='10.5.200.0-24').own() != '10.5.200.0-24'


@clean
def old_lease():
    """A node that comes back keeps its subnet and its lease in etcd."""
    lease = etcd.grant(3600)
    etcd.put(SUBNETS + '10.5.233.0-24',
             attrs('192.0.2.1', '02:00:00:00:00:aa'), lease)
    one = node(1, wish='10.5.200.0-24')
    equal('10.5.233.0-24', one.own())
    equal({'10.5.233.0-24': (attrs('192.0.2.1', '02:00:00:00:00:01'), lease)},
          etcd.subnets())
    one.kill()
    again = node(1)
    equal('10.5.233.0-24', again.own())
    equal(lease, etcd.subnets()['10.5.233.0-24'][1])
    equal([], again.told('put'))


@clean
def old_lease_outside():
    """An old subnet that the network has not any more is exchanged."""
    etcd.put(SUBNETS + '10.6.1.0-24', attrs('192.0.2.1'), etcd.grant(3600))
    key = node(1).own()
    equal([key], list(etcd.subnets()))
    assert key.startswith('10.5.'), key


@clean
def dual_stack():
    """In a dual stack network both subnets are in one key, and differ."""
    etcd.configure(EnableIPv6=True, IPv6Network='fd00:10:5::/48',
                   IPv6SubnetMin='fd00:10:5:1::',
                   IPv6SubnetMax='fd00:10:5:6::')
    nodes = [Node(where(), f'192.0.2.{n}', public6=f'2001:db8::{n}',
                  mac=f'02:00:00:00:00:{n:02x}', mac6='02:00:00:00:06:01')
             for n in range(1, 7)]
    keys = {n.own() for n in nodes}
    equal(6, len({key.split('&')[0] for key in keys}))
    equal(6, len({key.split('&')[1] for key in keys}))
    for key in keys:
        assert re.fullmatch(
            r'(\d+\.\d+.\d+.\d+)-(\d+)(?:&([a-f\d:]+)-(\d+))?$', key), key
    value = json.loads(etcd.subnets()[nodes[0].own()][0])
    equal('2001:db8::1', value['PublicIPv6'])
    equal('02:00:00:00:06:01', value['BackendV6Data']['VtepMAC'])


@clean
def race():
    """Nodes that race for few subnets get one each, the others are told."""
    etcd.configure(SubnetMin='10.5.1.0', SubnetMax='10.5.12.0')
    nodes = [node(n) for n in range(1, 21)]
    until(lambda: sum(bool(n.told('own')) for n in nodes) == 12,
          'twelve of twenty have a subnet')
    losers = [n for n in nodes if not n.told('own')]
    for loser in losers:
        loser.wait_state('refused', 'network 10.5.0.0/16 has no free subnet: '
                         'all /24 from 10.5.1.0 to 10.5.12.0 are taken')
    winners = [n for n in nodes if n.told('own')]
    keys = {n.own(): n for n in winners}
    equal(12, len(keys))
    equal(set(keys), set(etcd.subnets()))
    key, left = keys.popitem()
    left.end()
    equal(12, len(etcd.subnets()))
    etcd.delete(SUBNETS + key)
    until(lambda: any(n.told('own') for n in losers),
          'what is given back is somebody\'s')
    equal({key}, {n.own() for n in losers if n.told('own')})


@clean
def renews():
    """A lease is renewed before it ends, and stays the same."""
    lease = etcd.grant(2)
    etcd.put(SUBNETS + '10.5.233.0-24', attrs('192.0.2.1'), lease)
    one = node(1)
    equal('10.5.233.0-24', one.own())
    until(lambda: one.describe()['claim']['renewals'] > 2, 'three renewals')
    equal(lease, etcd.subnets()['10.5.233.0-24'][1])
    equal(0, one.describe()['claim']['lost'])


@clean
def lost_lease():
    """A lease that is lost is replaced, the subnet is not."""
    one = node(1)
    key = one.own()
    _, lease = etcd.subnets()[key]
    etcd.revoke(lease)
    until(lambda: key in etcd.subnets(), 'the subnet is claimed again')
    assert etcd.subnets()[key][1] not in (0, lease)
    equal(1, one.describe()['claim']['lost'])
    equal(1, len(one.told('own')))


@clean
def deleted():
    """An own key that somebody deletes is put again under its lease."""
    one = node(1)
    key = one.own()
    before = etcd.subnets()[key]
    etcd.delete(SUBNETS + key)
    until(lambda: etcd.subnets().get(key) == before, 'the key is back')
    equal(1, len(one.told('own')))


@clean
def stolen():
    """A subnet that became another node's is left to it, and not switched."""
    one = node(1)
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    etcd.put(SUBNETS + key, attrs('192.0.2.66'))
    one.wait_state('refused', f'subnet {key} of this node became another',
                   since)
    etcd.put(SUBNETS + '10.5.250.0-24', attrs('192.0.2.50'))
    one.wait('put', since, key='10.5.250.0-24')
    equal({key: (attrs('192.0.2.66'), 0),
           '10.5.250.0-24': (attrs('192.0.2.50'), 0)}, etcd.subnets())
    etcd.delete(SUBNETS + key)
    one.wait_state('synced', '', since)
    equal(attrs('192.0.2.1', '02:00:00:00:00:01'), etcd.subnets()[key][0])
    equal(1, len(one.told('own')))


@clean
def fenced():
    """A node that was cut off does not take back what became another's."""
    way = Proxy(etcd.port)
    one = Node(f'etcd:{way.url}')
    key = one.own()
    one.wait_state('synced')
    _, lease = etcd.subnets()[key]
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    etcd.revoke(lease)
    other = (attrs('192.0.2.66'), etcd.grant(3600))
    etcd.put(SUBNETS + key, *other)
    one.say('publish mac=02:00:00:00:0a:0a')
    way.mend()
    one.wait_state('refused', f'subnet {key} of this node became another',
                   since)
    equal({key: other}, etcd.subnets())
    equal(1, len(one.told('own')))


@clean
def publishes():
    """What a node publishes anew is written under its lease."""
    one, two = node(1), node(2)
    key = one.own()
    lease = etcd.subnets()[key][1]
    one.say('publish mac=02:00:00:00:0a:0a')
    until(lambda: etcd.subnets()[key] ==
          (attrs('192.0.2.1', '02:00:00:00:0a:0a'), lease), 'the new address')
    two.wait('put', key=key, attrs=json.loads(
        attrs('192.0.2.1', '02:00:00:00:0a:0a')))
    one.say('publish public=192.0.2.111')
    until(lambda: '192.0.2.111' in etcd.subnets()[key][0], 'the new node')
    equal([], one.told('remove'))


@clean
def disputed():
    """A key that somebody else writes for us is put right."""
    one = node(1)
    key = one.own()
    lease = etcd.subnets()[key][1]
    other = etcd.grant(3600)
    etcd.put(SUBNETS + key, attrs('192.0.2.1', '02:00:00:00:bb:bb'), other)
    one.wait_log('has another node the same public address')
    until(lambda: etcd.subnets()[key][0] ==
          attrs('192.0.2.1', '02:00:00:00:00:01'), 'our value')
    assert lease != other


@clean
def own_by_address():
    """A subnet that gets our public address is not another node's any more."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one = node(1)
    one.wait('put', key='10.5.207.0-24')
    one.wait_state('synced')
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.1'))
    one.wait('remove', key='10.5.207.0-24')
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    until(lambda: set(one.peers()) == {'10.5.207.0-24'}, 'it is back')


GARBAGE = ('', '{', '[]', '"x"', '{}', '{"PublicIP":5}', '\x00\x01',
           '{"PublicIP":"192.0.2.300"}', '[' * 3000,
           '{"PublicIP":"192.0.2.7","BackendData":{"VtepMAC":"zz"}}')


@clean
def garbage():
    """Values that cannot be read leave a node as it was, and are named.

    A restarted k8sovd knows no more than that there is a node."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    etcd.put(SUBNETS + '10.5.208.0-24', '{nonsense')
    etcd.put(SUBNETS + 'hello', attrs('192.0.2.8'))
    one = node(1, wish='10.5.208.0-24')
    assert one.own() != '10.5.208.0-24', 'a key counts whatever its value is'
    one.wait_log('subnet 10.5.208.0-24 in etcd is left as the kernel '
                 'has it: its value is not JSON')
    one.wait_log('subnet hello in etcd is left out: its key is no subnet')
    for value in GARBAGE:
        etcd.put(SUBNETS + '10.5.207.0-24', value)
    etcd.put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'))
    one.wait('put', key='10.5.209.0-24')
    equal({'10.5.207.0-24', '10.5.208.0-24', '10.5.209.0-24'},
          set(one.peers()))
    equal(None, one.peers()['10.5.208.0-24'])
    equal('192.0.2.7', one.peers()['10.5.207.0-24']['attrs']['PublicIP'])
    one.wait_log('subnet 10.5.207.0-24 in etcd is left as it was')
    one.end()
    one = node(1)
    one.wait_state('synced')
    equal(None, one.peers()['10.5.207.0-24'])
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one.wait('put', key='10.5.207.0-24', unreadable=False)


@clean
def reserved():
    """A reservation is its node's for ever, and nobody else's."""
    etcd.put(SUBNETS + '10.5.240.0-24', attrs('192.0.2.4'))
    assert node(1, wish='10.5.240.0-24').own() != '10.5.240.0-24'
    equal('10.5.240.0-24', node(4).own())
    equal((attrs('192.0.2.4', '02:00:00:00:00:04'), 0),
          etcd.subnets()['10.5.240.0-24'])


@clean
def configuration():
    """The network's configuration is waited for, checked and followed."""
    etcd.delete(CONFIG)
    one = node(1)
    one.wait_state('refused', f'etcd has no key {CONFIG}')
    etcd.put(CONFIG, '{"Network":')
    one.wait_state('refused', f'{CONFIG} in etcd: ')
    equal([], one.told('own'))
    etcd.configure()
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    etcd.put(CONFIG, '{"Network":"10.5.0.0/99"}')
    one.wait_state('refused', 'Network', since)
    etcd.put(CONFIG, '{"Network":"10.5.0.0/16","Backend":'
                     '{"Type":"vxlan","VNI":7}}')
    one.wait('netconf', since, vni=7)
    one.wait_state('synced', '', since)
    since = one.mark()
    etcd.configure('10.77.0.0/16')
    one.wait_state('refused', f'subnet {key} of this node is not one of the '
                   'cluster\'s network any more', since)
    equal([key], list(etcd.subnets()))


@clean
def compaction():
    """What happened while a watch was lost is found after compaction."""
    way = Proxy(etcd.port)
    for n in (7, 8, 9):
        etcd.put(f'{SUBNETS}10.5.{200 + n}.0-24', attrs(f'192.0.2.{n}'))
    one = Node(f'etcd:{way.url}')
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    etcd.delete(SUBNETS + '10.5.208.0-24')
    etcd.put(SUBNETS + '10.5.210.0-24', attrs('192.0.2.10'))
    etcd.compact()
    equal({'10.5.207.0-24', '10.5.208.0-24', '10.5.209.0-24'},
          set(one.peers()))
    way.mend()
    one.wait('complete', since)
    one.wait_state('synced', '', since)
    equal({'10.5.207.0-24', '10.5.209.0-24', '10.5.210.0-24'},
          set(one.peers()))
    equal([key], [e['key'] for e in one.told('own')])


@clean
def resumes():
    """A watch goes on where it was lost, without a new snapshot."""
    way = Proxy(etcd.port)
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    etcd.put(SUBNETS + '10.5.208.0-24', attrs('192.0.2.8'))
    one = Node(f'etcd:{way.url}')
    one.own()
    one.wait_state('synced')
    since = one.mark()
    way.cut()
    one.wait_state('stale', '', since)
    etcd.delete(SUBNETS + '10.5.208.0-24')
    etcd.put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'))
    way.mend()
    one.wait('put', since, key='10.5.209.0-24')
    equal({'10.5.207.0-24', '10.5.209.0-24'}, set(one.peers()))
    equal([], one.told('begin', since))


@clean
def deaf():
    """A watch that is silent for too long is begun anew where it was."""
    proxy = Proxy(etcd.port)
    one = Node(f'etcd:{proxy.url}', silence_ms=1000)
    one.wait_state('synced')
    one.own()
    proxy.deafen()
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one.wait('put', key='10.5.207.0-24')
    equal(1, one.describe()['view']['lists'])
    equal([], one.told('remove'))


@clean
def again():
    """A snapshot can be asked for once more, and changes go on."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one = node(1)
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    one.say('again')
    one.wait('complete', since, count=1)
    etcd.put(SUBNETS + '10.5.208.0-24', attrs('192.0.2.8'))
    one.wait('put', since, key='10.5.208.0-24')
    equal({'10.5.207.0-24', '10.5.208.0-24'}, set(one.peers()))
    equal([key], [e['key'] for e in one.told('own')])
    equal([], one.told('state', since))


@clean
def restart():
    """Nothing is removed while etcd is down or starts again."""
    etcd.put(SUBNETS + '10.5.207.0-24', attrs('192.0.2.7'))
    one = node(1)
    key = one.own()
    one.wait_state('synced')
    since = one.mark()
    etcd.kill()
    one.wait_state('stale', f'etcd at {etcd.url}: ', since)
    etcd.start()
    one.wait_state('synced', '', since)
    equal([], one.told('remove', since))
    etcd.put(SUBNETS + '10.5.209.0-24', attrs('192.0.2.9'))
    one.wait('put', since, key='10.5.209.0-24')
    equal({'10.5.207.0-24', '10.5.209.0-24'}, set(one.peers()))
    equal([key], [e['key'] for e in one.told('own')])


@clean
def down():
    """A node that starts before etcd waits for it."""
    etcd.kill()
    one = node(1)
    one.wait_state('starting', f'etcd at {etcd.url}: ')
    etcd.start()
    one.own()
    one.wait_state('synced')


@clean
def wiped():
    """An etcd that lost its data gets the same subnet again."""
    one = node(1)
    key = one.own()
    one.wait_state('synced')
    etcd.kill()
    etcd.wipe()
    etcd.start()
    etcd.configure()
    until(lambda: key in etcd.subnets(), 'the subnet is claimed again')
    equal(1, len(one.told('own')))


if __name__ == '__main__':
    etcd.start()
    run([acquires, tells_peers, unknown, wish, old_lease, old_lease_outside,
         dual_stack, race, renews, lost_lease, deleted, stolen, fenced,
         publishes, disputed, own_by_address, garbage, reserved, configuration,
         compaction, resumes, deaf, again, restart, down, wiped], [etcd])

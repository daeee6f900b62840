#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""What trace says is what the packet path does.

    here                                 peer
    ov0, u0 192.0.2.1 ------------------ u1 192.0.2.2, 192.0.2.9

Each packet is first asked about, then sent; the counter of the reason that was
told must move, or that of good packets. The peer is known as host 1, and not
known as 192.0.2.9. Its packets are written by hand: no real vxlan device would
send the wrong ones.
"""

import ctypes
import os
import socket
import struct
import time

from nl_lib import (ADD, CLONE_NEWNET, Ktap, add_device, addr, ifindex,
                    ip, mac, packed, prefix, setup, unshare)

OV_MAC = '02:00:00:00:00:aa'
POD = '10.0.1.1'
POD6 = '2001:db8:a::1'


def new_peer():
    """Sockets in the namespace at the other end of u0."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open('/proc/self/ns/net', os.O_RDONLY)
    unshare(CLONE_NEWNET)
    there = os.open('/proc/self/ns/net', os.O_RDONLY)
    libc.setns(here, CLONE_NEWNET)
    ip('link add u0 type veth peer name u1')
    ip('addr add 192.0.2.1/24 dev u0')
    ip('link set u0 up')
    ip(f'link set u1 netns /proc/{os.getpid()}/fd/{there}')
    libc.setns(there, CLONE_NEWNET)
    ip('addr add 192.0.2.2/24 dev u1')
    ip('addr add 192.0.2.9/24 dev u1')
    ip('link set u1 up')
    socks = {}
    for text in ('192.0.2.2', '192.0.2.9'):
        socks[text] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        socks[text].bind((text, 0))
    libc.setns(here, CLONE_NEWNET)
    return socks


def vxlan(source, destination):
    """A vxlan packet with an IPv4 packet in it that has no payload."""
    ethernet = mac(OV_MAC) + mac('02:00:00:00:00:01') + b'\x08\x00'
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20, 0, 0, 64, 253, 0,
                         packed(source), packed(destination))
    total = sum(struct.unpack('!10H', header))
    total = (total & 0xffff) + (total >> 16)
    total = ~((total & 0xffff) + (total >> 16)) & 0xffff
    header = header[:10] + struct.pack('!H', total) + header[12:]
    return struct.pack('!II', 0x08000000, 1 << 8) + ethernet + header


def counters(family):
    stats = family.request('stats-get')
    drops = {d['reason']: d['packets'] for d in stats['drop']}
    return {**drops, 'tx': stats['tx-packets'], 'rx': stats['rx-packets']}


def moved(family, before, direction):
    """The counters of one direction that moved, once one has.

    The node itself sends reports of multicast listeners when it likes to, so
    their drops only count where nothing else moved.
    """
    for _ in range(100):
        after = counters(family)
        got = [k for k in after if k.startswith(direction) and
               after[k] != before[k]]
        others = [k for k in got if k != 'tx-multicast']
        if got:
            return others or got
        time.sleep(0.05)
    return []


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def ask(family, direction, source, destination, outer=None):
    vals = {'direction': direction, **addr(source, 'source'),
            **addr(destination, 'destination')}
    if outer:
        vals.update(addr(outer, 'outer'))
    return family.request('trace-get', vals)


def send(source, destination):
    kind = socket.AF_INET6 if ':' in source else socket.AF_INET
    with socket.socket(kind, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        # The route of a multicast destination is not that of its source.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'ov0')
        sock.sendto(b'x', (destination, 9))


TX = [
    ('10.1.0.5', 'none'), ('10.3.0.5', 'tx-no-route'), ('10.4.0.5', 'tx-loop'),
    ('10.5.0.5', 'tx-not-on-link'), ('10.6.0.5', 'tx-local'),
    ('10.7.0.5', 'tx-blackhole'), ('10.8.0.5', 'tx-unreachable'),
    ('10.9.0.5', 'tx-no-subnet'), ('224.1.2.3', 'tx-multicast'),
    # It is in a subnet, but one that takes no packets.
    ('225.1.2.3', 'tx-multicast'),
    ('2001:db8:1::5', 'none'), ('2001:db8:6::5', 'tx-local'),
    ('2001:db8:9::5', 'tx-no-subnet'),
]

RX = [
    ('192.0.2.2', '10.1.0.5', '10.6.0.5', 'none'),
    ('192.0.2.9', '10.1.0.5', '10.6.0.5', 'rx-host'),
    ('192.0.2.2', '10.3.0.5', '10.6.0.5', 'rx-source'),
    ('192.0.2.2', '10.6.0.5', '10.6.0.5', 'rx-source'),
    ('192.0.2.2', '10.1.0.5', '10.9.0.5', 'rx-destination'),
    ('192.0.2.2', '10.1.0.5', '10.1.0.6', 'rx-destination'),
    ('192.0.2.2', '10.1.0.5', '224.1.2.3', 'rx-multicast'),
]


def fill(family):
    add_device('ov0', mac=mac(OV_MAC))
    ip('link set ov0 up')
    ip('addr add 10.0.1.1/32 dev ov0')
    ip('addr add 2001:db8:a::1/128 dev ov0 nodad')
    for route in ('10.0.0.0/8 dev ov0', '224.0.0.0/4 dev ov0',
                  '198.51.100.0/24 via 192.0.2.2'):
        ip('route add ' + route)
    ip('-6 route add 2001:db8::/32 dev ov0')
    family.host(1, '192.0.2.2', name='peer')
    family.host(3, '203.0.113.1')
    family.host(4, '10.200.0.1')
    family.request('host-new', {'id': 5, 'encap': 'direct',
                                **addr('198.51.100.1', 'remote')}, ADD)
    for n in (1, 3, 4, 5):
        family.subnet(f'10.{n}.0.0/16', host=n)
    family.subnet('10.6.0.0/16')
    family.subnet('10.7.0.0/16', type='blackhole')
    family.subnet('10.8.0.0/16', type='unreachable')
    family.subnet('225.0.0.0/8', type='blackhole')
    family.subnet('2001:db8:1::/48', host=1)
    family.subnet('2001:db8:6::/48')
    family.request('identity-new', {**prefix('10.1.0.0/16'), 'identity': 77},
                   ADD)
    family.request('endpoint-new', {'link': ifindex('p0'), 'name': 'pod',
                                    'identity': 78,
                                    **addr('10.6.0.5', 'address')}, ADD)


def sent_as_told(family, destination, reason):
    source = POD6 if ':' in destination else POD
    told = ask(family, 'tx', source, destination)
    equal(reason, told['reason'])
    equal(reason, told['step'][-1]['reason'])
    before = counters(family)
    try:
        send(source, destination)
    except OSError:
        pass
    equal(['tx' if reason == 'none' else reason],
          moved(family, before, 'tx'))


def received_as_told(family, socks, case):
    outer, source, destination, reason = case
    equal(reason, ask(family, 'rx', source, destination, outer)['reason'])
    before = counters(family)
    socks[outer].sendto(vxlan(source, destination), ('192.0.2.1', 8472))
    equal(['rx' if reason == 'none' else reason],
          moved(family, before, 'rx'))


def steps_of_a_sent_packet(family):
    """the way of a sent packet names subnet, identities, host and route"""
    steps = ask(family, 'tx', POD, '10.1.0.5')['step']
    equal(['device', 'source', 'source-identity', 'destination',
           'destination-identity', 'host', 'route', 'verdict'],
          [s['kind'] for s in steps])
    by = {s['kind']: s for s in steps}
    equal((16, 'host', 1), tuple(by['destination'][k] for k in
                                 ('prefix-len', 'type', 'host')))
    equal((0, 77), (by['source-identity']['identity'],
                    by['destination-identity']['identity']))
    equal((1, 'peer', 'vxlan', '192.0.2.2'),
          tuple(by['host'][k] for k in ('host', 'name', 'encap', 'address')))
    equal((ifindex('u0'), 1450, '192.0.2.1'),
          tuple(by['route'][k] for k in ('link', 'mtu', 'source')))


def steps_of_a_received_packet(family):
    """the way of a received packet names host, subnets and endpoint"""
    steps = ask(family, 'rx', '10.1.0.5', '10.6.0.5', '192.0.2.2')['step']
    equal(['device', 'outer-source', 'source', 'source-identity',
           'destination', 'endpoint', 'destination-identity', 'verdict'],
          [s['kind'] for s in steps])
    by = {s['kind']: s for s in steps}
    equal((1, 'peer'), (by['outer-source']['host'],
                        by['outer-source']['name']))
    equal(('pod', 78, ifindex('p0')),
          tuple(by['endpoint'][k] for k in ('name', 'identity', 'link')))


def gateway_of_a_route(family):
    """a route through a gateway names it"""
    steps = ask(family, 'tx', POD, '10.5.0.5')['step']
    equal('192.0.2.2', steps[-2]['gateway'])


def named(what, function, *args):
    def run():
        function(*args)
    run.__doc__ = what
    return run


def main():
    family = setup()
    ip('link del ov0')
    socks = new_peer()
    fill(family)
    tap = Ktap()
    for destination, reason in TX:
        tap.run(named(f'trace and tx agree on {destination}: {reason}',
                      sent_as_told, family, destination, reason))
    for case in RX:
        tap.run(named('trace and rx agree on {1} to {2} from {0}: {3}'
                      .format(*case), received_as_told, family, socks, case))
    for test in (steps_of_a_sent_packet, steps_of_a_received_packet,
                 gateway_of_a_route):
        tap.run(test, family)
    tap.finish()


main()

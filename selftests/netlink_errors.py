#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Every refusal of the family has an errno, a sentence, and the attribute.

One case a line: what, request, attributes, flags, errno, sentence, attribute.
An attribute that is missing is the one that is blamed. Where the sentence is
the kernel's own, for a policy that the YAML states, it is the kernel's.
"""

import struct

from nl_lib import (ADD, PUT, REPLACE, Family, Ktap, addr, add_device, ifindex,
                    mac, packed, prefix, refusal, setup, words_of)

A_HOST = {'id': 2, 'encap': 'vxlan', 'mac': mac(), 'remote': packed('192.0.2.2')}
A_SUBNET = {**prefix('10.9.0.0/16'), 'type': 'local'}
AN_IDENTITY = {**prefix('10.9.0.0/16'), 'identity': 100}
A_RULE = {'name': 'a', 'action': 'accept'}
A_RULESET = {'id': 8, 'rule': [A_RULE]}
A_TRACE = {'source': packed('10.1.0.1'), 'destination': packed('10.2.0.1')}

APPEND = [0x800]
UNICAST = 'the address of a host must be unicast, and not loopback'
ETHERNET = 'only vxlan and geneve have '
RANGE = 'integer out of range'
LENGTH = 'binary attribute size out of range'
HOST_BITS = 'the address has bits set past the length of the prefix'


def array(*numbers):
    return struct.pack(f'={len(numbers)}I', *numbers)


def without(vals, *names):
    return {k: v for k, v in vals.items() if k not in names}


def hosts(vals=None, **more):
    """A_HOST with changes; a value of None takes the attribute away."""
    vals = {**A_HOST, **(vals or {}),
            **{k.replace('_', '-'): v for k, v in more.items()}}
    return {k: v for k, v in vals.items() if v is not None}


HEADER = [
    ('a request without device', 'host-get', {'ifindex': None, 'id': 1}, [],
     'EINVAL', 'the request names no device', 'ifindex'),
    ('an interface that does not exist', 'device-get', {'ifindex': 9999}, [],
     'ENODEV', 'there is no interface with this index', 'ifindex'),
    ('an interface of another kind', 'device-get', {'ifindex': 'p0'}, [],
     'ENOTSUP', 'the interface is no k8sov device', 'ifindex'),
    ('flags of creation where nothing is created', 'subnet-del',
     prefix('10.1.0.0/16'), REPLACE,
     'EINVAL', 'the message has flags that the command does not know', None),
    ('an attribute that the command does not have', 'host-del',
     {'id': 1, 'name': 'x'}, [], 'EINVAL', 'Unknown attribute type', 'name'),
    ('a transaction that does not exist', 'subnet-new',
     {**A_SUBNET, 'txn': 4000000000}, ADD,
     'ENOENT', 'there is no such transaction', 'txn'),
]

HOST_VALUES = [
    ('a host without address', 'host-new', hosts(remote=None), ADD,
     'EINVAL', 'a host needs an outer address', 'remote'),
    ('a host with addresses of both families', 'host-new',
     hosts(remote6=packed('2001:db8::2')), ADD, 'EINVAL',
     'there are addresses of both families, give one', 'remote6'),
    *((f'a host at {a}', 'host-new', hosts(addr(a, 'remote'), **(
        {'remote': None} if ':' in a else {})), ADD,
       'EINVAL', UNICAST, 'remote6' if ':' in a else 'remote')
      for a in ('0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255',
                '::', '::1', 'ff02::1', '::ffff:192.0.2.2')),
    ('a host at a link-local address, on a device without link', 'host-new',
     hosts(addr('fe80::2', 'remote'), remote=None), ADD, 'EINVAL',
     'a link-local address needs a device that is bound to a link', 'remote6'),
    ('a source that is multicast', 'host-new',
     hosts(source=[packed('192.0.2.3'), packed('224.0.0.1')]), ADD,
     'EINVAL', UNICAST, 'source'),
    ('a host with nine sources', 'host-new',
     hosts(source=[packed(f'192.0.2.{n}') for n in range(10, 19)]), ADD,
     'E2BIG', 'there are too many addresses', 'source'),
    ('an address given twice', 'host-new', hosts(source=packed('192.0.2.2')),
     ADD, 'EINVAL', 'the address is given twice', 'source'),
    ('an address of another host', 'host-new', hosts(remote=packed('192.0.2.1')),
     ADD, 'EEXIST', "the address is another host's", 'remote'),
    ('a source of another host', 'host-new', hosts(source=packed('192.0.2.101')),
     ADD, 'EEXIST', "the address is another host's", 'source'),
    ('a vxlan host without MAC address', 'host-new', hosts(mac=None), ADD,
     'EINVAL', 'vxlan and geneve need the MAC address of the remote device',
     'mac'),
    ('a geneve host without MAC address', 'host-new',
     hosts(mac=None, encap='geneve'), ADD, 'EINVAL',
     'vxlan and geneve need the MAC address of the remote device', 'mac'),
    *((f'a host with MAC address {m}', 'host-new', hosts(mac=mac(m)), ADD,
       'EINVAL', 'the MAC address must be unicast and not zero', 'mac')
      for m in ('00:00:00:00:00:00', '01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff')),
    ('port 0', 'host-new', hosts(port=0), ADD,
     'EINVAL', 'the port must not be 0', 'port'),
    ('an ipip host with MAC address', 'host-new', hosts(encap='ipip'), ADD,
     'EINVAL', ETHERNET + 'MAC addresses', 'mac'),
    ('a direct host with port', 'host-new',
     hosts(encap='direct', mac=None, port=1), ADD,
     'EINVAL', ETHERNET + 'ports', 'port'),
    ('an ipip host with VNI', 'host-new', hosts(encap='ipip', mac=None, vni=1),
     ADD, 'EINVAL', ETHERNET + 'a VNI', 'vni'),
]

HOST_POLICY = [
    ('host id 0', 'host-new', hosts(id=0), ADD, 'ERANGE', RANGE, 'id'),
    ('a host id over the highest', 'host-new', hosts(id=1 << 20), ADD,
     'ERANGE', RANGE, 'id'),
    ('a VNI of 25 bits', 'host-new', hosts(vni=1 << 24), ADD,
     'ERANGE', RANGE, 'vni'),
    ('an unknown encapsulation', 'host-new', hosts(encap=4), ADD,
     'ERANGE', RANGE, 'encap'),
    ('an IPv4 address of five bytes', 'host-new', hosts(remote=b'12345'), ADD,
     'ERANGE', LENGTH, 'remote'),
    ('a MAC address of eight bytes', 'host-new', hosts(mac=b'12345678'), ADD,
     'ERANGE', LENGTH, 'mac'),
    ('a host name of 254 bytes', 'host-new', hosts(name='n' * 254), ADD,
     'EINVAL', 'Attribute failed policy validation', 'name'),
]

HOST_OWNERS = [
    ('a host that exists', 'host-new', hosts(id=1, owner=5), ADD,
     'EEXIST', 'the host exists already', 'id'),
    ('a host that exists, with no flags', 'host-new', hosts(id=1, owner=5), [],
     'EEXIST', 'the host exists already', 'id'),
    ('a host that exists and is foreign', 'host-new', hosts(id=1, owner=6), ADD,
     'EEXIST', 'the host exists and belongs to another owner', 'id'),
    ('the replacement of a foreign host', 'host-new', hosts(id=1, owner=6), PUT,
     'EPERM', 'the host belongs to another owner', 'id'),
    ('the replacement of a host that is not there', 'host-new', hosts(),
     REPLACE, 'ENOENT', 'there is no such host', 'id'),
    ('the deletion of a foreign host', 'host-del', {'id': 1, 'owner': 6}, [],
     'EPERM', 'the host belongs to another owner', 'id'),
    ('the deletion of a host that names no owner', 'host-del', {'id': 1}, [],
     'EPERM', 'the host belongs to another owner', 'id'),
    ('the deletion of a host that is not there', 'host-del', {'id': 2}, [],
     'ENOENT', 'there is no such host', 'id'),
    ('the deletion of no host', 'host-del', {}, [],
     'EINVAL', 'the request names no host', 'id'),
    ('the deletion of a host with subnets', 'host-del', {'id': 1, 'owner': 5},
     [], 'EBUSY', 'subnets still name the host', 'id'),
    ('a question for no host', 'host-get', {}, [],
     'EINVAL', 'the request names no host', 'id'),
    ('a question for a host by two keys', 'host-get', {'id': 1, 'name': 'a'},
     [], 'EINVAL',
     'there are several keys, give one of id, name and address', 'id'),
    ('a question for a host that is not there', 'host-get', {'name': 'b'}, [],
     'ENOENT', 'there is no such host', 'name'),
]

SUBNET = [
    ('a subnet without prefix', 'subnet-new', {'type': 'local'}, ADD,
     'EINVAL', 'the request names no prefix', 'prefix'),
    ('a subnet without length', 'subnet-new', without(A_SUBNET, 'prefix-len'),
     ADD, 'EINVAL', 'the prefix has no length', 'prefix-len'),
    ('a subnet of both families', 'subnet-new',
     {**A_SUBNET, 'prefix6': packed('2001:db8::')}, ADD, 'EINVAL',
     'there are addresses of both families, give one', 'prefix6'),
    ('an IPv4 prefix of 33 bits', 'subnet-new', {**A_SUBNET, 'prefix-len': 33},
     ADD, 'EINVAL', 'an IPv4 prefix is at most 32 bits long', 'prefix-len'),
    ('an IPv6 prefix of 129 bits', 'subnet-new',
     {**prefix('2001:db8::/64'), 'prefix-len': 129, 'type': 'local'}, ADD,
     'ERANGE', RANGE, 'prefix-len'),
    ('an IPv4 prefix with host bits', 'subnet-new',
     {**A_SUBNET, 'prefix-len': 7}, ADD, 'EINVAL', HOST_BITS, 'prefix'),
    ('an IPv6 prefix with host bits', 'subnet-new',
     {**prefix('2001:db8::1/127'), 'type': 'local'}, ADD,
     'EINVAL', HOST_BITS, 'prefix6'),
    ('an unknown type', 'subnet-new', {**A_SUBNET, 'type': 4}, ADD,
     'ERANGE', RANGE, 'type'),
    ('a subnet of a host that is not given', 'subnet-new',
     {**A_SUBNET, 'type': 'host'}, ADD, 'EINVAL',
     'a subnet of type host needs the id of a host', 'host'),
    ('a subnet of a host that is not there', 'subnet-new',
     {**A_SUBNET, 'type': 'host', 'host': 3}, ADD,
     'ENOENT', 'there is no host with this id', 'host'),
    ('a local subnet with host', 'subnet-new', {**A_SUBNET, 'host': 1}, ADD,
     'EINVAL', 'only subnets of type host have a host', 'host'),
    ('a subnet that exists', 'subnet-new',
     {**A_SUBNET, **prefix('10.1.0.0/16'), 'owner': 5}, ADD,
     'EEXIST', 'the subnet exists already', 'prefix'),
    ('a subnet that exists and is foreign', 'subnet-new',
     {**A_SUBNET, **prefix('10.1.0.0/16')}, ADD,
     'EEXIST', 'the subnet exists and belongs to another owner', 'prefix'),
    ('the replacement of a foreign subnet', 'subnet-new',
     {**A_SUBNET, **prefix('10.1.0.0/16')}, PUT,
     'EPERM', 'the subnet belongs to another owner', 'prefix'),
    ('the replacement of a subnet that is not there', 'subnet-new', A_SUBNET,
     REPLACE, 'ENOENT', 'there is no such subnet', 'prefix'),
    ('the deletion of a foreign subnet', 'subnet-del', prefix('10.1.0.0/16'),
     [], 'EPERM', 'the subnet belongs to another owner', 'prefix'),
    ('the deletion of a subnet that is not there', 'subnet-del',
     prefix('10.1.0.0/17'), [], 'ENOENT', 'there is no such subnet', 'prefix'),
    ('a question for a subnet that is not there', 'subnet-get',
     prefix('2001:db8::/32'), [], 'ENOENT', 'there is no such subnet',
     'prefix6'),
]

ENDPOINT = [
    ('an endpoint without link', 'endpoint-new', {}, ADD,
     'EINVAL', 'the request names no link', 'link'),
    ('an endpoint at an interface that is not there', 'endpoint-new',
     {'link': 9999}, ADD, 'ENODEV', 'there is no interface with this index',
     'link'),
    ('an endpoint at the device itself', 'endpoint-new', {'link': 'ov0'}, ADD,
     'EINVAL', 'the link of an endpoint cannot be the overlay device itself',
     'link'),
    ('an endpoint at interface 0', 'endpoint-new', {'link': 0}, ADD,
     'ERANGE', RANGE, 'link'),
    ('an endpoint with a multicast address', 'endpoint-new',
     {'link': 'p1', 'address6': packed('ff02::1')}, ADD, 'EINVAL',
     'the address of an endpoint must be unicast, and not loopback',
     'address6'),
    ('an endpoint with an address given twice', 'endpoint-new',
     {'link': 'p1', 'address': [packed('10.1.0.9'), packed('10.1.0.9')]}, ADD,
     'EINVAL', 'the address is given twice', 'address'),
    ('an endpoint with the address of another', 'endpoint-new',
     {'link': 'p1', 'address': packed('10.1.0.2')}, ADD,
     'EEXIST', "the address is another endpoint's", 'address'),
    ('an endpoint with 17 addresses', 'endpoint-new',
     {'link': 'p1', 'address': [packed(f'10.1.1.{n}') for n in range(1, 18)]},
     ADD, 'E2BIG', 'there are too many addresses', 'address'),
    ('an endpoint in an unknown state', 'endpoint-new',
     {'link': 'p1', 'state': 2}, ADD, 'ERANGE', RANGE, 'state'),
    ('an endpoint that exists', 'endpoint-new', {'link': 'p0', 'owner': 5}, ADD,
     'EEXIST', 'the endpoint exists already', 'link'),
    ('an endpoint that exists and is foreign', 'endpoint-new', {'link': 'p0'},
     ADD, 'EEXIST', 'the endpoint exists and belongs to another owner', 'link'),
    ('the replacement of a foreign endpoint', 'endpoint-new', {'link': 'p0'},
     PUT, 'EPERM', 'the endpoint belongs to another owner', 'link'),
    ('the replacement of an endpoint that is not there', 'endpoint-new',
     {'link': 'p1'}, REPLACE, 'ENOENT', 'there is no such endpoint', 'link'),
    ('the deletion of a foreign endpoint', 'endpoint-del',
     {'link': 'p0', 'owner': 6}, [],
     'EPERM', 'the endpoint belongs to another owner', 'link'),
    ('the deletion of an endpoint that is not there', 'endpoint-del',
     {'link': 'p1'}, [], 'ENOENT', 'there is no such endpoint', 'link'),
    ('the deletion of no endpoint', 'endpoint-del', {}, [],
     'EINVAL', 'the request names no link', 'link'),
    ('a question for no endpoint', 'endpoint-get', {}, [],
     'EINVAL', 'the request names no endpoint', 'link'),
    ('a question for an endpoint by two keys', 'endpoint-get',
     {'link': 'p0', 'address': packed('10.1.0.2')}, [], 'EINVAL',
     'there are several keys, give one of link and address', 'link'),
    ('a question for an endpoint that is not there', 'endpoint-get',
     {'address': packed('10.1.0.3')}, [], 'ENOENT',
     'there is no such endpoint', 'address'),
]

ENDPOINT_POLICY = [
    ('an endpoint of the identity that stands for any', 'endpoint-new',
     {'link': 'p1', 'identity': 0xffffffff}, ADD, 'ERANGE', RANGE, 'identity'),
    ('a ruleset id over the highest', 'endpoint-new',
     {'link': 'p1', 'egress': 1 << 31}, ADD, 'ERANGE', RANGE, 'egress'),
    ('an endpoint with a ruleset for ingress that is not there',
     'endpoint-new', {'link': 'p1', 'ingress': 9}, ADD,
     'ENOENT', 'there is no such ruleset', 'ingress'),
    ('an endpoint with a ruleset for egress that is not there',
     'endpoint-new', {'link': 'p1', 'ingress': 7, 'egress': 9}, ADD,
     'ENOENT', 'there is no such ruleset', 'egress'),
]

IDENTITY = [
    ('the identity that stands for any', 'identity-new',
     {**AN_IDENTITY, 'identity': 0xffffffff}, ADD, 'ERANGE', RANGE,
     'identity'),
    ('an identity without prefix', 'identity-new', {'identity': 9}, ADD,
     'EINVAL', 'the request names no prefix', 'prefix'),
    ('an identity that is not given', 'identity-new', prefix('10.9.0.0/16'),
     ADD, 'EINVAL', 'the request names no identity', 'identity'),
    ('an identity that exists', 'identity-new',
     {**AN_IDENTITY, **prefix('10.1.0.0/16'), 'owner': 5}, ADD,
     'EEXIST', 'the identity exists already', 'prefix'),
    ('an identity that exists and is foreign', 'identity-new',
     {**AN_IDENTITY, **prefix('10.1.0.0/16')}, ADD,
     'EEXIST', 'the identity exists and belongs to another owner', 'prefix'),
    ('the replacement of a foreign identity', 'identity-new',
     {**AN_IDENTITY, **prefix('10.1.0.0/16')}, PUT,
     'EPERM', 'the identity belongs to another owner', 'prefix'),
    ('the replacement of an identity that is not there', 'identity-new',
     AN_IDENTITY, REPLACE, 'ENOENT', 'there is no such identity', 'prefix'),
    ('the deletion of a foreign identity', 'identity-del',
     prefix('10.1.0.0/16'), [],
     'EPERM', 'the identity belongs to another owner', 'prefix'),
    ('the deletion of an identity that is not there', 'identity-del',
     prefix('10.9.0.0/16'), [], 'ENOENT', 'there is no such identity',
     'prefix'),
    ('a question for an identity that is not there', 'identity-get',
     prefix('2001:db8::/32'), [], 'ENOENT', 'there is no such identity',
     'prefix6'),
]

RULESET = [
    ('a ruleset without id', 'ruleset-new', without(A_RULESET, 'id'), ADD,
     'EINVAL', 'the request names no ruleset', 'id'),
    ('ruleset id 0', 'ruleset-new', {**A_RULESET, 'id': 0}, ADD,
     'ERANGE', RANGE, 'id'),
    ('a ruleset without rule', 'ruleset-new', {'id': 8}, ADD,
     'EINVAL', 'the ruleset has no rule', 'rule'),
    ('a rule without action', 'ruleset-new', {'id': 8, 'rule': [{'name': 'a'}]},
     ADD, 'EINVAL', 'the rule has no action', 'rule'),
    ('a rule with hits', 'ruleset-new', {'id': 8, 'rule': [
        {**A_RULE, 'hits': 1}]}, ADD, 'EINVAL',
     'the hits of a rule cannot be set', 'rule.hits'),
    ('an unknown action', 'ruleset-new', {'id': 8, 'rule': [{'action': 3}]},
     ADD, 'ERANGE', RANGE, 'rule.action'),
    ('a rule name of 256 bytes', 'ruleset-new', {'id': 8, 'rule': [
        {**A_RULE, 'name': 'n' * 256}]}, ADD,
     'EINVAL', 'Attribute failed policy validation', 'rule.name'),
    ('a default that is no rule', 'ruleset-new',
     {**A_RULESET, 'default-rule': 1}, ADD, 'EINVAL',
     'the default is a rule that the ruleset does not have', 'default-rule'),
    *((f'{what} of {n} bytes', 'ruleset-new', {**A_RULESET, what: bytes(n)},
       ADD, 'EINVAL', 'the attribute ends inside an entry', what)
      for what, n in (('member', 7), ('member', 12), ('range', 8))),
    ('members out of order', 'ruleset-new',
     {**A_RULESET, 'member': array(2, 0, 1, 0)}, ADD, 'EINVAL',
     'the members are not in the order of identities, each once', 'member'),
    ('a class that is too high', 'ruleset-new',
     {**A_RULESET, 'member': array(1, 65535)}, ADD, 'EINVAL',
     'the class is too high', 'member'),
    ('a range of a class that is too high', 'ruleset-new',
     {**A_RULESET, 'range': array(65535, 0, 0, 0)}, ADD, 'EINVAL',
     'the class is too high', 'range'),
    ('ranges that overlap', 'ruleset-new',
     {**A_RULESET, 'range': array(0, 0, 5, 0, 0, 5, 9, 0)}, ADD, 'EINVAL',
     'the ranges are not in the order of classes and keys, or overlap',
     'range'),
    ('a range that is backwards', 'ruleset-new',
     {**A_RULESET, 'range': array(0, 5, 4, 0)}, ADD, 'EINVAL',
     'the range ends before it begins', 'range'),
    ('a key that is too high', 'ruleset-new',
     {**A_RULESET, 'range': array(0, 5, 1 << 24, 0)}, ADD, 'EINVAL',
     'the range ends above the highest key', 'range'),
    ('a range that names no rule', 'ruleset-new',
     {**A_RULESET, 'range': array(0, 5, 5, 1)}, ADD, 'EINVAL',
     'the range names a rule that the ruleset does not have', 'range'),
    ('appending outside of a transaction', 'ruleset-new',
     {'id': 7, 'owner': 5, 'rule': [A_RULE]}, APPEND, 'EBUSY',
     'only what the same transaction has set can be appended to', 'id'),
    ('appending to nothing', 'ruleset-new', A_RULESET, APPEND,
     'ENOENT', 'there is no such ruleset', 'id'),
    ('appending to a foreign ruleset', 'ruleset-new', {**A_RULESET, 'id': 7},
     APPEND, 'EPERM', 'the ruleset belongs to another owner', 'id'),
    ('appending and creating', 'ruleset-new', A_RULESET, ADD + APPEND,
     'EINVAL', 'what appends neither creates nor replaces', None),
    ('appending a name', 'ruleset-new', {**A_RULESET, 'id': 7, 'name': 'n'},
     APPEND, 'EINVAL', 'what appends cannot change the name', 'name'),
    ('appending to something else', 'host-new', hosts(), APPEND, 'EINVAL',
     'the message has flags that the command does not know', None),
    ('a ruleset that exists', 'ruleset-new', {**A_RULESET, 'id': 7, 'owner': 5},
     ADD, 'EEXIST', 'the ruleset exists already', 'id'),
    ('a ruleset that exists and is foreign', 'ruleset-new',
     {**A_RULESET, 'id': 7}, ADD, 'EEXIST',
     'the ruleset exists and belongs to another owner', 'id'),
    ('the replacement of a foreign ruleset', 'ruleset-new',
     {**A_RULESET, 'id': 7}, PUT,
     'EPERM', 'the ruleset belongs to another owner', 'id'),
    ('the replacement of a ruleset that is not there', 'ruleset-new',
     A_RULESET, REPLACE, 'ENOENT', 'there is no such ruleset', 'id'),
    ('the deletion of a foreign ruleset', 'ruleset-del', {'id': 7}, [],
     'EPERM', 'the ruleset belongs to another owner', 'id'),
    ('the deletion of a ruleset that is not there', 'ruleset-del', {'id': 8},
     [], 'ENOENT', 'there is no such ruleset', 'id'),
    ('the deletion of no ruleset', 'ruleset-del', {}, [],
     'EINVAL', 'the request names no ruleset', 'id'),
    ('the deletion of a ruleset that an endpoint names', 'ruleset-del',
     {'id': 7, 'owner': 5}, [], 'EBUSY', 'endpoints name the ruleset', 'id'),
    ('a question for no ruleset', 'ruleset-get', {}, [],
     'EINVAL', 'the request names no ruleset', 'id'),
    ('a question for a ruleset that is not there', 'ruleset-get', {'id': 8},
     [], 'ENOENT', 'there is no such ruleset', 'id'),
]

TXN = [
    ('a transaction that replaces hosts and keeps subnets', 'txn-begin',
     {'tables': {'host'}}, [], 'EINVAL',
     'to replace all hosts, replace all subnets as well', 'tables'),
    ('a transaction that replaces rulesets and keeps endpoints', 'txn-begin',
     {'tables': {'ruleset'}}, [], 'EINVAL',
     'to replace all rulesets, replace all endpoints as well', 'tables'),
    ('a flush of rulesets that endpoints name', 'flush',
     {'tables': {'ruleset'}}, [], 'EBUSY',
     'endpoints that stay name rulesets that are to go', 'tables'),
    ('a transaction with an unknown table', 'txn-begin', {'tables': 32}, [],
     'EINVAL', 'reserved bit set', 'tables'),
    ('a commit of no transaction', 'txn-commit', {}, [],
     'EINVAL', 'the request names no transaction', 'txn'),
    ('an abort of no transaction', 'txn-abort', {}, [],
     'EINVAL', 'the request names no transaction', 'txn'),
    ('a commit of a transaction that does not exist', 'txn-commit',
     {'txn': 4000000000}, [], 'ENOENT', 'there is no such transaction', 'txn'),
    ('a flush of no tables', 'flush', {}, [],
     'EINVAL', 'the request names no tables', 'tables'),
    ('a flush of hosts that subnets name', 'flush', {'tables': {'host'}}, [],
     'EBUSY', 'subnets still name a host that is to be flushed', None),
]

TRACE = [
    ('a trace without source', 'trace-get', without(A_TRACE, 'source'), [],
     'EINVAL', 'the packet has no source', 'source'),
    ('a trace without destination', 'trace-get',
     without(A_TRACE, 'destination'), [],
     'EINVAL', 'the packet has no destination', 'destination'),
    ('a trace between families', 'trace-get',
     {**without(A_TRACE, 'destination'), 'destination6': packed('2001:db8::1')},
     [], 'EINVAL', 'source and destination are of different families',
     'destination6'),
    ('a trace of a received packet from nowhere', 'trace-get',
     {**A_TRACE, 'direction': 'rx'}, [], 'EINVAL',
     'a received packet needs the outer source it came from', 'outer'),
    ('a trace of a sent packet with outer source', 'trace-get',
     {**A_TRACE, 'outer': packed('192.0.2.1')}, [], 'EINVAL',
     'only received packets have an outer source', 'outer'),
    ('a trace on a device that is down', 'trace-get',
     {**A_TRACE, 'ifindex': 'small'}, [], 'ENETDOWN',
     'the device is down, no packet gets to it', 'ifindex'),
]

# The device small has room for one entry of each kind, and has it.
LIMITS = [
    ('a host too many', 'host-new', hosts(ifindex='small'), ADD, 'ENOSPC',
     'the device has as many hosts as max-hosts allows', 'id'),
    ('a subnet too many', 'subnet-new', {**A_SUBNET, 'ifindex': 'small'}, ADD,
     'ENOSPC', 'the device has as many subnets as max-subnets allows',
     'prefix'),
    ('an endpoint too many', 'endpoint-new', {'ifindex': 'small', 'link': 'p1'},
     ADD, 'ENOSPC', 'the device has as many endpoints as max-endpoints allows',
     'link'),
    ('an identity too many', 'identity-new',
     {**AN_IDENTITY, 'ifindex': 'small'}, ADD, 'ENOSPC',
     'the device has as many identities as max-identities allows', 'prefix'),
    ('a ruleset too many', 'ruleset-new', {**A_RULESET, 'ifindex': 'small'},
     ADD, 'ENOSPC', 'the device has as many rulesets as max-rulesets allows',
     'id'),
    ('a host id over the limit', 'host-new', hosts(ifindex='empty'), ADD,
     'ERANGE', 'the id of a host must not be above max-hosts', 'id'),
]

# The device four has a local IPv4 address only.
LOCAL = [
    ('an IPv6 host on a device with a local IPv4 address', 'host-new',
     hosts({'ifindex': 'four', **addr('2001:db8::2', 'remote')}, remote=None),
     ADD, 'EAFNOSUPPORT',
     'the device has a local address of the other family only', 'remote6'),
    ('a host at the local address', 'host-new',
     hosts(ifindex='four', remote=packed('192.0.2.200')), ADD, 'EINVAL',
     "the address is the device's own local address", 'remote'),
]


def fill(family):
    """What the cases run into."""
    family.host(1, '192.0.2.1', owner=5, name='a',
                source=packed('192.0.2.101'))
    family.subnet('10.1.0.0/16', host=1, owner=5)
    family.request('ruleset-new', {**A_RULESET, 'id': 7, 'owner': 5}, ADD)
    family.request('endpoint-new', {'link': ifindex('p0'), 'owner': 5,
                                    'ingress': 7,
                                    'address': packed('10.1.0.2')}, ADD)
    family.request('identity-new', {**prefix('10.1.0.0/16'), 'owner': 5,
                                    'identity': 9}, ADD)

    add_device('small', id=2, max_hosts=1, max_subnets=1, max_endpoints=1,
               max_identities=1, max_rulesets=1)
    small = Family('small')
    small.host(1, '192.0.2.1')
    small.subnet('10.1.0.0/16', host=1)
    small.request('endpoint-new', {'link': ifindex('p0')}, ADD)
    small.request('identity-new', {**prefix('10.1.0.0/16'), 'identity': 9}, ADD)
    small.request('ruleset-new', {**A_RULESET, 'id': 1}, ADD)

    add_device('empty', id=3, max_hosts=1)
    add_device('four', id=4, local=packed('192.0.2.200'))


def tables(family):
    """Everything that a refused request must leave alone."""
    return [family.dump(op, {}) for op in
            ('host-get', 'subnet-get', 'endpoint-get', 'identity-get',
             'ruleset-get')]


def run_case(tap, family, case):
    what, op, vals, flags, *expected = case
    vals = dict(vals)
    for name in ('ifindex', 'link'):
        if isinstance(vals.get(name), str):
            vals[name] = ifindex(vals[name])
    vals.setdefault('ifindex', ifindex('ov0'))
    vals = {k: v for k, v in vals.items() if v is not None}

    before = family.dump('device-get', {})
    try:
        got = words_of(refusal(family.do, op, vals, list(flags)))
    except AssertionError as error:
        got = error
    tap.equal(f'{what} is refused', tuple(expected), got)
    after = family.dump('device-get', {})
    if before != after:
        tap.equal(f'{what} changes nothing', before, after)


def main():
    family = setup()
    tap = Ktap()
    fill(family)
    before = tables(family)
    for case in (HEADER + HOST_VALUES + HOST_POLICY + HOST_OWNERS + SUBNET +
                 ENDPOINT + ENDPOINT_POLICY + IDENTITY + RULESET + TXN +
                 TRACE + LIMITS + LOCAL):
        run_case(tap, family, case)
    tap.equal('all these requests changed nothing', before, tables(family))
    tap.finish()


main()

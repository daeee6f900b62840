#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Rulesets: whole or not at all, in parts if they are large, never missing."""

import struct

from nl_lib import (ADD, PUT, REPLACE, Family, Ktap, add_device, ifindex, ip,
                    packed, refusal, setup, words_of)

APPEND = [0x800]
ANY = 0xffffffff
ACCEPT = {'name': 'NetworkPolicy default/web ingress 1', 'action': 'accept'}
DROP = {'name': 'isolated', 'action': 'drop', 'log': True}


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def array(*numbers):
    return struct.pack(f'={len(numbers)}I', *numbers)


def tcp(port):
    return 6 << 16 | port


def ruleset(family, id, flags=None, **more):
    vals = {'id': id, 'name': 'web-in', 'rule': [ACCEPT, DROP],
            'default-rule': 1, 'member': array(300, 0, 301, 0, ANY, 1),
            'range': array(0, tcp(80), tcp(90), 0, 1, tcp(443), tcp(443), 0),
            **{k.replace('_', '-'): v for k, v in more.items()}}
    vals = {k: v for k, v in vals.items() if v is not None}
    return family.request('ruleset-new', vals, flags or ADD)


def append(family, id, txn, **more):
    return family.request('ruleset-new', {'id': id, 'txn': txn, **more},
                          APPEND)


def whole(family, **filters):
    """All rulesets of a dump by id, their parts put together."""
    sets = {}
    for part in family.entries('ruleset-get', filters):
        full = sets.setdefault(part['id'], {'parts': 0})
        full['parts'] += 1
        for key in 'rule', 'member', 'range':
            full.setdefault(key, []).extend(part.pop(key, []))
        full.update(part)
    return sets


def ids(family):
    return sorted(whole(family))


def put_endpoint(family, flags=None, **more):
    return family.request('endpoint-new', {
        'link': ifindex('p0'), 'address': packed('10.1.0.2'), **more},
        flags or PUT)


def wiped(test):
    """Each behaviour starts with empty tables and no unread events."""
    def run(family):
        family.request('flush', {'tables': {'endpoint', 'ruleset'}})
        family.listener.events()
        return test(family)
    run.__doc__ = test.__doc__
    return run


@wiped
def comes_back(family):
    """a ruleset comes back as it was set"""
    ruleset(family, 7, owner=5)
    got = whole(family)[7]
    equal([{**ACCEPT, 'hits': 0}, {**DROP, 'hits': 0}], got['rule'])
    equal([300, 0, 301, 0, ANY, 1], got['member'])
    equal([0, tcp(80), tcp(90), 0, 1, tcp(443), tcp(443), 0], got['range'])
    equal(('web-in', 5, 1, 2, 3, 2, 1),
          tuple(got[k] for k in ('name', 'owner', 'default-rule', 'rules',
                                 'members', 'ranges', 'parts')))
    head = family.request('ruleset-get', {'id': 7})
    equal(('web-in', 5, 1, 2, 3, 2), tuple(head[k] for k in (
        'name', 'owner', 'default-rule', 'rules', 'members', 'ranges')))
    equal({7}, set(whole(family, id=7)))
    equal({}, whole(family, id=8))
    equal(1, family.device()['rulesets'])


@wiped
def little_is_enough(family):
    """a rule is all that a ruleset needs"""
    ruleset(family, 2147483647, name=None, default_rule=None, member=None,
            range=None, rule=[{'action': 'reject'}])
    got = whole(family)[2147483647]
    equal([{'action': 'reject', 'hits': 0}], got['rule'])
    equal((0, 0, 0, False), (got['default-rule'], got['members'],
                             got['ranges'], 'name' in got))


@wiped
def replaced_whole(family):
    """replacing leaves nothing of the old ruleset, and keeps who names it"""
    ruleset(family, 7)
    put_endpoint(family, ingress=7)
    ruleset(family, 7, PUT, name='other', rule=[DROP], default_rule=0,
            member=array(9, 0), range=None)
    got = whole(family)[7]
    equal(('other', [9, 0], 0, 1), (got['name'], got['member'],
                                    got['ranges'], got['rules']))
    equal(7, family.request('endpoint-get', {'link': ifindex('p0')})['ingress'])
    equal(1, family.device()['rulesets'])


BIG_RULES = [{'name': f'rule {n} ' + 'n' * 200, 'action': 'drop'}
             for n in range(500)]
BIG_MEMBERS = [x for n in range(50000) for x in (256 + n, n % 1000)]
BIG_RANGES = [x for c in range(1000) for k in range(40)
              for x in (c, 10 * k, 10 * k + 8, (c + k) % 500)]


def put_big(family, id, txn):
    ruleset(family, id, txn=txn, default_rule=0, rule=BIG_RULES[:10],
            member=None, range=None)
    for n in range(10, 500, 100):
        append(family, id, txn, rule=BIG_RULES[n:n + 100])
    for n in range(0, len(BIG_MEMBERS), 16000):
        append(family, id, txn, member=array(*BIG_MEMBERS[n:n + 16000]))
    for n in range(0, len(BIG_RANGES), 16000):
        append(family, id, txn, range=array(*BIG_RANGES[n:n + 16000]))
    append(family, id, txn, **{'default-rule': 499})


@wiped
def comes_in_parts(family):
    """a large ruleset is set in parts, dumped in parts, and freed"""
    before = family.device()['memory']
    txn = family.begin()
    ruleset(family, 6, txn=txn)
    put_big(family, 7, txn)
    ruleset(family, 8, txn=txn)
    equal([], ids(family))
    family.commit(txn)
    got = whole(family)
    equal([6, 7, 8], sorted(got))
    big = got[7]
    equal([{**rule, 'hits': 0} for rule in BIG_RULES], big['rule'])
    equal(True, BIG_MEMBERS == big['member'] and BIG_RANGES == big['range'])
    equal((499, 500, 50000, 40000),
          (big['default-rule'], big['rules'], big['members'], big['ranges']))
    assert big['parts'] > 20, big['parts']
    equal(big, whole(family, id=7)[7])
    grown = family.device()['memory'] - before
    assert grown > 50000 * 8 + 40000 * 16 + 500 * 200, grown
    family.request('flush', {'tables': {'ruleset'}})
    equal(before, family.device()['memory'])


@wiped
def published_is_immutable(family):
    """what is in force, or another transaction set, cannot be appended to"""
    words = ('EBUSY', 'only what the same transaction has set can be '
             'appended to', 'id')
    more = {'member': array(400, 0), 'rule': [DROP]}
    ruleset(family, 7)
    equal(words, words_of(refusal(family.request, 'ruleset-new',
                                  {'id': 7, **more}, APPEND)))
    txn = family.begin()
    equal(words, words_of(refusal(append, family, 7, txn, **more)))
    ruleset(family, 7, REPLACE, txn=txn, member=None)
    append(family, 7, txn, **more)
    equal(3, whole(family)[7]['members'])
    family.commit(txn)
    equal([400, 0], whole(family)[7]['member'])
    equal(3, whole(family)[7]['rules'])
    txn = family.begin()
    equal(words, words_of(refusal(append, family, 7, txn, **more)))
    family.request('txn-abort', {'txn': txn})


@wiped
def parts_follow(family):
    """a part must follow the one before, and a refused one leaves no trace"""
    txn = family.begin()
    ruleset(family, 7, txn=txn, member=array(300, 0))
    for more, words in (
            ({'member': array(300, 1)},
             'the members are not in the order of identities, each once'),
            ({'member': array(301, 0), 'range': array(1, tcp(443), tcp(444), 0)},
             'the ranges are not in the order of classes and keys, or overlap'),
            ({'rule': [DROP], 'range': array(2, 0, 0, 3)},
             'the range names a rule that the ruleset does not have'),
            ({'rule': [DROP], 'default-rule': 3},
             'the default is a rule that the ruleset does not have')):
        error = refusal(append, family, 7, txn, **more)
        equal(('EINVAL', words), words_of(error)[:2])
    append(family, 7, txn, rule=[DROP], member=array(301, 0, ANY, 0),
           range=array(2, 0, 0, 2), **{'default-rule': 2})
    family.commit(txn)
    got = whole(family)[7]
    equal((3, 2, [300, 0, 301, 0, ANY, 0], 3),
          (got['rules'], got['default-rule'], got['member'], got['ranges']))


@wiped
def named_stays(family):
    """a ruleset that an endpoint names cannot be deleted, live or in transit"""
    busy = ('EBUSY', 'endpoints name the ruleset', 'id')
    ruleset(family, 7)
    ruleset(family, 8)
    put_endpoint(family, ingress=7, egress=8)
    for id in 7, 8:
        equal(busy, words_of(refusal(family.request, 'ruleset-del',
                                     {'id': id})))
    txn = family.begin()
    equal(busy, words_of(refusal(family.request, 'ruleset-del',
                                 {'id': 7, 'txn': txn})))
    put_endpoint(family, txn=txn, egress=8)
    family.request('ruleset-del', {'id': 7, 'txn': txn})
    equal([7, 8], ids(family))
    family.commit(txn)
    equal([8], ids(family))
    family.request('endpoint-del', {'link': ifindex('p0')})
    family.request('ruleset-del', {'id': 8})
    equal(0, family.device()['rulesets'])


@wiped
def missing_is_refused(family):
    """an endpoint cannot name a ruleset that is not there"""
    for direction in 'ingress', 'egress':
        error = refusal(put_endpoint, family, **{direction: 7})
        equal(('ENOENT', 'there is no such ruleset', direction),
              words_of(error))
    equal([], family.entries('endpoint-get'))
    txn = family.begin()
    ruleset(family, 7, txn=txn)
    put_endpoint(family, txn=txn, ingress=7, egress=7)
    family.commit(txn)
    endpoint = family.entries('endpoint-get')[0]
    equal((7, 7), (endpoint['ingress'], endpoint['egress']))
    put_endpoint(family)
    endpoint = family.entries('endpoint-get')[0]
    equal((0, 0), (endpoint['ingress'], endpoint['egress']))


@wiped
def flush_keeps_named(family):
    """a flush of rulesets that endpoints name is refused, with them it is not"""
    busy = ('EBUSY', 'endpoints that stay name rulesets that are to go',
            'tables')
    ruleset(family, 7, owner=5)
    ruleset(family, 8, owner=6)
    put_endpoint(family, ingress=7, owner=6)
    for vals in {'tables': {'ruleset'}}, {'tables': {'ruleset'}, 'owner': 5}:
        equal(busy, words_of(refusal(family.request, 'flush', vals)))
    family.request('flush', {'tables': {'ruleset'}, 'owner': 6})
    equal([7], ids(family))
    family.request('flush', {'tables': {'endpoint'}})
    equal([7], ids(family))
    put_endpoint(family, ingress=7, owner=5)
    family.request('flush', {'tables': {'endpoint', 'ruleset'}, 'owner': 5})
    equal(([], []), (ids(family), family.entries('endpoint-get')))


@wiped
def flush_in_a_transaction(family):
    """what a transaction flushes stays in force until its commit"""
    ruleset(family, 7)
    txn = family.begin()
    family.request('flush', {'tables': {'ruleset'}, 'txn': txn})
    ruleset(family, 8, txn=txn)
    equal([7], ids(family))
    family.commit(txn)
    equal([8], ids(family))


@wiped
def replaces_endpoints(family):
    """replacing the endpoints alone keeps the rulesets, and depends on them"""
    ruleset(family, 7)
    put_endpoint(family, ingress=7)
    txn = family.begin({'endpoint'})
    put_endpoint(family, txn=txn, egress=7)
    put_endpoint(family, ingress=7, egress=7)
    family.commit(txn)
    endpoint = family.entries('endpoint-get')[0]
    equal((0, 7), (endpoint['ingress'], endpoint['egress']))

    txn = family.begin({'endpoint'})
    put_endpoint(family, txn=txn, egress=7)
    ruleset(family, 8)
    equal('EAGAIN', words_of(refusal(family.commit, txn))[0])
    family.request('txn-abort', {'txn': txn})


@wiped
def replaces_both(family):
    """endpoints and rulesets are replaced at once, and not overtaken"""
    ruleset(family, 7)
    put_endpoint(family, ingress=7)
    txn = family.begin({'endpoint', 'ruleset'})
    ruleset(family, 8, txn=txn)
    put_endpoint(family, txn=txn, egress=8)
    ruleset(family, 9)
    family.commit(txn)
    equal([8], ids(family))
    equal(8, family.entries('endpoint-get')[0]['egress'])


@wiped
def events_have_heads(family):
    """changes of rulesets are told, with their heads"""
    ruleset(family, 7, owner=5)
    family.request('ruleset-del', {'id': 7, 'owner': 5})
    events = [(e['name'], e['msg']) for e in family.listener.events()]
    equal(['ruleset-ntf', 'ruleset-del-ntf'], [name for name, _ in events])
    for _, msg in events:
        equal((7, 'web-in', 5, 2, False),
              (msg['id'], msg['name'], msg['owner'], msg['rules'],
               'rule' in msg))


@wiped
def device_may_go(family):
    """a device goes away with its rulesets, and with parts of one"""
    add_device('gone', id=7)
    other = Family('gone')
    ruleset(other, 7)
    other.request('endpoint-new', {'link': ifindex('p1'), 'ingress': 7}, ADD)
    txn = other.begin()
    put_big(other, 9, txn)
    ip('link del gone')
    equal(['ov0'], [d['ifname'] for d in family.dump('device-get', {})])
    equal(0, len(family.dump('ruleset-get', {})))


@wiped
def link_may_go(family):
    """a ruleset can be deleted when the link of its endpoint is gone"""
    ip('link add p2 type dummy')
    ruleset(family, 7)
    family.request('endpoint-new', {'link': ifindex('p2'), 'egress': 7}, ADD)
    ip('link del p2')
    family.request('ruleset-del', {'id': 7})


def main():
    family = setup()
    family.listener = Family()
    family.listener.ntf_subscribe('changes')
    tap = Ktap()
    for test in (comes_back, little_is_enough, replaced_whole, comes_in_parts,
                 published_is_immutable, parts_follow, named_stays,
                 missing_is_refused, flush_keeps_named,
                 flush_in_a_transaction, replaces_endpoints, replaces_both,
                 events_have_heads, device_may_go, link_may_go):
        tap.run(test, family)
    tap.finish()


main()

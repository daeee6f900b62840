#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Transactions: nothing is in force before the commit, everything after it."""

import os

from nl_lib import (ADD, PUT, NLM_F_ECHO, Family, Ktap, add_device, addr,
                    ifindex, ip, packed, prefix, refusal, setup, words_of)


def prefixes(family):
    return {family_prefix(s) for s in family.entries('subnet-get')}


def family_prefix(subnet):
    raw = subnet.get('prefix') or subnet.get('prefix6')
    return f'{raw}/{subnet["prefix-len"]}'


def ids(family):
    return [h['id'] for h in family.entries('host-get')]


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def wiped(test):
    """Each behaviour starts with empty tables and no unread events."""
    def run(family):
        family.request('flush', {'tables': {'host', 'subnet', 'endpoint',
                                            'identity', 'ruleset'}})
        family.listener.events()
        return test(family)
    run.__doc__ = test.__doc__
    return run


@wiped
def hidden_until_commit(family):
    """changes of a transaction are not seen before its commit"""
    txn = family.begin()
    family.host(1, '192.0.2.1', txn=txn)
    family.subnet('10.1.0.0/16', host=1, txn=txn)
    equal((set(), []), (prefixes(family), ids(family)))
    equal(1, family.device()['transactions'])
    family.commit(txn)
    equal(({'10.1.0.0/16'}, [1]), (prefixes(family), ids(family)))
    equal(0, family.device()['transactions'])


@wiped
def one_generation(family):
    """a commit of many changes is one generation"""
    before = family.device()['generation']
    txn = family.begin()
    for n in range(100):
        family.subnet(f'10.{n}.0.0/16', txn=txn)
    equal(before, family.device()['generation'])
    reply = family.commit(txn)
    equal(before + 1, reply['generation'])
    equal(before + 1, family.device()['generation'])
    equal(100, family.device()['subnets'])


@wiped
def abort_forgets(family):
    """an aborted transaction changes nothing and is gone"""
    txn = family.begin()
    family.subnet('10.1.0.0/16', txn=txn)
    family.request('txn-abort', {'txn': txn})
    equal(set(), prefixes(family))
    error = refusal(family.commit, txn)
    equal(('ENOENT', 'there is no such transaction', 'txn'), words_of(error))


@wiped
def errors_leave_it_open(family):
    """a refused change leaves the transaction as it was, and open"""
    txn = family.begin()
    family.subnet('10.1.0.0/16', txn=txn)
    error = refusal(family.subnet, '10.1.0.0/16', txn=txn)
    equal('EEXIST', words_of(error)[0])
    error = refusal(family.subnet, '10.2.0.0/16', host=9, txn=txn)
    equal('ENOENT', words_of(error)[0])
    family.subnet('10.3.0.0/16', txn=txn)
    family.commit(txn)
    equal({'10.1.0.0/16', '10.3.0.0/16'}, prefixes(family))


@wiped
def bound_to_socket(family):
    """a transaction is its socket's alone"""
    txn = family.begin()
    other = Family()
    for op, vals in (('subnet-new', {**prefix('10.1.0.0/16'),
                                     'type': 'local'}),
                     ('txn-commit', {}), ('txn-abort', {})):
        error = refusal(other.request, op, {**vals, 'txn': txn})
        equal(('EPERM', 'the transaction belongs to another socket', 'txn'),
              words_of(error))
    family.request('txn-abort', {'txn': txn})


@wiped
def ends_with_socket(family):
    """a transaction ends when its socket is closed"""
    other = Family()
    txn = other.begin()
    other.subnet('10.1.0.0/16', txn=txn)
    equal(1, family.device()['transactions'])
    other.sock.close()
    equal(0, family.device()['transactions'])
    equal('ENOENT', words_of(refusal(family.commit, txn))[0])


@wiped
def overtaken(family):
    """a transaction is refused if a table that it touched has changed since"""
    txn = family.begin()
    family.subnet('10.1.0.0/16', txn=txn)
    family.subnet('10.2.0.0/16')
    error = refusal(family.commit, txn)
    equal(('EAGAIN', 'the tables changed since the transaction touched them; '
           'repeat it', None), words_of(error))
    equal({'10.2.0.0/16'}, prefixes(family))
    family.request('txn-abort', {'txn': txn})


@wiped
def not_overtaken(family):
    """a change of another table does not overtake a transaction"""
    txn = family.begin()
    family.subnet('10.1.0.0/16', txn=txn)
    family.request('identity-new', {**prefix('10.0.0.0/8'), 'identity': 9}, ADD)
    family.commit(txn)
    equal({'10.1.0.0/16'}, prefixes(family))
    equal(1, family.device()['identities'])


@wiped
def two_of_a_kind(family):
    """of two transactions over one table the second to commit is refused"""
    other = Family()
    first, second = family.begin(), other.begin()
    family.subnet('10.1.0.0/16', txn=first)
    other.subnet('10.2.0.0/16', txn=second)
    other.commit(second)
    equal('EAGAIN', words_of(refusal(family.commit, first))[0])
    equal({'10.2.0.0/16'}, prefixes(family))
    family.request('txn-abort', {'txn': first})


@wiped
def replaces_all(family):
    """a table that a transaction replaces starts empty and is never overtaken"""
    family.host(1, '192.0.2.1')
    family.subnet('10.1.0.0/16', host=1)
    txn = family.begin({'host', 'subnet'})
    family.host(2, '192.0.2.2', txn=txn)
    family.subnet('10.2.0.0/16', host=2, txn=txn)
    family.subnet('10.3.0.0/16', host=1)
    family.commit(txn)
    equal(({'10.2.0.0/16'}, [2]), (prefixes(family), ids(family)))


@wiped
def replaces_subnets(family):
    """replacing the subnets alone keeps the hosts, and depends on them"""
    family.host(1, '192.0.2.1')
    family.subnet('10.1.0.0/16', host=1)
    txn = family.begin({'subnet'})
    family.subnet('10.2.0.0/16', host=1, txn=txn)
    family.subnet('10.3.0.0/16', host=1)
    family.commit(txn)
    equal(({'10.2.0.0/16'}, [1]), (prefixes(family), ids(family)))
    equal(1, family.request('host-get', {'id': 1})['subnets'])

    txn = family.begin({'subnet'})
    family.subnet('10.4.0.0/16', host=1, txn=txn)
    family.host(2, '192.0.2.2')
    equal('EAGAIN', words_of(refusal(family.commit, txn))[0])
    family.request('txn-abort', {'txn': txn})


@wiped
def replaces_with_nothing(family):
    """a table that is replaced by nothing is empty"""
    family.subnet('10.1.0.0/16')
    family.request('identity-new', {**prefix('10.0.0.0/8'), 'identity': 9}, ADD)
    family.commit(family.begin({'host', 'subnet', 'endpoint'}))
    equal(set(), prefixes(family))
    equal(1, family.device()['identities'])


@wiped
def sixty_four(family):
    """a device has at most 64 open transactions"""
    txns = [family.begin() for _ in range(64)]
    error = refusal(family.begin)
    equal(('ENOSPC', 'the device has too many open transactions', None),
          words_of(error))
    for txn in txns:
        family.request('txn-abort', {'txn': txn})
    family.request('txn-abort', {'txn': family.begin()})


@wiped
def replaced_host_keeps(family):
    """a host that is replaced keeps its id, and what names it"""
    family.host(1, '192.0.2.1', source=packed('192.0.2.101'))
    family.subnet('10.1.0.0/16', host=1)
    family.host(1, '192.0.2.9', PUT, name='b')
    host = family.request('host-get', {'remote': packed('192.0.2.9')})
    equal((1, 'b', 1), (host['id'], host['name'], host['subnets']))
    for old in ('192.0.2.1', '192.0.2.101'):
        error = refusal(family.request, 'host-get', addr(old, 'remote'))
        equal('ENOENT', words_of(error)[0])


@wiped
def lowest_free_id(family):
    """a host without id gets the lowest free one, and a replacement its own"""
    def add(remote, flags=ADD):
        vals = {'encap': 'direct', **addr(remote, 'remote')}
        return family.request('host-new', vals, flags + [NLM_F_ECHO])['id']
    equal([1, 2, 3], [add(f'192.0.2.{n}') for n in (1, 2, 3)])
    family.request('host-del', {'id': 2})
    equal(3, add('192.0.2.3', PUT))
    equal(2, add('192.0.2.4', PUT))
    equal(4, add('192.0.2.5'))


@wiped
def flush_by_owner(family):
    """a flush takes the entries of one owner, or all, at once"""
    family.host(1, '192.0.2.1', owner=5)
    family.host(2, '192.0.2.2', owner=6)
    family.subnet('10.1.0.0/16', host=1, owner=5)
    family.subnet('10.2.0.0/16', host=2, owner=6)
    family.subnet('2001:db8::/64', host=2, owner=5)
    before = family.device()['generation']
    family.request('flush', {'tables': {'host', 'subnet'}, 'owner': 5})
    equal(({'10.2.0.0/16'}, [2]), (prefixes(family), ids(family)))
    equal(1, family.request('host-get', {'id': 2})['subnets'])
    equal(before + 1, family.device()['generation'])


@wiped
def flush_all_or_nothing(family):
    """a flush that a subnet forbids takes nothing"""
    family.host(1, '192.0.2.1', owner=5)
    family.subnet('10.1.0.0/16', host=1, owner=6)
    family.subnet('10.2.0.0/16', host=1, owner=5)
    error = refusal(family.request, 'flush',
                    {'tables': {'host', 'subnet'}, 'owner': 5})
    equal('EBUSY', words_of(error)[0])
    equal(({'10.1.0.0/16', '10.2.0.0/16'}, [1]),
          (prefixes(family), ids(family)))


@wiped
def flush_in_transaction(family):
    """a flush in a transaction is in force with the commit"""
    family.subnet('10.1.0.0/16', owner=5)
    txn = family.begin()
    family.request('flush', {'tables': {'subnet'}, 'txn': txn})
    family.subnet('10.2.0.0/16', txn=txn)
    equal({'10.1.0.0/16'}, prefixes(family))
    family.commit(txn)
    equal({'10.2.0.0/16'}, prefixes(family))


def names(events):
    return [e['name'] for e in events]


@wiped
def events_of_changes(family):
    """single changes and commits are told, transactions in progress are not"""
    family.host(1, '192.0.2.1')
    family.subnet('10.1.0.0/16', host=1)
    family.request('subnet-del', prefix('10.1.0.0/16'))
    family.request('host-del', {'id': 1})
    equal(['host-ntf', 'subnet-ntf', 'subnet-del-ntf', 'host-del-ntf'],
          names(family.listener.events()))
    txn = family.begin()
    family.subnet('10.1.0.0/16', txn=txn)
    equal([], names(family.listener.events()))
    generation = family.commit(txn)['generation']
    events = family.listener.events()
    equal(['commit-ntf'], names(events))
    equal(({'subnet'}, generation),
          (events[0]['msg']['tables'], events[0]['msg']['generation']))


@wiped
def endpoint_goes_with_link(family):
    """an endpoint goes when its link does, from transactions as well"""
    ip('link add p2 type dummy')
    link = ifindex('p2')
    txn = family.begin({'endpoint'})
    for more in ({}, {'txn': txn}):
        family.request('endpoint-new', {'link': link, **more,
                                        'address': packed('10.1.0.2')}, ADD)
    family.listener.events()
    ip('link del p2')
    equal(['endpoint-del-ntf'], names(family.listener.events()))
    equal([], family.entries('endpoint-get'))
    family.commit(txn)
    equal([], family.entries('endpoint-get'))


@wiped
def device_takes_transactions_along(family):
    """deleting a device ends its transactions"""
    add_device('ov9', id=9)
    other = Family('ov9')
    txn = other.begin()
    other.subnet('10.1.0.0/16', txn=txn)
    index = ifindex('ov9')
    ip('link del ov9')
    error = refusal(other.do, 'txn-commit', {'ifindex': index, 'txn': txn})
    equal('ENODEV', words_of(error)[0])


@wiped
def move_forgets(family):
    """a device that moves to another namespace leaves its endpoints behind"""
    ip('netns add k8sov-txn')
    try:
        add_device('ov8', id=8)
        other = Family('ov8')
        other.begin()
        other.subnet('10.1.0.0/16')
        other.request('endpoint-new', {'link': ifindex('p0')}, ADD)
        ip('link set ov8 netns k8sov-txn')
        ip('-n k8sov-txn link set ov8 netns ' + str(os.getpid()))
        state = other.device()
        equal((0, 0, 1), (state['endpoints'], state['transactions'],
                          state['subnets']))
        ip('link del ov8')
    finally:
        ip('netns del k8sov-txn')


def main():
    family = setup()
    # ynl gets lost when an event comes between a request and its reply.
    family.listener = Family()
    family.listener.ntf_subscribe('changes')
    tap = Ktap()
    for test in (hidden_until_commit, one_generation, abort_forgets,
                 errors_leave_it_open, bound_to_socket, ends_with_socket,
                 overtaken, not_overtaken, two_of_a_kind, replaces_all,
                 replaces_subnets, replaces_with_nothing, sixty_four,
                 replaced_host_keeps, lowest_free_id, flush_by_owner,
                 flush_all_or_nothing, flush_in_transaction,
                 events_of_changes, endpoint_goes_with_link,
                 device_takes_transactions_along, move_forgets):
        tap.run(test, family)
    tap.finish()


main()

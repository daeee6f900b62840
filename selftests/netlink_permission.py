#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Who may change tables: the administrator of both namespaces of a device."""

import os
import subprocess

from nl_lib import (ADD, CLONE_NEWNET, CLONE_NEWUSER, Family, Ktap, ifindex,
                    ip, prefix, refusal, setup, unshare, words_of)

A_SUBNET = {**prefix('10.1.0.0/16'), 'type': 'local'}
UNDERLAY = ('EPERM', 'changes need CAP_NET_ADMIN in the namespace of the '
            'underlay as well', None)


def in_child(function, *args):
    """Run in a process of its own; an exception there fails here."""
    child = os.fork()
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    status = 1
    try:
        function(*args)
        status = 0
    except Exception as error:
        print('#', repr(error), flush=True)
    finally:
        os._exit(status)


def reads_only():
    """without privileges everything can be read and nothing changed"""
    def unprivileged():
        os.setgid(65534)
        os.setuid(65534)
        family = Family()
        family.device()
        family.entries('subnet-get')
        family.request('stats-get')
        for op, vals in (('subnet-new', A_SUBNET), ('txn-begin', {}),
                         ('flush', {'tables': {'subnet'}}),
                         ('host-del', {'id': 1})):
            assert words_of(refusal(family.request, op, vals))[0] == 'EPERM'
    in_child(unprivileged)


def foreign_underlay():
    """the administrator of the device's namespace alone cannot change it"""
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            unshare(CLONE_NEWUSER | CLONE_NEWNET)
            os.write(ready[1], b'x')
            os.read(go[0], 1)
            family = Family()
            family.device()
            for op, vals in (('subnet-new', A_SUBNET), ('txn-begin', {}),
                             ('flush', {'tables': {'subnet'}})):
                got = words_of(refusal(family.request, op, vals,
                                       ADD if op == 'subnet-new' else []))
                assert got == UNDERLAY, got
            status = 0
        except Exception as error:
            print('#', repr(error), flush=True)
        finally:
            os._exit(status)

    os.close(ready[1])
    assert os.read(ready[0], 1) == b'x', 'no user namespaces'
    ip(f'link set ov0 netns {child}')
    os.write(go[1], b'x')
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def limits_of_tenants():
    """root of a user namespace cannot raise a limit above the default"""
    add = ['unshare', '-Urn', 'ip', 'link', 'add', 'ov9', 'type', 'k8sov']
    usual = subprocess.run(add + ['maxsubnets', '1048576'],
                           capture_output=True, text=True)
    assert usual.returncode == 0, usual.stderr
    more = subprocess.run(add + ['maxsubnets', '1048577'],
                          capture_output=True, text=True)
    assert more.returncode == 2, more
    assert 'A limit above the default needs CAP_NET_ADMIN' in more.stderr, more


def main():
    family = setup()
    family.subnet('10.2.0.0/16')
    assert ifindex('ov0')
    tap = Ktap()
    tap.run(reads_only)
    if os.path.exists('/proc/self/ns/user'):
        tap.run(foreign_underlay)
        tap.run(limits_of_tenants)
    else:
        tap.skip(foreign_underlay.__doc__, 'no user namespaces')
        tap.skip(limits_of_tenants.__doc__, 'no user namespaces')
    tap.finish()


main()

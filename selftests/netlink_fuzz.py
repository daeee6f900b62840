#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Random netlink requests for the whole family and the options of links.

Requests are made from the specification, valid ones and damaged ones: by
root, by root of a user namespace, and by nobody. The kernel may not complain,
nobody may change what he has no right to, every operation has to succeed at
times, and at the end the devices still work and go away.

netlink_fuzz.py churn SECONDS only makes valid requests about the devices that
are here, for churn.sh.

  K8SOV_FUZZ_COUNT    requests of each kind of user (default 8000)
  K8SOV_FUZZ_SECONDS  end each earlier after that many (default 30)
  K8SOV_FUZZ_SEED     repeat a run
  K8SOV_FUZZ_VERBOSE  say what was wrong with valid requests
"""
import collections
import ctypes
import errno
import os
import random
import subprocess
import sys
import time

import netlink_gen as gen
import netlink_wire as wire

COUNT = int(os.environ.get("K8SOV_FUZZ_COUNT", "8000"))
SECONDS = float(os.environ.get("K8SOV_FUZZ_SECONDS", "30"))
SEED = int(os.environ.get("K8SOV_FUZZ_SEED", "0")) or \
    random.SystemRandom().randrange(1, 1 << 32)
VERBOSE = bool(os.environ.get("K8SOV_FUZZ_VERBOSE"))

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
NOBODY = 65534

number = 0
failures = 0


def check(good, name, *notes):
    """One result; the notes explain a failure."""
    global number, failures
    number += 1
    failures += not good
    print(f"{'' if good else 'not '}ok {number} {name}")
    for note in () if good else notes:
        print(f"# {note}")
    return good


def unshare(flags):
    """New namespaces for this process."""
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def ip(*args):
    """iproute2, which must succeed."""
    subprocess.run(["ip", *args], check=True, stdout=subprocess.DEVNULL)


def make_ground():
    """Links to refer to, in this namespace."""
    ip("link", "set", "lo", "up")
    for name in "ul0", "pod0", "pod1":
        ip("link", "add", name, "type", "dummy")
        ip("link", "set", name, "up")
    ip("addr", "add", "192.0.2.1/24", "dev", "ul0")
    ip("addr", "add", "2001:db8::1/64", "dev", "ul0", "nodad")


class Run:
    """Requests of one user."""

    def __init__(self, rng):
        self.rng = rng
        self.world = gen.World(rng)
        self.sockets = []
        self.route = wire.Socket(wire.ROUTE)
        self.events = wire.Socket(wire.GENERIC)
        self.events.join("changes")
        self.successes = collections.Counter()
        self.errors = collections.Counter()
        self.refusals = collections.Counter()
        self.mute = []
        self.last = b""

    def socket(self):
        """One of a few sockets; at times another one takes its place."""
        if len(self.sockets) < 3:
            self.sockets.append(wire.Socket(wire.GENERIC))
        slot = self.rng.randrange(len(self.sockets))
        if self.rng.random() < 0.004:
            self.sockets[slot].close()
            self.sockets[slot] = wire.Socket(wire.GENERIC)
            self.world.txns = {t: s for t, s in self.world.txns.items()
                               if s[0] != slot}
        return slot

    def note(self, name, answers, valid):
        """Count how a request went."""
        for answer in answers:
            if answer.error is None:
                continue
            if valid and not answer.error:
                self.successes[name] += 1
            if valid and answer.error and VERBOSE:
                self.refusals[f"{name}: {answer.words}"] += 1
            self.errors[answer.error] += 1
            if valid and answer.error not in (0, -errno.EPERM) and \
                    not answer.words:
                self.mute.append(f"{name}: {errno.errorcode[-answer.error]}")

    def table_request(self):
        """A request of the family."""
        slot = self.socket()
        valid = self.rng.random() < 0.6
        op, message = self.world.request(slot)
        if not valid:
            message = gen.damage(self.rng, message)
        self.last = message
        sock = self.sockets[slot]
        # A dump that nobody reads to its end.
        lazy = message.dump and self.rng.random() < 0.1
        answers = sock.talk(message.pack(sock), 1 if lazy else 64)
        self.note(op.name, answers, valid)
        self.world.learn(op, slot, answers)

    def link_request(self):
        """A request that makes, changes or deletes a device."""
        valid = self.rng.random() < 0.6
        name, message = self.world.link_request()
        if not valid:
            message = gen.damage(self.rng, message, links=True)
        self.last = message
        answers = self.route.talk(message.pack(self.route), 64)
        self.note(name, answers, valid and name == "link policy")
        self.world.devices = wire.devices()

    def silent(self):
        """Operations that have not succeeded yet."""
        names = [op.name for op in gen.OPS] + ["link policy"]
        return [name for name in names if not self.successes[name]]

    def go(self, patience=1):
        """All requests; so many times more while an operation is silent."""
        begin = time.monotonic()
        count = 0
        while True:
            enough = max(count / COUNT, (time.monotonic() - begin) / SECONDS)
            if enough >= 1 and (enough >= patience or not self.silent()):
                break
            if count % 40 == 0:
                self.link_request()
            self.table_request()
            if count % 100 == 0:
                self.events.drain()
            count += 1
        for sock in self.sockets + [self.route, self.events]:
            sock.close()
        return count


def describe(run, count):
    """How deep the requests came."""
    print(f"# {count} requests: " + ", ".join(
        f"{errno.errorcode.get(-e, 'done' if not e else e)} {n}"
        for e, n in run.errors.most_common()))
    for words, n in run.refusals.most_common(40):
        print(f"#   {n} {words}")


def in_child(body):
    """Run body in a process of its own; true if it ended well."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        status = 1
        try:
            body()
            status = 0
        except Exception as failure:    # pylint: disable=broad-except
            print(f"# {type(failure).__name__}: {failure}")
        sys.stdout.flush()
        os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def as_root():
    """In a namespace of our own, where everything is allowed."""
    unshare(CLONE_NEWNET)
    make_ground()
    run = Run(random.Random(SEED))
    describe(run, run.go(patience=10))
    check(not run.silent(), "every operation succeeds at times",
          f"never: {run.silent()}")
    check(not run.mute, "every refusal of a valid message has words",
          collections.Counter(run.mute).most_common(8))
    check_sane(random.Random(SEED))


def check_sane(rng):
    """The devices of this namespace still work, and can be deleted."""
    sock = wire.Socket(wire.GENERIC)
    broken = [op.name for op in gen.OPS if op.dumps
              if sock.talk(gen.Message.dump_of(op).pack(sock), 4096)[-1].error]
    check(not broken, "everything can be dumped", f"not: {broken}")
    gone = [wire.delete_link(index) for index in wire.of_kind(b"k8sov")]
    check(all(gone) and not wire.of_kind(b"k8sov"),
          "every device can be deleted")
    with open("/sys/module/k8sov/refcnt", encoding="ascii") as file:
        held = file.read().strip()
    check(held == "0", "no mode of theirs holds the module any more",
          f"held {held} times")
    ip("link", "add", "ov0", "type", "k8sov")
    ip("link", "set", "ov0", "up")
    world = gen.World(rng)
    world.devices = wire.devices()
    good = 0
    for op, message in world.plain_requests():
        answer = sock.talk(message.pack(sock), 64)[-1]
        good += not answer.error
        if answer.error:
            print(f"# {op.name}: {errno.errorcode[-answer.error]}"
                  f" {answer.words}")
    check(good == 5, "a new device takes a host, a subnet and the rest")
    sock.close()
    ip("link", "del", "ov0")


def as_user_root():
    """With all rights, but over a user namespace only."""
    unshare(CLONE_NEWUSER | CLONE_NEWNET)
    run = Run(random.Random(SEED + 1))
    describe(run, run.go())


def as_nobody():
    """With no rights, on devices of root."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    run = Run(random.Random(SEED + 2))
    run.world.devices = wire.devices()
    describe(run, run.go())
    changes = [name for name, n in run.successes.items()
               if n and not name.endswith("-get")]
    if changes:
        raise PermissionError(f"allowed: {changes}")


def nobody_changes_nothing():
    """What root has made stays."""
    unshare(CLONE_NEWNET)
    make_ground()
    ip("link", "add", "ov0", "type", "k8sov")
    ip("link", "set", "ov0", "up")
    world = gen.World(random.Random(SEED))
    world.devices = wire.devices()
    sock = wire.Socket(wire.GENERIC)
    for _, message in world.plain_requests():
        sock.talk(message.pack(sock), 64)
    before = wire.everything(sock, gen.OPS)
    check(in_child(as_nobody), "nobody is allowed to change nothing")
    check(before == wire.everything(sock, gen.OPS),
          "what nobody asks for changes nothing")
    sock.close()
    ip("link", "del", "ov0")


def churn(seconds):
    """Valid requests about what is here; the module may go meanwhile."""
    rng = random.Random(SEED)
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        try:
            run = Run(rng)
            for _ in range(500):
                slot = run.socket()
                op, message = run.world.request(slot)
                sock = run.sockets[slot]
                run.world.learn(op, slot, sock.talk(message.pack(sock), 64))
                count += 1
            for sock in run.sockets + [run.route, run.events]:
                sock.close()
        except (OSError, KeyError):
            wire.Socket.families = {}
    print(f"requests {count}")


def main():
    if sys.argv[1:2] == ["churn"]:
        return churn(float(sys.argv[2]))
    print("TAP version 13")
    if os.getuid():
        print("1..0 # SKIP needs root")
        return 4
    subprocess.run(["modprobe", "k8sov"], check=True)
    print(f"# K8SOV_FUZZ_SEED={SEED}", flush=True)
    as_root()
    check(in_child(as_user_root), "root of a user namespace does no harm")
    nobody_changes_nothing()
    print(f"1..{number}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

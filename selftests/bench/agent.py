#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""agent.py etcd|kubernetes NODES

What agent.sh says, as lines of metric, value and unit.
"""

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from agent_stores import STORES

STARTS = 5
CHANGES = 20
CHURN_SECONDS = 20
CHURN_RATE = 20
TICK = os.sysconf('SC_CLK_TCK')
DIR = tempfile.mkdtemp()


def cpu(process):
    with open(f'/proc/{process.pid}/stat', encoding='ascii') as stat:
        fields = stat.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss_mb(process):
    with open(f'/proc/{process.pid}/status', encoding='ascii') as status:
        for line in status:
            if line.startswith('VmHWM'):
                return int(line.split()[1]) / 1024
    return 0


def start_agent(store):
    process = subprocess.Popen(
        ['k8sovd', '--config', '', *store.options(), '--node-name', 'bench',
         '--iface', 'eth0', '--subnet-file', f'{DIR}/env', '--state-dir',
         f'{DIR}/state'], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if 'the kernel has what the cluster wants' in line:
            return process
    sys.exit('k8sovd does not get ready')


def cold_starts(store):
    times, walls, sizes = [], [], []
    process = None
    for _ in range(STARTS):
        if process:
            process.kill()
            process.wait()
            subprocess.run(['ip', 'link', 'del', 'ov0'], check=True)
        begin = time.monotonic()
        process = start_agent(store)
        walls.append(time.monotonic() - begin)
        times.append(cpu(process))
        sizes.append(rss_mb(process))
    print(f'cpu_s {statistics.mean(times):.3f} s')
    print(f'wall_s {min(walls):.3f} s')
    print(f'rss_mb {max(sizes):.1f} MB')
    return process


def changes(process, store, nodes):
    """Subnets that nobody had: k8sovd says when the kernel has each."""
    took = []
    for number in range(nodes, nodes + CHANGES):
        begin = time.monotonic()
        store.change(number, 1)
        for line in process.stderr:
            if 'changes made' in line:
                break
        took.append(time.monotonic() - begin)
        time.sleep(1.5)
    print(f'change_ms {1000 * statistics.median(took):.1f} ms')


def churn(process, store):
    """The kernel counts who runs when its clock ticks: what always came at the
    same time after a tick would be counted each time, or never."""
    before, begin = cpu(process), time.monotonic()
    for n in range(CHURN_SECONDS * CHURN_RATE):
        store.change(n, 2 + n % 2)
        then = begin + (n + 1 + random.random()) / CHURN_RATE
        time.sleep(max(0, then - time.monotonic()))
    share = (cpu(process) - before) / (time.monotonic() - begin)
    print(f'churn_pct {100 * share:.1f} %')


def main():
    store, nodes = STORES[sys.argv[1]](), int(sys.argv[2])
    store.fill(nodes)
    process = cold_starts(store)
    changes(process, store, nodes)
    churn(process, store)
    process.kill()
    store.kill()
    shutil.rmtree(DIR)


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""agent.py NODES: what agent.sh says, as lines of metric, value and unit."""

import base64
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

STARTS = 5
CHANGES = 20
CHURN_SECONDS = 5
CHURN_RATE = 20
ETCD = 'http://127.0.0.1:2379'
SUBNETS = '/coreos.com/network/subnets/'
TICK = os.sysconf('SC_CLK_TCK')
DIR = tempfile.mkdtemp()


def b64(text):
    return base64.b64encode(text.encode()).decode()


def call(method, body):
    request = urllib.request.Request(f'{ETCD}/v3/{method}',
                                     json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def start_etcd():
    process = subprocess.Popen(
        ['etcd', '--data-dir', f'{DIR}/etcd', '--unsafe-no-fsync'],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            call('kv/range', {'key': b64('x')})
            return process
        except OSError:
            if process.poll() is not None:
                sys.exit('etcd does not start')
            time.sleep(0.1)


def put(number, mac, lease):
    """Node NUMBER, as Flannel writes it."""
    value = {'PublicIP': f'198.18.{number // 250}.{number % 250 + 1}',
             'PublicIPv6': None, 'BackendType': 'vxlan',
             'BackendData': {'VNI': 1, 'VtepMAC': f'02:00:00:{mac:02x}:'
                             f'{number >> 8:02x}:{number & 255:02x}'}}
    return {'key': b64(f'{SUBNETS}10.{100 + number // 250}.{number % 250}'
                       '.0-24'),
            'value': b64(json.dumps(value, separators=(',', ':'))),
            'lease': lease}


def fill(nodes, lease):
    call('kv/put', {'key': b64('/coreos.com/network/config'), 'value': b64(
        '{"Network":"10.0.0.0/8","Backend":{"Type":"vxlan"}}')})
    for start in range(0, nodes, 100):
        call('kv/txn', {'success': [
            {'request_put': put(n, 1, lease)}
            for n in range(start, min(start + 100, nodes))]})


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


def start_agent():
    process = subprocess.Popen(
        ['k8sovd', '--config', '', '--store', f'etcd:{ETCD}', '--node-name',
         'bench', '--iface', 'eth0', '--subnet-file', f'{DIR}/env',
         '--state-dir', f'{DIR}/state'], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if 'the kernel has what the cluster wants' in line:
            return process
    sys.exit('k8sovd does not get ready')


def cold_starts():
    times, walls, sizes = [], [], []
    process = None
    for _ in range(STARTS):
        if process:
            process.kill()
            process.wait()
            subprocess.run(['ip', 'link', 'del', 'ov0'], check=True)
        begin = time.monotonic()
        process = start_agent()
        walls.append(time.monotonic() - begin)
        times.append(cpu(process))
        sizes.append(rss_mb(process))
    print(f'cpu_s {statistics.mean(times):.3f} s')
    print(f'wall_s {min(walls):.3f} s')
    print(f'rss_mb {max(sizes):.1f} MB')
    return process


def changes(process, nodes, lease):
    """Subnets that nobody had: k8sovd says when the kernel has each."""
    took = []
    for number in range(nodes, nodes + CHANGES):
        begin = time.monotonic()
        call('kv/put', put(number, 1, lease))
        for line in process.stderr:
            if 'changes made' in line:
                break
        took.append(time.monotonic() - begin)
        time.sleep(0.3)
    print(f'change_ms {1000 * statistics.median(took):.1f} ms')


def churn(process, lease):
    before, begin = cpu(process), time.monotonic()
    for n in range(CHURN_SECONDS * CHURN_RATE):
        call('kv/put', put(n, 2 + n % 2, lease))
        time.sleep(max(0, begin + (n + 1) / CHURN_RATE - time.monotonic()))
    share = (cpu(process) - before) / (time.monotonic() - begin)
    print(f'churn_pct {100 * share:.1f} %')


def main():
    nodes = int(sys.argv[1])
    etcd = start_etcd()
    lease = call('lease/grant', {'TTL': 86400})['ID']
    fill(nodes, lease)
    process = cold_starts()
    changes(process, nodes, lease)
    churn(process, lease)
    process.kill()
    etcd.kill()
    shutil.rmtree(DIR)


main()

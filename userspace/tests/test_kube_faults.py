#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""The Kubernetes store and an API server that does what real ones rarely do.

Each test is a list of answers, given in turn; the last one is a watch that
stays open."""

import gzip
import http.server
import json
import os
import threading
import urllib.parse

from store_lib import TMP, Node, run, until

NETCONF = os.path.join(TMP, 'net-conf.json')


def equal(expected, got):
    assert expected == got, f'expected {expected}, got {got}'


def peer(number, version=5, uid=None):
    return {'metadata': {
        'name': f'peer-{number}', 'uid': uid or f'uid-{number}',
        'resourceVersion': str(version), 'annotations': {
            'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
            'flannel.alpha.coreos.com/public-ip': f'192.0.2.{number}'}},
        'spec': {'podCIDRs': [f'10.5.{number}.0/24']}}


OWN = {'metadata': {'name': 'self', 'uid': 'u', 'resourceVersion': '1'},
       'spec': {'podCIDRs': ['10.5.200.0/24']}}


def nodes(*numbers, version=10, more=None):
    meta = {'resourceVersion': str(version)}
    if more:
        meta['continue'] = more
    return json.dumps({'kind': 'NodeList', 'apiVersion': 'v1',
                       'metadata': meta,
                       'items': [OWN] + [peer(n) for n in numbers]})


def event(kind, item):
    return json.dumps({'type': kind, 'object': item}) + '\n'


def status(code, message, **details):
    return {'kind': 'Status', 'code': code, 'message': message,
            'details': details}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        with server.lock:
            server.asked.append(self.path)
            server.encodings.append(self.headers.get('Accept-Encoding'))
            answer = server.answers.pop(0) if server.answers else Hold()
        try:
            answer.give(self)
        except OSError:
            self.close_connection = True


class Say:
    """Headers, then pieces; and an end that is none if it is cut."""

    def __init__(self, *pieces, code=200, cut=False, headers=()):
        self.pieces, self.code, self.cut = pieces, code, cut
        self.headers = headers

    def give(self, handler):
        handler.send_response(self.code)
        handler.send_header('Transfer-Encoding', 'chunked')
        for name, value in self.headers:
            handler.send_header(name, value)
        handler.end_headers()
        for piece in self.pieces:
            data = self.encode(piece)
            handler.wfile.write(b'%x\r\n%s\r\n' % (len(data), data))
            handler.wfile.flush()
        self.end(handler)

    def encode(self, piece):
        return piece.encode()

    def end(self, handler):
        handler.close_connection = self.cut
        if not self.cut:
            handler.wfile.write(b'0\r\n\r\n')


class Hold(Say):
    """The same, and open until the test is over."""

    def end(self, handler):
        handler.server.over.wait()
        handler.close_connection = True


class Zip(Say):
    """Compressed, as API servers send what is long."""

    def __init__(self, *pieces):
        super().__init__(*pieces, headers=[('Content-Encoding', 'gzip')])

    def encode(self, piece):
        return gzip.compress(piece.encode())


class Wait(Say):
    """Nothing, not even a status."""

    def give(self, handler):
        self.end(handler)

    def end(self, handler):
        handler.server.over.wait()
        handler.close_connection = True


def node(*answers, **options):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.answers, server.asked = list(answers), []
    server.encodings = []
    server.lock, server.over = threading.Lock(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = os.path.join(TMP, f'kubeconfig-{server.server_port}')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({
            'current-context': 'c', 'users': [{'name': 'u', 'user': {}}],
            'contexts': [{'name': 'c',
                          'context': {'cluster': 'k', 'user': 'u'}}],
            'clusters': [{'name': 'k', 'cluster': {
                'server': f'http://127.0.0.1:{server.server_port}'}}]}, file)
    one = Node(f'kubernetes:{path}', public=None, mac=None, node='self',
               netconf=NETCONF, **options)
    one.server = server
    return one


def query(path):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)


def cut_list():
    """A list that is cut off says of nobody that he is gone."""
    whole = nodes(7, 8, version=20)
    one = node(Say(nodes(7, 8)), Say(event('ERROR', status(410, 'too old'))),
               Say(whole[:-200], cut=True), Say(whole[:-1]), Say(whole))
    until(lambda: len(one.told('complete')) == 2, 'a second whole list')
    equal({'peer-7', 'peer-8'}, set(one.peers()))
    equal([], one.told('remove'))
    one.wait_state('stale', 'too old')
    equal(4, len(one.told('begin')))


def continues():
    """Pages follow each other; a token that has ended begins anew."""
    one = node(Say(nodes(7, more='a b')),
               Say(json.dumps(status(410, 'expired')), code=410),
               Say(nodes(8, more='c')), Say(nodes(9)))
    one.wait_state('synced')
    equal({'peer-8', 'peer-9'}, set(one.peers()))
    asked = [query(path) for path in one.server.asked]
    equal([None, ['a b'], None, ['c'], None],
          [q.get('continue') for q in asked])
    equal(['500'] * 4, [q['limit'][0] for q in asked[:4]])
    equal(['10'], asked[4]['resourceVersion'])
    equal(['true'], asked[4]['allowWatchBookmarks'])


def bookmarks():
    """A watch that ended goes on behind the last bookmark."""
    mark = {'kind': 'Node', 'metadata': {'resourceVersion': '99'}}
    one = node(Say(nodes(7)), Say(event('BOOKMARK', mark)),
               Hold(event('ADDED', peer(8, 100))))
    one.wait('put', name='peer-8')
    equal(['99'], query(one.server.asked[2])['resourceVersion'])
    equal(1, len(one.told('begin')))
    equal([], [e for e in one.told('state')
               if e['state'] not in ('starting', 'synced')])


def short_watches():
    """Watches that end at once are failures."""
    one = node(Say(nodes(7)), Say(), Say(), Say(),
               Hold(event('ADDED', peer(8, 11))))
    one.wait_state('stale', 'ends watches at once')
    one.wait('put', name='peer-8')
    one.wait_state('synced')
    equal(['10'] * 4, [query(path)['resourceVersion'][0]
                       for path in one.server.asked[1:]])


def cut_events():
    """Events are taken however they are cut, and what is no event is not."""
    events = event('ADDED', peer(8, 11)) + event('DELETED', peer(7, 12))
    one = node(Say(nodes(7)), Say(*events, cut=True), Say('}{', cut=True),
               Say('{"type":"ADDED"}'), Hold(event('ADDED', peer(9, 13))))
    one.wait('put', name='peer-9')
    equal({'peer-8', 'peer-9'}, set(one.peers()))
    equal(['12'] * 3, [query(path)['resourceVersion'][0]
                       for path in one.server.asked[2:]])


def twice():
    """What is told twice is passed on once."""
    one = node(Say(nodes(7)), Hold(
        event('ADDED', peer(7, 11)) + event('MODIFIED', peer(7, 12)) +
        event('ADDED', peer(8, 13)) + event('DELETED', peer(9, 14)) +
        event('MODIFIED', peer(7, 15, 'another')) +
        event('ADDED', peer(6, 16))))
    one.wait('put', name='peer-6')
    equal(['peer-7', 'peer-8', 'peer-7', 'peer-6'],
          [e['name'] for e in one.told('put')])
    equal([], one.told('remove'))


def busy():
    """A server that has no time, or is none, is asked again."""
    full = status(429, 'too many requests', retryAfterSeconds=1)
    one = node(Say('<html>', code=503),
               Say(json.dumps(full), code=429,
                   headers=[('Retry-After', '1')]),
               Say('<html>'), Say(nodes(7)),
               Say(event('ERROR', status(504, 'Too large resource version',
                                         retryAfterSeconds=1))))
    one.wait_state('synced')
    one.wait_state('starting', 'HTTP status 503')
    one.wait_state('starting', 'too many requests')
    one.wait_state('refused', 'what answers is no API server')
    until(lambda: len(one.server.asked) > 5, 'the watch is asked again')
    equal({'peer-7'}, set(one.peers()))


def compressed():
    """Lists may be compressed; events would be held back by that."""
    one = node(Zip(nodes(7, 8)), Hold(event('ADDED', peer(9, 11))))
    one.wait('put', name='peer-9')
    equal({'peer-7', 'peer-8', 'peer-9'}, set(one.peers()))
    equal(['gzip', None], one.server.encodings[:2])


def silent():
    """A watch that is silent for too long is begun anew where it was."""
    one = node(Say(nodes(7)), Hold(event('ADDED', peer(8, 11))),
               Hold(event('ADDED', peer(9, 12))), silence_ms=300)
    one.wait('put', name='peer-9')
    equal(['10', '11'], [query(path)['resourceVersion'][0]
                         for path in one.server.asked[1:3]])
    equal({'peer-7', 'peer-8', 'peer-9'}, set(one.peers()))
    equal([], [e for e in one.told('state')
               if e['state'] not in ('starting', 'synced')])


def never_begins():
    """A watch that is not answered is given up, and the list asked again."""
    one = node(Say(nodes(7)), Wait(), Say(nodes(7, 8, version=20)),
               begin_ms=300)
    one.wait_state('stale', 'does not begin a watch')
    one.wait_state('synced')
    equal({'peer-7', 'peer-8'}, set(one.peers()))
    equal(['20'], query(one.server.asked[3])['resourceVersion'])


if __name__ == '__main__':
    with open(NETCONF, 'w', encoding='utf-8') as written:
        written.write('{"Network":"10.5.0.0/16"}')
    run([cut_list, continues, bookmarks, short_watches, cut_events, twice,
         busy, compressed, silent, never_begins], [])

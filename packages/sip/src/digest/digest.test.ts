import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { torture } from '../message/torture.fixture.ts';
import { MessageError } from '../message/errors.ts';
import { fieldsOf, isRequest, Request } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { responseTo } from '../message/respond.ts';
import { writeMessage } from '../message/write.ts';
import { DigestClient } from './client.ts';
import type { Algorithm, Hash, Qop } from './digest.ts';
import { algorithms, parseAuth, proofOf, secretOf } from './digest.ts';
import { DigestServer } from './server.ts';

const names = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
const hash: Hash = (algorithm, text) => createHash(names[algorithm]).update(text, 'latin1').digest('hex');
let chance = 0;
const random = (): string => `r${++chance}`;
const serverOf = (more: { algorithms?: readonly Algorithm[]; qop?: readonly Qop[] } = {}): DigestServer =>
  new DigestServer({
    realm: 'example.org',
    hash,
    random,
    sign: (text) => createHmac('sha256', 'key').update(text).digest('hex'),
    equal: (a, b) => a === b,
    ...more,
  });
const clientOf = (password = 'secret', more: { algorithms?: readonly Algorithm[] } = {}): DigestClient =>
  new DigestClient({
    hash,
    random,
    login: (realm) => (realm === 'example.org' ? { username: 'lena', password } : undefined),
    ...more,
  });
const request = (body = ''): Request =>
  new Request(
    'REGISTER',
    'sip:example.org',
    fieldsOf({
      Via: 'SIP/2.0/UDP a;branch=z9hG4bK1',
      From: '<sip:lena@example.org>;tag=1',
      To: '<sip:lena@example.org>',
      'Call-ID': 'c',
      CSeq: '1 REGISTER',
    }),
    body,
  );
const at = 'udp 192.0.2.1';

/** Through the wire and back, as both sides see it. */
function tried(server: DigestServer, client: DigestClient, asked: Request, now = 0, later = now): string {
  const response = responseTo(asked, 401).add('WWW-Authenticate', ...server.challenge(now, at));
  if (!client.learn(asked, response)) return 'given up';
  client.authorize(asked);
  const came = parseMessage(writeMessage(asked));
  if (!isRequest(came)) return 'no request';
  const credentials = server.read(came);
  if (credentials === undefined) return 'nothing';
  const secret =
    credentials.username === 'lena' ? secretOf(hash, credentials.algorithm, 'lena', 'example.org', 'secret') : undefined;
  return server.verify(credentials, secret, came, later, at);
}

describe('digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('[A1] is that of RFC 7616 §3.9.1 (%s)', (algorithm, expected) => {
    const secret = secretOf(hash, algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    const claim = {
      algorithm,
      isSession: false,
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      uri: '/dir/index.html',
      qop: 'auth',
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    } as const;
    expect(proofOf(hash, secret, claim, 'GET', '')).toBe(expected);
  });

  it.each(algorithms)('[A2] is right on both sides with %s, with auth and auth-int, and as before RFC 2617', (algorithm) => {
    for (const qop of [['auth'], ['auth-int'], ['auth', 'auth-int']] as const)
      expect(tried(serverOf({ algorithms: [algorithm], qop }), clientOf('secret', { algorithms }), request('body'))).toBe(
        'right',
      );
    const server = serverOf({ algorithms: [algorithm] });
    const [challenge = ''] = server.challenge(0, at);
    const [asked, client] = [request(), clientOf('secret', { algorithms })];
    expect(client.learn(asked, responseTo(asked, 401).add('WWW-Authenticate', challenge.replace(/, qop="[^"]*"/, '')))).toBe(
      true,
    );
    client.authorize(asked);
    const credentials = server.read(asked)!;
    expect(credentials.qop).toBeUndefined();
    expect(server.verify(credentials, secretOf(hash, algorithm, 'lena', 'example.org', 'secret'), asked, 0, at)).toBe('right');
  });

  it('[A2] with a session key of each nonce', () => {
    const server = serverOf({ algorithms: ['MD5'] });
    const [challenge = ''] = server.challenge(0, at);
    const [asked, client] = [request(), clientOf()];
    client.learn(
      asked,
      responseTo(asked, 401).add('WWW-Authenticate', challenge.replace('algorithm=MD5', 'algorithm=MD5-sess')),
    );
    client.authorize(asked);
    const credentials = server.read(asked)!;
    expect([
      credentials.isSession,
      server.verify(credentials, secretOf(hash, 'MD5', 'lena', 'example.org', 'secret'), asked, 0, at),
    ]).toEqual([true, 'right']);
  });

  it('[A3] is wrong with another password, another user, body (auth-int), method or URI, and nothing tells which', () => {
    expect(tried(serverOf(), clientOf('guess'), request())).toBe('wrong');
    const server = serverOf({ qop: ['auth-int'] });
    const client = clientOf();
    const asked = request('body');
    expect(tried(server, client, asked)).toBe('right');
    const secret = secretOf(hash, 'SHA-256', 'lena', 'example.org', 'secret');
    const credentials = server.read(asked)!;
    const other = new Request('INVITE', asked.target, asked.fields, asked.body);
    const elsewhere = new Request('REGISTER', 'sip:mallory@example.org', asked.fields, asked.body);
    expect(server.verify(credentials, secret, other, 0, at)).toBe('wrong');
    expect(server.verify(credentials, secret, elsewhere, 0, at)).toBe('wrong');
    expect(server.verify(credentials, undefined, asked, 0, at)).toBe('wrong');
    asked.body = 'other';
    expect(server.verify(credentials, secret, asked, 0, at)).toBe('wrong');
    expect(server.verify({ ...credentials, uri: '\0' }, secret, asked, 0, at)).toBe('wrong');
  });

  it('[A4] is stale with a nonce that is too old, of another address, or made up, but only for who knows the password', () => {
    const server = serverOf();
    expect(tried(server, clientOf(), request(), 1000, 301_000)).toBe('right');
    expect(tried(server, clientOf(), request(), 1000, 301_001)).toBe('stale');
    expect(tried(server, clientOf('guess'), request(), 1000, 301_001)).toBe('wrong');
    const [asked, client] = [request(), clientOf()];
    tried(server, client, asked);
    const secret = secretOf(hash, 'SHA-256', 'lena', 'example.org', 'secret');
    const fresh = (now: number, bound: string): boolean => server.isFresh(server.read(asked)!, now, bound);
    expect([fresh(300_000, at), fresh(300_001, at), fresh(0, 'udp 203.0.113.66')]).toEqual([true, false, false]);
    expect(server.verify(server.read(asked)!, secret, asked, 0, 'udp 203.0.113.66')).toBe('stale');
    const again = responseTo(asked, 401).add('WWW-Authenticate', ...server.challenge(0, at, { isStale: true }));
    expect(parseAuth(again.get('WWW-Authenticate') ?? '').params.get('stale')).toBe('true');
    expect(client.learn(asked, again)).toBe(true);
    client.authorize(asked);
    expect(server.verify(server.read(asked)!, secret, asked, 0, at)).toBe('right');
  });

  it('[A5] offers one challenge for each algorithm; the client takes the first that it can', () => {
    const server = serverOf();
    expect(server.challenge(0, at).map((value) => parseAuth(value).params.get('algorithm'))).toEqual(['SHA-256', 'MD5']);
    expect(server.challenge(0, at, { algorithms: ['MD5'] })).toHaveLength(1);
    const asked = request();
    expect(tried(server, clientOf('secret', { algorithms: ['MD5'] }), asked)).toBe('right');
    expect(server.read(asked)?.algorithm).toBe('MD5');
    const both = request();
    tried(server, clientOf(), both);
    expect([server.read(both)?.algorithm, both.all('Authorization')]).toEqual([
      'SHA-256',
      [expect.stringContaining('algorithm=SHA-256')],
    ]);
  });

  it('[A6] is used again for what follows, with a higher count', () => {
    const server = serverOf();
    const client = clientOf();
    tried(server, client, request());
    const next = request();
    client.authorize(next);
    expect(server.read(next)?.nc).toBe('00000002');
    expect(server.verify(server.read(next)!, secretOf(hash, 'SHA-256', 'lena', 'example.org', 'secret'), next, 0, at)).toBe(
      'right',
    );
  });

  it('[A6] that is shown before anybody asks may be refused without a word of why; it never counts from the beginning again', () => {
    const [server, client] = [serverOf(), clientOf()];
    const first = request();
    tried(server, client, first);
    const next = request();
    client.authorize(next);
    const refused = responseTo(next, 401).add(
      'WWW-Authenticate',
      first.get('Authorization')!.replace(/, (username|uri|response|nc|cnonce)="?[^",]*"?/g, ''),
    );
    expect([client.learn(next, refused), client.learn(undefined, refused)]).toEqual([false, true]);
    client.authorize(next);
    expect(server.read(next)?.nc).toBe('00000003');
  });

  it('[A7] gives up where the password was wrong, where nobody is known, and where nothing can be done', () => {
    const server = serverOf();
    const client = clientOf('guess');
    const asked = request();
    expect(tried(server, client, asked)).toBe('wrong');
    expect(tried(server, client, asked)).toBe('given up');
    const learned = (value: string): boolean =>
      clientOf().learn(request(), responseTo(request(), 401).add('WWW-Authenticate', value));
    expect(
      [
        'Digest realm="other", nonce="1"',
        'Digest realm="example.org", nonce="1", algorithm=SHA-3',
        'Digest realm="example.org", nonce="1", qop="token"',
        'Bearer x="y"',
        'Basic',
      ].map(learned),
    ).toEqual([false, false, false, false, false]);
  });

  it('[A8] of a server and of the proxy before it are put on together', () => {
    const [asked, client] = [request(), clientOf()];
    client.learn(asked, responseTo(asked, 407).add('Proxy-Authenticate', 'Digest realm="example.org", nonce="p", opaque="o"'));
    client.authorize(asked);
    client.learn(asked, responseTo(asked, 401).add('WWW-Authenticate', 'Digest realm="example.org", nonce="w"'));
    client.authorize(asked);
    expect([asked.all('Authorization').length, asked.all('Proxy-Authorization').length]).toEqual([1, 1]);
    expect(asked.get('Proxy-Authorization')).toContain('opaque="o"');
  });

  it('[A9] credentials of another scheme, another realm, or incomplete ones are none', () => {
    const server = serverOf();
    const read = (value: string): unknown => server.read(request().add('Authorization', value));
    const right = 'Digest username="a", realm="example.org", nonce="n", uri="sip:a", response="x"';
    expect(read(right)).toBeDefined();
    for (const value of [
      'Handshake grip=firm',
      right.replace('example.org', 'other'),
      right.replace('nonce', 'once'),
      `${right}, qop=auth`,
      `${right}, qop=auth-int`,
      `${right}, algorithm=SHA-3`,
      `${right}, qop=auth, nc=1, cnonce="c"`,
    ])
      expect(read(value)).toBeUndefined();
    const strange = parseMessage(torture.find(({ name }) => name === 'regaut01')?.message ?? '');
    expect(isRequest(strange) && server.read(strange)).toBeUndefined();
  });

  it('[A9] that cannot be read are refused 400', () => {
    for (const value of ['', 'Digest a', 'Digest "a"=b', 'Digest a="b', 'Digest a="b"c', '@ a=b'])
      expect(() => parseAuth(value)).toThrow(MessageError);
    fc.assert(
      fc.property(fc.string(), (value) => {
        try {
          parseAuth(value);
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
        }
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamFramer } from '../message/framer.ts';
import { parseMessage } from '../message/parse.ts';
import { responseTo } from '../message/respond.ts';
import { Deadlines } from './deadlines.ts';
import { TransactionLayer } from './layer.ts';
import { counter, Line, places, requestOf } from './line.fixture.ts';
import type { Output, Remote } from './types.ts';

const { here } = places;
const text = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;
const options = (via: string, more: readonly string[] = []): string =>
  text([
    'OPTIONS sip:a SIP/2.0',
    `Via: ${via}`,
    'From: <sip:o@a>;tag=1',
    'To: <sip:l@b>',
    'Call-ID: c',
    'CSeq: 1 OPTIONS',
    // Room for an answer of its length.
    `User-Agent: ${'phone '.repeat(12)}`,
    ...more,
  ]);

const layer = (most?: number): TransactionLayer =>
  new TransactionLayer({ random: counter('r'), ...(most === undefined ? {} : { most }) });
const request = (outputs: readonly Output[]): Extract<Output, { type: 'request' }> => {
  const found = outputs.find(({ type }) => type === 'request');
  if (found?.type !== 'request') throw new Error('no request');
  return found;
};
const sends = (outputs: readonly Output[]): string[] =>
  outputs.flatMap((one) => (one.type === 'send' ? [one.text.split('\r\n', 1)[0] ?? ''] : []));

describe('where answers go', () => {
  const from: Remote = { transport: 'udp', address: '203.0.113.9', port: 40_000 };
  it.each<[string, string, string, number]>([
    ['SIP/2.0/UDP 203.0.113.9:5062;branch=z9hG4bK1', 'SIP/2.0/UDP 203.0.113.9:5062;branch=z9hG4bK1', '203.0.113.9', 5062],
    ['SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1', 'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=203.0.113.9', '203.0.113.9', 5060],
    [
      'SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK1',
      'SIP/2.0/UDP 10.0.0.1:5062;rport=40000;branch=z9hG4bK1;received=203.0.113.9',
      '203.0.113.9',
      40_000,
    ],
    [
      'SIP/2.0/UDP 203.0.113.9;rport=1;branch=z9hG4bK1',
      'SIP/2.0/UDP 203.0.113.9;rport=40000;branch=z9hG4bK1;received=203.0.113.9',
      '203.0.113.9',
      40_000,
    ],
    [
      'SIP/2.0/UDP 203.0.113.9;received=198.51.100.66;branch=z9hG4bK1',
      'SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1',
      '203.0.113.9',
      5060,
    ],
    [
      'SIP/2.0/UDP 203.0.113.9;maddr=198.51.100.66;branch=z9hG4bK1',
      'SIP/2.0/UDP 203.0.113.9;maddr=198.51.100.66;branch=z9hG4bK1',
      '203.0.113.9',
      5060,
    ],
    [
      'SIP/2.0/UDP h.example;branch=z9hG4bK1, SIP/2.0/TCP other;branch=z9hG4bK0',
      'SIP/2.0/UDP h.example;branch=z9hG4bK1;received=203.0.113.9, SIP/2.0/TCP other;branch=z9hG4bK0',
      '203.0.113.9',
      5060,
    ],
  ])('[T18] of %s: where it came from, as its Via is told', (via, stamped, address, port) => {
    const one = layer();
    const { request: got, transaction } = request(one.receive(options(via), from, 0));
    expect(got.get('via')).toBe(stamped);
    const [sent] = one.respond(transaction, responseTo(got, 200), 0);
    expect(sent).toMatchObject({ type: 'send', to: { transport: 'udp', address, port } });
  });

  it('[T18] of IPv6, and of connections: back on them', () => {
    const one = layer();
    const v6 = request(
      one.receive(options('SIP/2.0/UDP [2001:DB8::1];branch=z9hG4bK1'), { ...from, address: '2001:db8::1' }, 0),
    );
    expect(v6.request.get('via')).toBe('SIP/2.0/UDP [2001:DB8::1];branch=z9hG4bK1');
    const place: Remote = { transport: 'ws', address: '203.0.113.9', port: 55_555, connection: 'w7' };
    const ws = request(
      one.receive(options('SIP/2.0/WS x.invalid;branch=z9hG4bK2', ['Max-Forwards: 9']).replace('c\r', 'c2\r'), place, 0),
    );
    expect(ws.request.get('via')).toBe('SIP/2.0/WS x.invalid;branch=z9hG4bK2;received=203.0.113.9');
    expect(one.respond(ws.transaction, responseTo(ws.request, 200), 0)[0]).toMatchObject({ to: place });
  });
});

describe('what belongs together', () => {
  it('[T19] has the branch, the host and the method in common', () => {
    const one = layer();
    const first = options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx');
    request(one.receive(first, here, 0));
    expect(one.receive(first, here, 0)).toEqual([]);
    request(one.receive(options('SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKx').replace('Call-ID: c', 'Call-ID: d'), here, 0));
    request(one.receive(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx').replaceAll('OPTIONS', 'MESSAGE'), here, 0));
  });

  it('[T20] without the cookie, or with nothing behind it, has the fields of RFC 2543 in common', () => {
    for (const branch of ['', ';branch=1', ';branch=z9hG4bK']) {
      const one = layer();
      const invite = options(`SIP/2.0/UDP 192.0.2.1${branch}`).replaceAll('OPTIONS', 'INVITE');
      const { request: got, transaction } = request(one.receive(invite, here, 0));
      expect(one.receive(invite, here, 0)).toEqual([]);
      expect(sends(one.respond(transaction, responseTo(got, 486, { toTag: 't' }), 0))).toEqual(['SIP/2.0 486 Busy Here']);
      const cancel = one.receive(invite.replaceAll('INVITE', 'CANCEL'), here, 0);
      expect(sends(cancel)).toEqual(['SIP/2.0 200 OK']);
      expect(one.receive(invite.replaceAll('INVITE', 'ACK').replace('<sip:l@b>', '<sip:l@b>;tag=t'), here, 0)).toEqual([]);
      // The same branch, for all callers of old, is another request.
      request(one.receive(invite.replace('Call-ID: c', 'Call-ID: d'), here, 0));
    }
  });

  it('[T21] came on two ways: the second is answered 482 each time that it comes, and forgotten', () => {
    const one = layer();
    const { request: got, transaction } = request(one.receive(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx'), here, 0));
    for (let n = 0; n < 2; n++) {
      const second = options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKy');
      expect(sends(one.receive(second, here, 0))).toEqual(['SIP/2.0 482 Loop Detected']);
      expect(one.size).toBe(1);
    }
    one.respond(transaction, responseTo(got, 200), 0);
    one.tick(32_000);
    request(one.receive(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKz'), here, 33_000));
  });

  it('[T22] is nobody’s: an ACK goes to its dialog, a response nowhere', () => {
    const one = layer();
    const ack = options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx').replaceAll('OPTIONS', 'ACK');
    expect(one.receive(ack, here, 0)).toMatchObject([{ type: 'ack', request: { method: 'ACK' } }]);
    const stray = [
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKq',
      'From: <sip:a>',
      'To: <sip:b>',
      'Call-ID: c',
      'CSeq: 1 INVITE',
    ];
    expect(one.receive(text(stray), here, 0)).toEqual([]);
    expect(one.size).toBe(0);
  });

  it('[T22] is a response with a second Via, or of another method: nowhere', () => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.run(10);
    line.fate = () => [];
    line.there.answer(200);
    const answer = line.there.sent[0]?.text ?? '';
    for (const bad of [
      answer.replace('From:', 'Via: SIP/2.0/UDP a;branch=z9hG4bKb\r\nFrom:'),
      answer.replace('1 OPTIONS', '1 INFO'),
      answer.replace('h1', 'h9'),
    ])
      line.here.take(line.here.layer.receive(bad, line.there.place, line.now));
    expect(line.here.words).toEqual([]);
    line.here.take(line.here.layer.receive(answer, line.there.place, line.now));
    expect(line.here.words).toEqual(['200']);
  });
});

describe('what cannot be served', () => {
  it('[T23] is refused once, with a tag and without memory', () => {
    const one = layer();
    const outputs = one.receive(options('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx', ['Max-Forwards: many']), here, 0);
    expect(sends(outputs)).toEqual(['SIP/2.0 400 Malformed Max-Forwards: many']);
    const [refusal] = outputs;
    if (refusal?.type !== 'send') throw new Error('no answer');
    expect(refusal.to.address).toBe('192.0.2.1');
    expect(parseMessage(refusal.text).toTag).toBe('r1');
    expect(one.size).toBe(0);
  });

  it.each([
    [
      'a version',
      (message: string) => message.replace('sip:a SIP/2.0', 'sip:a SIP/9.9'),
      ['SIP/2.0 505 Version Not Supported'],
    ],
    ['a start line', (message: string) => message.replace('sip:a', '<sip:a>'), ['SIP/2.0 400 Malformed Request-Line']],
    [
      'a To that nobody can read',
      (message: string) => message.replace('<sip:l@b>', '"'),
      ['SIP/2.0 400 Unbalanced quotation mark'],
    ],
    ['an ACK', (message: string) => message.replaceAll('OPTIONS', 'ACK').replace('CSeq: 1', 'CSeq: x'), []],
    [
      'a response',
      (message: string) => message.replace('OPTIONS sip:a SIP/2.0', 'SIP/2.0 200 OK').replace('CSeq: 1', 'CSeq: x'),
      [],
    ],
    ['a Via that nobody can read', (message: string) => message.replace('branch=', 'branch=;'), []],
    ['no Call-ID', (message: string) => message.replace('Call-ID: c\r\n', ''), []],
    ['noise', () => '\x16\x03\x01hello', []],
    ['no method', () => '\0\r\n\r\n', []],
  ])('[T23] for %s: an answer only where it finds its request', (_, spoil, expected) => {
    const one = layer();
    expect(sends(one.receive(spoil(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx')), here, 0))).toEqual(expected);
    expect(one.size).toBe(0);
  });

  it('[T23] because its stream was lost: nothing of it is served', () => {
    const one = layer();
    const place: Remote = { ...here, transport: 'tcp', connection: '1' };
    const lose = (message: string): string[] =>
      new StreamFramer()
        .push(message)
        .flatMap((frame) => (frame.type === 'lost' ? sends(one.lose(frame, place)) : ['not lost']));
    expect(lose(options('SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKx'))).toEqual(['SIP/2.0 400 Missing Content-Length']);
    expect(lose(options('SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKx', ['l: 9999999']))).toEqual([
      'SIP/2.0 413 Request Entity Too Large',
    ]);
    expect(lose('x'.repeat(40_000))).toEqual([]);
    expect(one.size).toBe(0);
  });

  it('[T29] by UDP is answered with no more than it was', () => {
    const shortest = [
      'OPTIONS sip:a SIP/2.0',
      'v:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx',
      'f:<sip:o@a>;tag=1',
      't:<sip:l@b>',
      'i:c',
    ];
    const answersTo = (lines: readonly string[], place: Remote): string[] =>
      layer()
        .receive(text([...shortest, ...lines]), place, 0)
        .flatMap((output) => (output.type === 'send' ? output.text : []));
    const unreadable = ['CSeq:1 OPTIONS', 'Max-Forwards: many'];
    expect(answersTo(unreadable, here)).toEqual([
      'SIP/2.0 400 \r\nv: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nf: <sip:o@a>;tag=1\r\ni: c\r\nCSeq: 1 OPTIONS\r\nt: <sip:l@b>;tag=r1\r\nl: 0\r\n\r\n',
    ]);
    expect(answersTo(['CSeq:1 INFO'], here)).toEqual([
      'SIP/2.0 400 \r\nv:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nf:<sip:o@a>;tag=1\r\ni:c\r\nCSeq:1 INFO\r\nt:<sip:l@b>;tag=r1\r\n\r\n',
    ]);
    expect(answersTo(['CSeq:1 INFO'], { ...here, transport: 'tcp', connection: '1' })).toHaveLength(1);
  });

  it('[T24] for want of memory is answered 503 and not kept', () => {
    const one = layer(1);
    request(one.receive(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx'), here, 0));
    expect(sends(one.receive(options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKy', ['Max-Forwards: 1']), here, 0))).toEqual([
      'SIP/2.0 503 Service Unavailable',
    ]);
    expect(one.size).toBe(1);
  });

  it('[T24] costs no memory for being repeated', () => {
    const one = layer();
    const message = options('SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx').replaceAll('OPTIONS', 'INVITE');
    const { request: got, transaction } = request(one.receive(message, here, 0));
    one.respond(transaction, responseTo(got, 200), 0);
    for (let n = 0; n < 1000; n++) one.receive(message, here, n);
    let ticks = 0;
    for (let next = one.deadline; next !== undefined; next = one.deadline, ticks++) one.tick(next);
    expect(ticks).toBe(1);
  });

  it('[G15] keep-alives are no messages', () => {
    expect(layer().receive('\r\n\r\n', here, 0)).toEqual([]);
  });
});

describe('a request of ours', () => {
  it('[T25] gets its Via, rport where it may be needed, and Max-Forwards', () => {
    const line = new Line();
    line.here.ask(requestOf('OPTIONS'), line.there.place);
    line.here.ask(requestOf('INFO', { 'Max-Forwards': '5' }), { ...line.there.place, transport: 'tls' });
    const [udp, tls] = line.here.sent.map(({ text: sent }) => parseMessage(sent));
    expect([udp?.get('via'), udp?.maxForwards]).toEqual(['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKh1;rport', 70]);
    expect([tls?.get('via'), tls?.maxForwards]).toEqual(['SIP/2.0/TLS 192.0.2.1:5060;branch=z9hG4bKh2', 5]);
  });

  it('[T25] that is over cannot be answered or cancelled any more', () => {
    const one = layer();
    expect([one.respond('x', responseTo(requestOf('BYE'), 200), 0), one.cancel('x', 0), one.failed('x')]).toEqual([[], [], []]);
  });
});

describe('on a network that loses, doubles and delays', () => {
  const fate = fc.array(fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 })), {
    minLength: 5,
    maxLength: 40,
  });
  const deeds = fc.record({
    method: fc.constantFrom('INVITE', 'OPTIONS'),
    status: fc.constantFrom(200, 302, 486, 603),
    rings: fc.boolean(),
    after: fc.integer({ min: 0, max: 3000 }),
    cancelAt: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }),
  });

  /** Nothing but the last repetition of the INVITE arrives after the first. */
  const lastRepeat = { method: 'INVITE', status: 200, rings: false, after: 0, cancelAt: undefined } as const;

  it('[T26] every request is heard once, has one end on each side, and leaves nothing behind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('udp' as const, 'tcp' as const),
        fate,
        deeds,
        (transport, fates, { method, status, rings, after, cancelAt }) => {
          const line = new Line(transport);
          let sent = 0;
          // The first ones have their fate, the later ones arrive; connections deliver everything in order. What is sent for the last time, after
          // 63 T1, is not late: after 64 T1 the other side knows nothing of it any more (RFC 6026 §7.1).
          line.fate = () => (line.isReliable || line.now > 31_000 ? [20] : (fates[sent++] ?? [20]));
          const id = line.here.ask(requestOf(method), line.there.place);
          let answered = false;
          let cancelled = false;
          for (let n = 0; n < 160 && !answered; n++) {
            line.run(250);
            const [heard] = line.there.requests;
            if (cancelAt !== undefined && line.now >= cancelAt && !cancelled) {
              cancelled = true;
              line.here.take(line.here.layer.cancel(id, line.now));
            }
            if (heard === undefined) continue;
            const wasCancelled = line.there.words.includes('cancel');
            if (!wasCancelled && line.now < after) {
              if (rings && method === 'INVITE') line.there.answer(180);
              continue;
            }
            answered = true;
            line.there.answer(wasCancelled ? 487 : status);
          }
          line.run();
          expect(line.there.requests.length).toBeLessThanOrEqual(1);
          // Finals of a 2xx are repeated by dialogs, which are not here: such an answer may be lost, and the client waits for ever in vain.
          const finals = line.here.statuses.filter((one) => one >= 200);
          const ends = line.here.words.filter((word) => word === 'timeout').length + Math.min(1, finals.length);
          if (method === 'OPTIONS' || line.here.layer.size === 0) expect(ends).toBe(1);
          if (finals.some((one) => one >= 300)) expect(finals).toHaveLength(1);
          expect(line.there.layer.size).toBe(0);
        },
      ),
      { numRuns: 300, examples: [['udp', [[51], [], [], [1], [], [], [1], [751, 1], [], [], [], [1], []], lastRepeat]] },
    );
  });
});

describe('deadlines', () => {
  it('come in their order, as they are when their time comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.option(fc.nat(100), { nil: undefined }))), (changes) => {
        const items = Array.from({ length: 21 }, () => ({
          deadline: undefined as number | undefined,
          noted: undefined as number | undefined,
        }));
        const deadlines = new Deadlines<(typeof items)[number]>();
        for (const [at, deadline] of changes) {
          const item = items[at]!;
          item.deadline = deadline;
          deadlines.note(item);
        }
        const expected = items.flatMap(({ deadline }) => (deadline === undefined ? [] : [deadline])).sort((a, b) => a - b);
        const got: number[] = [];
        for (let next = deadlines.next; next !== undefined; next = deadlines.next) {
          expect(deadlines.take(next - 1)).toBeUndefined();
          const item = deadlines.take(next)!;
          got.push(item.deadline!);
          item.deadline = undefined;
          deadlines.note(item);
        }
        expect(got).toEqual(expected);
      }),
    );
  });
});

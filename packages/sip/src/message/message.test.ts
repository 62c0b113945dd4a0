import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBytes, fromUtf8, toBytes, toUtf8 } from '../bytes.ts';
import { checkRequest, checkResponse } from './check.ts';
import { MessageError, WriteError } from './errors.ts';
import { field } from './fields.ts';
import { messageLimits } from './limits.ts';
import { fieldsOf, isRequest, Request, Response } from './message.ts';
import type { NameAddr } from './name-addr.ts';
import { nameAddr, parseNameAddr, writeNameAddr } from './name-addr.ts';
import type { Param } from './params.ts';
import { Params, parseParams, writeParams } from './params.ts';
import { isKeepAlive, parseMessage, UnreadableError } from './parse.ts';
import { reasonPhrase } from './reasons.ts';
import { responseTo } from './respond.ts';
import { splitList } from './syntax.ts';
import type { SipUri, Uri } from './uri.ts';
import { addressOfRecord, parseUri, sameUri, sipUri, writeUri } from './uri.ts';
import { parseCSeq, parseRAck, parseSeconds, parseVia, parseWorded, writeCSeq, writeVia, writeWorded } from './values.ts';
import { writeMessage } from './write.ts';

const text = [
  'INVITE sip:lena@example.org SIP/2.0',
  'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1;rport',
  'From: "Omar" <sip:omar@example.net>;tag=o1',
  'To: <sip:lena@example.org>',
  'Call-ID: a@b',
  'CSeq: 1 INVITE',
  'Max-Forwards: 70',
  'Contact: <sip:omar@198.51.100.7>',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

const invite = (): Request => {
  const message = parseMessage(text);
  if (!isRequest(message)) throw new Error('no request');
  return message;
};

function refusal(what: () => unknown): MessageError {
  try {
    what();
  } catch (error) {
    if (error instanceof MessageError) return error;
    throw error;
  }
  throw new Error('not refused');
}

// ── what may be generated ───────────────────────────────────────────────────────────────────────────────────────────

const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 12,
});
const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,12}$/);
const host = fc
  .oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,8}\.[a-z]{2,4}$/),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  )
  .filter((one) => !one.includes('-.'));
const port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });
const unique = <T extends readonly [string, unknown]>(list: T[]): T[] => [
  ...new Map(list.map((one) => [one[0].toLowerCase(), one])).values(),
];
/** What can stand in quotes. */
const quotable = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => !/[\r\n\0]/.test(one));
const params = fc
  .array(fc.tuple(token, fc.option(quotable.map(toUtf8), { nil: undefined })))
  .map((list) => new Params(unique<Param>(list)));
const uriParams = fc
  .array(fc.tuple(bytes, fc.option(bytes, { nil: undefined })))
  .map((list) => new Params(unique<Param>(list)));
const uri: fc.Arbitrary<SipUri> = fc.record({
  scheme: fc.constantFrom('sip' as const, 'sips' as const),
  user: fc.option(bytes, { nil: undefined }),
  host,
  port,
  params: uriParams,
  headers: fc.array(fc.tuple(bytes, fc.oneof(bytes, fc.constant('')))),
});
const address: fc.Arbitrary<NameAddr> = fc.record({ displayName: fc.option(quotable, { nil: undefined }), uri, params });

const plain = (one: unknown): unknown =>
  one instanceof Params
    ? [...one]
    : typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).map(([key, value]) => [key, plain(value)]))
      : one;

const holds = <T>(values: fc.Arbitrary<T>, check: (one: T) => void): void =>
  fc.assert(
    fc.property(values, (one) => {
      check(one);
    }),
  );

const dataOf = (one: Request | Response): unknown => [
  isRequest(one) ? [one.method, one.target] : [one.status, one.reason],
  one.fields.filter(({ key }) => key !== 'content-length').map(({ name, key, value }) => [name, key, value]),
  one.body,
];

const keyOf = (one: string): string => addressOfRecord(parseUri(one));

describe('what is written is read again', () => {
  it('[G2] parameters', () => {
    holds(params, (one) => expect([...parseParams(writeParams(one), 0)]).toEqual([...one]));
  });

  it('[G2] URIs, whatever bytes they hold', () => {
    fc.assert(
      fc.property(uri, (one) => {
        const again = parseUri(writeUri(one));
        expect(plain(again)).toEqual({ ...(plain(one) as object), password: undefined });
        expect(sameUri(again, one)).toBe(true);
        expect(writeUri(one)).toMatch(/^[!-~]+$/);
      }),
    );
  });

  it('[G2] addresses', () => {
    holds(address, (one) =>
      expect(plain(parseNameAddr(writeNameAddr(one)))).toEqual(plain({ ...one, uri: { ...one.uri, password: undefined } })),
    );
  });

  it('[G2] lists of addresses', () => {
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (list) => {
        const written = list.map(writeNameAddr);
        expect(splitList(written.join(', '))).toEqual(written);
      }),
    );
  });

  it('[G2] Via and CSeq', () => {
    const via = fc.record({ transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WS', 'WSS', 'X'), host, port, params });
    holds(via, (one) => expect(plain(parseVia(writeVia(one)))).toEqual(plain(one)));
    const cseq = fc.record({ number: fc.integer({ min: 0, max: 2 ** 31 - 1 }), method: token });
    holds(cseq, (one) => expect(parseCSeq(writeCSeq(one))).toEqual(one));
    expect(writeWorded(parseWorded('text / plain ; charset = utf-8'))).toBe('text/plain;charset=utf-8');
  });

  it('[G2] messages: start line, fields in their order, body', () => {
    const value = fc
      .string({ unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)) })
      .map((one) => one.replaceAll(/^ +| +$/g, ''));
    const fields = fc.array(
      fc.tuple(token, value).filter(([name]) => !/^(content-length|l)$/i.test(name)),
      { maxLength: 20 },
    );
    const body = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    const start = fc.oneof(
      fc.tuple(token, uri).map(([method, target]) => new Request(method, target)),
      fc.tuple(fc.integer({ min: 100, max: 699 }), quotable).map(([status, reason]) => new Response(status, reason)),
    );
    fc.assert(
      fc.property(start, fields, body, (message, all, octets) => {
        for (const [name, one] of all) message.add(name, one);
        message.body = octets;
        const again = parseMessage(writeMessage(message));
        expect(dataOf(again)).toEqual(dataOf(message));
      }),
    );
  });

  it('[G2] a message that nothing was done to is written as it came', () => {
    expect(writeMessage(invite())).toBe(text);
  });
});

describe('nothing is written that would be read as something else', () => {
  it('[G9] CR, LF and NUL are refused in every value', () => {
    fc.assert(
      fc.property(fc.constantFrom('\r', '\n', '\0', '\r\n', '\r\nTo: x'), bytes, (bad, rest) => {
        for (const value of [`x${bad}y`, `${rest}x${bad}x`].filter((one) => !one.includes('\\'))) {
          expect(() => field('X-Any', value)).toThrow(WriteError);
          expect(() => writeNameAddr(nameAddr(sipUri('a.example'), { displayName: value }))).toThrow(WriteError);
          expect(() => writeParams(Params.of({ tag: value }))).toThrow(WriteError);
          expect(() => writeMessage(new Response(200, value))).toThrow(WriteError);
          expect(() => writeMessage(new Request('BYE', `sip:${value}`))).toThrow(WriteError);
          expect(() => writeMessage(new Request(`BYE${value}`, 'sip:a'))).toThrow(WriteError);
          expect(() => writeVia({ transport: 'UDP', host: value, params: Params.none })).toThrow(WriteError);
        }
      }),
    );
  });

  it('[G9] also where a field was made by hand', () => {
    const request = invite();
    request.fields.push({ name: 'X-Any', key: 'x-any', value: 'x\r\nTo: y' });
    expect(() => writeMessage(request)).toThrow(WriteError);
  });

  it('[G9] a tag, a name or a user that ends what holds it is quoted or escaped', () => {
    const evil = '"><sip:evil@example.com>;tag=1';
    const written = writeNameAddr(
      nameAddr(sipUri('a.example', { user: evil }), { displayName: evil, params: Params.of({ tag: evil }) }),
    );
    const read = parseNameAddr(written);
    expect(read).toMatchObject({ displayName: evil, uri: { user: evil, host: 'a.example' } });
    expect(read.params.get('tag')).toBe(evil);
  });

  it.each<[string, () => unknown]>([
    ['a name of a header', () => field('To:', 'x')],
    ['an empty name', () => field('', 'x')],
    ['more than bytes', () => field('Subject', 'Grüße ☎')],
    ['more than bytes in a user', () => writeUri(sipUri('a.example', { user: '☎' }))],
    ['a body of more than bytes', () => writeMessage(invite().withBody('text/plain', '☎'))],
    ['a host with a port in it', () => writeUri(sipUri('a.example:1'))],
    ['a port', () => writeUri(sipUri('a.example', { port: 70_000 }))],
    ['an empty user', () => writeUri(sipUri('a.example', { user: '' }))],
    ['another URI with >', () => writeUri({ scheme: 'tel', opaque: '1>' })],
    ['a space in a Request-URI', () => writeMessage(new Request('BYE', 'sip:a b'))],
    ['a status', () => writeMessage(new Response(99))],
    ['a CSeq', () => writeCSeq({ number: 2 ** 31, method: 'BYE' })],
  ])('[G9] %s is refused', (_, what) => {
    expect(what).toThrow(WriteError);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a colon', 'Max-Forwards: 70', 'Max-Forwards 70', /Malformed header/],
    ['a name', 'Max-Forwards:', 'Max Forwards:', /Malformed header/],
    ['CR in a line', 'Max-Forwards: 70', 'Max-Forwards: 70\rTo: x', /CR or LF/],
    ['LF in a line', 'Max-Forwards: 70', 'Max-Forwards: 70\nTo: x', /CR or LF/],
    ['a version', 'SIP/2.0\r\nVia', 'SIP/2\r\nVia', /Request-Line/],
    ['a tab in the start line', 'INVITE ', 'INVITE\t', /start line/],
  ])('[G10] lacks %s', (_, from, to, reason) => {
    const error = refusal(() => parseMessage(text.replace(from, to)));
    expect(error).toBeInstanceOf(UnreadableError);
    expect([error.status, error.message]).toEqual([400, expect.stringMatching(reason)]);
  });

  it('[G10] brings what is needed to refuse it', () => {
    const error = refusal(() => parseMessage(text.replace(' SIP/2.0\r\n', ' SIP/3.0\r\n'))) as UnreadableError;
    expect(error.status).toBe(505);
    expect(error.request?.method).toBe('INVITE');
    expect(error.request?.via.params.get('branch')).toBe('z9hG4bK1');
  });

  it.each<[number, string, string]>([
    [513, 'headers that are too long', text.replace('70', '7'.repeat(messageLimits.head))],
    [
      413,
      'a body that is too long',
      text.replace('Length: 0', `Length: ${messageLimits.body + 1}`) + ' '.repeat(messageLimits.body + 1),
    ],
    [414, 'a Request-URI that is too long', text.replace('lena', 'l'.repeat(messageLimits.requestUri))],
    [400, 'too many headers', text.replace('Max', `${'X: 1\r\n'.repeat(messageLimits.fields)}Max`)],
  ])('[G11] is beyond a limit: %i for %s', (status, _, message) => {
    expect(refusal(() => parseMessage(message)).status).toBe(status);
  });

  it.each([
    ['values', (request: Request) => request.set('Route', '<sip:a>,'.repeat(200)).routes],
    ['fields of one name', (request: Request) => request.add('Route', ...Array<string>(129).fill('<sip:a>')).routes],
    ['parameters', (request: Request) => request.set('To', `<sip:a>${';a'.repeat(65)}`).to],
    ['parameters of a URI', (request: Request) => request.set('To', `<sip:a${';a'.repeat(65)}>`).to],
    ['headers of a URI', (request: Request) => request.set('To', `<sip:a?a=1${'&a=1'.repeat(65)}>`).to],
  ])('[G11] has too many %s: 400', (_, read) => {
    expect(refusal(() => read(invite()))).toMatchObject({
      status: 400,
      message: expect.stringContaining('Too many') as string,
    });
  });

  it.each([
    '',
    '<>',
    'x',
    'sip:',
    '<sip:a',
    '"x <sip:a>',
    '"x"',
    '"x" y <sip:a>',
    'a:b:c <sip:a>',
    'a;b <sip:x>',
    'a@b <sip:x>;=',
    '<sip:a>x',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:%zz@a',
    'sip:@a',
    'sip:a:99999',
    'sip:[::1',
    '<sip:a;>',
    'sip:a;;b',
    '<sip:a?b>',
    '<sip:a?=b>',
    'sip:a?b=c',
    'sip:a,b',
  ])('[G12] is no address: %j', (value) => {
    expect(refusal(() => parseNameAddr(value)).status).toBe(400);
  });

  it.each([
    ['SIP/2.0/UDP', parseVia],
    ['SIP/3.0/UDP a', parseVia],
    ['SIP/2.0/U@P a', parseVia],
    ['SIP/2.0/UDP a b', parseVia],
    ['SIP/2.0/UDP a;branch=', parseVia],
    ['1', parseCSeq],
    ['-1 INVITE', parseCSeq],
    ['1 IN VITE', parseCSeq],
    ['2147483648 INVITE', parseCSeq],
    ['1 INVITE', parseRAck],
    ['x', parseSeconds],
    ['a/b c', parseWorded],
  ] as const)('[G12] is no value: %j', (value, parse) => {
    expect(refusal(() => parse(value)).status).toBe(400);
  });

  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])('[G13] is a request without %s', (name) => {
    expect(refusal(() => checkRequest(invite().remove(name))).message).toBe(`Missing ${name}`);
  });

  it.each(['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'])('[G13] is a request with two %s', (name) => {
    const request = invite();
    expect(refusal(() => checkRequest(request.add(name, request.get(name) ?? ''))).message).toBe(`Several ${name}`);
  });

  it('[G13] is a response with the Via of somebody else below ours', () => {
    const response = responseTo(invite(), 200);
    checkResponse(response);
    expect(() => checkResponse(response.add('Via', 'SIP/2.0/UDP a;branch=z9hG4bK2'))).toThrow(MessageError);
  });

  it('[G14] fails in no other way, whatever is done to it', () => {
    const edit = fc.tuple(fc.nat(text.length), fc.nat(6), bytes);
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        let spoiled = text;
        for (const [at, cut, put] of edits) spoiled = spoiled.slice(0, at) + put + spoiled.slice(at + cut);
        try {
          const message = parseMessage(spoiled);
          if (isRequest(message)) checkRequest(message);
          else checkResponse(message);
          writeMessage(message);
        } catch (error) {
          if (!(error instanceof MessageError) && !(error instanceof WriteError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is tolerated', () => {
  it('[G3] lines that end with LF alone, throughout', () => {
    expect(writeMessage(parseMessage(text.replaceAll('\r\n', '\n')))).toBe(text);
  });

  it('[G3] empty lines before the message, and a datagram without Content-Length', () => {
    expect(parseMessage(`\r\n\r\n${text}`)).toMatchObject({ method: 'INVITE' });
    expect(parseMessage(`${text.replace('Content-Length: 0\r\n', '')}rest`).body).toBe('rest');
  });

  it('[G3] unquoted names in UTF-8 and with brackets, characters that phones leave unescaped, names of hosts with _', () => {
    expect(parseNameAddr(toUtf8('Jürgen (Büro) <sip:j@a_b.example>')).displayName).toBe('Jürgen (Büro)');
    expect(parseNameAddr('<sip:*21#49@a>').uri).toMatchObject({ user: '*21#49' });
    expect(parseNameAddr('\tsip:a@b ; tag = "x" ').params.get('tag')).toBe('x');
  });

  it('[G3] a single ; at the end of parameters', () => {
    expect([...parseNameAddr('<sip:a>;tag=1 ; ').params]).toEqual([['tag', '1']]);
    expect(parseVia('SIP/2.0/UDP a;branch=z9hG4bK1;').params.size).toBe(1);
    expect(() => parseNameAddr('<sip:a>;tag=1;;')).toThrow(MessageError);
  });

  it('[G3] values in lists with nothing between commas', () => {
    expect(invite().set('Supported', ', 100rel ,, timer,').all('k')).toEqual(['100rel', 'timer']);
    expect(invite().set('Supported', '').all('Supported')).toEqual([]);
  });

  it('[G3] a name that is Latin-1 where UTF-8 is meant', () => {
    expect(parseNameAddr('"J\xfcrgen" <sip:a>').displayName).toBe('Jürgen');
  });

  it('[G15] what keeps a way open is no message', () => {
    for (const ping of ['\r\n', '\r\n\r\n', '\0', '']) expect(isKeepAlive(ping)).toBe(true);
    expect(isKeepAlive(text)).toBe(false);
  });
});

describe('a message', () => {
  it('finds fields by any name, and lists across fields', () => {
    const message = invite().add('v', 'SIP/2.0/TCP b;branch=2, SIP/2.0/TLS c:5061 ; branch=3');
    expect(message.vias.map(({ transport, host: name }) => `${transport} ${name}`)).toEqual([
      'UDP 198.51.100.7',
      'TCP b',
      'TLS c',
    ]);
    expect(message.via.params.get('rport')).toBe('');
    expect([message.get('i'), message.get('CALL-ID'), message.has('t'), message.get('no such')]).toEqual([
      'a@b',
      'a@b',
      true,
      undefined,
    ]);
    expect(message.all('Subject')).toEqual([]);
  });

  it('reads a field again when it was set', () => {
    const message = invite();
    expect(message.fromTag).toBe('o1');
    message.set('f', '<sip:a>;tag=o2');
    expect(message.fromTag).toBe('o2');
    expect(message.add('Route', '<sip:1>', '<sip:2>').set('Route', '<sip:3>').all('Route')).toEqual(['<sip:3>']);
  });

  it('says what it means', () => {
    const message = new Request(
      'X',
      'sip:a',
      fieldsOf({
        Contact: '*',
        Expires: '99999999999999',
        RAck: '7 1 INVITE',
        Require: ['100rel', 'a,b'],
        Date: 'Mon, 04 May 2026 12:00:00 GMT',
        'Min-SE': 90,
        Refer: undefined,
        'Refer-To': '<sip:b?Replaces=x>',
      }),
    );
    expect([message.removesAll, message.contacts, message.expires]).toEqual([true, [], 2 ** 32 - 1]);
    expect(message.rack).toEqual({ rseq: 7, cseq: { number: 1, method: 'INVITE' } });
    expect([message.says('Require', 'B'), message.says('Require', 'c'), message.seconds('Min-SE')]).toEqual([true, false, 90]);
    expect(message.date).toBe(Date.UTC(2026, 4, 4, 12));
    expect(message.addresses('r')[0]?.uri).toMatchObject({ headers: [['Replaces', 'x']] });
    expect([message.maxForwards, message.contentType, message.text]).toEqual([undefined, undefined, '']);
  });

  it('[G16] is answered with its Via, From, To, Call-ID and CSeq, with our tag where it has none', () => {
    const request = invite().add('Record-Route', '<sip:p;lr>').add('Timestamp', '54');
    const ringing = responseTo(request, 180, { toTag: 'l1', fields: { Contact: '<sip:l@1.2.3.4>' } });
    expect(writeMessage(ringing).split('\r\n')).toEqual([
      'SIP/2.0 180 Ringing',
      'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1;rport',
      'From: "Omar" <sip:omar@example.net>;tag=o1',
      'Call-ID: a@b',
      'CSeq: 1 INVITE',
      'Record-Route: <sip:p;lr>',
      'To: <sip:lena@example.org>;tag=l1',
      'Contact: <sip:l@1.2.3.4>',
      'Content-Length: 0',
      '',
      '',
    ]);
    expect(responseTo(request, 100).get('Timestamp')).toBe('54');
    expect(responseTo(request.set('To', '<sip:a>;tag=x'), 486, { toTag: 'y' }).toTag).toBe('x');
    expect([reasonPhrase(486), reasonPhrase(499), reasonPhrase(999)]).toEqual(['Busy Here', 'Bad Request', '']);
  });
});

describe('URIs', () => {
  it.each([
    ['sip:%61lice@AtLanTa.CoM;Transport=TCP', 'SIP:alice@atlanta.com;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    ['sip:alice@atlanta.com?subject=project%20x&priority=urgent', 'sip:alice@atlanta.com?priority=urgent&subject=project%20x'],
    ['tel:+4930555', 'tel:+4930555'],
  ])('[G17] are the same: %s and %s (RFC 3261 §19.1.4)', (a, b) => {
    expect(sameUri(parseUri(a), parseUri(b))).toBe(true);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a@b', 'tel:1'],
    ['tel:2', 'tel:1'],
  ])('[G17] are not the same: %s and %s', (a, b) => {
    expect(sameUri(parseUri(a), parseUri(b))).toBe(false);
    expect(sameUri(parseUri(b), parseUri(a))).toBe(false);
  });

  it('[G17] are the key of a user without what only leads there', () => {
    expect(keyOf('sip:%6Cena:secret@Example.ORG:5060;transport=tcp?x=y')).toBe('sip:lena@example.org');
    expect(keyOf('sips:lena@example.org:5060')).toBe('sips:lena@example.org:5060');
    expect(keyOf('tel:+1')).toBe('tel:+1');
  });

  it('have IPv6 addresses in brackets', () => {
    expect(parseUri('sip:a@[2001:db8::1]:5070;x')).toMatchObject({ host: '[2001:db8::1]', port: 5070 });
    expect(parseVia('SIP/2.0/UDP [::1]:5060;rport').host).toBe('[::1]');
  });

  it.each([
    'sip',
    'sips',
    'sipx',
    'lena',
    ':lena',
    'sip:',
    'sip:lena@',
    'sip:[::1',
    'sip:[::1]x',
    'sip:example.org:',
    'sip:a b',
  ])('are not found in %j', (text) => {
    expect(() => parseUri(text)).toThrow(MessageError);
  });
});

describe('bytes', () => {
  it('are UTF-8 for people, and stay what they are', () => {
    holds(fc.string({ unit: 'binary' }), (one) => expect(fromUtf8(toUtf8(one))).toBe(one.toWellFormed()));
    holds(fc.string({ unit: 'binary' }), (one) => expect(toUtf8(one)).toBe(Buffer.from(one).toString('latin1')));
    holds(fc.uint8Array({ maxLength: 20_000 }), (one) => expect(toBytes(fromBytes(one))).toEqual(one));
  });
});

it('never means to be a Uri of both kinds', () => {
  const list: Uri[] = [parseUri('sip:a'), parseUri('urn:service:sos')];
  expect(list.map((one) => 'host' in one)).toEqual([true, false]);
});

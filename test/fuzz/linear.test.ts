/**
 * Whatever a stranger sends is read in time that grows with its length. Runs of one character, up to the limits, are where a pattern or a loop
 * that tries again at every character shows: there it takes the square of the length, or its cube, and nobody is served meanwhile.
 */
import { createHash } from 'node:crypto';
import { cleanName, cleanText } from '@offhook/core';
import {
  checkRequest,
  answerSession,
  DigestServer,
  inspect,
  MessageError,
  messageLimits,
  noticeOf,
  parseMessage,
  reasonsOf,
  referralOf,
  replacesOf,
  Request,
  responseTo,
  sessionTimes,
  StreamFramer,
  TransactionLayer,
  WriteError,
  writeMessage,
} from '@offhook/sip';
import type { Message } from '@offhook/sip';
import {
  codecs,
  cryptoLines,
  DescriptionError,
  descriptionLimits,
  fingerprint,
  parseDescription,
  simulcastSent,
  sources,
} from '@offhook/sdp';
import { expect, test } from 'vitest';
import { NegotiationError } from '../../packages/media/src/negotiation/bundle.ts';
import { readPublishOffer } from '../../packages/media/src/negotiation/publish.ts';
import { readBrowser } from '../../packages/media/src/bridge/browser-description.ts';
import { readPhone } from '../../packages/media/src/bridge/phone-description.ts';
import { dialledIn } from '../../packages/server/src/sip/addresses.ts';
import { callerIn, calledIn } from '../../packages/server/src/sip/trunks/said.ts';
import { digitOf } from '../../packages/server/src/sip/typed-bodies.ts';
import { superlinear } from './superlinear.ts';

const runs = [
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n ',
  '\r\n x',
  '\0',
  ',',
  ' ,',
  ';',
  '; ',
  '"',
  '\\',
  '\\"',
  '<',
  '>',
  '<>',
  '0',
  '1',
  'a',
  '=',
  ':',
  '/',
  '@',
  '%41',
  '(',
  '.',
  '-',
  '[',
  '?',
  '&',
  '|',
  'é',
];
const ends = ['', 'b'];
/** CR ends no line of a description, and nothing else that is tried there. */
const endsOfLines = [...ends, '\rb'];

interface Place {
  readonly name: string;
  readonly begun: readonly string[];
  readonly read: (run: string) => void;
}

/** The first that is: the others would only take longer. */
function slowIn({ name, begun, read }: Place, most: number, behind: readonly string[] = ends): string[] {
  for (const start of begun)
    for (const run of runs)
      for (const end of behind) {
        const found = superlinear(most, (length) => read(start + run.repeat(length / run.length) + end));
        if (found !== undefined)
          return [`${name} ${JSON.stringify(start)} ${JSON.stringify(run)} ${JSON.stringify(end)}: ${found}`];
      }
  return [];
}

/** Each by itself: what one cannot read another may. */
function tried(...readers: readonly (() => unknown)[]): void {
  for (const read of readers) {
    try {
      read();
    } catch (error) {
      const isTyped = [MessageError, WriteError, DescriptionError, NegotiationError].some((type) => error instanceof type);
      if (!isTyped) throw error;
    }
  }
}

const digest = new DigestServer({
  realm: 'Offhook',
  hash: (_algorithm, text) => createHash('md5').update(text, 'latin1').digest('hex'),
  sign: () => 'x',
  random: () => 'r',
  equal: (a, b) => a === b,
});
const abilities = {
  methods: ['INVITE'],
  schemes: ['sip'],
  extensions: [],
  contentTypes: ['application/sdp'],
  answers: { INVITE: ['application/sdp'] },
};
const trunk = { number: undefined, numbers: { format: 'plus' as const }, trusted: true };

function requestIn(text: string): Request | undefined {
  let message: Message | undefined;
  tried(() => (message = parseMessage(text)));
  return message instanceof Request ? message : undefined;
}

function readMessage(text: string, header: string): void {
  const layer = new TransactionLayer({ random: () => 'r' });
  tried(
    () => new StreamFramer().push(text),
    () => layer.receive(text, { transport: 'udp', address: '192.0.2.1', port: 5060 }, 0),
  );
  const request = requestIn(text);
  if (request === undefined) return;
  // What a field was read as is kept: each way to read it needs one of its own.
  const { fields } = request;
  const fresh = (): Request =>
    new Request(
      'INVITE',
      request.target,
      fields.map(({ name, key, value }) => ({ name, key, value })),
    );
  tried(
    () => fresh().words(header),
    () => fresh().addresses(header),
    () => fresh().seconds(header),
  );
  tried(
    () => checkRequest(request),
    () => inspect(request, abilities),
    () => writeMessage(responseTo(request, 200, { toTag: 't' })),
    () => request.date,
    () => request.rack,
    () => request.contentType,
    () => digest.read(request),
    () => answerSession(request, sessionTimes),
    () => replacesOf(request),
    () => referralOf(request),
    () => noticeOf(request),
    () => reasonsOf(request),
    () => callerIn(request, trunk, 'DE'),
    () => calledIn(request, trunk, 'DE'),
    () => dialledIn(request.uri),
    () => dialledIn(request.from.uri),
    () => digitOf(request),
  );
}

const usual: Readonly<Record<string, string>> = {
  Via: 'SIP/2.0/UDP a;branch=z9hG4bK1',
  From: '<sip:a@b>;tag=1',
  To: '<sip:x@y>',
  'Call-ID': '1',
  CSeq: '1 INVITE',
  'Content-Length': '0',
};

function withHeader(name: string, value: string): string {
  const fields = Object.entries({ ...usual, [name]: value }).map(([field, said]) => `${field}: ${said}\r\n`);
  return `INVITE sip:x@y SIP/2.0\r\n${fields.join('')}\r\n`;
}

const word = ['', 'a', 'a;b', 'a;b=', 'a/'];
const address = ['', '"', 'a', '<sip:a', '<sip:a@b;c=', 'sip:a@b;c', 'tel:'];
const headers: Readonly<Record<string, readonly string[]>> = {
  Via: ['', 'SIP', 'SIP/2.0/UDP a', 'SIP / 2.0 / UDP', 'SIP/2.0/UDP a;b', 'SIP/2.0/UDP [:'],
  From: address,
  To: address,
  Contact: address,
  Route: address,
  'Record-Route': address,
  Path: address,
  'Refer-To': [...address, '<sip:a@b?Replaces='],
  'Referred-By': address,
  'P-Asserted-Identity': address,
  'P-Called-Party-ID': address,
  Diversion: address,
  'Call-ID': ['', 'a'],
  CSeq: ['', '1 ', '0'],
  RAck: ['', '1', '1 1 '],
  RSeq: ['', '1'],
  'Max-Forwards': ['', '0'],
  Expires: ['', '1'],
  'Min-SE': ['', '1'],
  'Session-Expires': ['', '90', '90;refresher='],
  'Content-Length': ['', '0'],
  'Content-Type': word,
  'Content-Encoding': word,
  'Content-Disposition': word,
  Accept: word,
  Allow: word,
  'Allow-Events': word,
  Event: word,
  'Subscription-State': word,
  Require: word,
  'Proxy-Require': word,
  Supported: word,
  Reason: ['', 'SIP;text="', 'SIP;cause=', 'SIP/'],
  Date: ['', 'Mon, 01 Jan 2024 00:00:00', 'Mon'],
  Authorization: ['', 'Digest ', 'Digest a=', 'Digest a="'],
  'Proxy-Authorization': ['Digest ', 'Digest a="'],
  Replaces: ['', 'a;to-tag='],
  'Refer-Sub': ['', 'false'],
  Privacy: ['', 'id;'],
  'User-Agent': ['', 'a'],
  'X-Unknown': ['', 'a'],
};

test.each(Object.entries(headers))('%s is read in time that grows with its length', { timeout: 300_000 }, (name, begun) => {
  // Below the limit, with which it would not be looked at.
  const most = messageLimits.head - 400;
  expect(slowIn({ name, begun, read: (value) => readMessage(withHeader(name, value), name) }, most)).toEqual([]);
});

test('a start line, the names of headers, and the lines of a stream are', { timeout: 300_000 }, () => {
  const most = messageLimits.head - 400;
  const rest = withHeader('X', 'y').slice('INVITE sip:x@y SIP/2.0\r\n'.length);
  const places: readonly Place[] = [
    {
      name: 'start line',
      begun: ['', 'INVITE ', 'INVITE sip:', 'SIP/', 'SIP/2.0 200 '],
      read: (run) => readMessage(`${run}\r\n${rest}`, 'X'),
    },
    {
      name: 'Request-URI',
      begun: ['sip:', 'tel:', 'sip:a@b;c=', 'sip:a@b?c='],
      read: (run) => readMessage(`INVITE ${run} SIP/2.0\r\n${rest}`, 'X'),
    },
    {
      name: 'line',
      begun: ['', 'l', 'l:', 'l: 1', 'content-length', 'x'],
      read: (run) => readMessage(`INVITE sip:x SIP/2.0\r\n${run}\r\n${rest}`, 'X'),
    },
    {
      name: 'lost stream',
      begun: ['', 'INVITE sip:x SIP/2.0\r\nl:', 'INVITE sip:x SIP/2.0\r\nl: 1'],
      read: (run) => void new StreamFramer().push(`${run}\r\n x\r\n\r\n`),
    },
  ];
  expect(places.flatMap((place) => slowIn(place, most))).toEqual([]);
});

test('the body of an INFO is', { timeout: 300_000 }, () => {
  const places = ['application/dtmf-relay', 'application/dtmf'].map((type): Place => {
    const head = withHeader('Content-Type', type).replace('Content-Length: 0\r\n', '');
    return { name: type, begun: ['', 'Signal', 'Signal=', 'Signal=1'], read: (run) => readMessage(head + run, 'X') };
  });
  expect(places.flatMap((place) => slowIn(place, messageLimits.body - 100))).toEqual([]);
});

const session = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n';
const lines: Readonly<Record<string, readonly string[]>> = {
  v: ['0'],
  o: ['', '- 1 1 IN IP4 ', '- 1'],
  s: [''],
  c: ['', 'IN IP4 ', 'IN IP4 192.0.2.1/'],
  b: ['AS:'],
  m: ['', 'audio 4000 RTP/AVP ', 'audio 4000'],
  a: [
    '',
    'rtpmap:0 ',
    'fmtp:0 ',
    'rtcp-fb:0 ',
    'rtcp:',
    'crypto:',
    'crypto:1 AES_CM_128_HMAC_SHA1_80 inline:',
    'ice-ufrag:',
    'candidate:',
    'candidate:1 1 udp 1 ',
    'fingerprint:',
    'setup:',
    'mid:',
    'group:BUNDLE ',
    'extmap:',
    'extmap:1 ',
    'ssrc:',
    'ssrc-group:FID ',
    'simulcast:send ',
    'rid:',
    'msid:',
    'sctp-port:',
    'ptime:',
  ],
};

function readSession(text: string): void {
  tried(
    () => readPhone(text),
    () => readBrowser(text),
    () => readPublishOffer(text, ['audio', 'video']),
    () => {
      const description = parseDescription(text);
      for (const section of description.sections) {
        tried(() => [
          codecs(section),
          cryptoLines(section),
          fingerprint(section, description),
          simulcastSent(section),
          sources(section),
        ]);
      }
    },
  );
}

test.each(Object.entries(lines))('%s= of a description is', { timeout: 300_000 }, (letter, begun) => {
  const media = 'm=audio 4000 RTP/AVP 0\r\n';
  const most = descriptionLimits.length - 400;
  const read = (value: string): void => readSession(`${session}${media}${letter}=${value}\r\n`);
  expect(slowIn({ name: letter, begun, read }, most, endsOfLines)).toEqual([]);
});

test('many lines of a description are', { timeout: 300_000 }, () => {
  const formats = ' 0'.repeat(128);
  const many = [
    'a=fmtp:0 a',
    'a=rtpmap:0 a/8000',
    'a=rtcp-fb:0 a',
    'a=rtcp-fb:* a',
    'a=ssrc:1 a',
    'a=x',
    'a=crypto:1 a inline:a',
    'a=extmap:1 a',
    'a=candidate:1',
    'x=',
    '',
    'b=AS:1',
  ];
  const slow = many.flatMap((line) => {
    const read = (length: number): void =>
      readSession(`${session}m=audio 4000 RTP/AVP${formats}\r\n${`${line}\r\n`.repeat(length / (line.length + 2))}`);
    const found = superlinear(descriptionLimits.length - 600, read);
    return found === undefined ? [] : [`${line}: ${found}`];
  });
  expect(slow).toEqual([]);
});

/** Those that stand above letters, and behind them those below, which come first in the order of Unicode. */
function marks(length: number): string {
  return `a${'\u0301'.repeat(length / 2)}${'\u0323'.repeat(length / 2)}`;
}

test.each([
  ['names', cleanName],
  ['texts', cleanText],
])('%s are, however their marks are ordered', { timeout: 300_000 }, (name, clean) => {
  const read = (text: string): void => void clean(text);
  expect(slowIn({ name, begun: ['', 'a', '\u0301'], read }, 65_536)).toEqual([]);
  expect(superlinear(65_536, (length) => read(marks(length)))).toBeUndefined();
});

/**
 * The 49 cases of RFC 4475, each with what it asks of a parser and what is answered. The messages here are our own, made for the same
 * point; those of the RFC are held to the same verdicts where its archive lies beside the repository.
 */
import { toUtf8 } from '../bytes.ts';

/**
 * `valid`: read and served. A number: how a user agent that serves calls and messages answers. `dropped`: a response that nobody may act
 * on.
 */
export type Verdict = 'valid' | 'dropped' | number;

export interface Torture {
  readonly name: string;
  /** Of RFC 4475. */
  readonly section: string;
  readonly verdict: Verdict;
  readonly why: string;
  readonly message: string;
}

const sdp = [
  'v=0',
  'o=lena 4711 4711 IN IP4 198.51.100.7',
  's=-',
  'c=IN IP4 198.51.100.7',
  't=0 0',
  'm=audio 40000 RTP/AVP 8 0',
  'a=rtpmap:8 PCMA/8000',
  '',
].join('\r\n');

/** Lines as they are; an empty line and the body come behind them. */
const lines = (body: string, ...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n${body}`;

interface Parts {
  readonly start?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cseq?: string;
  readonly more?: readonly string[];
  readonly body?: string;
}

/** A request that is right, but for what is given. */
function request(method: string, parts: Parts = {}): string {
  const { start = `${method} sip:lena@example.org SIP/2.0`, body = '', more = [] } = parts;
  const withLength = more.some((line) => /^(content-length|l)\s*:/i.test(line)) ? [] : [`Content-Length: ${body.length}`];
  return lines(
    body,
    start,
    parts.via ?? 'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKtorture1',
    parts.from ?? 'From: <sip:omar@example.net>;tag=o1',
    parts.to ?? 'To: <sip:lena@example.org>',
    'Call-ID: torture-1@198.51.100.7',
    parts.cseq ?? `CSeq: 21 ${method}`,
    'Max-Forwards: 69',
    ...more,
    ...withLength,
  );
}

const call = (parts: Parts = {}): string =>
  request('INVITE', {
    body: sdp,
    ...parts,
    more: ['Contact: <sip:omar@198.51.100.7>', 'Content-Type: application/sdp', ...(parts.more ?? [])],
  });

function response(start: string, ...more: readonly string[]): string {
  return lines(
    '',
    start,
    'Via: SIP/2.0/UDP 203.0.113.2;branch=z9hG4bKtorture2',
    'From: <sip:lena@example.org>;tag=l1',
    'To: <sip:omar@example.net>;tag=o1',
    'Call-ID: torture-2@203.0.113.2',
    'CSeq: 3 INVITE',
    'Content-Length: 0',
    ...more,
  );
}

const strange = "!odd-Method.42_%+`'~*";

export const torture: readonly Torture[] = [
  // ── valid (3.1.1) ─────────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'wsinv',
    section: '3.1.1.1',
    verdict: 'valid',
    why: 'White space and folds stand wherever the grammar lets them, names are in any case and short, and one header is empty',
    message: lines(
      sdp,
      'INVITE sip:lena@example.org;odd SIP/2.0',
      'tO  :',
      '  sip:lena@example.org   ;  tag  = 4711x',
      String.raw`FROM : "O. \\ \"Mar\""    <sip:omar@example.net>`,
      '\t;',
      '  tag =   o1',
      'mAx-fOrWaRdS:   0042',
      'i: torture-ws@198.51.100.7',
      `CONTENT-length  :   ${sdp.length}`,
      'cSeq: 0007',
      '  INVITE',
      'VIA :  SIP  /  2.0',
      '  / UDP',
      '    198.51.100.7;branch=nocookie',
      's:',
      'X-Folded: one',
      '  two',
      'X-Commas: ,;,;;',
      'c: application/sdp',
      'Route:',
      ' <sip:edge.example.org;lr;with=value;without>',
      'V:  SIP / 2.0 / TCP    one.example.net  ;',
      '  branch = z9hG4bKone ,',
      ' SIP / 2.0 / UDP   192.0.2.9 ; branch=',
      ' z9hG4bKtwo',
      String.raw`m: "Quoted \"\\\"" <sip:omar@example.net> ; new =`,
      '   value ;',
      '  alone ; q = 0.5',
    ),
  },
  {
    name: 'intmeth',
    section: '3.1.1.2',
    verdict: 405,
    why: 'Every character that a token, a user and a quoted string may hold, NUL in a quoted pair among them: readable, and a method nobody knows',
    message: request(strange, {
      start: `${strange} sip:2~odd(user)&isn't=it+$/here?,;;*:&pass=1,wo$~d_too.(!)@example.org SIP/2.0`,
      via: "Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK!%42*_+`'~.-",
      to: 'To: "BS:\\\b NUL:\\\0 DEL:\\\x7f" <sip:2~odd(user)&isn\'t=it+$/here?,;;*@example.org>',
      from: `From: one\`~ two'_+ three*%!. <sip:omar@example.net>;fromParam''~="${toUtf8('значение')}";tag=~'1+\`*%!-._`,
      more: [`X-.!%*+_\`'~:${toUtf8('電話')}`],
    }),
  },
  {
    name: 'esc01',
    section: '3.1.1.3',
    verdict: 'valid',
    why: 'Escapes in a user part are no delimiters, and are undone once',
    message: call({
      start: 'INVITE sip:sip%3Aomar%40example.net@example.org SIP/2.0',
      to: 'To: sip:l%65n%61@example.org',
      from: 'From: <sip:with%20space@example.net>;tag=o1',
      more: ['m: <sip:om%61r@198.51.100.7;%6C%72;v%61l=a%25%34%32>'],
    }),
  },
  {
    name: 'escnull',
    section: '3.1.1.4',
    verdict: 'valid',
    why: 'An escaped NUL is a character of a user part as any other',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      to: 'To: sip:a-%00-z@example.org',
      from: 'From: sip:a-%00-z@example.org;tag=n1',
      more: ['Contact: <sip:%00@198.51.100.7>', 'Contact: <sip:%00%00@198.51.100.7>'],
    }),
  },
  {
    name: 'esc02',
    section: '3.1.1.5',
    verdict: 405,
    why: 'Percent signs escape nothing in methods, names, tokens and quoted strings',
    message: request('MESS%41GE', {
      via: 'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK12%zz34',
      to: 'To: "%Q%41" <sip:lena@example.org>',
      more: ['Contact: <sip:one@198.51.100.7>', 'C%6Fntact: <sip:two@198.51.100.7>', 'Contact: <sip:three@198.51.100.7>'],
    }),
  },
  {
    name: 'lwsdisp',
    section: '3.1.1.6',
    verdict: 'valid',
    why: 'No space is needed between a display name and <',
    message: request('OPTIONS', { from: 'From: omar<sip:omar@example.net>;tag=o1' }),
  },
  {
    name: 'longreq',
    section: '3.1.1.7',
    verdict: 'valid',
    why: 'Values are longer than anybody expects',
    message: call({
      to: `To: "A name that is ${'very '.repeat(60)}long"<sip:lena@example.org:6000;p1=${'long'.repeat(40)};${'name'.repeat(40)}=v;${'alone'.repeat(30)}>`,
      from: `F: sip:${'omar'.repeat(50)}@example.net;tag=${'12'.repeat(90)};${'x'.repeat(100)}=${'y'.repeat(100)};${'z'.repeat(120)}`,
      more: [
        `X-${'Long'.repeat(30)}-Name: ${'v'.repeat(90)}; ${'n'.repeat(90)} = ${'w'.repeat(90)}`,
        ...Array.from({ length: 33 }, (_, hop) => `${hop % 2 === 0 ? 'v' : 'Via'}: SIP/2.0/TCP hop${hop}.example.net`),
        `m: <sip:${'omar'.repeat(50)}@198.51.100.7>`,
      ],
    }),
  },
  {
    name: 'dblreq',
    section: '3.1.1.8',
    verdict: 'valid',
    why: 'What follows the body in a datagram is no part of the message, even if it looks like another',
    message: `${request('REGISTER', { start: 'REGISTER sip:example.org SIP/2.0' })}\r\n${call()}`,
  },
  {
    name: 'semiuri',
    section: '3.1.1.9',
    verdict: 'valid',
    why: 'A semicolon before @ is part of the user',
    message: request('OPTIONS', {
      start: 'OPTIONS sip:lena;ext=7%40home@example.org SIP/2.0',
      more: ['Accept: application/sdp, text/plain,', '\tmultipart/mixed'],
    }),
  },
  {
    name: 'transports',
    section: '3.1.1.10',
    verdict: 'valid',
    why: 'Vias name transports that are known and one that is not',
    message: request('OPTIONS', {
      more: ['UDP', 'SCTP', 'TLS', 'CARRIER-PIGEON', 'TCP'].map(
        (transport, hop) => `Via: SIP/2.0/${transport} hop${hop}.example.net;branch=z9hG4bKhop${hop}`,
      ),
    }),
  },
  {
    name: 'mpart01',
    section: '3.1.1.11',
    verdict: 415,
    why: 'A body of several parts is binary, with NUL and CR in it; it is read byte for byte, and refused by who does not take such bodies',
    message: request('MESSAGE', {
      body: `--cut\r\nContent-Type: text/plain\r\n\r\nHi\r\n--cut\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\x000\x82\r\n\r\n\x01\xff\xfe\r\x00\n\r\n--cut--`,
      more: ['Content-Type: multipart/mixed;boundary=cut', 'Content-Transfer-Encoding: binary'],
    }),
  },
  {
    name: 'unreason',
    section: '3.1.1.12',
    verdict: 'valid',
    why: 'A reason phrase may be in any writing, with = and * in it',
    message: response(`SIP/2.0 200 = 2*100 ${toUtf8('уже здесь - всё хорошо')}`, 'Contact: <sip:omar@192.0.2.10>'),
  },
  {
    name: 'noreason',
    section: '3.1.1.13',
    verdict: 'valid',
    why: 'A reason phrase may be empty',
    message: response('SIP/2.0 100 '),
  },
  // ── invalid (3.1.2) ───────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'badinv01',
    section: '3.1.2.1',
    verdict: 400,
    why: 'Via and Contact hold separators with nothing between them',
    message: call({ via: 'Via: SIP/2.0/UDP 198.51.100.7;;,;,,', more: ['Contact: <sip:omar@198.51.100.7>;;;;'] }),
  },
  {
    name: 'clerr',
    section: '3.1.2.2',
    verdict: 400,
    why: 'Content-Length is beyond the end of the datagram',
    message: call({ more: ['Content-Length: 7777'] }),
  },
  {
    name: 'ncl',
    section: '3.1.2.3',
    verdict: 400,
    why: 'Content-Length is negative',
    message: call({ more: ['Content-Length: -1'] }),
  },
  {
    name: 'scalar02',
    section: '3.1.2.4',
    verdict: 400,
    why: 'CSeq is beyond 2³¹ − 1; that Expires is too large would be no reason',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      cseq: 'CSeq: 73786976294838206464 REGISTER',
      more: [`Expires: 1${'0'.repeat(60)}`, 'Contact: <sip:lena@198.51.100.7>;expires=561850441793536'],
    }),
  },
  {
    name: 'scalarlg',
    section: '3.1.2.5',
    verdict: 'dropped',
    why: 'CSeq, Retry-After and Warning of a response are beyond what they may be',
    message: response('SIP/2.0 503 Service Unavailable', `Retry-After: ${'9'.repeat(30)}`, 'Warning: 2000 x "y"').replace(
      'CSeq: 3',
      'CSeq: 99999999999999999999',
    ),
  },
  {
    name: 'quotbal',
    section: '3.1.2.6',
    verdict: 400,
    why: 'A quotation mark in To is not closed',
    message: call({ to: 'To: "Lena <sip:lena@example.org>' }),
  },
  {
    name: 'ltgtruri',
    section: '3.1.2.7',
    verdict: 400,
    why: 'The Request-URI stands in <>',
    message: call({ start: 'INVITE <sip:lena@example.org> SIP/2.0' }),
  },
  {
    name: 'lwsruri',
    section: '3.1.2.8',
    verdict: 400,
    why: 'White space stands in the Request-URI',
    message: call({ start: 'INVITE sip:lena@example.org; lr SIP/2.0' }),
  },
  {
    name: 'lwsstart',
    section: '3.1.2.9',
    verdict: 400,
    why: 'The parts of the start line are two spaces apart',
    message: call({ start: 'INVITE  sip:lena@example.org  SIP/2.0' }),
  },
  {
    name: 'trws',
    section: '3.1.2.10',
    verdict: 400,
    why: 'White space stands at the end of the start line',
    message: request('OPTIONS', { start: 'OPTIONS sip:lena@example.org SIP/2.0  ' }),
  },
  {
    name: 'escruri',
    section: '3.1.2.11',
    verdict: 400,
    why: 'The Request-URI holds headers, which would be put into the request',
    message: call({ start: 'INVITE sip:lena@example.org?Route=%3Csip:evil.example%3E SIP/2.0' }),
  },
  {
    name: 'baddate',
    section: '3.1.2.12',
    verdict: 'valid',
    why: 'Date is not in GMT: it cannot be read, and as nothing depends on it the request is served, as the RFC lets a tolerant element do',
    message: call({ more: ['Date: Mon, 04 May 2026 12:00:00 CET'] }),
  },
  {
    name: 'regbadct',
    section: '3.1.2.13',
    verdict: 400,
    why: 'A Contact with headers of its URI must stand in <>',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      more: ['Contact: sip:lena@198.51.100.7?Route=%3Csip:edge.example.org%3E'],
    }),
  },
  {
    name: 'badaspec',
    section: '3.1.2.14',
    verdict: 400,
    why: 'White space stands inside of <> around the URI',
    message: request('OPTIONS', { to: 'To: "Lena, Frau" < sip:lena@example.org >' }),
  },
  {
    name: 'baddn',
    section: '3.1.2.15',
    verdict: 400,
    why: 'A display name that is no row of tokens is not quoted',
    message: request('OPTIONS', { from: 'From: Mar, Omar <sip:omar@example.net>;tag=o1' }),
  },
  {
    name: 'badvers',
    section: '3.1.2.16',
    verdict: 505,
    why: 'The version is none that is known',
    message: request('OPTIONS', {
      start: 'OPTIONS sip:lena@example.org SIP/8.1',
      via: 'Via: SIP/8.1/UDP 198.51.100.7;branch=z9hG4bKv',
    }),
  },
  {
    name: 'mismatch01',
    section: '3.1.2.17',
    verdict: 400,
    why: 'CSeq is of another method than the start line',
    message: request('OPTIONS', { cseq: 'CSeq: 21 INVITE' }),
  },
  {
    name: 'mismatch02',
    section: '3.1.2.18',
    verdict: 400,
    why: 'CSeq is of another method than the start line, which nobody knows',
    message: request('FROBNICATE', { cseq: 'CSeq: 21 INVITE', more: ['Contact: <sip:omar@198.51.100.7>'] }),
  },
  {
    name: 'bigcode',
    section: '3.1.2.19',
    verdict: 'dropped',
    why: 'A status has three digits',
    message: response('SIP/2.0 42949672960 too much'),
  },
  // ── transactions (3.2) ────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'badbranch',
    section: '3.2.1',
    verdict: 'valid',
    why: 'A branch is the cookie and nothing else: such requests are matched as those without the cookie',
    message: request('OPTIONS', { via: 'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK' }),
  },
  // ── applications (3.3) ────────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'insuf',
    section: '3.3.1',
    verdict: 400,
    why: 'Call-ID, From and To are missing',
    message: lines(
      sdp,
      'INVITE sip:lena@example.org SIP/2.0',
      'CSeq: 21 INVITE',
      'Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKi',
      'c: application/sdp',
      `l: ${sdp.length}`,
    ),
  },
  {
    name: 'unkscm',
    section: '3.3.2',
    verdict: 416,
    why: 'The scheme of the Request-URI is unknown',
    message: request('OPTIONS', { start: 'OPTIONS pigeon:third-floor SIP/2.0' }),
  },
  {
    name: 'novelsc',
    section: '3.3.3',
    verdict: 416,
    why: 'The scheme of the Request-URI is known, for something else',
    message: request('OPTIONS', { start: 'OPTIONS imap://198.51.100.9:143 SIP/2.0' }),
  },
  {
    name: 'unksm2',
    section: '3.3.4',
    verdict: 404,
    why: 'From, To and Contact may be of any scheme; that this To has no bindings here is the word of the registrar',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      to: 'To: doi:10.1000/182',
      from: 'From: <https://example.org>;tag=u1',
      more: ['Contact: <name:Lena_M>'],
    }),
  },
  {
    name: 'bext01',
    section: '3.3.5',
    verdict: 420,
    why: 'Extensions are required that do not exist',
    message: request('OPTIONS', { more: ['Require: teleport, telepathy', 'Proxy-Require: levitation'] }),
  },
  {
    name: 'invut',
    section: '3.3.6',
    verdict: 415,
    why: 'The body is of an unknown type',
    message: request('INVITE', {
      body: '<call/>',
      more: ['Contact: <sip:omar@198.51.100.7>', 'Content-Type: application/x-call'],
    }),
  },
  {
    name: 'regaut01',
    section: '3.3.7',
    verdict: 401,
    why: 'Credentials of an unknown scheme are none',
    message: request('REGISTER', { start: 'REGISTER sip:example.org SIP/2.0', more: ['Authorization: Handshake grip=firm'] }),
  },
  {
    name: 'multi01',
    section: '3.3.8',
    verdict: 400,
    why: 'Headers of which there is one stand there twice, with different values',
    message: call({
      more: [
        'CSeq: 22 INVITE',
        'Call-ID: other@198.51.100.7',
        'To: <sip:other@example.org>',
        'From: <sip:omar@example.com>;tag=o2',
        'Max-Forwards: 5',
      ],
    }),
  },
  {
    name: 'mcl01',
    section: '3.3.9',
    verdict: 400,
    why: 'Content-Length stands there twice',
    message: request('OPTIONS', {
      body: 'How much of this belongs to it?',
      more: ['Content-Length: 8', 'Content-Type: text/plain', 'Content-Length: 3'],
    }),
  },
  {
    name: 'bcast',
    section: '3.3.10',
    verdict: 'dropped',
    why: 'A response with a second Via below ours was meant for somebody else, here for everybody',
    message: response('SIP/2.0 200 OK', 'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKall', 'Contact: <sip:omar@192.0.2.10>'),
  },
  {
    name: 'zeromf',
    section: '3.3.11',
    verdict: 'valid',
    why: 'Max-Forwards of 0 concerns who forwards; who is meant answers',
    message: request('OPTIONS').replace('Max-Forwards: 69', 'Max-Forwards: 0'),
  },
  {
    name: 'cparam01',
    section: '3.3.12',
    verdict: 'valid',
    why: 'Without <> a parameter belongs to the Contact, not to its URI',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      more: ['Contact: sip:+4930555@gw.example.net;mystery'],
    }),
  },
  {
    name: 'cparam02',
    section: '3.3.13',
    verdict: 'valid',
    why: 'Inside of <> a parameter belongs to the URI',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      more: ['Contact: <sip:+4930555@gw.example.net;mystery>'],
    }),
  },
  {
    name: 'regescrt',
    section: '3.3.14',
    verdict: 'valid',
    why: 'A Contact may hold headers for the requests that go there',
    message: request('REGISTER', {
      start: 'REGISTER sip:example.org SIP/2.0',
      more: ['m: <sip:lena@198.51.100.7?Route=%3Csip:edge.example.org;lr%3E>'],
    }),
  },
  {
    name: 'sdp01',
    section: '3.3.15',
    verdict: 406,
    why: 'The caller takes no answer that could be made',
    message: call({ more: ['Accept: text/x-poem'] }),
  },
  // ── before RFC 3261 (3.4) ─────────────────────────────────────────────────────────────────────────────────────────
  {
    name: 'inv2543',
    section: '3.4.1',
    verdict: 'valid',
    why: 'A caller of RFC 2543: no cookie, no tag, no Max-Forwards, no Content-Length, a strict Record-Route',
    message: lines(
      sdp,
      'INVITE sip:lena@example.org SIP/2.0',
      'Via: SIP/2.0/UDP old.example.net',
      'From: <sip:+4930555@old.example.net;user=phone>',
      'Record-Route: <sip:lena@example.org;maddr=edge.example.org>',
      'To: sip:+4930556@edge.example.org;user=phone',
      'Call-ID: torture-old@old.example.net',
      'CSeq: 1 INVITE',
      'Content-Type: application/sdp',
    ),
  },
];

/** What is decided further in: transactions, applications, and callers before RFC 3261 (RFC 4475 §3.2 to §3.4). */
import { call, lines, request, response, sdp } from './torture-words.fixture.ts';
import type { Torture } from './torture-words.fixture.ts';

export const served: readonly Torture[] = [
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

/** What cases of RFC 4475 are written with: a message of which each says what is strange in it. */

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

export const sdp = [
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
export const lines = (body: string, ...all: readonly string[]): string => `${all.join('\r\n')}\r\n\r\n${body}`;

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
export function request(method: string, parts: Parts = {}): string {
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

export const call = (parts: Parts = {}): string =>
  request('INVITE', {
    body: sdp,
    ...parts,
    more: ['Contact: <sip:omar@198.51.100.7>', 'Content-Type: application/sdp', ...(parts.more ?? [])],
  });

export function response(start: string, ...more: readonly string[]): string {
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

export const strange = "!odd-Method.42_%+`'~*";

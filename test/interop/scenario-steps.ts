/** Steps of scenarios of SIPp, in a few words each: SIPp reads them as XML, and replaces what stands in square brackets. */

/** Of a call that begins here: `[field0]` is the login of the phone, `[field1]` its credentials, `[service]` whom it calls. */
export const via = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport';
export const from = 'From: "Desk" <sip:[field0]@[remote_ip]>;tag=[pid]s[call_number]';
export const contact = 'Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>';
export const common = ['Call-ID: [call_id]', 'Max-Forwards: 70'];
/** Of the message that came last: whoever acknowledges a refusal or cancels says the branch of what that is about (RFC 3261 §9.1, §17.1.1.3). */
export const sameVia = '[last_Via:]';
export const target = 'sip:[service]@[remote_ip]:[remote_port]';

type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Codecs by their payload types, PCMU and PCMA if not given, at a port of SIPp, which sends nothing. */
export function description(direction: Direction = 'sendrecv', version = 1, address = '[media_ip]', codecs = '0 8'): string {
  return [
    'v=0',
    `o=sipp 1 ${version} IN IP[local_ip_type] [local_ip]`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio [media_port] RTP/AVP ${codecs}`,
    `a=${direction}`,
  ].join('\n');
}

interface Sent {
  readonly fields?: readonly string[];
  readonly body?: string;
  /** Of the body: a description, if not given. */
  readonly type?: string;
  /** Of the step. */
  readonly attributes?: string;
}

export function send(first: string, fields: readonly string[], sent: Sent = {}): string {
  const { body = '', type = 'application/sdp', attributes = '' } = sent;
  const typed = body === '' ? [] : [`Content-Type: ${type}`];
  const text = [`${first} SIP/2.0`, ...fields, ...typed, 'Content-Length: [len]', '', body].join('\n');
  const isRepeated = !first.startsWith('ACK');
  return `<send${isRepeated ? ' retrans="500"' : ''}${attributes}><![CDATA[\n${text}\n]]></send>`;
}

interface Said extends Sent {
  /** Of what it answers, where that is not what came last. */
  readonly via?: string;
  readonly to?: string;
  readonly cseq?: string;
}

const tag = ';tag=[pid]u[call_number]';

/** An answer of ours to what came last, in a dialog or, by a `tag`, to what begins one. */
export function answer(status: string, said: Said = {}): string {
  const { via = '[last_Via:]', to = '[last_To:]', cseq = '[last_CSeq:]', fields: more = [], body = '', attributes = '' } = said;
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const own = 'Contact: <sip:[service]@[local_ip]:[local_port];transport=[transport]>';
  const last = [via, '[last_Record-Route:]', '[last_From:]', to, '[last_Call-ID:]'];
  const fields = [...last, cseq, own, ...more, ...type, 'Content-Length: [len]'];
  return `<send${attributes}><![CDATA[\n${[`SIP/2.0 ${status}`, ...fields, '', body].join('\n')}\n]]></send>`;
}
export const to = `[last_To:]${tag}`;

let checks = 0;

/** What comes has to have this in it. */
export function has(pattern: string, header?: string): string {
  const name = `check${(checks += 1)}`;
  const where = header === undefined ? 'search_in="msg"' : `search_in="hdr" header="${header}:"`;
  const found = `<ereg regexp="${pattern}" ${where} check_it="true" assign_to="${name}" />`;
  // What is assigned has to be used.
  return `${found}<log message="[$${name}]" />`;
}

/** What comes is kept for what is said later, as `[$name]`. */
export function keeps(name: string, pattern: string, header: string): string {
  return `<ereg regexp="${pattern}" search_in="hdr" header="${header}:" assign_to="${name}" />`;
}

/** Of what comes, what the first group of the pattern takes is kept for what is said later. */
export function keepsOf(name: string, pattern: string, header: string): string {
  // What is assigned has to be used.
  const all = `<log message="[$${name}All]" />`;
  return `<ereg regexp="${pattern}" search_in="hdr" header="${header}:" assign_to="${name}All,${name}" />${all}`;
}

/** A command that is run when this has come. */
export const exec = (command: string): string => `<exec command="${command}" />`;

/** The caller has this password (MD5, RFC 7616): else all goes wrong. SIPp looks at Authorization alone. */
export const signedIn = (username: string, password: string): readonly string[] => [
  ...shows('INVITE', username, password, 1),
  answer('403 Forbidden', { to }),
  asked('ACK'),
  asked('OPTIONS'),
  '<label id="1" />',
];

/** The same with what is asked within the call. */
export const signedWithin = (method: string, username: string, password: string): readonly string[] => [
  ...shows(method, username, password, 2),
  answer('403 Forbidden'),
  asked('OPTIONS'),
  '<label id="2" />',
];

/** Goes on at this label where the password is right. */
const shows = (method: string, username: string, password: string, label: number): readonly string[] => [
  asked(
    method,
    ` test="isRight${label}" next="${label}"`,
    `<verifyauth assign_to="isRight${label}" username="${username}" password="${password}" />`,
  ),
];

function heard(what: string, attributes = '', actions: readonly string[] = []): string {
  const inside = actions.length === 0 ? '' : `<action>${actions.join('')}</action>`;
  return `<recv ${what}${attributes}>${inside}</recv>`;
}
export const recv = (status: number, attributes = '', ...actions: readonly string[]): string =>
  heard(`response="${status}"`, attributes, actions);
export const asked = (method: string, attributes = '', ...actions: readonly string[]): string =>
  heard(`request="${method}"`, attributes, actions);
/** It may come, or once more what was answered before: what is late is said twice. */
export const maybe = (status: number): string => recv(status, ' optional="true"');

/** In the dialog, to where the other side has said that it is. */
export function within(method: string, cseq: number, sent: Sent = {}): string {
  const fields = [via, from, `To: <sip:[service]@[remote_ip]>[peer_tag_param]`, `CSeq: ${cseq} ${method}`, ...common, contact];
  return send(`${method} [next_url]`, [...fields, '[routes]', ...(sent.fields ?? [])], sent);
}

/** The first request of a call, with what it says besides. */
export function invite(cseq: number, body: string, ...more: readonly string[]): string {
  const fields = [via, from, 'To: <sip:[service]@[remote_ip]>', `CSeq: ${cseq} INVITE`, ...common, contact];
  return send(`INVITE ${target}`, [...fields, ...more], { body, attributes: ' start_rtd="1"' });
}

/** A request outside of calls. */
export function outside(method: string, cseq: number, { fields = [], ...sent }: Sent = {}): string {
  const said = [via, from, 'To: <sip:[service]@[remote_ip]>', `CSeq: ${cseq} ${method}`, ...common, contact];
  return send(`${method} ${target}`, [...said, ...fields], sent);
}

/** Acknowledges a refusal of the INVITE. */
export function ackRefusal(cseq: number): string {
  const fields = [sameVia, from, '[last_To:]', `CSeq: ${cseq} ACK`, ...common];
  return send(`ACK ${target}`, fields);
}

/** Calls, and says who it is when it is asked. */
export function place(body: string = description(), ...more: readonly string[]): readonly string[] {
  const asked = [maybe(100), recv(401, ' auth="true"'), ackRefusal(1)];
  return [invite(1, body, ...more), ...asked, invite(2, body, ...more, '[field1]'), maybe(401)];
}

/** Is told by a provisional answer of what comes of its INVITE, and acknowledges that (RFC 3262 §4). */
export function told(
  status: number,
  numbers: { readonly invite: number; readonly prack: number },
  ...actions: string[]
): string[] {
  const kept = [keeps('rseq', '[0-9]+', 'RSeq'), has('100rel', 'Require')];
  return [
    maybe(100),
    ...(status === 180 ? [] : [maybe(180)]),
    recv(status, ' rtd="1" rrs="true"', ...kept, ...actions),
    within('PRACK', numbers.prack, { fields: [`RAck: [$rseq] ${numbers.invite} INVITE`] }),
    recv(200, '', has('PRACK', 'CSeq')),
  ];
}

/** Is called, and keeps what it will answer. */
export const called = (...actions: readonly string[]): string =>
  asked('INVITE', '', keeps('via', 'SIP/2.0.*', 'Via'), keeps('cseq', '[0-9]+', 'CSeq'), ...actions);
/** An answer to that INVITE, after others. */
export const toInvite = { via: 'Via: [$via]', cseq: 'CSeq: [$cseq] INVITE' };

/** Says this of an INVITE until it is acknowledged (RFC 3262 §3). */
export function tells(status: string, body = ''): readonly string[] {
  const fields = ['Require: 100rel', 'RSeq: 1'];
  return [
    answer(status, { to, body, fields, attributes: ' retrans="500"' }),
    asked('PRACK', '', has('1 [0-9]+ INVITE', 'RAck')),
    answer('200 OK'),
  ];
}
export const taken = (...actions: readonly string[]): readonly string[] => [
  ...[100, 180, 183].map(maybe),
  recv(200, ' rtd="1" rrs="true"', ...actions),
];
export const bye = (cseq: number): readonly string[] => [within('BYE', cseq), recv(200)];

/** Offers anew in the call, and is answered with this direction. */
export function reinvite(cseq: number, direction: Direction, expected: Direction, address?: string): readonly string[] {
  return [
    within('INVITE', cseq, { body: description(direction, cseq, address) }),
    maybe(100),
    recv(200, '', has(`a=${expected}`)),
    within('ACK', cseq),
  ];
}

/** How long the session lasts without another word, in seconds, and that we say it. */
export const timed = (seconds: number): readonly string[] => ['Supported: timer', `Session-Expires: ${seconds};refresher=uac`];

export function register(cseq: number, expires: number, ...more: readonly string[]): string {
  const fields = [via, from, 'To: <sip:[field0]@[remote_ip]>', `CSeq: ${cseq} REGISTER`, ...common, contact];
  return send('REGISTER sip:[remote_ip]:[remote_port]', [...fields, `Expires: ${expires}`, ...more]);
}

export const registered = (cseq: number, expires: number): readonly string[] => [
  register(cseq, expires),
  recv(401, ' auth="true"'),
  register(cseq + 1, expires, '[field1]'),
  maybe(401),
  recv(200),
];
/** SIPp knows MD5 alone, and is asked for it when it has not answered the first question. */
export const signIn = [register(1, 600), recv(401), ...registered(2, 600)];

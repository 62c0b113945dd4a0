/** Scenarios of SIPp, in a few words each: SIPp reads them as XML, and replaces what stands in square brackets. */

/** Of a call that begins here: `[field0]` is the login of the phone, `[field1]` its credentials, `[service]` whom it calls. */
const via = 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport';
const from = 'From: "Desk" <sip:[field0]@[remote_ip]>;tag=[pid]s[call_number]';
const contact = 'Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>';
const common = ['Call-ID: [call_id]', 'Max-Forwards: 70'];
/** Of the message that came last: whoever acknowledges a refusal or cancels says the branch of what that is about (RFC 3261 §9.1, §17.1.1.3). */
const sameVia = '[last_Via:]';
const target = 'sip:[service]@[remote_ip]:[remote_port]';

type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** PCMU and PCMA at a port of SIPp, which sends nothing. */
function description(direction: Direction = 'sendrecv', version = 1, address = '[media_ip]'): string {
  return [
    'v=0',
    `o=sipp 1 ${version} IN IP[local_ip_type] [local_ip]`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    'm=audio [media_port] RTP/AVP 0 8',
    `a=${direction}`,
  ].join('\n');
}

interface Sent {
  readonly fields?: readonly string[];
  readonly body?: string;
  /** Of the step. */
  readonly attributes?: string;
}

function send(first: string, fields: readonly string[], { body = '', attributes = '' }: Sent = {}): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const text = [`${first} SIP/2.0`, ...fields, ...type, 'Content-Length: [len]', '', body].join('\n');
  const isRepeated = !first.startsWith('ACK');
  return `<send${isRepeated ? ' retrans="500"' : ''}${attributes}><![CDATA[\n${text}\n]]></send>`;
}

const tag = ';tag=[pid]u[call_number]';

/** An answer of ours to what came last, in a dialog or, by a `tag`, to what begins one. */
function answer(status: string, { to = '[last_To:]', cseq = '[last_CSeq:]', body = '', attributes = '' } = {}): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp'];
  const own = 'Contact: <sip:[service]@[local_ip]:[local_port];transport=[transport]>';
  const last = ['[last_Via:]', '[last_Record-Route:]', '[last_From:]', to, '[last_Call-ID:]'];
  const fields = [...last, cseq, own, ...type, 'Content-Length: [len]'];
  return `<send${attributes}><![CDATA[\n${[`SIP/2.0 ${status}`, ...fields, '', body].join('\n')}\n]]></send>`;
}
const to = `[last_To:]${tag}`;

let checks = 0;

/** What comes has to have this in it. */
function has(pattern: string, header?: string): string {
  const name = `check${(checks += 1)}`;
  const where = header === undefined ? 'search_in="msg"' : `search_in="hdr" header="${header}:"`;
  const found = `<ereg regexp="${pattern}" ${where} check_it="true" assign_to="${name}" />`;
  // What is assigned has to be used.
  return `${found}<log message="[$${name}]" />`;
}

function heard(what: string, attributes = '', actions: readonly string[] = []): string {
  const inside = actions.length === 0 ? '' : `<action>${actions.join('')}</action>`;
  return `<recv ${what}${attributes}>${inside}</recv>`;
}
const recv = (status: number, attributes = '', ...actions: readonly string[]): string =>
  heard(`response="${status}"`, attributes, actions);
const asked = (method: string, attributes = '', ...actions: readonly string[]): string =>
  heard(`request="${method}"`, attributes, actions);
/** It may come, or once more what was answered before: what is late is said twice. */
const maybe = (status: number): string => recv(status, ' optional="true"');

/** In the dialog, to where the other side has said that it is. */
function within(method: string, cseq: number, sent: Sent = {}): string {
  const fields = [via, from, `To: <sip:[service]@[remote_ip]>[peer_tag_param]`, `CSeq: ${cseq} ${method}`, ...common, contact];
  return send(`${method} [next_url]`, [...fields, '[routes]', ...(sent.fields ?? [])], sent);
}

/** The first request of a call, with what it says besides. */
function invite(cseq: number, body: string, ...more: readonly string[]): string {
  const fields = [via, from, 'To: <sip:[service]@[remote_ip]>', `CSeq: ${cseq} INVITE`, ...common, contact];
  return send(`INVITE ${target}`, [...fields, ...more], { body, attributes: ' start_rtd="1"' });
}

/** Acknowledges a refusal of the INVITE. */
function ackRefusal(cseq: number): string {
  const fields = [sameVia, from, '[last_To:]', `CSeq: ${cseq} ACK`, ...common];
  return send(`ACK ${target}`, fields);
}

/** Calls, and says who it is when it is asked. */
function place(body: string = description()): readonly string[] {
  return [invite(1, body), maybe(100), recv(401, ' auth="true"'), ackRefusal(1), invite(2, body, '[field1]'), maybe(401)];
}
const taken = (...actions: readonly string[]): readonly string[] => [
  ...[100, 180, 183].map(maybe),
  recv(200, ' rtd="1" rrs="true"', ...actions),
];
const bye = (cseq: number): readonly string[] => [within('BYE', cseq), recv(200)];

/** Offers anew in the call, and is answered with this direction. */
function reinvite(cseq: number, direction: Direction, expected: Direction, address?: string): readonly string[] {
  return [
    within('INVITE', cseq, { body: description(direction, cseq, address) }),
    maybe(100),
    recv(200, '', has(`a=${expected}`)),
    within('ACK', cseq),
  ];
}

/** How long the session lasts without another word, in seconds, and that we say it. */
const timed = (seconds: number): readonly string[] => ['Supported: timer', `Session-Expires: ${seconds};refresher=uac`];

function register(cseq: number, expires: number, ...more: readonly string[]): string {
  const fields = [via, from, 'To: <sip:[field0]@[remote_ip]>', `CSeq: ${cseq} REGISTER`, ...common, contact];
  return send('REGISTER sip:[remote_ip]:[remote_port]', [...fields, `Expires: ${expires}`, ...more]);
}

const registered = (cseq: number, expires: number): readonly string[] => [
  register(cseq, expires),
  recv(401, ' auth="true"'),
  register(cseq + 1, expires, '[field1]'),
  maybe(401),
  recv(200),
];
/** SIPp knows MD5 alone, and is asked for it when it has not answered the first question. */
const signIn = [register(1, 600), recv(401), ...registered(2, 600)];

const pause = '<pause />';

/** What SIPp does in each call. */
export const scenarios = {
  /** Registers, and takes itself off again. */
  register: [...signIn, ...registered(4, 0)],
  /** Registers, to be called. */
  'sign in': signIn,
  options: [
    send(`OPTIONS ${target}`, [via, from, 'To: <sip:[service]@[remote_ip]>', 'CSeq: 1 OPTIONS', ...common, contact]),
    recv(200, '', has('INVITE', 'Allow')),
  ],
  /** Calls, talks as long as `-d` says, and hangs up. */
  call: [...place(), ...taken(), within('ACK', 2), pause, ...bye(3)],
  /** Holds by sendonly, by inactive and by 0.0.0.0 (RFC 3264 §8.4), each time goes on, and hangs up. */
  hold: [
    ...place(),
    ...taken(),
    within('ACK', 2),
    ...reinvite(3, 'sendonly', 'recvonly'),
    ...reinvite(4, 'sendrecv', 'sendrecv'),
    ...reinvite(5, 'inactive', 'inactive'),
    ...reinvite(6, 'sendrecv', 'sendrecv'),
    ...reinvite(7, 'sendrecv', 'recvonly', '0.0.0.0'),
    ...reinvite(8, 'sendrecv', 'sendrecv'),
    ...bye(9),
  ],
  /** Calls without an offer, and answers in the ACK the one that comes with the 200 (RFC 3261 §13.2.1). */
  'late offer': [...place(''), ...taken(has('m=audio [1-9]')), within('ACK', 2, { body: description() }), pause, ...bye(3)],
  /** Asks for an offer in the call (§14.1), and answers it. */
  'late reoffer': [
    ...place(),
    ...taken(),
    within('ACK', 2),
    within('INVITE', 3),
    maybe(100),
    recv(200, '', has('m=audio [1-9]')),
    within('ACK', 3, { body: description('sendrecv', 2) }),
    ...bye(4),
  ],
  /** Wants to be asked for less than may be wanted, and says from then on by UPDATE and re-INVITE that it is still there (RFC 4028 §7). */
  'session timer': [
    ...place(),
    ...taken(has('1800;refresher=ua[cs]', 'Session-Expires')),
    within('ACK', 2),
    within('UPDATE', 3, { fields: timed(60) }),
    recv(422, '', has('90', 'Min-SE')),
    within('UPDATE', 4, { fields: timed(90) }),
    recv(200, '', has('90;refresher=uac', 'Session-Expires'), has('timer', 'Require')),
    within('INVITE', 5, { fields: timed(120), body: description('sendrecv', 2) }),
    maybe(100),
    recv(200, '', has('120;refresher=uac', 'Session-Expires')),
    within('ACK', 5),
    ...bye(6),
  ],
  /** Hears it ring, and gives up (§9). */
  cancel: [
    ...place(),
    maybe(100),
    recv(180, ' rtd="1"'),
    send(`CANCEL ${target}`, [sameVia, from, 'To: <sip:[service]@[remote_ip]>', 'CSeq: 2 CANCEL', ...common]),
    recv(200),
    recv(487),
    ackRefusal(2),
  ],
  /** Leads the other side on to whom `[field3]` names, is told that nobody is there, goes on, and hangs up (RFC 3515 §2.4.4). */
  refer: [
    ...place(),
    ...taken(),
    within('ACK', 2),
    within('REFER', 3, { fields: ['Refer-To: <sip:[field3]@[remote_ip]>'] }),
    recv(202),
    asked('NOTIFY', '', has('SIP/2.0 100')),
    answer('200 OK'),
    asked('NOTIFY', '', has('SIP/2.0 404')),
    answer('200 OK'),
    ...bye(4),
  ],
  /** Calls as `[field0]`, whom nobody asks for more, talks as long as `-d` says, and hangs up. */
  'from a trunk': [invite(1, description()), ...taken(), within('ACK', 1), pause, ...bye(2)],
  /** The same by digest, of which SIPp knows MD5 alone. */
  'from a trunk that says who it is': [
    invite(1, description()),
    maybe(100),
    recv(401),
    ackRefusal(1),
    invite(2, description()),
    maybe(100),
    recv(401, ' auth="true"'),
    ackRefusal(2),
    invite(3, description(), '[field1]'),
    maybe(401),
    ...taken(),
    within('ACK', 3),
    pause,
    ...bye(4),
  ],
  /** Calls whom everybody may call, and is hung up. */
  'is hung up': [invite(1, description()), ...taken(), within('ACK', 1), asked('BYE'), answer('200 OK')],
  /** Rings, takes the call, and is hung up. */
  'is called': [
    asked('INVITE'),
    answer('180 Ringing', { to }),
    answer('200 OK', { to, body: description(), attributes: ' retrans="500"' }),
    asked('ACK'),
    asked('BYE'),
    answer('200 OK'),
  ],
  /** Rings until the caller gives up. */
  'is given up': [
    asked('INVITE', '', '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq" />'),
    answer('180 Ringing', { to }),
    asked('CANCEL', '', has('SIP;cause=200|Q.850', 'Reason')),
    answer('200 OK', { to }),
    answer('487 Request Terminated', { to, cseq: 'CSeq: [$cseq] INVITE', attributes: ' retrans="500"' }),
    asked('ACK'),
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Scenario = keyof typeof scenarios;

export function xmlOf(name: Scenario): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="${name}">\n${scenarios[name].join('\n')}\n</scenario>\n`;
}

/** Scenarios of SIPp, by name. */
import {
  ackRefusal,
  answer,
  asked,
  bye,
  called,
  common,
  contact,
  description,
  exec,
  from,
  has,
  invite,
  keeps,
  keepsOf,
  maybe,
  outside,
  place,
  recv,
  registered,
  reinvite,
  sameVia,
  send,
  signedIn,
  signedWithin,
  signIn,
  taken,
  target,
  tells,
  timed,
  to,
  toInvite,
  told,
  via,
  within,
} from './scenario-steps.ts';

const pause = '<pause />';
const ofPhone = [
  'User-Agent: Desk phone',
  'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, PUBLISH',
];

/** Of a call beside the first one: SIPp takes what stands before the slashes for a part of its own. */
const [otherFrom, otherCall] = [
  'From: "Desk" <sip:[field0]@[remote_ip]>;tag=[pid]o[call_number]',
  'Call-ID: other///[call_id]',
];
const other = (cseq: number, method: string, to: string): readonly string[] => [
  via,
  otherFrom,
  to,
  `CSeq: ${cseq} ${method}`,
  otherCall,
  'Max-Forwards: 70',
  contact,
];
const [toOther, inOther] = ['To: <sip:[service]@[remote_ip]>', 'To: <sip:[service]@[remote_ip]>;tag=[$tag]'];
const callsOther = (cseq: number, ...more: readonly string[]): string =>
  send(`INVITE ${target}`, [...other(cseq, 'INVITE', toOther), ...more], { body: description() });
const ackOther = send(`ACK ${target}`, [sameVia, otherFrom, '[last_To:]', 'CSeq: 1 ACK', otherCall, 'Max-Forwards: 70']);

const challenge = (nonce: string, isStale: boolean): string =>
  `Proxy-Authenticate: Digest realm="carrier", nonce="${nonce}", algorithm=MD5, qop="auth"${isStale ? ', stale=true' : ''}`;

/** Asks what waits for the phone (RFC 3842), once or until `seconds` are over. */
const subscription = (seconds: number): readonly string[] => [
  'Event: message-summary',
  'Accept: application/simple-message-summary',
  `Expires: ${seconds}`,
];

/** What SIPp does in each call. */
export const scenarios = {
  /** Registers, and takes itself off again. */
  register: [...signIn, ...registered(4, 0)],
  /** Registers, to be called. */
  'sign in': signIn,
  // Strangers are told by UDP what there is room for in what they have sent.
  options: [outside('OPTIONS', 1, { fields: ofPhone }), recv(200, '', has('INVITE', 'Allow'))],
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
  /** Is sure to hear that it rings, whatever is lost, and gives up. */
  'cancel what surely rings': [
    ...place(description(), 'Require: 100rel'),
    ...told(180, { invite: 2, prack: 3 }, keeps('via', 'SIP/2.0.*', 'Via')),
    send(`CANCEL ${target}`, ['Via: [$via]', from, 'To: <sip:[service]@[remote_ip]>', 'CSeq: 2 CANCEL', ...common]),
    maybe(200),
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
  /** Leads the other side on to whom `[field3]` names, is told that it rings there, and is hung up (RFC 5589 §6). */
  'leads on': [
    ...place(),
    ...taken(),
    within('ACK', 2),
    within('REFER', 3, { fields: ['Refer-To: <sip:[field3]@[remote_ip]>'] }),
    recv(202),
    asked('NOTIFY', '', has('SIP/2.0 100'), has('refer', 'Event'), has('active', 'Subscription-State')),
    answer('200 OK'),
    asked('NOTIFY', '', has('SIP/2.0 200'), has('terminated', 'Subscription-State')),
    answer('200 OK'),
    asked('BYE'),
    answer('200 OK'),
  ],
  /** Is called, calls somebody else, joins the two (RFC 5589 §7, RFC 3891), and is hung up in both calls. */
  'joins two': [
    asked('INVITE', '', keeps('who', 'sip:.*', 'From'), keeps('own', 'sip:.*', 'To'), keeps('at', 'sip:[^>]*', 'Contact')),
    answer('200 OK', { to, body: description(), attributes: ' retrans="500"' }),
    asked('ACK'),
    callsOther(1),
    maybe(100),
    recv(401, ' auth="true"'),
    ackOther,
    callsOther(2, '[field1]'),
    ...[401, 100, 180, 183].map(maybe),
    recv(200, '', keepsOf('tag', 'tag=([^;]*)', 'To'), keeps('otherAt', 'sip:[^>]*', 'Contact')),
    send('ACK [$otherAt]', other(2, 'ACK', inOther)),
    send('REFER [$at]', [
      via,
      'From: <[$own];tag=[pid]u[call_number]',
      'To: <[$who]',
      'CSeq: 1 REFER',
      ...common,
      contact,
      'Refer-To: <sip:[service]@[remote_ip]?Replaces=other///[call_id]%3Bto-tag%3D[$tag]%3Bfrom-tag%3D[pid]o[call_number]>',
    ]),
    recv(202),
    asked('NOTIFY', '', has('SIP/2.0 100')),
    answer('200 OK'),
    asked('NOTIFY', '', has('SIP/2.0 200')),
    answer('200 OK'),
    asked('BYE'),
    answer('200 OK'),
    asked('BYE'),
    answer('200 OK'),
  ],
  /** Is told how much waits, at once, of which the file `[field3]` tells, and when something new comes; and leaves (RFC 3842, RFC 6665 §4.1.2.3). */
  'waits for messages': [
    outside('SUBSCRIBE', 1, { fields: subscription(600) }),
    recv(401, ' auth="true"'),
    outside('SUBSCRIBE', 2, { fields: [...subscription(600), '[field1]'] }),
    maybe(401),
    recv(200, ' rrs="true"', has('600', 'Expires')),
    asked(
      'NOTIFY',
      '',
      has('Messages-Waiting: no'),
      has('active', 'Subscription-State'),
      has('message-summary', 'Event'),
      exec('touch [field3]'),
    ),
    answer('200 OK'),
    asked('NOTIFY', '', has('Text-Message: 1/0')),
    answer('200 OK'),
    within('SUBSCRIBE', 3, { fields: subscription(0) }),
    recv(200),
    asked('NOTIFY', '', has('Text-Message: 1/0'), has('terminated', 'Subscription-State')),
    answer('200 OK'),
  ],
  /** Hears whom it calls before they take the call, and is sure to (RFC 3262). */
  'hears before': [
    ...place(description(), 'Supported: 100rel'),
    ...told(183, { invite: 2, prack: 3 }, has('m=audio [1-9]')),
    ...taken(),
    within('ACK', 2),
    pause,
    ...bye(4),
  ],
  /** Presses two keys, told by INFO in the two ways that phones have, and says something there that nobody knows. */
  'presses keys': [
    ...place(),
    ...taken(),
    within('ACK', 2),
    within('INFO', 3, { type: 'application/dtmf-relay', body: 'Signal=5\nDuration=160' }),
    recv(200),
    within('INFO', 4, { type: 'application/dtmf', body: '#' }),
    recv(200),
    within('INFO', 5, { type: 'application/unheard-of', body: '7' }),
    recv(415),
    ...bye(6),
  ],
  /** Begins with PCMU, and goes on with PCMA. */
  'changes its codec': [
    ...place(description('sendrecv', 1, '[media_ip]', '0')),
    ...taken(has('m=audio [0-9]* RTP/AVP 0')),
    within('ACK', 2),
    within('INVITE', 3, { body: description('sendrecv', 2, '[media_ip]', '8') }),
    maybe(100),
    recv(200, '', has('m=audio [0-9]* RTP/AVP 8')),
    within('ACK', 3),
    ...bye(4),
  ],
  /** Writes to somebody (RFC 3428). */
  writes: [
    outside('MESSAGE', 1, { type: 'text/plain', body: 'Back at three' }),
    recv(401, ' auth="true"'),
    outside('MESSAGE', 2, { type: 'text/plain', body: 'Back at three', fields: ['[field1]'] }),
    maybe(401),
    recv(202),
  ],
  /** Calls as `[field0]`, whom nobody asks for more, talks as long as `-d` says, and hangs up. */
  'from a trunk': [invite(1, description()), ...taken(), within('ACK', 1), pause, ...bye(2)],
  /** The same, and asks whoever hangs up who they are. */
  'from a trunk, and asks who hangs up': [
    invite(1, description()),
    ...taken(),
    within('ACK', 1),
    asked('BYE'),
    answer('407 Proxy Authentication Required', { fields: [challenge('c0ffee', false)] }),
    asked('BYE', '', has('username="4930123450".*nonce="c0ffee"|nonce="c0ffee".*username="4930123450"', 'Proxy-Authorization')),
    answer('200 OK'),
  ],
  /** The same, and is to look for another way, in a while. */
  'from a trunk, in vain': [
    invite(1, description()),
    maybe(100),
    recv(503, ' rtd="1"', has('[0-9]', 'Retry-After')),
    ackRefusal(1),
  ],
  /** The same, and hears whom it calls before they take the call. */
  'from a trunk, and hears before': [
    invite(1, description(), 'Supported: 100rel'),
    ...told(183, { invite: 1, prack: 2 }, has('m=audio [1-9]')),
    ...taken(),
    within('ACK', 1),
    pause,
    ...bye(3),
  ],
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
  /** Asks who calls, as a user agent does, and takes the call of whom it knows; asks whoever hangs up once more, by another nonce. */
  'is called, and asks who it is': [
    asked('INVITE'),
    answer('401 Unauthorized', {
      to,
      fields: ['WWW-Authenticate: Digest realm="carrier", nonce="c0ffee", algorithm=MD5, qop="auth"'],
    }),
    asked('ACK'),
    ...signedIn('4930123450', 'four words of theirs'),
    answer('180 Ringing', { to }),
    answer('200 OK', { to, body: description(), attributes: ' retrans="500"' }),
    asked('ACK', '', has('nonce="c0ffee"', 'Authorization')),
    asked('BYE', '', has('nonce="c0ffee"', 'Authorization')),
    answer('401 Unauthorized', {
      fields: ['WWW-Authenticate: Digest realm="carrier", nonce="c0ffee2", algorithm=MD5, qop="auth"'],
    }),
    ...signedWithin('BYE', '4930123450', 'four words of theirs'),
    answer('200 OK'),
  ],
  /** The same as a proxy does, which asks once more as its nonce is too old (RFC 7616 §3.3). */
  'is called, and asks who it is, twice': [
    asked('INVITE'),
    answer('407 Proxy Authentication Required', { to, fields: [challenge('c0ffee', false)] }),
    asked('ACK'),
    asked(
      'INVITE',
      '',
      has('username="4930123450".*nonce="c0ffee"|nonce="c0ffee".*username="4930123450"', 'Proxy-Authorization'),
    ),
    answer('407 Proxy Authentication Required', { to, fields: [challenge('c0ffee2', true)] }),
    asked('ACK'),
    asked('INVITE', '', has('nonce="c0ffee2"', 'Proxy-Authorization')),
    answer('200 OK', { to, body: description(), attributes: ' retrans="500"' }),
    asked('ACK'),
    asked('BYE', '', has('nonce="c0ffee2"', 'Proxy-Authorization')),
    answer('407 Proxy Authentication Required', { fields: [challenge('c0ffee3', true)] }),
    asked('BYE', '', has('nonce="c0ffee3"', 'Proxy-Authorization')),
    answer('200 OK'),
  ],
  /** Is heard before it takes the call, with all that there is to be described (RFC 3262 §5), and is hung up. */
  'is heard before': [
    called(has('100rel', 'Supported'), has('m=audio [1-9]')),
    ...tells('183 Session Progress', description()),
    answer('200 OK', { ...toInvite, attributes: ' retrans="500"' }),
    asked('ACK'),
    asked('BYE'),
    answer('200 OK'),
  ],
  /** Takes no calls. */
  'is out of order': [asked('INVITE'), answer('503 Service Unavailable', { to, attributes: ' retrans="500"' }), asked('ACK')],
  /** Rings until the caller gives up. */
  'is given up': [
    asked('INVITE', '', keeps('cseq', '[0-9]+', 'CSeq')),
    answer('180 Ringing', { to }),
    asked('CANCEL', '', has('SIP;cause=200|Q.850', 'Reason')),
    answer('200 OK', { to }),
    answer('487 Request Terminated', { to, cseq: 'CSeq: [$cseq] INVITE', attributes: ' retrans="500"' }),
    asked('ACK'),
  ],
  /** The same, and the caller is sure to hear that it rings, whatever is lost. */
  'is given up, and surely rings': [
    called(has('100rel', 'Supported')),
    ...tells('180 Ringing'),
    asked('CANCEL', '', has('SIP;cause=200|Q.850', 'Reason')),
    answer('200 OK', { to }),
    answer('487 Request Terminated', { to, ...toInvite, attributes: ' retrans="500"' }),
    asked('ACK'),
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Scenario = keyof typeof scenarios;

export function xmlOf(name: Scenario): string {
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="${name}">\n${scenarios[name].join('\n')}\n</scenario>\n`;
}

/** What is sent to a SIP port by machines, in the names of others: it leaves nothing behind, and calls go on beside it. */
import { parseMessage, Response } from '@offhook/sip';
import type { Remote, Request } from '@offhook/sip';
import { beforeEach, expect, it } from 'vitest';
import { quiet, settled } from '../engine/engine.fixture.ts';
import { SipAgent } from './agent.ts';
import { DialIn } from './dial-in.ts';
import { Site } from './registry.fixture.ts';
import { SipService } from './service.ts';

const token = 'T'.repeat(43);
const offer = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join(
  '\r\n',
);
const flood = 10_000;

let site: Site;
let agent: SipAgent;
let dialIn: DialIn;
let bytesSent: number;
/** How many answers were longer than the request before them. */
let longer: number;
let lastSize: number;
let answers: Map<string, number>;
let last: Request | Response;
let errors: unknown[];

beforeEach(() => {
  site = new Site();
  [bytesSent, answers, errors, longer, lastSize] = [0, new Map(), [], 0, 0];
  let count = 0;
  dialIn = new DialIn({
    log: quiet,
    clock: site.clock,
    phones: {
      dialled: (user) => Promise.resolve(user === token ? { session: 'standup', participant: `p-${count}` } : undefined),
      comeIn: () => Promise.resolve(offer),
      offer: () => Promise.resolve(''),
      answered: () => Promise.resolve(),
      leave: () => undefined,
      onLeft: () => undefined,
    },
  });
  const { registry } = site;
  const service = new SipService((agent = agentOf()), {
    log: { ...quiet, error: (...said) => void errors.push(said) },
    dialIn,
    onStranger: (from) => registry.noteStranger(from),
    users: { register: registry, calls: { serve: () => Promise.reject(new Error('nobody has a password')) } },
  });

  function agentOf(): SipAgent {
    return new SipAgent({
      clock: site.clock,
      random: () => `r${(count += 1)}`,
      fraction: () => 0.5,
      sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
      send: (_to, text) => {
        bytesSent += text.length;
        if (text.length > lastSize) longer++;
        last = parseMessage(text);
        const what = last instanceof Response ? `${last.cseq.method} ${last.status}` : last.method;
        answers.set(what, (answers.get(what) ?? 0) + 1);
      },
      serve: (...asked) => service.serve(...asked),
    });
  }
});

const sourceOf = (n: number): Remote => ({
  transport: 'udp',
  address: `${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.7`,
  port: 5060,
});

function say(
  method: string,
  user: string,
  n: number,
  from: Remote,
  { cseq = 1, toTag = '', body = '', fields = '' } = {},
): number {
  const text = [
    `${method} sip:${user}@192.0.2.9 SIP/2.0`,
    `Via: SIP/2.0/UDP ${from.address};branch=z9hG4bK${method}${n}`,
    'Max-Forwards: 70',
    `From: <sip:scan${n}@192.0.2.9>;tag=${n}`,
    `To: <sip:${user}@192.0.2.9>${toTag}`,
    `Call-ID: ${n}@${from.address}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:scan@${from.address}>`,
    'User-Agent: friendly-scanner',
    ...(body !== offer ? [] : ['Content-Type: application/sdp']),
    ...(fields === '' ? [] : [fields]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  lastSize = text.length;
  agent.receive(text, from);
  return text.length;
}

const here: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };

/** A call that goes in, up to its ACK; the tag that it has. */
async function calls(n: number): Promise<string> {
  say('INVITE', token, n, here, { body: offer });
  await settled();
  expect(last).toMatchObject({ status: 200 });
  const toTag = `;tag=${last.toTag}`;
  say('ACK', token, n, here, { toTag });
  return toTag;
}

it.each<[string, string, string, string?]>([
  ['REGISTER', 'desk', 'REGISTER 401'],
  ['OPTIONS', 'desk', 'OPTIONS 200'],
  ['INVITE', '100', 'INVITE 401'],
  // As long as a token: each is looked up, and is a guess.
  ['INVITE', 'G'.repeat(43), 'INVITE 401'],
  // In calls that there are none of.
  ['INVITE', 'desk', 'INVITE 481', ';tag=made-up'],
  ['BYE', 'desk', 'BYE 481', ';tag=made-up'],
  ['CANCEL', 'desk', 'CANCEL 481'],
])(
  'a flood of %s to %s in the name of many is answered %s once each, and leaves nothing behind',
  { timeout: 120_000 },
  async (method, user, answer, strayTag = '') => {
    const toTag = await calls(-1);
    const before = agent.transactions;
    [bytesSent, answers, longer] = [0, new Map(), 0];
    let bytesCome = 0;
    for (let n = 0; n < flood; n++) {
      bytesCome += say(method, user, n, sourceOf(n), { toTag: strayTag });
      // What it does takes a turn of the event loop, as it does with datagrams.
      if (n % 500 === 0) await settled();
    }
    await settled();
    // What would be said again has been said.
    await site.clock.advance(1_000);
    expect(Object.fromEntries(answers)).toEqual({ [answer]: flood });
    expect(agent.transactions).toBe(before);
    // One answer for each, and none of them is longer than what it answers.
    expect(bytesSent).toBeLessThanOrEqual(bytesCome);
    expect(longer).toBe(0);
    // The call that is up goes on, and another one begins.
    say('BYE', token, -1, here, { cseq: 2, toTag });
    expect(last).toMatchObject({ status: 200 });
    await calls(-2);
    expect(dialIn.size).toBe(1);
  },
);

it.each([
  ['OPTIONS', 200, '', ''],
  ['PUBLISH', 405, '', ''],
  ['INVITE', 420, 'Require: teleport', ''],
  ['INVITE', 415, 'Content-Type: text/plain', 'call me'],
  ['INVITE', 422, 'Session-Expires: 10\r\nSupported: timer', ''],
  ['INVITE', 400, 'Require: ;;;', ''],
  ['INVITE', 400, 'Authorization: Digest "', ''],
  ['REGISTER', 400, 'Authorization: Digest "', ''],
])(
  'who sends %s without end, which is answered %i (%j), and never says who they are is shut out',
  async (method, status, fields, body) => {
    for (let n = 0; n < 301; n++) {
      expect(site.registry.shuns(here)).toBe(false);
      say(method, 'desk', n, here, { fields, body });
      await settled();
    }
    expect(Object.fromEntries(answers)).toEqual({ [`${method} ${status}`]: 301 });
    expect([site.registry.shuns(here), errors]).toEqual([true, []]);
  },
);

/** What scanners and phones send, from the shortest that can be read to what a desk phone says. */
const phoneSays = [
  'User-Agent: Yealink SIP-T46U 108.86.0.45',
  'Allow: INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE',
  'Allow-Events: talk,hold,conference,refer,check-sync',
  'Supported: replaces, path, outbound',
];
const corpus: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ['shortest', ['v:SIP/2.0/UDP h;branch=z9hG4bK1', 'f:<sip:a@h>;tag=1', 't:<sip:a@h>', 'i:1', 'CSeq:1 METHOD']],
  [
    'of a scanner',
    [
      'Via: SIP/2.0/UDP 203.0.113.7:5060;branch=z9hG4bK-5a1c;rport',
      'Max-Forwards: 70',
      'From: "100" <sip:100@198.51.100.9>;tag=6333',
      'To: "100" <sip:100@198.51.100.9>',
      'Call-ID: 885541963',
      'CSeq: 1 METHOD',
      'Contact: <sip:100@203.0.113.7:5060>',
      'User-Agent: friendly-scanner',
    ],
  ],
  [
    'of a phone',
    [
      'Via: SIP/2.0/UDP 10.0.0.17:5060;branch=z9hG4bK3131671337;rport',
      'Max-Forwards: 70',
      'From: "Anna" <sip:anna-7kx2m9@198.51.100.9:5060>;tag=2911443219',
      'To: "Anna" <sip:anna-7kx2m9@198.51.100.9:5060>',
      'Call-ID: 0_2911443222@10.0.0.17',
      'CSeq: 1 METHOD',
      'Contact: <sip:anna-7kx2m9@10.0.0.17:5060>',
      ...phoneSays,
    ],
  ],
];
const asked = ['REGISTER', 'INVITE', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'BYE', 'CANCEL', 'PRACK'];
/** What it carries beside: nothing, what cannot be read, what is not known here, what does not fit. */
const beside = [
  '',
  'Authorization: Digest "',
  'Require: a-thing-that-nobody-has',
  'Session-Expires: 10',
  'Content-Length: 9999',
];

/** What is answered to each by UDP: `size answered with size`. */
async function measured(
  transport: Remote['transport'],
): Promise<{ readonly come: number; readonly sent: number; readonly what: string }[]> {
  const all: { come: number; sent: number; what: string }[] = [];
  for (const [name, lines] of corpus)
    for (const method of asked)
      for (const more of beside) {
        const head = [
          `${method} sip:a@h SIP/2.0`,
          ...lines.map((line) => line.replace('METHOD', method)),
          ...(more === '' ? [] : [more]),
        ];
        const text = [...head, '', ''].join('\r\n').replace(/z9hG4bK/, `z9hG4bK${all.length}`);
        [bytesSent, answers] = [0, new Map()];
        agent.receive(text, { ...sourceOf(all.length), transport });
        await settled();
        // Nor is anything said again by itself.
        await site.clock.advance(40_000);
        all.push({ come: text.length, sent: bytesSent, what: `${name} ${method} ${more}: ${[...answers.keys()].join()}` });
      }
  return all;
}

it.each(corpus)(
  'nobody is sent more than was sent in their name by an INVITE and its CANCEL by UDP: %s',
  async (_name, lines) => {
    const said = (method: string): string =>
      [`${method} sip:a@h SIP/2.0`, ...lines.map((line) => line.replace('METHOD', method)), '', ''].join('\r\n');
    const [invite, cancel] = [said('INVITE'), said('CANCEL')];
    const before = agent.transactions;
    agent.receive(invite, sourceOf(1));
    const asked = bytesSent;
    for (let n = 0; n < 3; n++) {
      bytesSent = 0;
      lastSize = cancel.length;
      agent.receive(cancel, sourceOf(1));
      await settled();
      // The INVITE is refused by it, once.
      expect(bytesSent).toBeLessThanOrEqual(cancel.length + (n === 0 ? invite.length - asked : 0));
    }
    bytesSent = 0;
    await site.clock.advance(40_000);
    expect([bytesSent, agent.transactions]).toEqual([0, before]);
    expect([...answers.keys()].every((what) => /^(INVITE|CANCEL) /.test(what))).toBe(true);
  },
);

it('nobody is sent more than was sent in their name by UDP, whatever that was', async () => {
  const all = await measured('udp');
  expect(all.filter(({ come, sent }) => sent > come)).toEqual([]);
  // Whatever phones say is answered; what says hardly anything is not, where who it is would have to be asked.
  const unanswered = all.filter(({ sent }) => sent === 0).map(({ what }) => what);
  expect(unanswered.filter((what) => what.startsWith('of a phone'))).toEqual([]);
  expect(unanswered).toContain('shortest REGISTER : ');
  expect(all.filter(({ what }) => what.startsWith('of a phone REGISTER :'))).toMatchObject([
    { what: 'of a phone REGISTER : REGISTER 401' },
  ]);
});

it('who is where they say they are, as by TCP, is told all that there is to say', async () => {
  const all = await measured('tcp');
  expect(all.filter(({ sent }) => sent === 0)).toEqual([]);
  expect(all.some(({ come, sent }) => sent > come)).toBe(true);
});

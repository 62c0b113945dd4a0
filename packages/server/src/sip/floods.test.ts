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
let answers: Map<string, number>;
let last: Request | Response;
let errors: unknown[];

beforeEach(() => {
  site = new Site();
  [bytesSent, answers, errors] = [0, new Map(), []];
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
    ...(body !== offer ? [] : ['Content-Type: application/sdp']),
    ...(fields === '' ? [] : [fields]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
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
    [bytesSent, answers] = [0, new Map()];
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
    // One answer for each, which asks who it is by two algorithms at most.
    expect(bytesSent).toBeLessThan(2.5 * bytesCome);
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

import { parseMessage, Response } from '@offhook/sip';
import type { Request } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import type { Dialled } from '../ports/phone-calls.ts';
import { Refusal } from '../ports.ts';
import { SipAgent } from './agent.ts';
import { DialIn } from './dial-in.ts';
import { SipService } from './service.ts';

/** As long as those that the server makes. */
const token = 'T'.repeat(43);
const who: Dialled = { session: 'standup', participant: 'p-1' };
const offer = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join(
  '\r\n',
);
const source = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const;

let clock: ManualClock;
let agent: SipAgent;
let calls: DialIn;
/** What was sent, parsed. */
let sent: (Request | Response)[];
/** What was asked of sessions. */
let asked: string[];
let comesIn: (offer: string) => Promise<string>;
let answers: () => Promise<void>;
let left: (participant: string) => void;

beforeEach(() => {
  clock = new ManualClock();
  let count = 0;
  const random = (): string => `r${++count}`;
  [sent, asked] = [[], []];
  answers = () => Promise.resolve();
  comesIn = (sdp) => Promise.resolve(`answer to ${sdp.length}`);
  const phones = {
    dialled: (user: string) => {
      asked.push(`dialled ${user}`);
      return Promise.resolve(user === token ? who : undefined);
    },
    comeIn: (_who: Dialled, sdp: string, name: string) => {
      asked.push(`in ${name}`);
      return comesIn(sdp);
    },
    offer: (_who: Dialled, name: string, at: string) => {
      asked.push(`offer to ${name} at ${at}`);
      return comesIn('');
    },
    answered: (_who: Dialled, sdp: string) => {
      asked.push(`answered ${sdp}`);
      return answers();
    },
    leave: () => void asked.push('left'),
    onLeft: (listener: typeof left) => void (left = listener),
  };
  calls = new DialIn({ log: quiet, clock, phones });
  agent = new SipAgent({
    clock,
    random,
    sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
    send: (_to, text) => void sent.push(parseMessage(text)),
    serve: (...request) => new SipService(agent, { log: quiet, dialIn: calls }).serve(...request),
  });
});

interface Said {
  readonly user?: string;
  readonly branch?: string;
  readonly cseq?: number;
  readonly toTag?: string | undefined;
  readonly body?: string;
  readonly type?: string;
  readonly from?: string;
}

async function say(method: string, said: Said = {}): Promise<void> {
  const { user = token, branch = `${method}${said.cseq ?? 1}`, cseq = 1, toTag, body = '', type = 'application/sdp' } = said;
  const text = [
    `${method} sip:${user}@192.0.2.9 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${branch}`,
    'Max-Forwards: 70',
    `From: ${said.from ?? '"Desk 4" <sip:desk@192.0.2.1>'};tag=phone`,
    `To: <sip:${user}@192.0.2.9>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    'Call-ID: 1@192.0.2.1',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:desk@192.0.2.1>',
    `User-Agent: ${'phone '.repeat(20)}`,
    ...(body === '' ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  agent.receive(text, source);
  await settled();
}

/** But for 100, which says no more than that it has arrived. */
const statuses = (): (number | string)[] =>
  sent.map((one) => (one instanceof Response ? one.status : one.method)).filter((status) => status !== 100);
const last = (): Response => sent.findLast((one) => one instanceof Response)!;

async function later(milliseconds: number): Promise<void> {
  await clock.advance(milliseconds);
}

async function answered(): Promise<string | undefined> {
  await say('INVITE', { body: offer });
  const { toTag } = last();
  await say('ACK', { toTag, branch: 'ack' });
  return toTag;
}

describe('a phone that dials a participant', () => {
  it('comes in by what it offers, under its name, and is answered', async () => {
    await answered();
    expect(asked).toEqual([`dialled ${token}`, 'in Desk 4']);
    expect(statuses()).toEqual([200]);
    expect(last().body).toBe(`answer to ${offer.length}`);
    expect(last().get('Contact')).toBe('<sip:192.0.2.9:5060;transport=udp>');
    expect(calls.size).toBe(1);
    await later(60_000);
    expect(statuses()).toEqual([200]);
  });

  it('is told at once that it has been heard, whoever else is not', async () => {
    comesIn = () => new Promise(() => undefined);
    await say('INVITE', { user: 'G'.repeat(43), branch: 'guess', body: offer });
    const refused = sent.length;
    expect(sent.map((one) => one instanceof Response && one.status)).not.toContain(100);
    await say('INVITE', { body: offer });
    await say('INVITE', { body: offer });
    expect(sent.slice(refused).map((one) => one instanceof Response && one.status)).toEqual([100, 100]);
  });

  it('leaves when it hangs up', async () => {
    const toTag = await answered();
    await say('BYE', { toTag, cseq: 2 });
    expect(statuses()).toEqual([200, 200]);
    expect(asked.at(-1)).toBe('left');
    await say('BYE', { toTag, cseq: 3 });
    expect(last().status).toBe(481);
  });

  it('is hung up when it takes part no longer', async () => {
    await answered();
    left('somebody-else');
    expect(statuses()).toEqual([200]);
    left('p-1');
    expect(statuses()).toEqual([200, 'BYE']);
    expect(calls.size).toBe(0);
  });

  it('is answered again until it acknowledges, and hung up where it never does', async () => {
    await say('INVITE', { body: offer });
    for (let at = 0; at < 40_000 && calls.size > 0; at += 500) await later(500);
    expect(statuses().filter((one) => one === 200).length).toBeGreaterThan(5);
    expect(statuses().at(-1)).toBe('BYE');
    expect(asked.at(-1)).toBe('left');
  });

  it('begins anew with another offer, and is as it was where that cannot be taken', async () => {
    const toTag = await answered();
    await say('INVITE', { toTag, cseq: 2, body: offer.replace('4000', '4002') });
    expect(last()).toMatchObject({ status: 200, body: `answer to ${offer.length}` });
    await say('ACK', { toTag, cseq: 2, branch: 'ack2' });
    comesIn = () => Promise.reject(new Refusal('description_refused'));
    await say('INVITE', { toTag, cseq: 3, body: offer });
    expect(last().status).toBe(488);
    expect(calls.size).toBe(1);
  });

  it('is offered something where it asks for that, and what it answers is taken', async () => {
    comesIn = () => Promise.resolve('our offer');
    await say('INVITE');
    expect(last()).toMatchObject({ status: 200, body: 'our offer' });
    const { toTag } = last();
    await say('ACK', { toTag, branch: 'ack', body: offer });
    expect(asked.slice(1)).toEqual(['offer to Desk 4 at 192.0.2.1', `answered ${offer}`]);
    await say('INVITE', { toTag, cseq: 2 });
    expect(last()).toMatchObject({ status: 200, body: 'our offer' });
    await say('ACK', { toTag, cseq: 2, branch: 'ack2', body: offer });
    expect(asked.slice(3)).toEqual(['offer to Desk 4 at 192.0.2.1', `answered ${offer}`]);
    expect(calls.size).toBe(1);
  });

  it.each(['', offer])('is hung up where what it answers cannot be taken, or is nothing: %j', async (body) => {
    answers = () => Promise.reject(new Refusal('description_refused'));
    await say('INVITE');
    await say('ACK', { toTag: last().toTag, branch: 'ack', body });
    expect(statuses()).toEqual([200, 'BYE']);
    expect(asked.at(-1)).toBe('left');
    expect(calls.size).toBe(0);
  });

  it('is told why it is not offered anything', async () => {
    comesIn = () => Promise.reject(new Refusal('session_locked'));
    await say('INVITE');
    expect(statuses()).toEqual([403]);
  });

  it.each([
    ['INVITE', 'taken'],
    ['UPDATE', 'taken'],
    ['UPDATE', 'refused'],
  ])('that hangs up before the offer of its %s is %s is answered 487, and nothing is left of it', async (method, outcome) => {
    const toTag = await answered();
    const answer = Promise.withResolvers<string>();
    comesIn = () => answer.promise;
    await say(method, { toTag, cseq: 2, body: offer });
    await say('BYE', { toTag, cseq: 3 });
    if (outcome === 'taken') answer.resolve('too late');
    else answer.reject(new Refusal('description_refused'));
    await settled();
    expect(statuses()).toEqual([200, 200, 487]);
    expect(last().cseq).toEqual({ number: 2, method });
    await say('ACK', { toTag, cseq: 2, branch: 'INVITE2' });
    await later(60_000);
    expect(agent.transactions).toBe(0);
  });

  it('that gives up while it comes in has left again', async () => {
    const coming = Promise.withResolvers<string>();
    comesIn = () => coming.promise;
    await say('INVITE', { body: offer });
    await say('CANCEL', { branch: 'INVITE1' });
    expect(statuses()).toEqual([200, 487]);
    coming.resolve('too late');
    await settled();
    expect(statuses()).toEqual([200, 487]);
    expect(asked.at(-1)).toBe('left');
    expect(calls.size).toBe(0);
  });
});

describe('what is refused', () => {
  it.each([
    ['description_refused', 488],
    ['participant_here', 486],
    ['session_locked', 403],
    ['session_not_found', 404],
    ['media_unavailable', 503],
  ] as const)('says why it is: %s', async (code, status) => {
    comesIn = () => Promise.reject(new Refusal(code));
    await say('INVITE', { body: offer });
    expect(statuses()).toEqual([status]);
    expect(calls.size).toBe(0);
  });

  it('nobody is reached by what is no token, and whoever guesses is not looked for any more', async () => {
    for (let n = 0; n < 12; n++) await say('INVITE', { user: `${token}${n}`, cseq: n + 1, body: offer });
    expect(new Set(statuses())).toEqual(new Set([404]));
    expect(asked).toHaveLength(10);
    // The address of somebody is no guess.
    await say('INVITE', { user: 'anna', cseq: 13, body: offer });
    expect(asked).toHaveLength(10);
    await say('INVITE', { cseq: 20, body: offer });
    expect(last().status).toBe(404);
    await clock.advance(60_000);
    await say('INVITE', { cseq: 21, body: offer });
    expect(last().status).toBe(200);
  });

  it('an offer in another form', async () => {
    await say('INVITE', { branch: 'typed', cseq: 2, body: offer, type: 'application/json' });
    expect(statuses()).toEqual([415]);
    expect(asked).toEqual([]);
  });

  it('what is no call', async () => {
    await say('OPTIONS');
    expect(last()).toMatchObject({ status: 200 });
    expect(last().get('Allow')).toContain('INVITE');
    await say('MESSAGE', { cseq: 2 });
    expect(last().status).toBe(405);
    await say('BYE', { toTag: 'nobody', cseq: 3 });
    expect(last().status).toBe(481);
  });

  it('a name that is none is shown as the address', async () => {
    await say('INVITE', { body: offer, from: '"\x01" <sip:desk@192.0.2.1>' });
    expect(asked.at(-1)).toMatch(/^in (desk|Phone)$/);
  });
});

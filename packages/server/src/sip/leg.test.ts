import {
  fieldsOf,
  isRequest,
  nameAddr,
  parseMessage,
  parseUri,
  Request,
  responseTo,
  sipUri,
  toUtf8,
  writeMessage,
  writeNameAddr,
} from '@offhook/sip';
import type { FieldValues, Login, Message, Remote } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../engine/engine.fixture.ts';
import { Refusal } from '../ports.ts';
import { SipAgent } from './agent.ts';
import { IncomingInvite } from './incoming.ts';
import { OutgoingInvite } from './outgoing.ts';
import type { LegEvents, SipLeg } from './leg.ts';

const carrier: Remote = { transport: 'udp', address: '192.0.2.1', port: 5060 };
const login: Login = { username: 'us', password: 'four words of theirs' };

let clock: ManualClock;
let agent: SipAgent;
/** What the carrier has heard of us, and what it answers; undefined: nothing. */
let heard: Message[];
let answers: (request: Request) => { readonly status: number; readonly fields?: FieldValues } | undefined;
let told: string[];
let incoming: IncomingInvite | undefined;
/** What the browser answers. */
let offered: () => Promise<string>;

beforeEach(() => {
  clock = new ManualClock();
  [heard, told, incoming] = [[], [], undefined];
  answers = () => ({ status: 200 });
  offered = () => Promise.resolve('our answer');
  let count = 0;
  agent = new SipAgent({
    clock,
    random: () => `r${++count}`,
    fraction: () => 0,
    sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
    send(_to, text) {
      const message = parseMessage(text);
      heard.push(message);
      if (!isRequest(message) || message.method === 'ACK') return;
      const answer = answers(message);
      if (answer !== undefined) queueMicrotask(() => say(message, answer.status, answer.fields));
    },
    serve: (transaction, request, from) => {
      incoming = new IncomingInvite(agent, transaction, request, from);
    },
  });
});

function say(request: Request, status: number, fields: FieldValues = {}): void {
  const response = responseTo(request, status, { toTag: 'there', fields: { Contact: '<sip:there@192.0.2.1>', ...fields } });
  if (status === 200 && request.method === 'INVITE') response.withBody('application/sdp', toUtf8('their answer'));
  agent.receive(writeMessage(response), carrier);
}

const events: LegEvents = {
  offered: () => offered(),
  wanted: () => Promise.resolve('our offer'),
  answered: (sdp) => void told.push(`answered: ${sdp}`),
  pressed: () => undefined,
  referred: () => 603,
  ended: () => void told.push('ended'),
};

/** A call of ours that is up. */
async function called(as?: Login): Promise<SipLeg> {
  const taken = Promise.withResolvers<SipLeg>();
  const order = {
    target: parseUri('sip:bo@carrier.example'),
    from: nameAddr(sipUri('here')),
    offer: 'offer',
    to: [carrier],
    login: as,
  };
  const invite = new OutgoingInvite(agent, order, {
    ...events,
    ringing: () => undefined,
    early: () => undefined,
    taken: (leg) => taken.resolve(leg),
    refused: (status) => taken.reject(new Error(String(status))),
  });
  expect(invite).toBeDefined();
  return taken.promise;
}

const asked = (method: string): Request[] => heard.filter(isRequest).filter((one) => one.method === method);
const within = (method: string): Request[] => asked(method).filter(({ toTag }) => toTag !== undefined);
const shown = (request: Request): string => {
  const value = request.get('Proxy-Authorization') ?? request.get('Authorization');
  if (value === undefined) return 'nothing';
  const [nonce, count] = ['nonce', 'nc'].map((name) => new RegExp(`\\b${name}="?([^",]+)`).exec(value)?.[1]);
  return `${nonce} ${Number(count)}`;
};

/** Asks who we are by this nonce, each time that another or none is shown. */
function challenges(nonce: string, { status = 407, isStale = false } = {}): (request: Request) => ReturnType<typeof answers> {
  const name = status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  const stale = isStale ? ', stale=true' : '';
  const fields = { [name]: `Digest realm="carrier", nonce="${nonce}", algorithm=MD5, qop="auth"${stale}` };
  return (request) => (shown(request).startsWith(`${nonce} `) ? { status: 200 } : { status, fields });
}

/** A call of theirs that is up. */
async function callsUs(as?: Login): Promise<SipLeg> {
  const fields = {
    Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKcall',
    From: '<sip:bo@carrier.example>;tag=there',
    To: '<sip:us@192.0.2.9>',
    'Call-ID': 'theirs',
    CSeq: '1 INVITE',
    Contact: '<sip:there@192.0.2.1>',
  };
  const request = new Request('INVITE', 'sip:us@192.0.2.9', fieldsOf(fields)).withBody('application/sdp', 'offer');
  agent.receive(writeMessage(request), carrier);
  incoming!.login = as;
  const leg = incoming!.accept('answer', events)!;
  agent.receive(writeMessage(theirs(leg, 'ACK', 1)), carrier);
  await settled();
  return leg;
}

/** Within this call, of theirs. */
function theirs({ dialog }: SipLeg, method: string, cseq = 2, body = ''): Request {
  const fields = {
    Via: `SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${method === 'CANCEL' ? 'INVITE' : method}${cseq}`,
    From: writeNameAddr(dialog.remote),
    To: writeNameAddr(dialog.local),
    'Call-ID': dialog.callId,
    CSeq: `${cseq} ${method}`,
    Contact: '<sip:there@192.0.2.1>',
  };
  const request = new Request(method, 'sip:us@192.0.2.9', fieldsOf(fields));
  return body === '' ? request : request.withBody('application/sdp', body);
}

describe('a carrier that asks within a call who we are', () => {
  it.each([401, 407])('by %i is hung up on, by the same once more, with who we are', async (status) => {
    const leg = await called(login);
    answers = challenges('one', { status });
    leg.hangUp({ Reason: 'Q.850;cause=16' });
    await settled();
    const byes = asked('BYE');
    expect(byes.map(shown)).toEqual(['nothing', 'one 1']);
    expect(byes[1]!.cseq.number).toBe(byes[0]!.cseq.number + 1);
    expect(byes[1]!.get('Reason')).toBe('Q.850;cause=16');
    expect(byes[1]!.vias).toHaveLength(1);
    await clock.advance(64_000);
    expect([asked('BYE').length, agent.transactions, agent.dialogs]).toEqual([2, 0, 0]);
  });

  it('is told before it asks where it has asked before, and the ACK says what the INVITE has said', async () => {
    answers = challenges('one');
    const leg = await called(login);
    expect(asked('INVITE').map(shown)).toEqual(['nothing', 'one 1']);
    expect(shown(asked('ACK').at(-1)!)).toBe('one 1');
    await expect(leg.offer(() => Promise.resolve('anew'))).resolves.toBe('their answer');
    expect(within('INVITE').map(shown)).toEqual(['one 2']);
    expect(shown(asked('ACK').at(-1)!)).toBe('one 2');
    leg.hangUp();
    expect(asked('BYE').map(shown)).toEqual(['one 3']);
  });

  it.each([true, false])('by another nonce each time is told by that (stale: %s)', async (isStale) => {
    answers = challenges('one');
    const leg = await called(login);
    answers = challenges('two', { isStale });
    leg.hangUp();
    await settled();
    expect(asked('BYE').map(shown)).toEqual(['one 2', 'two 1']);
  });

  it('hears an offer anew once more, with the same description, and who we are', async () => {
    const leg = await called(login);
    answers = challenges('one');
    await expect(leg.offer(() => Promise.resolve('anew'))).resolves.toBe('their answer');
    expect(within('INVITE').map((one) => `${shown(one)} ${one.text}`)).toEqual(['nothing anew', 'one 1 anew']);
    // Who has heard it is told so by the number of what it has taken.
    expect(asked('ACK').at(-1)!.cseq.number).toBe(within('INVITE').at(-1)!.cseq.number);
    expect(leg.isOver).toBe(false);
  });

  it.each(['UPDATE', 'REFER', 'NOTIFY', 'INFO', 'MESSAGE'])('hears %s', async (method) => {
    const leg = await called(login);
    answers = challenges('one');
    expect(await leg.say(method, {}, { type: 'text/plain', text: 'said' })).toBe(200);
    expect(asked(method).map((one) => `${shown(one)} ${one.text}`)).toEqual(['nothing said', 'one 1 said']);
  });

  it.each([
    ['always finds that it is too old', true, 4],
    ['says that it is wrong', false, 2],
  ])('that %s is asked no more after a while', async (_what, isStale, times) => {
    const leg = await called(login);
    let count = 0;
    // Of what it has not been asked for it says nothing; the nonce is another one each time.
    answers = (request) => challenges(`nonce-${++count}`, { isStale: isStale && count > 1 })(request);
    await expect(leg.offer(() => Promise.resolve('anew'))).rejects.toThrow('description_refused');
    expect(within('INVITE')).toHaveLength(times);
    leg.hangUp();
    await settled();
    expect(asked('BYE')).toHaveLength(times);
  });

  it('that has called us is hung up on as well', async () => {
    const leg = await callsUs(login);
    answers = challenges('one');
    leg.hangUp();
    await settled();
    expect(asked('BYE').map(shown)).toEqual(['nothing', 'one 1']);
  });

  it('asks in vain where nobody has said who we are there', async () => {
    const leg = await called();
    answers = challenges('one');
    expect(await leg.say('INFO', {})).toBe(407);
    expect(asked('INFO').map(shown)).toEqual(['nothing']);
  });

  it('is not offered anything anew once we have hung up', async () => {
    const leg = await called(login);
    answers = () => undefined;
    const anew = leg.offer(() => Promise.resolve('anew'));
    await settled();
    leg.hangUp();
    const [invite] = within('INVITE');
    say(invite!, 407, challenges('one')(invite!)?.fields);
    await expect(anew).rejects.toThrow('description_refused');
    expect(within('INVITE')).toHaveLength(1);
  });

  it('that has answered after we gave up is hung up on', async () => {
    answers = () => undefined;
    const invite = new OutgoingInvite(
      agent,
      { target: parseUri('sip:bo@carrier.example'), from: nameAddr(sipUri('here')), offer: 'offer', to: [carrier], login },
      {
        ...events,
        ringing: () => undefined,
        early: () => undefined,
        taken: () => undefined,
        refused: () => undefined,
      },
    );
    invite.cancel();
    answers = challenges('one');
    say(asked('INVITE')[0]!, 200);
    await settled();
    expect(asked('BYE').map(shown)).toEqual(['nothing', 'one 1']);
  });
});

/** Offers anew, and hears 100 alone. */
async function offers(): Promise<{ readonly leg: SipLeg; readonly anew: Promise<string> }> {
  const leg = await called();
  answers = ({ method }) => ({ status: method === 'INVITE' ? 100 : 200 });
  const anew = leg.offer(() => Promise.resolve('anew'));
  anew.catch(() => undefined);
  await settled();
  return { leg, anew };
}

describe('an offer of ours within a call, of which is heard that it is looked at, and nothing more', () => {
  it('is given up after a while; the call goes on as it was', async () => {
    const { leg, anew } = await offers();
    await clock.advance(31_900);
    expect(asked('CANCEL')).toEqual([]);
    await clock.advance(200);
    const [invite] = within('INVITE');
    expect(asked('CANCEL').map(({ cseq }) => cseq.number)).toEqual([invite!.cseq.number]);
    say(invite!, 487);
    await expect(anew).rejects.toThrow('description_refused');
    answers = () => ({ status: 200 });
    await expect(leg.offer(() => Promise.resolve('once more'))).resolves.toBe('their answer');
    expect(told).toEqual([]);
  });

  it('ends the call where nobody says anything of that either', async () => {
    const { anew } = await offers();
    await clock.advance(64_100);
    await expect(anew).rejects.toThrow('description_refused');
    expect([told, asked('BYE').length]).toEqual([['ended'], 1]);
    await clock.advance(64_000);
    expect([agent.transactions, agent.dialogs]).toEqual([0, 0]);
  });

  it('is given up where we hang up, and nothing is left of it', async () => {
    const { leg, anew } = await offers();
    leg.hangUp();
    expect([asked('CANCEL').length, asked('BYE').length]).toEqual([1, 1]);
    await clock.advance(64_000);
    await expect(anew).rejects.toThrow('description_refused');
    expect([agent.transactions, agent.dialogs]).toEqual([0, 0]);
    // The timer of the agent alone may be left.
    expect(clock.waiting).toBeLessThanOrEqual(1);
  });

  it('that is taken once we have hung up is acknowledged', async () => {
    const { leg } = await offers();
    const before = asked('ACK').length;
    leg.hangUp();
    say(within('INVITE')[0]!, 200);
    expect(asked('ACK')).toHaveLength(before + 1);
  });

  it('is given up where they hang up and say nothing of it', async () => {
    const { leg, anew } = await offers();
    agent.receive(writeMessage(theirs(leg, 'BYE')), carrier);
    await clock.advance(97_000);
    await expect(anew).rejects.toThrow('description_refused');
    expect([told, agent.transactions]).toEqual([['ended'], 0]);
  });
});

/** They offer anew, and cancel that. */
async function givenUp(): Promise<{ readonly answered: PromiseWithResolvers<string> }> {
  const answered = Promise.withResolvers<string>();
  offered = () => answered.promise;
  const leg = await callsUs();
  heard.length = 0;
  agent.receive(writeMessage(theirs(leg, 'INVITE', 2, 'their offer')), carrier);
  agent.receive(writeMessage(theirs(leg, 'CANCEL', 2)), carrier);
  await settled();
  return { answered };
}

const statuses = (): string[] => heard.flatMap((one) => (isRequest(one) ? [] : [`${one.status} ${one.cseq.method}`]));

describe('an offer of theirs within a call that they give up', () => {
  it('is answered so at once; what was made of it is taken back by one of ours', async () => {
    const { answered } = await givenUp();
    expect(statuses()).toEqual(['200 CANCEL', '487 INVITE']);
    answered.resolve('our answer');
    await settled();
    expect(statuses()).toHaveLength(2);
    expect(within('INVITE').map(({ text }) => text)).toEqual(['our offer']);
    expect(told).toEqual(['answered: their answer']);
  });

  it('and that is refused as well leaves the call as it was', async () => {
    const { answered } = await givenUp();
    answered.reject(new Refusal('description_refused'));
    await settled();
    expect(statuses()).toEqual(['200 CANCEL', '487 INVITE']);
    expect([within('INVITE'), told, agent.dialogs]).toEqual([[], [], 1]);
  });

  it('cannot be given up once it is answered', async () => {
    const leg = await callsUs();
    agent.receive(writeMessage(theirs(leg, 'INVITE', 2, 'their offer')), carrier);
    await settled();
    heard.length = 0;
    agent.receive(writeMessage(theirs(leg, 'CANCEL', 2)), carrier);
    await settled();
    expect(statuses()).toEqual(['200 CANCEL']);
  });
});

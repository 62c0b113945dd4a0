import { sipLimits } from '@offhook/core';
import { Request } from '@offhook/sip';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answer, from, invite, offer } from '../engine/engine.fixture.ts';
import type { BridgeSide } from '../ports/bridge.ts';
import { phoneOffer, sdp, serverAt } from './phone.fixture.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { SipLeg } from './leg.ts';
import type { Phone } from './phone.fixture.ts';

const always = (text: string) => (): Promise<string> => Promise.resolve(text);

const id = 'call-of-alice-and-bob';
let at: PhoneWorld;

beforeEach(async () => {
  at = new PhoneWorld();
  await at.world.signIn('alice', 'carol');
  at.world.heard.length = 0;
});

/** Alice, at a browser, calls Bob, who has a phone. */
async function ringing(): Promise<Phone> {
  const phone = await at.phone('bob');
  await at.world.ask(from('alice'), invite(id, 'bob'));
  await at.settle();
  return phone;
}

async function talking(): Promise<Phone> {
  const phone = await ringing();
  phone.answer();
  await at.settle();
  at.world.heard.length = 0;
  at.media.asked.length = 0;
  return phone;
}

/** Packets arrive on both sides, or on that of the browser alone. */
async function flowing(call = id, sides: readonly BridgeSide[] = ['phone', 'browser']): Promise<void> {
  for (const side of sides) at.media.tell({ type: 'media', side, state: 'connected' });
  at.world.engine.ephemeral(from('alice'), { type: 'media', call, epoch: 1, state: 'connected' });
  await at.settle();
}

const causeOf = (call: string): string | undefined => at.world.disk.records.get(call)?.record.cause;
const reason = (): string | undefined => at.messages.findLast((one) => one.has('Reason'))?.get('Reason');
const of = (name: string): string[] => at.world.heard.filter((line) => line.startsWith(`${name}: `));

describe('a call to a user who has a phone', () => {
  it('rings there, and the caller hears so', async () => {
    await ringing();
    expect(at.said).toEqual(['server>bob-desk INVITE', 'bob-desk>server 180']);
    // Where the server dies it stops by itself: how long it rings, and a last word.
    expect(at.messages[0]?.expires).toBe(46);
    expect(at.messages[0]?.get('From')).toMatch(/^"alice" <sip:alice@offhook\.example>;tag=/);
    expect(at.media.asked).toEqual(['offer phone']);
    expect(of('alice')).toEqual(['alice: ringing']);
    expect(at.world.engine.presence('bob')).toBe('online');
  });

  it('is taken there, by what the phone answers', async () => {
    const phone = await ringing();
    phone.answer();
    await at.settle();
    expect(at.said.slice(2)).toEqual(['bob-desk>server 200', 'server>bob-desk ACK']);
    expect(at.media.asked).toEqual(['offer phone', 'accept phone answer of phone', `answer browser`]);
    expect(of('alice').at(-1)).toBe('alice: accepted');
    at.media.tell({ type: 'media', side: 'browser', state: 'connected' });
    await at.settle();
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ call: id, stage: 'active', activeMs: 0 }]);
  });

  it('rings at the browsers, too: whoever is first has it, and the phone is told that somebody else has answered', async () => {
    await at.world.signIn('bob');
    const phone = await ringing();
    await at.world.ask(from('bob'), { type: 'accept', call: id, epoch: 1, answer });
    await at.settle();
    expect(at.said.slice(2)).toEqual([
      'server>bob-desk CANCEL',
      'bob-desk>server 200',
      'bob-desk>server 487',
      'server>bob-desk ACK',
    ]);
    expect(reason()).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(phone.heard).toEqual(['cancelled']);
    expect(at.media.asked).toEqual(['offer phone', 'end']);
  });

  it('rings a phone that is there by TLS with SRTP, and without where it has none', async () => {
    const phone = await at.phone('bob', { transport: 'tls' });
    phone.refusesWith = 488;
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.settle();
    expect(at.media.terms.map(({ srtp, origin }) => [srtp, origin?.version])).toEqual([
      ['required', 1],
      ['off', 2],
    ]);
    expect(at.said.filter((line) => line === 'server>bob-desk INVITE')).toHaveLength(2);
    expect(causeOf(id)).toBe('unreachable');
  });

  it('that the phone takes a moment too late is let go again', async () => {
    await at.world.signIn('bob');
    const phone = await ringing();
    at.lost.add('server>bob-desk CANCEL');
    at.world.begin(from('bob'), { type: 'accept', call: id, epoch: 1, answer });
    await at.settle();
    phone.answer();
    await at.settle();
    expect(at.said.slice(-3)).toEqual(['server>bob-desk ACK', 'server>bob-desk BYE', 'bob-desk>server 200']);
    expect(phone.heard).toEqual(['ended']);
    expect(at.calls.size).toBe(0);
  });

  it.each([
    [486, 'busy'],
    [603, 'declined'],
    [480, 'no_answer'],
  ])('that the phone refuses with %i ends %s where nobody else is there', async (status, cause) => {
    const phone = await at.phone('bob');
    phone.refusesWith = status;
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.settle();
    expect(causeOf(id)).toBe(cause);
    expect(at.calls.size).toBe(0);
  });

  it('that the phone refuses goes on at the others', async () => {
    await at.world.signIn('bob');
    const phone = await at.phone('bob');
    phone.refusesWith = 486;
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.settle();
    expect(causeOf(id)).toBeUndefined();
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ stage: 'ringing' }]);
  });

  it('stops ringing where the caller gives up', async () => {
    const phone = await ringing();
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    expect(phone.heard).toEqual(['cancelled']);
    expect(reason()).toBe('Q.850;cause=16');
  });

  it('goes on elsewhere where nobody carries the sound', async () => {
    at.media.isGone = true;
    await ringing();
    expect(at.said).toEqual([]);
    expect(causeOf(id)).toBe('unreachable');
  });

  it('that rings already rings at a phone that comes now', async () => {
    await at.world.signIn('bob');
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.phone('bob');
    await at.settle();
    expect(at.said).toContain('server>bob-desk INVITE');
  });

  it('does not ring at one that is registered no longer', async () => {
    await at.world.signIn('bob');
    await at.phone('bob');
    await at.turn('bob-desk', 'away');
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.settle();
    expect(at.said).toEqual([]);
  });
});

const carried = (): string[] => at.media.asked.filter((one) => one === 'end' || one.startsWith('accept'));
const rung = async (): Promise<void> => {
  await at.world.ask(from('alice'), invite(id, 'bob'));
  await at.settle();
};
const invited = (): string[] => at.said.filter((line) => line.startsWith('server>') && line.endsWith('INVITE'));

describe('a call to a login that is in several phones', () => {
  const other = '192.0.2.50';

  it('rings at each, and the first has it: the others are told that it was answered elsewhere', async () => {
    const desk = await at.phone('bob');
    const app = await at.contact('bob-desk', other);
    await rung();
    expect(at.said.filter((line) => line.endsWith('INVITE'))).toEqual(['server>bob-desk INVITE', `server>${other} INVITE`]);
    expect(of('alice')).toEqual(['alice: ringing']);
    app.answer();
    await at.settle();
    expect(desk.heard).toEqual(['cancelled']);
    expect(reason()).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(carried()).toEqual(['end', 'accept phone answer of phone']);
    expect(of('alice').at(-1)).toBe('alice: accepted');
    app.leg?.hangUp();
    await at.settle();
    expect([causeOf(id), at.calls.size]).toEqual(['hangup', 0]);
  });

  it('rings at one that registers meanwhile, once, and is taken there', async () => {
    const desk = await at.phone('bob');
    await rung();
    const app = await at.contact('bob-desk', other);
    await at.settle();
    expect(invited()).toEqual(['server>bob-desk INVITE', `server>${other} INVITE`]);
    app.answer();
    await at.settle();
    expect(desk.heard).toEqual(['cancelled']);
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it('stops ringing at one that is there no longer, and rings it anew once it is back', async () => {
    const desk = await at.phone('bob');
    const app = await at.contact('bob-desk', other);
    await rung();
    at.keepContacts('bob-desk', 1);
    const third = await at.contact('bob-desk', '192.0.2.51');
    await at.settle();
    expect([desk, app, third].map(({ heard }) => heard)).toEqual([[], ['cancelled'], []]);
    expect(carried()).toEqual(['end']);
    const again = await at.contact('bob-desk', other);
    await at.settle();
    expect(invited()).toEqual(['bob-desk', other, '192.0.2.51', other].map((to) => `server>${to} INVITE`));
    again.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it('rings at so many at once, however many come', async () => {
    await at.phone('bob');
    await rung();
    for (let n = 0; n < 2 * sipLimits.bindingsPerPhone; n++) await at.contact('bob-desk', `198.51.100.${n}`);
    await at.settle();
    expect(invited()).toHaveLength(sipLimits.bindingsPerPhone);
  });

  it('stops ringing at each where the caller gives up', async () => {
    const phones = [await at.phone('bob'), await at.contact('bob-desk', other)];
    await rung();
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    expect(phones.map(({ heard }) => heard)).toEqual([['cancelled'], ['cancelled']]);
    expect(carried()).toEqual(['end', 'end']);
  });

  it('that one of them takes too late as well is let go there', async () => {
    const [desk, app] = [await at.phone('bob'), await at.contact('bob-desk', other)];
    await rung();
    at.lost.add(`server>${other} CANCEL`);
    desk.answer();
    app.answer();
    await at.settle();
    expect(app.heard).toEqual(['ended']);
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ stage: 'active' }]);
  });

  it.each([
    ['is busy', (phone: Phone) => void (phone.refusesWith = 486)],
    ['fails', (phone: Phone) => void (phone.refusesWith = 500)],
    ['cannot be reached', () => void at.unreachable.add(other)],
  ])('goes on at the others where one of them %s', async (_what, fail) => {
    const [desk, app] = [await at.phone('bob'), await at.contact('bob-desk', other)];
    fail(app);
    await rung();
    expect(causeOf(id)).toBeUndefined();
    desk.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it.each([
    [[500, 486], 'busy'],
    [[486, 480], 'busy'],
    [[603, undefined], 'declined'],
  ])('ends by what they say: %s is %s', async ([first, second], cause) => {
    const [desk, app] = [await at.phone('bob'), await at.contact('bob-desk', other)];
    [desk.refusesWith, app.refusesWith] = [first, second];
    await rung();
    expect(causeOf(id)).toBe(cause);
    expect(app.heard).toEqual(second === undefined ? ['cancelled'] : []);
    expect(at.calls.size).toBe(0);
  });

  describe('one device with several flows', () => {
    const instance = 'urn:uuid:00000000-0000-1000-8000-000a95a0e128';
    const flows = ['192.0.2.61', '192.0.2.62'];
    let phones: Phone[];
    beforeEach(async () => {
      await at.phone('bob', { isHere: false });
      at.register('bob-desk');
      phones = [];
      for (const [index, address] of flows.entries())
        phones.push(await at.contact('bob-desk', address, { instance, flowId: index + 1 }));
    });

    it('rings once, by the latest', async () => {
      await rung();
      expect(invited()).toEqual(['server>192.0.2.62 INVITE']);
    });

    it.each([
      ['cannot be reached', () => void at.unreachable.add(flows[1]!)],
      ['is dead (430)', () => void (phones[1]!.refusesWith = 430)],
    ])('rings by the other where that %s', async (_what, fail) => {
      fail();
      await rung();
      expect(invited().at(-1)).toBe('server>192.0.2.61 INVITE');
      phones[0]!.answer();
      await at.settle();
      expect(of('alice').at(-1)).toBe('alice: accepted');
    });

    it('rings by the other where nobody answers at all', async () => {
      at.silent.add(flows[1]!);
      await rung();
      await at.world.clock.advance(32_500);
      await at.settle();
      expect(invited().at(-1)).toBe('server>192.0.2.61 INVITE');
    });

    it('has answered for all of them where it refuses', async () => {
      phones[1]!.refusesWith = 503;
      await rung();
      expect(invited()).toEqual(['server>192.0.2.62 INVITE']);
      expect(causeOf(id)).toBe('unreachable');
    });
  });
});

describe('a call that is up', () => {
  it('ends on both sides, whichever hangs up', async () => {
    const phone = await talking();
    phone.leg?.hangUp();
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(of('alice')).toEqual(['alice: ended']);
    expect(at.media.asked).toEqual(['end']);
    expect(at.calls.size).toBe(0);
  });

  it('ends at the phone, with the reason', async () => {
    const phone = await talking();
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    expect(phone.heard).toEqual(['ended']);
    expect(reason()).toBe('Q.850;cause=16');
  });

  it.each([
    ['sendonly', 'by sendonly', '192.0.2.1'],
    ['inactive', 'by inactive', '192.0.2.1'],
    ['sendrecv', 'by the address 0.0.0.0', '0.0.0.0'],
  ])('is held by the phone %#: %s', async (direction, _name, address) => {
    const phone = await talking();
    await phone.leg?.offer(always(sdp(direction, address)));
    await at.settle();
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ theirs: { held: true } }]);
    await phone.leg?.offer(always(sdp('sendrecv')));
    await at.settle();
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ theirs: { held: false } }]);
    expect(at.media.asked).toEqual(['answer phone', 'answer phone']);
  });

  it('passes on the keys that the phone tells by INFO, and nothing else of that kind', async () => {
    const phone = await talking();
    const tell = (type: string, text: string): Promise<number> | undefined => phone.leg?.say('INFO', {}, { type, text });
    expect(await tell('application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n')).toBe(200);
    expect(await tell('application/dtmf', '#')).toBe(200);
    expect(await tell('application/json', '{}')).toBe(415);
    expect(at.media.asked).toEqual(['press 5 for browser', 'press # for browser']);
  });

  it('tells programs of the keys that are pressed at the phone, however it tells them, and of those at the other side not', async () => {
    const phone = await talking();
    at.media.tell({ type: 'digit', side: 'phone', digit: '1' });
    at.media.tell({ type: 'digit', side: 'browser', digit: '2' });
    await phone.leg?.say('INFO', {}, { type: 'application/dtmf', text: '3' });
    await at.settle();
    const events = await at.world.store.events(0, 100);
    const keys = events.flatMap(({ event, body }) => (event === 'call.digit' ? [JSON.parse(body).data] : []));
    expect(keys).toMatchObject([
      { call: id, digit: '1', by: { address: 'bob' }, caller: { address: 'alice' } },
      { call: id, digit: '3', by: { address: 'bob' } },
    ]);
  });

  it('answers the browser when it begins anew', async () => {
    await talking();
    await at.world.ask(from('alice'), { type: 'describe', call: id, epoch: 1, description: { ...offer, n: 3 } });
    await at.settle();
    expect(at.world.deliveries.at(-1)?.event).toMatchObject({
      type: 'described',
      description: { type: 'answer', n: 3, sdp: `answer to browser ${offer.sdp.length}` },
    });
  });

  it('leads both sides to another worker where theirs is lost', async () => {
    const phone = await talking();
    at.media.tell({ type: 'lost' });
    await at.settle();
    expect(phone.heard).toEqual(['offered: offer to phone']);
    expect(at.media.asked).toContain('accept phone another answer of phone');
    expect(of('alice')).toEqual(['alice: described']);
    expect(at.world.deliveries.at(-1)?.event).toMatchObject({
      epoch: 2,
      description: { type: 'offer', sdp: 'offer to browser' },
    });
  });

  it('leads the phone to another worker where that asks for something at the same moment', async () => {
    const phone = await talking();
    const held = phone.leg?.offer(always(sdp('sendonly')));
    at.media.tell({ type: 'lost' });
    await at.settle();
    // Who has not begun the call is first to ask again.
    await at.world.clock.advance(2_050);
    await at.settle();
    expect(await held).toMatch(/^answer to phone/);
    await at.world.clock.advance(4_000);
    await at.settle();
    expect(phone.heard).toEqual(['offered: offer to phone']);
    expect(at.media.asked.at(-1)).toBe('accept phone another answer of phone');
  });

  it('describes itself to the phone as one session, whose versions go on also with another worker', async () => {
    await talking();
    at.media.tell({ type: 'lost' });
    await at.settle();
    const [first, second] = at.media.terms;
    expect(first?.origin?.version).toBe(1);
    expect(second).toMatchObject({ origin: { id: first?.origin?.id, version: 2 }, before: 'answer of phone' });
  });

  it('leaves nothing behind where it ends while its sound is being led together', async () => {
    const phone = await ringing();
    at.media.meanwhile = () => void at.world.ask(from('alice'), { type: 'hangup', call: id });
    phone.answer();
    await at.settle();
    expect(at.media.asked).toEqual(['offer phone', 'accept phone answer of phone', 'end']);
  });

  it('ends once that can be stored, where the phone hangs up while the disk is full', async () => {
    const phone = await talking();
    at.world.failing = true;
    phone.leg?.hangUp();
    await at.settle();
    expect(causeOf(id)).toBeUndefined();
    at.world.failing = false;
    await at.world.clock.advance(1_000);
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
  });

  it('that is over has nothing more carried, also where a phone answers late to be led to another worker', async () => {
    await talking();
    at.lost.add('server>bob-desk INVITE').add('server>bob-desk BYE');
    at.media.tell({ type: 'lost' });
    await at.settle();
    await at.world.clock.advance(100);
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    await at.world.clock.advance(5_000);
    await at.settle();
    expect(at.media.asked.at(-1)).toBe('end');
  });

  it('goes on for as long as the two talk: who has begun it asks from time to time, with what was said before (RFC 4028)', async () => {
    const phone = await talking();
    await flowing();
    expect(at.messages.find((one) => one.has('Session-Expires'))?.get('Session-Expires')).toBe('1800');
    for (let n = 1; n <= 3; n++) {
      await at.world.clock.advance(900_000);
      await at.settle();
      expect(invited()).toHaveLength(1 + n);
    }
    expect(phone.heard).toEqual(Array(3).fill('offered: offer to phone'));
    expect(at.said.slice(-3)).toEqual(['server>bob-desk INVITE', 'bob-desk>server 200', 'server>bob-desk ACK']);
    expect(at.media.asked).toEqual([]);
    expect(causeOf(id)).toBeUndefined();
  });

  it('ends where the phone answers no more when it is asked whether it goes on', async () => {
    await talking();
    await flowing();
    at.silent.add('192.0.2.11');
    await at.world.clock.advance(900_000 + 33_000);
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(at.said).toContain('server>bob-desk BYE');
    expect(at.calls.size).toBe(0);
  });

  it('is held by the browser: the phone hears music, by whichever worker', async () => {
    await talking();
    const update = async (held: boolean, n: number): Promise<void> => {
      const side = { n, held, muted: false, camera: false };
      await at.world.ask(from('alice'), { type: 'update', call: id, side });
      await at.settle();
    };
    await update(true, 1);
    expect(at.media.asked).toEqual(['play music']);
    at.media.asked.length = 0;
    at.media.tell({ type: 'lost' });
    await at.settle();
    expect(at.media.asked).toContain('play music');
    await update(false, 2);
    expect(at.media.asked.at(-1)).toBe('play nothing');
  });

  it('ends where the phone is signed out', async () => {
    const phone = await talking();
    await at.turn('bob-desk', 'gone');
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(phone.heard).toEqual(['ended']);
  });

  it('ends where nothing comes from the phone for long, unless it holds the call', async () => {
    const phone = await talking();
    const silent = async (ms: number): Promise<void> => {
      at.media.tell({ type: 'media', side: 'phone', state: 'disconnected' });
      await at.world.clock.advance(ms);
      await at.settle();
    };
    at.media.tell({ type: 'media', side: 'browser', state: 'connected' });
    at.world.engine.ephemeral(from('alice'), { type: 'media', call: id, epoch: 1, state: 'connected' });
    await phone.leg?.offer(always(sdp('sendonly')));
    await silent(60_000);
    await phone.leg?.offer(always(sdp('sendrecv')));
    await silent(20_000);
    at.media.tell({ type: 'media', side: 'phone', state: 'connected' });
    await at.world.clock.advance(60_000);
    expect(causeOf(id)).toBeUndefined();
    await silent(40_000);
    expect(causeOf(id)).toBe('hangup');
  });

  it('ends where nothing has ever come from the phone, though it says that it sends', async () => {
    const phone = await ringing();
    phone.answer(sdp('sendrecv'));
    await at.settle();
    await flowing(id, ['browser']);
    await at.world.clock.advance(44_999);
    expect(causeOf(id)).toBeUndefined();
    await at.world.clock.advance(1);
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(phone.heard).toEqual(['ended']);
  });

  it.each([
    ['only listens', 'recvonly', false],
    ['was heard before it was taken', 'sendrecv', true],
  ] as const)('goes on where the phone %s', async (_what, direction, isHeard) => {
    const phone = await ringing();
    if (isHeard) {
      phone.ringing?.progress(183, sdp('sendrecv'));
      await at.settle();
      at.media.tell({ type: 'media', side: 'phone', state: 'connected' });
    }
    phone.answer(sdp(direction));
    await at.settle();
    await flowing(id, ['browser']);
    await at.world.clock.advance(200_000);
    expect(causeOf(id)).toBeUndefined();
  });

  it('ends where a phone that holds it is asked whether it is there, and knows nothing of it', async () => {
    const phone = await talking();
    at.media.tell({ type: 'media', side: 'browser', state: 'connected' });
    at.world.engine.ephemeral(from('alice'), { type: 'media', call: id, epoch: 1, state: 'connected' });
    await phone.leg?.offer(always(sdp('sendonly')));
    await at.settle();
    at.media.tell({ type: 'media', side: 'phone', state: 'disconnected' });
    await at.world.clock.advance(40_000);
    await at.settle();
    expect(at.said.slice(-2)).toEqual(['server>bob-desk OPTIONS', 'bob-desk>server 200']);
    phone.agent.leave(phone.leg?.dialog.key ?? '');
    await at.world.clock.advance(40_000);
    await at.settle();
    expect(at.said.slice(-2)).toEqual(['server>bob-desk OPTIONS', 'bob-desk>server 481']);
    expect(causeOf(id)).toBe('hangup');
  });
});

it('a call of a phone goes on that it makes while its last one ends, though it is not registered', async () => {
  const phone = await at.phone('bob', { isHere: false });
  const first = phone.call('alice');
  await at.settle();
  // Who is called is looked for, and takes its time.
  const user = at.world.store.user.bind(at.world.store);
  const looked = Promise.withResolvers<void>();
  const stored = vi.spyOn(at.world.store, 'user');
  stored.mockImplementation(async (address) => {
    if (address === 'carol') await looked.promise;
    return user(address);
  });
  phone.call('carol');
  await at.settle();
  first.cancel({});
  await at.settle();
  looked.resolve();
  await at.settle();
  const [view] = at.world.engine.views('carol', 'carol-1-tab');
  expect(view).toMatchObject({ stage: 'ringing', peer: { address: 'bob' } });
  await at.world.ask(from('carol'), { type: 'accept', call: view!.call, epoch: 1, answer });
  await at.settle();
  expect(phone.heard.at(-1)).toMatch(/^taken: /);
});

/** Bob, at a phone, calls somebody. */
async function calls(to = 'alice', sdpOffer = phoneOffer): Promise<Phone> {
  const phone = await at.phone('bob');
  phone.call(to, sdpOffer);
  await at.settle();
  return phone;
}
const call = (): string => [...at.world.engine.administration.live()].flatMap((one) => ('live' in one ? one.live.id : []))[0]!;

describe('a phone that calls', () => {
  it('rings at the browsers of whom it calls, and hears so', async () => {
    const phone = await calls();
    expect(of('alice')).toEqual(['alice: incoming']);
    expect(at.media.asked).toEqual(['answer phone', 'offer browser']);
    at.world.engine.ephemeral(from('alice'), { type: 'ringing', call: call() });
    await at.settle();
    expect(phone.heard).toEqual(['ringing']);
    expect(at.world.deliveries.find(({ event }) => event.type === 'incoming')?.event).toMatchObject({
      view: { peer: { address: 'bob' }, media: { audio: true, video: false }, offer: { sdp: 'offer to browser' } },
    });
  });

  it('talks once it is taken', async () => {
    const phone = await calls();
    await at.world.ask(from('alice'), { type: 'accept', call: call(), epoch: 1, answer });
    await at.settle();
    expect(at.media.asked.at(-1)).toBe(`accept browser ${answer.sdp}`);
    expect(phone.heard).toEqual([`taken: answer to phone ${phoneOffer.length}`]);
    expect(at.said.slice(-2)).toEqual(['server>bob-desk 200', 'bob-desk>server ACK']);
  });

  it('is let go where it no longer says that the call goes on, as it was to do (RFC 4028)', async () => {
    const phone = await calls();
    await at.world.ask(from('alice'), { type: 'accept', call: call(), epoch: 1, answer });
    await at.settle();
    const id = call();
    await flowing(id);
    const ok = at.messages.findLast((one) => !(one instanceof Request) && one.status === 200);
    expect(ok?.get('Session-Expires')).toBe('1800;refresher=uac');
    // Once it does.
    await at.world.clock.advance(900_000);
    await at.settle();
    expect(at.said.slice(-3)).toEqual(['bob-desk>server INVITE', 'server>bob-desk 200', 'bob-desk>server ACK']);
    at.silent.add(serverAt);
    await at.world.clock.advance(1_767_000);
    await at.settle();
    expect(causeOf(id)).toBeUndefined();
    await at.world.clock.advance(2_000);
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(at.said.filter((line) => line === 'server>bob-desk BYE').length).toBeGreaterThan(0);
    expect(phone.heard[0]).toMatch(/^taken: /);
  });

  it('changes its codec: the browser is offered that one too, once the phone is answered', async () => {
    const phone = await calls();
    await at.world.ask(from('alice'), { type: 'accept', call: call(), epoch: 1, answer });
    await flowing(call());
    at.media.leads = 'the codec of the phone';
    const told: unknown[] = [];
    at.world.bus.subscribe('alice', ({ event }) => void told.push(event));
    const offered = phone.leg?.offer(always(sdp('sendrecv')));
    await at.settle();
    expect(await offered).toContain('answer to phone');
    expect(told.at(-1)).toMatchObject({ type: 'described', description: { type: 'offer', sdp: 'the codec of the phone' } });
    const said = { type: 'describe', call: call(), epoch: 1, description: { type: 'answer', sdp: 'as you like' } } as const;
    await at.world.ask(from('alice'), said);
    await at.settle();
    expect(at.media.asked.at(-1)).toBe('accept browser as you like');
    expect(causeOf(call())).toBeUndefined();
  });

  it('may offer anew where its ACK was lost: who does has heard the answer (RFC 5407 §3.1.4)', async () => {
    const phone = await calls();
    at.lost.add('bob-desk>server ACK');
    await at.world.ask(from('alice'), { type: 'accept', call: call(), epoch: 1, answer });
    await at.settle();
    expect(at.said.slice(-2)).toEqual(['server>bob-desk 200', 'bob-desk>server ACK']);
    const held = phone.leg?.offer(always(sdp('sendonly')));
    await at.settle();
    expect(await held).toContain('answer to phone');
    await at.settle();
    expect(at.said.slice(-3)).toEqual(['bob-desk>server INVITE', 'server>bob-desk 200', 'bob-desk>server ACK']);
    const before = at.said.length;
    await at.world.clock.advance(10_000);
    expect(at.said.slice(before)).toEqual([]);
  });

  it.each([
    ['declined', 603],
    ['busy', 486],
  ] as const)('hears that it is %s', async (why, status) => {
    const phone = await calls();
    await at.world.ask(from('alice'), { type: 'reject', call: call(), reason: why });
    await at.settle();
    expect(phone.heard).toEqual([`refused: ${status}`]);
  });

  it.each([
    ['nobody-at-all', 404],
    ['bob', 403],
    ['dave', 480],
  ])('hears that %s cannot be called', async (to, status) => {
    const phone = await calls(to);
    await at.world.clock.advance(60_000);
    await at.settle();
    expect(phone.heard.at(-1)).toBe(`refused: ${status}`);
    expect(at.calls.size).toBe(0);
  });

  it('is taken by whom it calls where that one has called at the same moment', async () => {
    const phone = await at.phone('bob');
    const ring = at.world.ask(from('alice'), invite(id, 'bob'));
    phone.call('alice');
    await ring;
    await at.settle();
    expect(phone.heard.at(-1)).toBe(`taken: answer to phone ${phoneOffer.length}`);
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ call: id, stage: 'active' }]);
    expect(at.media.asked.filter((one) => one.endsWith('browser'))).toEqual(['offer browser', 'answer browser']);
    expect(of('alice')).not.toContain('alice: described');
  });

  it('stops ringing where it calls the one who is calling it', async () => {
    const phone = await ringing();
    phone.call('alice');
    await at.settle();
    expect(phone.heard).toContain('cancelled');
    expect(phone.heard).toContain(`taken: answer to phone ${phoneOffer.length}`);
    expect(at.calls.size).toBe(1);
  });

  it('that gives up is a missed call', async () => {
    const phone = await at.phone('bob');
    const outgoing = phone.call('alice');
    await at.settle();
    const id = call();
    outgoing.cancel();
    await at.settle();
    expect(causeOf(id)).toBe('cancelled');
    expect(at.calls.size).toBe(0);
  });

  it('rings on by another worker where the one that was to carry it is lost', async () => {
    const phone = await calls();
    at.media.tell({ type: 'lost' });
    await at.settle();
    expect(of('alice')).toEqual(['alice: incoming', 'alice: reoffered']);
    await at.world.ask(from('alice'), { type: 'accept', call: call(), epoch: 2, answer });
    await at.settle();
    expect(phone.heard).toEqual([`taken: answer to phone ${phoneOffer.length}`]);
  });

  it('may have registered nowhere', async () => {
    const phone = await at.phone('bob', { isHere: false });
    phone.call('alice');
    await at.settle();
    expect(of('alice')).toEqual(['alice: incoming']);
    await at.world.ask(from('alice'), { type: 'reject', call: call(), reason: 'declined' });
    await at.settle();
    expect(at.world.engine.presence('bob')).toBe('offline');
  });

  it('is refused where nobody carries the sound', async () => {
    at.media.isGone = true;
    const phone = await calls();
    expect(phone.heard).toEqual(['refused: 488']);
    expect(of('alice')).toEqual([]);
  });

  it('cannot call without end', async () => {
    const phone = await at.phone('bob');
    for (let n = 0; n < 12; n++) phone.call('nobody-at-all');
    await at.settle();
    expect(phone.heard.filter((one) => one === 'refused: 503')).toHaveLength(2);
  });
});

const refer = (phone: Phone, to: string): Promise<number> | undefined =>
  phone.leg?.say('REFER', { 'Refer-To': to, Contact: '<sip:x@192.0.2.10>' });

describe('a transfer by the phone', () => {
  it('leads the other side on to somebody', async () => {
    const phone = await talking();
    expect(await refer(phone, '<sip:carol@offhook.example>')).toBe(202);
    await at.settle();
    expect(of('carol')).toEqual([]);
    expect(causeOf(id)).toBe('transferred');
    const notices = at.messages.flatMap((one) => (one instanceof Request && one.method === 'NOTIFY' ? one.text.trim() : []));
    expect(notices).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']);
    expect(phone.heard).toEqual(['ended']);
  });

  it('says where it leads nowhere, and the call goes on', async () => {
    const phone = await talking();
    expect(await refer(phone, '<sip:nobody-at-all@offhook.example>')).toBe(202);
    await at.settle();
    const notices = at.messages.flatMap((one) => (one instanceof Request && one.method === 'NOTIFY' ? one.text.trim() : []));
    expect(notices.at(-1)).toBe('SIP/2.0 404 Not Found');
    expect(causeOf(id)).toBeUndefined();
    expect(await refer(phone, '<mailto:carol@offhook.example>')).toBe(404);
    expect(await refer(phone, '<sip:carol@offhook.example?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>')).toBe(481);
  });

  it('goes on where what became of it cannot be told', async () => {
    const phone = await talking();
    const ask = at.agent.ask.bind(at.agent);
    at.agent.ask = (request, ...to) => {
      if (request.method === 'NOTIFY') throw new Error('it cannot be written');
      return ask(request, ...to);
    };
    expect(await refer(phone, '<sip:nobody-at-all@offhook.example>')).toBe(202);
    await at.settle();
    expect(causeOf(id)).toBeUndefined();
  });

  it('joins the two with whom it talks', async () => {
    const phone = await talking();
    const first = phone.leg!;
    await at.world.ask(from('carol'), invite('call-of-carol-and-bob', 'bob'));
    await at.settle();
    phone.answer();
    await at.settle();
    const { dialog } = phone.leg!;
    const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
    expect(
      await first.say('REFER', {
        'Refer-To': `<sip:carol@offhook.example?Replaces=${encodeURIComponent(replaces)}>`,
        Contact: '<sip:x@192.0.2.10>',
      }),
    ).toBe(202);
    await at.settle();
    expect([causeOf(id), causeOf('call-of-carol-and-bob')]).toEqual(['transferred', 'transferred']);
    expect(phone.heard).toEqual(['ended', 'ended']);
    expect(at.world.engine.liveCalls).toBe(1);
  });
});

describe('an INVITE that is to take the place of a call (RFC 3891)', () => {
  it.each([
    ['of its own', ({ dialog }: SipLeg) => `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`, 403],
    ['that nobody knows', () => 'nobody;to-tag=a;from-tag=b', 481],
    ['that cannot be read', () => 'nobody', 400],
  ])('%s is refused, and that goes on; nobody is called instead', async (_what, replaces, status) => {
    const phone = await talking();
    const { leg } = phone;
    phone.call('carol', phoneOffer, undefined, { Replaces: replaces(leg!) });
    await at.settle();
    expect(phone.heard).toEqual([`refused: ${status}`]);
    expect([causeOf(id), at.calls.size, of('carol')]).toEqual([undefined, 1, []]);
  });
});

describe('a phone that rings by a transfer', () => {
  it('is told who has led the call on (RFC 3892), a page', async () => {
    await talking();
    const dave = await at.phone('dave');
    await at.world.ask(from('alice'), { type: 'transfer', call: id, to: { user: 'dave' }, into: 'call-of-bob-and-dave' });
    await at.settle();
    expect(dave.ringing?.request.get('Referred-By')).toBe('"alice" <sip:alice@offhook.example>');
  });

  it('is told who has led the call on (RFC 3892), a phone, whoever that says that it is', async () => {
    const [bob, carol, dave] = [await at.phone('bob'), await at.phone('carol'), await at.phone('dave')];
    bob.call('carol');
    await at.settle();
    expect(carol.ringing?.request.has('Referred-By')).toBe(false);
    carol.answer();
    await at.settle();
    await bob.leg?.say('REFER', { 'Refer-To': '<sip:dave@offhook.example>', 'Referred-By': '<sip:alice@offhook.example>' });
    await at.settle();
    expect(dave.ringing?.request.get('Referred-By')).toBe('"bob" <sip:bob@offhook.example>');
  });
});

describe('a phone that is led on', () => {
  it('goes on with whom it is led to, in the dialog that it has', async () => {
    const phone = await talking();
    const into = 'call-of-bob-and-carol';
    await at.world.ask(from('alice'), { type: 'transfer', call: id, to: { user: 'carol' }, into });
    await at.settle();
    expect(of('carol').at(-1)).toBe('carol: incoming');
    const rung = at.world.deliveries.findLast(({ event }) => event.type === 'incoming')?.event;
    const epoch = rung?.type === 'incoming' ? rung.view.epoch : 0;
    // Answered before, it makes no ringing by itself.
    at.world.engine.ephemeral(from('carol'), { type: 'ringing', call: into });
    await at.settle();
    expect(at.media.asked.at(-1)).toBe('play ringing');
    await at.world.ask(from('carol'), { type: 'accept', call: into, epoch, answer });
    await at.settle();
    expect(phone.heard).toEqual([]);
    expect(at.media.asked.slice(-2)).toEqual(['play nothing', `accept browser ${answer.sdp}`]);
    phone.leg?.hangUp();
    await at.settle();
    expect(causeOf(into)).toBe('hangup');
  });
});

describe('a phone whose other side goes on in a meeting', () => {
  it.each([false, true])(
    'is to be led there; its call goes on until then, and where nobody lets it in (%s)',
    async (isShut) => {
      const phone = await talking();
      at.isShut = isShut;
      const meeting = 'a-meeting-of-alice-1234';
      expect(await at.world.ask(from('alice'), { type: 'move', call: id, meeting, heard: false })).toEqual({ ok: {} });
      await at.settle();
      expect(at.followed).toEqual([`${id} bob ${meeting}`]);
      // That she hears it there already asks for nothing more.
      await at.world.ask(from('alice'), { type: 'move', call: id, meeting, heard: true });
      await at.settle();
      expect([at.followed.length, phone.heard, causeOf(id)]).toEqual([1, [], undefined]);
    },
  );
});

describe('a server that stops', () => {
  it('ends the calls of phones, and rings none any more', async () => {
    await talking();
    at.calls.close();
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    const before = at.said.length;
    await at.world.ask(from('alice'), invite('call-of-alice-and-bob-2', 'bob'));
    await at.settle();
    expect(at.said.slice(before)).not.toContain('server>bob-desk INVITE');
  });
});

describe('a server that has been started anew', () => {
  it('ends the calls of phones, whose dialogs nobody knows any more', async () => {
    await talking();
    const again = new PhoneWorld(at.world.disk);
    await again.world.engine.start();
    again.calls.start();
    await again.settle();
    expect(causeOf(id)).toBe('hangup');
  });
});

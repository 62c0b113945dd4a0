import type { Person } from '@offhook/core';
import { nameAddr, Params, Request, responseTo, sipUri, toUtf8, writeMessage } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, from, invite, offer, user } from '../engine/engine.fixture.ts';
import type { ToVoicemail } from '../ports/voicemail.ts';
import { berlin, carriers, Numbered, ours, TrunkBook } from './outside.fixture.ts';
import { phoneOffer, sdp } from './phone.fixture.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { OutgoingInvite } from './outgoing.ts';
import type { Phone } from './phone.fixture.ts';

const id = 'call-of-alice-to-berlin';

let trunks: TrunkBook;
let numbers: Numbered;
let at: PhoneWorld;

beforeEach(async () => {
  trunks = new TrunkBook();
  numbers = new Numbered();
  at = new PhoneWorld(undefined, undefined, { trunks, numbers, toVoicemail });
  await at.world.signIn('alice', 'carol');
  at.world.heard.length = 0;
});

const carrier = (n = 0): Promise<Phone> => at.phone(`carrier-${n}`, { isHere: false, at: carriers[n]! });
const causeOf = (call: string): string | undefined => at.world.disk.records.get(call)?.record.cause;
const of = (name: string): string[] => at.world.heard.filter((line) => line.startsWith(`${name}: `));
const invited = (): Request[] =>
  at.messages.filter((one) => one instanceof Request).filter(({ method }) => method === 'INVITE');

const toVoicemail: ToVoicemail = (forwardedFrom) => ({ to: 'voicemail', origin: { forwardedFrom } });
const rung = (): readonly unknown[] => at.world.engine.views('voicemail', 'voicemail-1-tab');
const callOf = (name: string): string => at.world.engine.views(name, `${name}-1-tab`)[0]!.call;

async function change(name: string, settings: Parameters<typeof at.world.engine.change>[1]): Promise<void> {
  at.world.engine.change(user(name), settings, () => undefined);
  await at.settle();
}

async function call(there: Phone, to = ours, as = berlin, displayName?: string): Promise<OutgoingInvite> {
  const placed = there.call(
    to,
    phoneOffer,
    nameAddr(sipUri('carrier.example', { user: as }), { params: Params.none, displayName }),
  );
  await at.settle();
  return placed;
}

async function calling(to = berlin): Promise<void> {
  await at.world.ask(from('alice'), invite(id, to));
  await at.settle();
}

describe('a call to a number', () => {
  it('rings by the trunk, as whom the trunk says, and is answered there', async () => {
    const there = await carrier();
    await calling();
    expect(at.said).toEqual(['server>carrier-0-desk INVITE', 'carrier-0-desk>server 180']);
    expect(invited()[0]?.target).toBe(`sip:${berlin}@carrier.example`);
    expect(invited()[0]?.get('P-Asserted-Identity')).toBe(`<sip:${ours}@offhook.example>`);
    expect(of('alice')).toEqual(['alice: ringing']);
    there.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    expect(there.heard).toEqual(['ended']);
    expect(trunks.permits).toEqual([
      'taken: alice to +4930123456',
      'answered: alice to +4930123456',
      'ended: alice to +4930123456',
    ]);
    expect(at.outside?.size).toBe(0);
    expect(at.world.disk.records.get(id)?.record.callee).toEqual({ address: berlin, name: '+49 30 123456' });
  });

  it('takes nothing more where it is asked for once more', async () => {
    const there = await carrier();
    await calling();
    for (let n = 0; n < 2; n++) await at.outside?.reach(berlin, 'alice', id);
    there.answer();
    await at.settle();
    await at.outside?.reach(berlin, 'alice', id);
    expect(trunks.permits).toEqual(['taken: alice to +4930123456', 'answered: alice to +4930123456']);
  });

  it('takes nothing more where it is asked for once more before it rings', async () => {
    await Promise.all([1, 2].map(async () => at.outside?.reach(berlin, 'alice', id)));
    await at.outside?.reach(berlin, 'alice', id);
    expect(trunks.permits).toEqual(['taken: alice to +4930123456']);
    await at.world.clock.advance(5_000);
    expect(trunks.permits.at(-1)).toBe('ended: alice to +4930123456');
    expect(at.world.engine.presence(berlin)).toBe('offline');
  });

  it('that may not be made is refused, and nobody is known by it', async () => {
    const outcome = await at.world.ask(from('alice'), invite(id, '+19001234567'));
    expect(outcome).toEqual({ error: 'destination_refused' });
    expect(await at.world.store.user('+19001234567')).toBeUndefined();
    expect(trunks.permits).toEqual([]);
  });

  it.each([
    [486, 'busy'],
    [603, 'declined'],
    [404, 'unreachable'],
    [480, 'no_answer'],
    [403, 'unreachable'],
  ])('that the network refuses with %i ends %s, and no other way is tried', async (status, cause) => {
    trunks.ways = [[carriers[0]!], [carriers[1]!]];
    const there = await carrier();
    await carrier(1);
    there.refusesWith = status;
    await calling();
    expect(causeOf(id)).toBe(cause);
    expect(invited()).toHaveLength(1);
    expect(trunks.permits.at(-1)).toBe('ended: alice to +4930123456');
  });

  it.each([
    [486, 'busy'],
    [480, 'no_answer'],
  ])('that the network refuses with %i is not taken by the voicemail of this server', async (status, cause) => {
    at.world.voicemail = true;
    await at.world.signIn('voicemail');
    (await carrier()).refusesWith = status;
    await calling();
    expect([causeOf(id), rung()]).toEqual([cause, []]);
  });

  it('goes the next way where one fails, and no other place of one that says more than that it is not there', async () => {
    trunks.ways = [[carriers[0]!, carriers[1]!], [carriers[2]!]];
    const [first, second, third] = [await carrier(), await carrier(1), await carrier(2)];
    first.refusesWith = 503;
    second.refusesWith = 500;
    await calling();
    expect(invited().map(({ target }) => target)).toHaveLength(3);
    expect(third.ringing).toBeDefined();
    expect(of('alice')).toEqual(['alice: ringing']);
    third.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it('goes the next way where the trunk has no room left', async () => {
    trunks.ways = [[carriers[0]!, carriers[1]!], [carriers[2]!]];
    trunks.full = ['carrier-0'];
    const there = await carrier(2);
    await calling();
    expect(there.ringing).toBeDefined();
    expect(invited()).toHaveLength(1);
    expect(trunks.tried).toEqual(['carrier-0', 'carrier-1']);
  });

  it('is offered to each trunk with the keys and codecs that are said for it', async () => {
    trunks.ways = [[carriers[0]!], [carriers[1]!]];
    trunks.manners = [
      { codecs: ['PCMA'], srtp: 'off' },
      { codecs: ['opus', 'G722'], srtp: 'required' },
    ];
    const [first, second] = [await carrier(), await carrier(1)];
    first.refusesWith = 503;
    await calling();
    expect(at.media.terms.map(({ at: place, srtp, codecs }) => [place, srtp, codecs])).toEqual([
      [carriers[0], 'off', ['PCMA']],
      [carriers[1], 'required', ['opus', 'G722']],
    ]);
    // What was for the first is over.
    expect(at.media.asked).toEqual(['offer phone', 'end', 'offer phone']);
    second.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it('goes no other way once it has rung', async () => {
    trunks.ways = [[carriers[0]!], [carriers[1]!]];
    const there = await carrier();
    await carrier(1);
    await calling();
    there.ringing?.refuse(500);
    await at.settle();
    expect(causeOf(id)).toBe('unreachable');
    expect(invited()).toHaveLength(1);
  });

  it('ends where no way is left', async () => {
    trunks.ways = [[carriers[0]!], [carriers[1]!]];
    for (const n of [0, 1]) (await carrier(n)).refusesWith = 503;
    await calling();
    expect(causeOf(id)).toBe('unreachable');
    expect(trunks.permits.at(-1)).toBe('ended: alice to +4930123456');
  });

  it('says who we are where it is asked', async () => {
    trunks.credentials = { username: 'us', password: 'secret' };
    const there = await carrier();
    there.asks = 'Digest realm="carrier.example", nonce="abc", algorithm=MD5, qop="auth"';
    await calling();
    expect(at.said).toEqual([
      'server>carrier-0-desk INVITE',
      'carrier-0-desk>server 407',
      'server>carrier-0-desk ACK',
      'server>carrier-0-desk INVITE',
      'carrier-0-desk>server 180',
    ]);
    expect(invited()[1]?.get('Proxy-Authorization')).toMatch(/^Digest username="us", realm="carrier.example", nonce="abc"/);
    expect(invited()[1]?.cseq.number).toBe(2);
    there.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
  });

  it('is given up where the caller does, whatever way is tried at the moment', async () => {
    const there = await carrier();
    await calling();
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    expect(there.heard).toEqual(['cancelled']);
    expect(trunks.permits.at(-1)).toBe('ended: alice to +4930123456');
  });

  it('ends once what was allowed is used up', async () => {
    const there = await carrier();
    await calling();
    there.answer();
    await at.settle();
    trunks.exhaust();
    await at.settle();
    expect(causeOf(id)).toBe('hangup');
    expect(there.heard).toEqual(['ended']);
  });

  it('that does not come to be gives back what was taken for it', async () => {
    await carrier();
    const busy = { type: 'settings', id: 's', change: { maxCalls: 1 } } as const;
    at.world.engine.change((await at.world.store.user('alice'))!, busy.change, () => undefined);
    await at.settle();
    await at.world.ask(from('alice'), invite('call-of-alice-and-carol', 'carol'));
    const outcome = await at.world.ask(from('alice'), invite(id, berlin));
    expect(outcome).toEqual({ error: 'too_many_calls' });
    await at.world.clock.advance(5_000);
    expect(trunks.permits).toEqual(['taken: alice to +4930123456', 'ended: alice to +4930123456']);
    expect(at.world.engine.presence(berlin)).toBe('offline');
  });

  it('is made by a desk phone as people dial it, unless a user has that address', async () => {
    const [phone, there] = [await at.phone('bob'), await carrier()];
    phone.call('030123456');
    await at.settle();
    expect(there.ringing?.request.target).toBe(`sip:${berlin}@carrier.example`);
    there.answer();
    await at.settle();
    expect(phone.heard.at(-1)).toMatch(/^taken: /);
    phone.leg?.hangUp();
    await at.settle();
    expect(there.heard).toEqual(['ended']);
  });
});

describe('a number', () => {
  it('is in as many calls as there are, whatever is stored of it', async () => {
    const alice = (await at.world.store.user('alice'))!;
    const settings = { ...alice.settings, maxCalls: 1 };
    at.world.disk.apply([{ type: 'new_user', user: { ...alice, address: '+0', settings } }]);
    const there = await carrier();
    numbers.leads['+4989901'] = { to: 'user', user: 'carol' };
    await call(there, ours, 'anonymous');
    await call(there, '+4989901', 'anonymous');
    expect([of('alice'), of('carol')]).toEqual([['alice: incoming'], ['carol: incoming']]);
  });
});

const person = (address: string): Person => ({ address, name: address });

const place = (caller: string, callee: string): Promise<string | undefined> =>
  at.world.engine.administration.place(id, {
    caller: person(caller),
    callee: person(callee),
    media: { audio: true, video: false },
  });

describe('a number that has called', () => {
  beforeEach(async () => {
    const there = await carrier();
    await call(there);
    await at.world.ask(from('alice'), { type: 'accept', call: callOf('alice'), epoch: 1, answer });
    await at.settle();
    trunks.permits.length = 0;
  });

  it('is known, and pays for no call that is placed, whoever is called', async () => {
    expect(await at.world.store.user(berlin)).toBeDefined();
    expect(await place(berlin, 'carol')).toBe('user_not_found');
    expect(await place(berlin, '+4989123')).toBe('user_not_found');
    await expect(at.outside?.reach('+4989123', berlin, id)).rejects.toMatchObject({ code: 'destination_refused' });
    expect(trunks.permits).toEqual([]);
    // To those who may, it is a call of theirs.
    expect(await place('carol', '+4989123')).toBeUndefined();
    expect(trunks.permits).toEqual(['taken: carol to +4989123']);
  });

  it('pays for nothing where it leaves: whoever goes on calls', async () => {
    const order = { type: 'transfer', leaves: berlin, to: '+4989123', into: 'call-of-alice-to-munich' } as const;
    expect(await at.world.engine.administration.order(callOf('alice'), order)).toBeUndefined();
    expect(trunks.permits).toContain('taken: alice to +4989123');
  });
});

describe('a call for help', () => {
  it('goes to those who help, whoever is called like their number, and however often the phone has called before', async () => {
    at.world.disk.apply([{ type: 'new_user', user: { ...(await at.world.store.user('alice'))!, address: '112' } }]);
    const [phone, there] = [await at.phone('bob'), await carrier()];
    for (let n = 0; n < 12; n++) phone.call('nobody');
    await at.settle();
    expect(phone.heard).toContain('refused: 503');
    phone.call('112');
    await at.settle();
    expect(there.ringing?.request.target).toBe('sip:112@carrier.example');
  });
});

describe('a call from a number', () => {
  it('rings where the number leads, in the name of whoever calls', async () => {
    const there = await carrier();
    await call(there, ours, berlin, 'Greta');
    expect(of('alice')).toEqual(['alice: incoming']);
    const [view] = at.world.engine.views('alice', 'alice-1-tab');
    expect(view).toMatchObject({ role: 'callee', peer: { address: berlin, name: 'Greta' } });
    expect(there.heard).toEqual([]);
    at.world.engine.ephemeral(from('alice'), { type: 'ringing', call: view!.call });
    await at.settle();
    expect(there.heard).toEqual(['ringing']);
    await at.world.ask(from('alice'), { type: 'accept', call: view!.call, epoch: 1, answer });
    await at.settle();
    expect(there.heard.at(-1)).toMatch(/^taken: /);
    expect(trunks.permits).toEqual([`taken: ${ours}`, `answered: ${ours}`]);
    there.leg?.hangUp();
    await at.settle();
    expect(causeOf(view!.call)).toBe('hangup');
    expect(trunks.permits.at(-1)).toBe(`ended: ${ours}`);
  });

  it('that is given up before anybody is rung rings nobody, and is given back', async () => {
    trunks.ways = [[carriers[1]!]];
    const [there, other] = [await carrier(), await carrier(1)];
    for (const to of [ours, '+4989901']) {
      numbers.leads['+4989901'] = { to: 'number', number: '+4989123' };
      const as = nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none });
      there.call(to, phoneOffer, as);
      const text = writeMessage(invited().at(-1)!);
      const cancel = text.replace(/^INVITE/, 'CANCEL').replace(/CSeq: (\d+) INVITE/, 'CSeq: $1 CANCEL');
      // Right behind it.
      queueMicrotask(() => at.agent.receive(cancel, { transport: 'udp', address: carriers[0]!, port: 5060 }));
      await at.settle();
      expect(trunks.permits).toEqual([`taken: ${to}`, `ended: ${to}`]);
      trunks.permits.length = 0;
    }
    expect([of('alice'), other.ringing, at.outside?.size]).toEqual([[], undefined, 0]);
    expect(at.world.engine.presence(berlin)).toBe('offline');
  });

  it('is taken with the keys and codecs that are said for the trunk', async () => {
    trunks.manners = [{ codecs: ['G722'], srtp: 'required' }];
    const there = await carrier();
    await call(there);
    expect(at.media.terms).toMatchObject([{ at: carriers[0], isLocal: false, srtp: 'required', codecs: ['G722'] }]);
  });

  it('that leads nowhere is answered so', async () => {
    const there = await carrier();
    await call(there, '+4989901');
    expect(there.heard).toEqual(['refused: 404']);
    expect(trunks.permits).toEqual(['taken: +4989901', 'ended: +4989901']);
    expect(numbers.lostCalls).toEqual(['+4989901 undefined']);
  });

  it('that leads to somebody who is gone is answered 404, and told', async () => {
    numbers.leads[ours] = { to: 'user', user: 'nobody' };
    const there = await carrier();
    await call(there);
    expect(there.heard).toEqual(['refused: 404']);
    expect(numbers.lostCalls).toEqual([`${ours} user`]);
    expect(trunks.permits.at(-1)).toBe(`ended: ${ours}`);
  });

  it('that leads to another number goes there, by what our number may call', async () => {
    trunks.ways = [[carriers[1]!]];
    const munich = '+4989123';
    numbers.leads[ours] = { to: 'number', number: '+4989901' };
    numbers.leads['+4989901'] = { to: 'number', number: munich };
    const [there, other] = [await carrier(), await carrier(1)];
    await call(there);
    expect(trunks.permits.at(-1)).toBe(`taken: ${ours} to ${munich}`);
    expect(there.heard).toEqual(['ringing']);
    other.answer();
    await at.settle();
    expect(there.heard.at(-1)).toMatch(/^taken: /);
    there.leg?.hangUp();
    await at.settle();
    expect(other.heard).toEqual(['ended']);
    expect(trunks.permits.filter((line) => line.startsWith('ended'))).toHaveLength(2);
  });

  it('that leads to another number goes once less by trunks than it said, and no more at last', async () => {
    trunks.ways = [[carriers[1]!]];
    numbers.leads[ours] = { to: 'number', number: '+4989123' };
    const [there, other] = [await carrier(), await carrier(1)];
    const as = nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none });
    there.call(ours, phoneOffer, as, { 'Max-Forwards': 2 });
    await at.settle();
    expect(other.ringing?.request.maxForwards).toBe(1);
    there.call(ours, phoneOffer, as, { 'Max-Forwards': 1 });
    await at.settle();
    expect(there.heard.at(-1)).toBe('refused: 483');
    expect(invited()).toHaveLength(3);
  });

  it('that leads round in a circle leads nowhere', async () => {
    numbers.leads[ours] = { to: 'number', number: '+4989901' };
    numbers.leads['+4989901'] = { to: 'number', number: ours };
    const there = await carrier();
    await call(there);
    expect(there.heard).toEqual(['refused: 404']);
  });

  it('that leads to a program rings in the name of a user who has no devices, until it is answered there or led on', async () => {
    numbers.leads[ours] = { to: 'program', user: 'dave' };
    const there = await carrier();
    await call(there);
    const [known] = at.world.engine.administration.live('dave');
    const live = known !== undefined && 'live' in known ? known.live : undefined;
    expect(live?.kind).toBe('ringing');
    expect(await at.world.engine.administration.order(live!.id, { type: 'reject' })).toBeUndefined();
    await at.settle();
    expect(there.heard).toEqual(['refused: 603']);
    expect(at.world.engine.presence('dave')).toBe('offline');
  });

  describe('that leads to the voicemail of somebody', () => {
    beforeEach(async () => {
      numbers.leads[ours] = { to: 'voicemail', user: 'alice' };
      await at.world.signIn('voicemail');
    });

    it('is taken in their place, and they do not ring', async () => {
      const there = await carrier();
      await call(there);
      expect(of('alice')).toEqual([]);
      expect(rung()).toMatchObject([{ stage: 'ringing', peer: { address: berlin }, forwardedFrom: { address: 'alice' } }]);
      await at.world.ask(from('voicemail'), { type: 'accept', call: callOf('voicemail'), epoch: 1, answer });
      await at.settle();
      expect(there.heard).toEqual(['taken: answer to phone 99']);
      there.leg?.hangUp();
      await at.settle();
      expect(trunks.permits).toEqual([`taken: ${ours}`, `answered: ${ours}`, `ended: ${ours}`]);
    });

    it('is refused where they have blocked the number', async () => {
      at.world.disk.apply([{ type: 'block', user: 'alice', blocked: berlin, on: true }]);
      at.world.engine.blocks('alice', new Set([berlin]));
      const there = await carrier();
      await call(there);
      expect(of('alice')).toEqual([]);
      expect(rung()).toEqual([]);
      expect(there.heard).toEqual(['refused: 480']);
      expect(trunks.permits).toEqual([`taken: ${ours}`, `ended: ${ours}`]);
    });

    it('leads nowhere where they are gone', async () => {
      numbers.leads[ours] = { to: 'voicemail', user: 'nobody' };
      const there = await carrier();
      await call(there);
      expect(there.heard).toEqual(['refused: 404']);
      expect(numbers.lostCalls).toEqual([`${ours} voicemail`]);
    });
  });

  it('that leads to a program and fails leaves nobody behind who rings', async () => {
    numbers.leads[ours] = { to: 'program', user: 'dave' };
    const { store } = at.world;
    const user = store.user.bind(store);
    store.user = (address) => (address === berlin ? Promise.reject(new Error('the disk is gone')) : user(address));
    const there = await carrier();
    await call(there);
    expect(there.heard).toEqual(['refused: 500']);
    expect(at.world.engine.presence('dave')).toBe('offline');
    expect(trunks.permits.at(-1)).toBe(`ended: ${ours}`);
  });

  describe('that leads to a group', () => {
    beforeEach(() => {
      numbers.leads[ours] = { to: 'group', conversation: 'group-of-two' };
      const people = ['alice', 'carol'].map((address) => ({ address, name: address }));
      const group = { kind: 'group', id: 'group-of-two', maker: 'alice', name: 'Us', people, last: 0, activeAt: 0 } as const;
      at.world.disk.apply([
        { type: 'conversation', state: group },
        ...people.map(({ address: user }) => ({ type: 'member', conversation: 'group-of-two', user, is: true }) as const),
      ]);
    });

    it('rings everybody in it, and whoever takes it first has it', async () => {
      const there = await carrier();
      await call(there);
      expect([of('alice'), of('carol')]).toEqual([['alice: incoming'], ['carol: incoming']]);
      const rungAtAlice = callOf('alice');
      await at.world.ask(from('carol'), { type: 'accept', call: callOf('carol'), epoch: 1, answer });
      await at.settle();
      expect(there.heard.at(-1)).toMatch(/^taken: /);
      expect(of('alice').at(-1)).toBe('alice: ended');
      // She has missed nothing.
      expect(causeOf(rungAtAlice)).toBe('answered_elsewhere');
      there.leg?.hangUp();
      await at.settle();
      expect(trunks.permits).toEqual([`taken: ${ours}`, `answered: ${ours}`, `ended: ${ours}`]);
    });

    it('goes on at the others where one declines, and ends once all have', async () => {
      const there = await carrier();
      await call(there);
      await at.world.ask(from('alice'), { type: 'reject', call: callOf('alice'), reason: 'declined' });
      await at.settle();
      expect(there.heard).toEqual([]);
      await at.world.ask(from('carol'), { type: 'reject', call: callOf('carol'), reason: 'declined' });
      await at.settle();
      expect(there.heard).toEqual(['refused: 603']);
      expect(trunks.permits.at(-1)).toBe(`ended: ${ours}`);
    });

    describe('in which somebody has others take their calls', () => {
      beforeEach(async () => {
        at.world.disk.apply([{ type: 'new_user', user: user('voicemail') }]);
        await at.world.signIn('voicemail', 'dave');
        at.world.voicemail = true;
      });

      it.each([
        ['is away', () => Promise.resolve(at.world.engine.device('alice', 'alice-1', 'gone'))],
        ['is not to be disturbed', () => change('alice', { doNotDisturb: true })],
        ['has all of them forwarded', () => change('alice', { forward: { always: 'dave' } })],
        [
          'is away, and has them forwarded then',
          async () => {
            await change('alice', { forward: { noAnswer: 'dave' } });
            at.world.engine.device('alice', 'alice-1', 'gone');
          },
        ],
      ])('rings the others alone where one %s', async (_how, turnAway) => {
        await turnAway();
        const there = await carrier();
        await call(there);
        expect([rung(), of('dave'), of('carol')]).toEqual([[], [], ['carol: incoming']]);
        expect(there.heard).toEqual([]);
        await at.world.ask(from('carol'), { type: 'accept', call: callOf('carol'), epoch: 1, answer });
        await at.settle();
        expect(there.heard.at(-1)).toMatch(/^taken: /);
      });

      it('rings until nobody has taken it in time, and ends once', async () => {
        await change('alice', { forward: { noAnswer: 'dave', busy: 'dave' } });
        const there = await carrier();
        await call(there);
        await at.world.clock.advance(60_000);
        await at.settle();
        expect([rung(), of('dave'), there.heard]).toEqual([[], [], ['refused: 480']]);
        expect(trunks.permits).toEqual([`taken: ${ours}`, `ended: ${ours}`]);
      });

      it('ends at once where all are away', async () => {
        for (const name of ['alice', 'carol']) at.world.engine.device(name, `${name}-1`, 'gone');
        const there = await carrier();
        await call(there);
        expect([rung(), there.heard]).toEqual([[], ['refused: 480']]);
      });
    });

    it('stops everywhere where the caller gives up', async () => {
      const there = await carrier();
      const placed = there.call(
        ours,
        phoneOffer,
        nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none }),
      );
      await at.settle();
      placed.cancel();
      await at.settle();
      expect([of('alice').at(-1), of('carol').at(-1)]).toEqual(['alice: ended', 'carol: ended']);
    });
  });

  it('comes from nobody where the number is withheld, who cannot be called back', async () => {
    const there = await carrier();
    await call(there, ours, 'anonymous');
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ peer: { address: '+0' } }]);
    expect(await at.world.ask(from('carol'), invite(id, '+0'))).toEqual({ error: 'user_not_found' });
  });

  it('is given back where nobody takes it', async () => {
    const there = await carrier();
    await call(there);
    await at.world.clock.advance(60_000);
    await at.settle();
    expect(there.heard).toEqual(['refused: 480']);
    expect(trunks.permits).toEqual([`taken: ${ours}`, `ended: ${ours}`]);
    expect(at.outside?.size).toBe(0);
  });

  it('is refused where the number is blocked, without a word to whom it is for', async () => {
    const there = await carrier();
    at.world.engine.blocks('alice', new Set([berlin]));
    await call(there);
    expect(of('alice')).toEqual([]);
    expect(there.heard).toEqual(['refused: 480']);
  });

  it('goes on with somebody else by a transfer, also with another number', async () => {
    const [there, other] = [await carrier(), await carrier(1)];
    trunks.ways = [[carriers[1]!]];
    await call(there);
    const [view] = at.world.engine.views('alice', 'alice-1-tab');
    await at.world.ask(from('alice'), { type: 'accept', call: view!.call, epoch: 1, answer });
    await at.settle();
    const munich = '+4989123';
    const outcome = await at.world.ask(from('alice'), {
      type: 'transfer',
      call: view!.call,
      to: { user: munich },
      into: 'call-of-the-two-outside',
    });
    expect(outcome).toEqual({ ok: {} });
    await at.settle();
    expect(trunks.permits.at(-1)).toBe(`taken: alice to ${munich}`);
    expect(other.ringing).toBeDefined();
    other.answer(sdp('sendrecv', '192.0.2.102'));
    await at.settle();
    expect(at.world.engine.views(berlin, `sip:outside-${berlin}`)).toMatchObject([{ peer: { address: munich } }]);
    other.leg?.hangUp();
    await at.settle();
    expect(there.heard.at(-1)).toBe('ended');
    expect(trunks.permits.filter((line) => line.startsWith('ended'))).toHaveLength(2);
  });

  it('that somebody forwards goes once less by trunks than it said, and no more at last', async () => {
    trunks.ways = [[carriers[1]!]];
    at.world.engine.change((await at.world.store.user('alice'))!, { forward: { always: '+4989123' } }, () => undefined);
    const [there, other] = [await carrier(), await carrier(1)];
    const as = nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none });
    there.call(ours, phoneOffer, as, { 'Max-Forwards': 2 });
    await at.settle();
    expect(other.ringing?.request.maxForwards).toBe(1);
    there.call(ours, phoneOffer, as, { 'Max-Forwards': 1 });
    await at.settle();
    // Then it is as if it could not be forwarded.
    expect(of('alice').at(-1)).toBe('alice: incoming');
    expect(invited()).toHaveLength(3);
  });

  it('that somebody forwards to a number is paid by who forwards it', async () => {
    const [there, other] = [await carrier(), await carrier(1)];
    trunks.ways = [[carriers[1]!]];
    const munich = '+4989123';
    at.world.engine.change((await at.world.store.user('alice'))!, { forward: { always: munich } }, () => undefined);
    await at.settle();
    await call(there);
    expect(trunks.permits).toEqual([`taken: ${ours}`, `taken: alice to ${munich}`]);
    expect(other.ringing).toBeDefined();
    expect(offer.type).toBe('offer');
  });
});

/** What Alice is told of it, in order. */
function listen(): string[] {
  const heard: string[] = [];
  at.world.bus.subscribe('alice', ({ event }) => {
    if (event.type === 'ringing') heard.push(event.early === undefined ? 'ringing' : `early ${event.early.description.sdp}`);
    if (event.type === 'accepted') heard.push(`accepted ${event.answer?.sdp}`);
    if (event.type === 'ended') heard.push('ended');
  });
  return heard;
}

/** A trunk has called, and has been told reliably what is heard of the phone. */
async function toldEarly(): Promise<readonly [there: Phone, desk: Phone]> {
  const [there, desk] = [await carrier(), await at.phone('alice')];
  await call(there);
  desk.ringing?.progress(183, 'announcement');
  await at.settle();
  return [there, desk];
}

/** The same, and it is taken before the trunk has acknowledged that. */
async function takenUntold(): Promise<readonly [there: Phone, desk: Phone, invite: OutgoingInvite]> {
  const [there, desk] = [await carrier(), await at.phone('alice')];
  const invite = await call(there);
  at.lost.add('server>carrier-0-desk 183');
  desk.ringing?.progress(183, 'announcement');
  await at.settle();
  desk.answer();
  await at.settle();
  expect(there.heard.join()).not.toContain('taken');
  return [there, desk, invite];
}

describe('what is heard before a call is answered', () => {
  it('comes from the trunk to the browser, by the bridge that carries the answer', async () => {
    const there = await carrier();
    const heard = listen();
    await calling();
    there.ringing?.progress(183, 'announcement');
    await at.settle();
    const answer = `answer to browser ${offer.sdp.length}`;
    expect(heard).toEqual(['ringing', `early ${answer}`]);
    expect(at.said.slice(2)).toEqual(['carrier-0-desk>server 183', 'server>carrier-0-desk PRACK', 'carrier-0-desk>server 200']);
    at.media.tell({ type: 'media', side: 'browser', state: 'connected' });
    there.answer();
    await at.settle();
    expect(heard.at(-1)).toBe(`accepted ${answer}`);
    expect(at.media.asked).toEqual([
      'offer phone',
      'accept phone announcement so far',
      'answer browser',
      'accept phone announcement',
      'answer browser',
    ]);
    // The browser's packets came before it was taken.
    at.world.engine.ephemeral(from('alice'), { type: 'media', call: id, epoch: 1, state: 'connected' });
    await at.settle();
    expect(at.world.engine.views('alice', 'alice-1-tab')[0]?.activeMs).toBeDefined();
  });

  it('is over with the call, and its media with it', async () => {
    const there = await carrier();
    const heard = listen();
    await calling();
    there.ringing?.progress(183, 'announcement');
    await at.settle();
    there.ringing?.refuse(404);
    await at.settle();
    expect([heard.at(-1), causeOf(id)]).toEqual(['ended', 'unreachable']);
    expect(at.media.asked.filter((one) => one === 'end')).toHaveLength(1);
    expect(at.agent.dialogs).toBe(0);
  });

  it('is told anew to a browser that begins anew', async () => {
    const there = await carrier();
    const heard = listen();
    await calling();
    there.ringing?.progress(183, 'announcement');
    await at.settle();
    const next = { type: 'offer', sdp: `${offer.sdp}again` } as const;
    await at.world.ask(from('alice'), { type: 'reoffer', call: id, epoch: 2, offer: next });
    await at.settle();
    expect(heard.at(-1)).toBe(`early answer to browser ${next.sdp.length}`);
  });

  it('comes from a phone of whom a trunk calls, reliably; what the browser takes is another thing', async () => {
    const [there, desk] = [await carrier(), await at.phone('alice')];
    await call(there);
    desk.ringing?.progress(183, 'announcement');
    await at.settle();
    expect(there.heard).toEqual(['ringing', 'ringing', `early: answer to phone ${phoneOffer.length}`]);
    desk.answer();
    await at.settle();
    expect(there.heard.slice(3)).toEqual([`taken: answer to phone ${phoneOffer.length}`]);
    expect(there.leg?.isOver).toBe(false);
  });

  describe('that was told reliably to a trunk', () => {
    it('is a call as any other once it is taken', async () => {
      const [there, desk] = await toldEarly();
      desk.answer();
      await at.settle();
      expect(await there.leg?.say('OPTIONS', {})).toBe(200);
      there.leg?.hangUp();
      await at.settle();
      expect(desk.heard).toContain('ended');
      expect([at.agent.dialogs, at.outside?.size]).toEqual([0, 0]);
    });

    describe('and is taken before that is acknowledged', () => {
      it('waits for that', async () => {
        const [there] = await takenUntold();
        at.lost.clear();
        await at.world.clock.advance(500);
        await at.settle();
        expect(there.heard.at(-1)).toMatch(/^taken: answer/);
        expect(await there.leg?.say('OPTIONS', {})).toBe(200);
      });

      it('ends at both sides where the caller gives up', async () => {
        const [, desk, invite] = await takenUntold();
        invite.cancel();
        await at.settle();
        expect(at.said).toContain('server>carrier-0-desk 487');
        expect(desk.heard).toContain('ended');
      });

      it('is refused where whoever has taken it hangs up', async () => {
        const [there, desk] = await takenUntold();
        desk.leg?.hangUp();
        await at.settle();
        expect(there.heard.at(-1)).toBe('refused: 480');
        await at.world.clock.advance(60_000);
        await at.settle();
        expect([at.agent.dialogs, at.agent.transactions, at.outside?.size]).toEqual([0, 0, 0]);
      });
    });
  });

  it('is of no account where somebody else takes it: both sides go another way then', async () => {
    const [there, desk] = [await carrier(), await at.phone('alice')];
    await call(there);
    desk.ringing?.progress(183, 'announcement');
    await at.settle();
    at.media.refused = 'accept browser';
    const rung = callOf('alice');
    await at.world.ask(from('alice'), { type: 'accept', call: rung, epoch: 1, answer });
    await at.settle();
    expect(there.heard.at(-1)).toMatch(/^taken: answer/);
    expect(there.leg?.isOver).toBe(false);
    expect(at.world.engine.views('alice', 'alice-1-tab')[0]).toMatchObject({ call: rung, epoch: 2 });
    expect(desk.heard).toEqual(['cancelled']);
  });

  it('is worked on where it was said last, however often and from however many places it is', async () => {
    const there = await carrier();
    await calling();
    const { request } = there.ringing!;
    for (let n = 0; n < 200; n++) {
      const fields = { Contact: '<sip:192.0.2.101>' };
      const said = responseTo(request, 183, { toTag: `t${n}`, fields }).withBody('application/sdp', toUtf8(`sdp ${n}`));
      at.agent.receive(writeMessage(said), { transport: 'udp', address: '192.0.2.101', port: 5060 });
    }
    await at.settle();
    // Its own ringing is one of the 16.
    expect(at.media.asked.filter((one) => one.startsWith('accept phone'))).toEqual(['accept phone sdp 14 so far']);
  });

  it('is a ringing that is acknowledged, where the trunk insists on that', async () => {
    const there = await carrier();
    const as = nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none });
    there.call(ours, phoneOffer, as, { Require: '100rel' });
    await at.settle();
    at.world.engine.ephemeral(from('alice'), { type: 'ringing', call: callOf('alice') });
    await at.settle();
    expect(there.heard).toEqual(['ringing']);
    expect(at.said).toEqual([
      'carrier-0-desk>server INVITE',
      'server>carrier-0-desk 100',
      'server>carrier-0-desk 180',
      'carrier-0-desk>server PRACK',
      'server>carrier-0-desk 200',
    ]);
  });

  it('ends with 504 where nobody acknowledges it, and rings no longer', async () => {
    const there = await carrier();
    const as = nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none });
    there.call(ours, phoneOffer, as, { Require: '100rel' });
    await at.settle();
    const [rung] = at.world.engine.views('alice', 'alice-1-tab');
    at.silent.add(carriers[0]!);
    at.world.engine.ephemeral(from('alice'), { type: 'ringing', call: rung!.call });
    await at.settle();
    await at.world.clock.advance(33_000);
    await at.settle();
    expect(at.said.at(-1)).toBe('server>carrier-0-desk 504');
    expect(causeOf(rung!.call)).toBe('cancelled');
    expect(at.agent.dialogs).toBe(0);
  });
});

/** Somebody outside leads Alice on: what that is answered. */
async function led(to: string): Promise<number | undefined> {
  const there = await carrier();
  await call(there);
  await at.world.ask(from('alice'), { type: 'accept', call: callOf('alice'), epoch: 1, answer });
  await at.settle();
  const status = there.leg?.say('REFER', { 'Refer-To': `<sip:${to}@offhook.example>` });
  await at.settle();
  return status;
}

describe('somebody outside who leads a call on', () => {
  it('may not, unless that is said of the trunk', async () => {
    expect(await led('carol')).toBe(403);
    expect(of('carol')).toEqual([]);
  });

  it('leads it to people, where that is said', async () => {
    trunks.transfers = true;
    expect(await led('carol')).toBe(202);
    expect(of('alice')).toContain('alice: transferred');
  });

  it('leads it to no number in any case', async () => {
    trunks.transfers = true;
    const taken = trunks.permits.length;
    expect(await led('+4989123')).toBe(202);
    expect(of('alice')).not.toContain('alice: transferred');
    expect(trunks.permits.slice(taken)).toEqual([`taken: ${ours}`, `answered: ${ours}`]);
  });
});

/** Bob, at a desk phone, talks to Alice and leads her on to what he dials: what that is answered, and what came of it. */
async function leads(to: string): Promise<{ readonly status: number | undefined; readonly outcome: string | undefined }> {
  const phone = await at.phone('bob');
  phone.call('alice');
  await at.settle();
  await at.world.ask(from('alice'), { type: 'accept', call: callOf('alice'), epoch: 1, answer });
  await at.settle();
  const status = await phone.leg?.say('REFER', { 'Refer-To': `<sip:${to}@offhook.example>` });
  await at.settle();
  const notices = at.messages.flatMap((one) => (one instanceof Request && one.method === 'NOTIFY' ? one.text.trim() : []));
  return { status, outcome: notices.at(-1) };
}

describe('a desk phone that leads a call on to a number', () => {
  it('leads it there as a call of its own, where it may call it', async () => {
    await carrier();
    expect(await leads('030123456')).toEqual({ status: 202, outcome: 'SIP/2.0 200 OK' });
    expect(of('alice')).toContain('alice: transferred');
    expect(trunks.permits).toEqual([`taken: bob to ${berlin}`]);
    const led = [{ stage: 'ringing', peer: { address: berlin }, transferredBy: { address: 'bob' } }];
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject(led);
  });

  it('is told that it may not, and talks on', async () => {
    await carrier();
    expect(await leads('+19001234567')).toEqual({ status: 202, outcome: 'SIP/2.0 403 Forbidden' });
    expect(at.world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ stage: 'active', peer: { address: 'bob' } }]);
    expect(trunks.permits).toEqual([]);
    expect(of('alice')).not.toContain('alice: transferred');
  });
});

/** Fields that a crafted name might have brought along. */
const injected = (): string[] => invited().flatMap((one) => ['Route', 'X-Evil'].filter((name) => one.has(name)));

describe('a name that is made to be more than a name', () => {
  it.each([
    ['folded over lines', '"Eve\\"\r\n X-Evil: 1\r\n\tRoute: <sip:evil.example>"'],
    ['with an address in it', '"Eve\\" <sip:evil@evil.example>;tag=evil, \\"" '],
    ['with escapes for the end of a line', '"Eve%0D%0AX-Evil: 1"'],
  ])('of a caller on a trunk, %s, adds nothing to what goes out by one or to a phone', async (_how, name) => {
    trunks.ways = [[carriers[1]!]];
    numbers.leads['+4989901'] = { to: 'number', number: '+4989123' };
    numbers.leads[ours] = { to: 'user', user: 'bob' };
    const [there, phone] = [await carrier(1), await at.phone('bob')];
    await carrier();
    for (const [n, to] of ['+4989901', ours].entries()) {
      const text = [
        `INVITE sip:${to}@offhook.example SIP/2.0`,
        `Via: SIP/2.0/UDP ${carriers[0]};branch=z9hG4bK${n}`,
        `From: ${name}<sip:${berlin}@carrier.example>;tag=1`,
        `To: <sip:${to}@offhook.example>`,
        `Call-ID: crafted-${n}`,
        'CSeq: 1 INVITE',
        `Contact: <sip:${carriers[0]}>`,
        'Content-Type: application/sdp',
        `Content-Length: ${phoneOffer.length}`,
        '',
        phoneOffer,
      ].join('\r\n');
      at.agent.receive(text, { transport: 'udp', address: carriers[0]!, port: 5060 });
      await at.settle();
    }
    expect(there.ringing?.request.get('From')).toMatch(new RegExp(`^<sip:\\${ours}@offhook.example>;tag=[^;]+$`));
    expect(phone.ringing?.request.from.uri).toMatchObject({ user: berlin, host: 'offhook.example' });
    expect([invited().length, injected()]).toEqual([2, []]);
  });

  it.each([
    ['is one name', 'Eve" <sip:evil@evil.example>;tag=evil, "\\', 2],
    // No such name is taken from anybody.
    ['with lines in it is said to nobody', 'Eve"\r\nX-Evil: 1\r\n', 1],
  ])('of a user here %s, and adds nothing', async (_what, name, sent) => {
    const alice = (await at.world.store.user('alice'))!;
    at.world.disk.apply([{ type: 'new_user', user: { ...alice, name } }]);
    const evil = { ...from('alice'), person: { address: 'alice', name } };
    const [there, phone] = [await carrier(), await at.phone('bob')];
    await at.world.ask(evil, invite(id, berlin));
    await at.world.ask(evil, invite('call-of-alice-and-bob', 'bob'));
    await at.settle();
    expect(there.ringing?.request.get('From')).toMatch(/^<sip:[^;]+;tag=[^;]+$/);
    expect(phone.ringing?.request.from.displayName).toBe(sent === 2 ? name : undefined);
    expect([invited().length, injected()]).toEqual([sent, []]);
  });
});

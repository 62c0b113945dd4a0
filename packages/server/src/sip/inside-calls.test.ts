import { withheldNumber } from '@offhook/core';
import { nameAddr, Params, Request, sipUri } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, from, invite, offer, user } from '../engine/engine.fixture.ts';
import type { ToVoicemail } from '../ports/voicemail.ts';
import { berlin, carriers, Numbered, ours, TrunkBook } from './outside.fixture.ts';
import { phoneOffer } from './phone.fixture.ts';
import type { Phone } from './phone.fixture.ts';
import { PhoneWorld } from './phones.fixture.ts';

const id = 'call-of-alice-to-berlin';
const [to, callee] = ['+4989901', 'carol'];
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
const recordOf = (call: string) => at.world.disk.records.get(call)?.record;
const causeOf = (call: string): string | undefined => recordOf(call)?.cause;
const of = (name: string): string[] => at.world.heard.filter((line) => line.startsWith(`${name}: `));
const views = (name: string) => at.world.engine.views(name, `${name}-1-tab`);
const callOf = (name: string): string => views(name)[0]!.call;
const invited = (): Request[] =>
  at.messages.filter((one) => one instanceof Request).filter(({ method }) => method === 'INVITE');

const stayedInside = (): void => expect([at.said, trunks.permits]).toEqual([[], []]);

const toVoicemail: ToVoicemail = (forwardedFrom) => ({ to: 'voicemail', origin: { forwardedFrom } });
const rung = (): readonly unknown[] => views('voicemail');

/** No longer in the group. */
const gone = (of: string) => ({ type: 'member', conversation: 'group-of-three', user: of, is: false }) as const;

async function forward(name: string, forward: { readonly always?: string; readonly noAnswer?: string }): Promise<void> {
  at.world.engine.change(user(name), { forward }, () => undefined);
  await at.settle();
}

async function block(name: string, blocked: string): Promise<void> {
  at.world.engine.blocks(name, new Set([blocked]));
  at.world.disk.apply([{ type: 'block', user: name, blocked, on: true }]);
  await at.settle();
}

async function call(there: Phone): Promise<void> {
  there.call(ours, phoneOffer, nameAddr(sipUri('carrier.example', { user: berlin }), { params: Params.none }));
  await at.settle();
}

async function calling(to = berlin): Promise<void> {
  await at.world.ask(from('alice'), invite(id, to));
  await at.settle();
}

describe('a number of ours that somebody here calls', () => {
  it('rings whom it leads to, and nothing goes out', async () => {
    numbers.leads[to] = { to: 'number', number: ours };
    numbers.leads[ours] = { to: 'user', user: callee };
    await carrier();
    await calling(to);
    expect(at.said).toEqual([]);
    expect(trunks.permits).toEqual([]);
    await at.world.ask(from(callee), { type: 'accept', call: id, epoch: 1, answer });
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
    expect(await at.world.store.user(to)).toBeUndefined();
  });

  it('is taken by the voicemail that it leads to', async () => {
    numbers.leads[to] = { to: 'voicemail', user: callee };
    await at.world.signIn('voicemail');
    await calling(to);
    expect(rung()).toMatchObject([{ stage: 'ringing', peer: { address: 'alice' }, forwardedFrom: { address: callee } }]);
    expect(of(callee)).toEqual([]);
  });

  it('leads nobody to the voicemail of those who have blocked them', async () => {
    numbers.leads[to] = { to: 'voicemail', user: callee };
    await at.world.signIn('voicemail');
    await block(callee, 'alice');
    await calling(to);
    expect(rung()).toEqual([]);
    expect(of(callee)).toEqual([]);
    expect(causeOf(id)).toBe('unreachable');
  });

  it('that leads nowhere is not looked for outside', async () => {
    numbers.leads[to] = { to: 'user', user: 'nobody' };
    await carrier();
    expect(await at.world.ask(from('alice'), invite(id, to))).toEqual({ error: 'user_not_found' });
    numbers.leads[to] = { to: 'number', number: to };
    expect(await at.world.ask(from('alice'), invite('another-call', to))).toEqual({ error: 'user_not_found' });
    expect([at.said, trunks.permits]).toEqual([[], []]);
  });

  it('goes on at another number by what our number may call, which nobody sees', async () => {
    numbers.leads[to] = { to: 'number', number: berlin };
    const there = await carrier();
    await calling(to);
    expect(invited()[0]?.target).toBe(`sip:${berlin}@carrier.example`);
    there.answer();
    await at.settle();
    expect(of('alice').at(-1)).toBe('alice: accepted');
    expect(views('alice')).toMatchObject([{ peer: { address: to } }]);
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    await at.settle();
    const what = `${to} to ${berlin}`;
    expect(trunks.permits).toEqual([`taken: ${what}`, `answered: ${what}`, `ended: ${what}`]);
    expect(at.outside?.size).toBe(0);
  });

  it('is refused where our number may not call the other one', async () => {
    numbers.leads[to] = { to: 'number', number: '+19001234567' };
    expect(await at.world.ask(from('alice'), invite(id, to))).toEqual({ error: 'destination_refused' });
  });

  it('is answered by the program that it leads to, which is not left behind', async () => {
    numbers.leads[to] = { to: 'program', user: 'dave' };
    await calling(to);
    const [known] = at.world.engine.administration.live('dave');
    expect(known).toMatchObject({ live: { id, kind: 'ringing' } });
    expect(await at.world.engine.administration.order(id, { type: 'reject' })).toBeUndefined();
    await at.settle();
    expect(causeOf(id)).toBe('declined');
    expect(at.world.engine.presence('dave')).toBe('offline');
    expect(trunks.permits).toEqual([]);
  });

  it('is rung by whoever is called by somebody who forwards there, but not in a circle', async () => {
    numbers.leads[to] = { to: 'user', user: callee };
    await at.world.signIn('bob');
    await forward('bob', { always: to });
    await calling('bob');
    expect(views(callee)).toMatchObject([{ forwardedFrom: { address: 'bob' } }]);
    await at.world.ask(from('alice'), { type: 'hangup', call: id });
    // To himself, and to whoever calls.
    for (const [n, leads] of ['bob', 'alice'].entries()) {
      numbers.leads[to] = { to: 'user', user: leads };
      const next = `call-of-alice-in-a-circle-${n}`;
      await at.world.ask(from('alice'), invite(next, 'bob'));
      await at.settle();
      expect(views('bob')).toMatchObject([{ call: next }]);
      await at.world.ask(from('alice'), { type: 'hangup', call: next });
    }
    expect([at.said, trunks.permits]).toEqual([[], []]);
  });

  it('holds no program for a call that does not come', async () => {
    numbers.leads[to] = { to: 'program', user: 'dave' };
    expect(await at.numbers?.inside(to, 'alice', id)).toEqual({ to: 'dave' });
    await at.world.clock.advance(20_000);
    expect(at.world.engine.presence('dave')).not.toBe('offline');
    await at.world.clock.advance(10_000);
    expect(at.world.engine.presence('dave')).toBe('offline');
  });

  describe('and that leads to a group', () => {
    const people = ['alice', 'bob', 'carol'];

    beforeEach(async () => {
      numbers.leads[to] = { to: 'group', conversation: 'group-of-three' };
      await at.world.signIn('bob');
      at.world.heard.length = 0;
      const group = {
        kind: 'group',
        id: 'group-of-three',
        maker: 'alice',
        name: 'Us',
        people: people.map((address) => ({ address, name: address })),
        last: 0,
        activeAt: 0,
      } as const;
      at.world.disk.apply([
        { type: 'conversation', state: group },
        ...people.map((user) => ({ type: 'member', conversation: 'group-of-three', user, is: true }) as const),
      ]);
    });

    it('rings the others in it, in the name of whoever calls, and whoever takes it first has it', async () => {
      await calling(to);
      expect([of('alice'), of('bob'), of('carol')]).toEqual([[], ['bob: incoming'], ['carol: incoming']]);
      at.world.engine.ephemeral(from('bob'), { type: 'ringing', call: callOf('bob') });
      await at.settle();
      expect(of('alice')).toEqual(['alice: ringing']);
      // By the number that leads to her she is called back.
      expect(views('carol')).toMatchObject([{ peer: { address: ours, name: 'alice' } }]);
      const rungAtBob = callOf('bob');
      await at.world.ask(from('carol'), { type: 'accept', call: callOf('carol'), epoch: 1, answer });
      await at.settle();
      expect(of('alice').at(-1)).toBe('alice: accepted');
      expect(of('bob').at(-1)).toBe('bob: ended');
      expect(causeOf(rungAtBob)).toBe('answered_elsewhere');
      await at.world.ask(from('carol'), { type: 'hangup', call: callOf('carol') });
      await at.settle();
      expect(of('alice').at(-1)).toBe('alice: ended');
      expect([at.said, trunks.permits, at.outside?.size, at.agent.dialogs]).toEqual([[], [], 0, 0]);
      // The sound of it goes round within this server.
      expect(new Set(at.media.terms.map(({ isLocal }) => isLocal))).toEqual(new Set([true]));
    });

    it('stops where whoever calls gives up', async () => {
      await calling(to);
      await at.world.ask(from('alice'), { type: 'hangup', call: id });
      await at.settle();
      expect([of('bob').at(-1), of('carol').at(-1)]).toEqual(['bob: ended', 'carol: ended']);
      expect(at.outside?.size).toBe(0);
    });

    it('says that it was declined where all have', async () => {
      await calling(to);
      for (const one of ['bob', 'carol']) {
        await at.world.ask(from(one), { type: 'reject', call: callOf(one), reason: 'declined' });
        await at.settle();
      }
      expect(causeOf(id)).toBe('declined');
    });

    it('rings nobody who has blocked whoever calls, or whom they have', async () => {
      at.world.disk.apply([
        { type: 'block', user: 'bob', blocked: 'alice', on: true },
        { type: 'block', user: 'alice', blocked: 'carol', on: true },
      ]);
      expect(await at.world.ask(from('alice'), invite(id, to))).toEqual({ error: 'user_not_found' });
      expect([of('bob'), of('carol')]).toEqual([[], []]);
    });

    it('is rung by a call that somebody forwards there, and nothing goes out', async () => {
      const there = await carrier();
      await forward('alice', { always: to });
      await call(there);
      expect([of('alice'), of('bob'), of('carol')]).toEqual([[], ['bob: incoming'], ['carol: incoming']]);
      await at.world.ask(from('carol'), { type: 'accept', call: callOf('carol'), epoch: 1, answer });
      await at.settle();
      expect(there.heard.at(-1)).toMatch(/^taken: /);
      expect([invited().length, trunks.permits]).toEqual([1, [`taken: ${ours}`, `answered: ${ours}`]]);
    });

    it('is rung by a call that somebody leads there, and nothing goes out', async () => {
      await at.world.signIn('dave');
      await at.world.ask(from('alice'), invite(id, 'dave'));
      await at.world.ask(from('dave'), { type: 'accept', call: id, epoch: 1, answer });
      const into = 'call-of-dave-to-the-group';
      const led = await at.world.ask(from('alice'), { type: 'transfer', call: id, to: { user: to }, into });
      expect(led).toMatchObject({ ok: {} });
      await at.world.ask(from('dave'), { type: 'reoffer', call: into, epoch: 3, offer });
      await at.settle();
      expect([of('bob').at(-1), of('carol').at(-1)]).toEqual(['bob: incoming', 'carol: incoming']);
      expect(views('dave')).toMatchObject([{ call: into, peer: { address: to } }]);
      expect([at.said, trunks.permits]).toEqual([[], []]);
    });

    it('comes to an end where it is forwarded in a circle', async () => {
      const bobs = '+4989902';
      numbers.leads[bobs] = { to: 'user', user: 'bob' };
      numbers.leads[to] = { to: 'number', number: bobs };
      await forward('bob', { always: ours });
      await forward('carol', { always: to });
      numbers.leads[ours] = { to: 'user', user: 'carol' };
      await calling(to);
      for (let n = 0; n < 30; n++) await at.settle();
      expect(at.world.heard.filter((line) => line === 'bob: incoming' || line === 'carol: incoming')).toHaveLength(1);
      await at.world.ask(from('alice'), { type: 'hangup', call: callOf('alice') });
      for (let n = 0; n < 30; n++) await at.settle();
      expect([invited(), trunks.permits, at.outside?.size, at.agent.dialogs]).toEqual([[], [], 0, 0]);
    });

    it.each([
      ['voicemail takes', async () => void (at.world.voicemail = true)],
      ['forward leads away', () => forward('carol', { always: 'dave', noAnswer: 'dave' })],
    ])('is the call of the group also where one alone is left to ring: no %s it', async (_what, set) => {
      await at.world.signIn('dave', 'voicemail');
      await set();
      at.world.disk.apply([gone('bob')]);
      await calling(to);
      expect([of('carol'), of('dave'), rung()]).toEqual([['carol: incoming'], [], []]);
      await at.world.clock.advance(60_000);
      await at.settle();
      expect([of('dave'), rung(), causeOf(id)]).toEqual([[], [], 'no_answer']);
    });

    it('is the call of the group where a trunk brings it for one who is alone in it', async () => {
      const there = await carrier();
      numbers.leads[ours] = { to: 'group', conversation: 'group-of-three' };
      at.world.disk.apply([gone('bob'), gone('alice')]);
      await at.world.signIn('dave');
      await forward('carol', { always: 'dave' });
      await call(there);
      expect([of('carol'), of('dave')]).toEqual([['carol: incoming'], []]);
    });

    it('leads two who call it at once to the others, and not to each other', async () => {
      delete numbers.leads[ours];
      await calling(to);
      const second = 'call-of-dave-to-the-group';
      await at.world.signIn('dave');
      expect(await at.world.ask(from('dave'), invite(second, to))).toMatchObject({ ok: {} });
      await at.settle();
      const stages = (name: string): unknown[] =>
        at.world.engine
          .views(name, `${name}-1-tab`)
          .map(({ call: of, role, stage }) => [of === id || of === second, role, stage]);
      expect([stages('alice'), stages('dave')]).toEqual([[[true, 'caller', 'ringing']], [[true, 'caller', 'ringing']]]);
      expect([stages('bob'), stages('carol')].map(({ length }) => length)).toEqual([2, 2]);
      // Where nobody else is left, they are told so.
      at.world.disk.apply(['bob', 'carol'].map(gone));
      const third = 'another-call-of-dave-to-the-group';
      await at.world.ask(from('dave'), invite(third, to));
      await at.settle();
      expect(causeOf(third)).toBe('busy');
    });

    it('is called by a desk phone as well', async () => {
      const desk = await at.phone('alice');
      desk.call(to);
      await at.settle();
      await at.world.ask(from('bob'), { type: 'accept', call: callOf('bob'), epoch: 1, answer });
      await at.settle();
      expect(desk.heard.at(-1)).toMatch(/^taken: /);
      expect(trunks.permits).toEqual([]);
    });
  });
});

describe('a number of ours that leads to a voicemail, to which somebody forwards or leads a call', () => {
  beforeEach(async () => {
    numbers.leads[to] = { to: 'voicemail', user: callee };
    await at.world.signIn('bob', 'voicemail');
    at.world.heard.length = 0;
  });

  it('takes the message of whoever has called, for whom the number means', async () => {
    await carrier();
    await forward('bob', { always: to });
    await calling('bob');
    expect(rung()).toMatchObject([{ peer: { address: 'alice' }, forwardedFrom: { address: callee }, offer }]);
    // To the one who has forwarded it, it has not gone to a voicemail of theirs.
    expect(recordOf(id)).toMatchObject({ cause: 'forwarded', forward: { to: { address: callee } } });
    expect(of(callee)).toEqual([]);
    stayedInside();
  });

  it('takes it where nobody has answered', async () => {
    await carrier();
    await forward('bob', { noAnswer: to });
    await calling('bob');
    expect(rung()).toEqual([]);
    await at.world.clock.advance(60_000);
    await at.settle();
    expect(rung()).toMatchObject([{ peer: { address: 'alice' }, forwardedFrom: { address: callee } }]);
    stayedInside();
  });

  it('is the own voicemail of whoever forwards there', async () => {
    numbers.leads[to] = { to: 'voicemail', user: 'bob' };
    await carrier();
    await forward('bob', { always: to });
    await calling('bob');
    expect(rung()).toMatchObject([{ peer: { address: 'alice' }, forwardedFrom: { address: 'bob' } }]);
    expect(recordOf(id)).toMatchObject({ forward: { to: { address: 'voicemail' } } });
    stayedInside();
  });

  it('takes no message of somebody for themselves: it rings where it came to', async () => {
    numbers.leads[to] = { to: 'voicemail', user: 'alice' };
    await forward('bob', { always: to });
    await calling('bob');
    expect([rung(), of('bob')]).toEqual([[], ['bob: incoming']]);
    stayedInside();
  });

  it.each([
    ['whoever calls', 'alice'],
    ['whoever forwards it', 'bob'],
  ])('takes none where whom it means has blocked %s', async (_who, blocked) => {
    await forward('bob', { always: to });
    await block(callee, blocked);
    await calling('bob');
    expect([rung(), of(callee)]).toEqual([[], []]);
    stayedInside();
  });

  it('takes it of whom somebody leads there without a word', async () => {
    await carrier();
    await at.world.ask(from('alice'), invite(id, 'bob'));
    await at.world.ask(from('bob'), { type: 'accept', call: id, epoch: 1, answer });
    const into = 'call-of-alice-to-the-voicemail';
    expect(await at.world.ask(from('bob'), { type: 'transfer', call: id, to: { user: to }, into })).toMatchObject({ ok: {} });
    await at.world.ask(from('alice'), { type: 'reoffer', call: into, epoch: 3, offer });
    await at.settle();
    expect(rung()).toMatchObject([
      { call: into, peer: { address: 'alice' }, forwardedFrom: { address: callee }, transferredBy: { address: 'bob' } },
    ]);
    stayedInside();
  });
});

describe('a number of ours that a program calls for somebody', () => {
  const placed = 'call-that-a-program-has-placed';
  const [alice, number] = [
    { address: 'alice', name: 'alice' },
    { address: to, name: to },
  ];

  const place = (): Promise<string | undefined> =>
    at.world.engine.administration.place(placed, { caller: alice, callee: number, media: { audio: true, video: false } });
  /** Alice takes what rings at her, and offers what she calls with. */
  async function take(): Promise<void> {
    const [{ epoch } = { epoch: 0 }] = views('alice');
    await at.world.ask(from('alice'), { type: 'accept', call: placed, epoch });
    await at.world.ask(from('alice'), { type: 'reoffer', call: placed, epoch: epoch + 2, offer });
    await at.settle();
  }

  it('rings whom it leads to', async () => {
    numbers.leads[to] = { to: 'user', user: callee };
    expect(await place()).toBeUndefined();
    expect([of('alice'), of(callee)]).toEqual([['alice: incoming'], []]);
    await take();
    expect(views(callee)).toMatchObject([{ call: placed, peer: alice, stage: 'ringing' }]);
    expect(views('alice')).toMatchObject([{ call: placed, peer: { address: callee } }]);
    expect([at.said, trunks.permits]).toEqual([[], []]);
  });

  it('is taken by the voicemail that it leads to', async () => {
    numbers.leads[to] = { to: 'voicemail', user: callee };
    await at.world.signIn('voicemail');
    expect(await place()).toBeUndefined();
    await take();
    expect(rung()).toMatchObject([{ call: placed, peer: alice, forwardedFrom: { address: callee } }]);
    expect([of(callee), at.said, trunks.permits]).toEqual([[], [], []]);
  });

  it('goes on at another number by what our number may call', async () => {
    numbers.leads[to] = { to: 'number', number: berlin };
    const there = await carrier();
    expect(await place()).toBeUndefined();
    await take();
    there.answer();
    await at.settle();
    expect(views('alice')).toMatchObject([{ stage: 'active', peer: { address: to } }]);
    expect(trunks.permits).toEqual([`taken: ${to} to ${berlin}`, `answered: ${to} to ${berlin}`]);
  });

  it('is not called by whom it leads to, or where it leads nowhere', async () => {
    numbers.leads[to] = { to: 'user', user: 'alice' };
    expect(await place()).toBe('self_call');
    numbers.leads[to] = { to: 'user', user: 'nobody' };
    expect(await place()).toBe('user_not_found');
    expect([of('alice'), at.said, trunks.permits]).toEqual([[], [], []]);
  });

  it('leaves no program behind that it leads to, where whoever was to call does not take it', async () => {
    numbers.leads[to] = { to: 'program', user: 'dave' };
    expect(await place()).toBeUndefined();
    await at.world.clock.advance(30_000);
    expect(at.world.engine.presence('dave')).not.toBe('offline');
    await at.world.clock.advance(30_000);
    expect(causeOf(placed)).toBe('cancelled');
    expect(at.world.engine.presence('dave')).toBe('offline');
  });
});

describe('a number of ours that a meeting calls', () => {
  const placed = 'call-of-a-meeting-to-a-number';
  /** As meetings have it done: whoever takes it calls the meeting, for which Carol stands here. */
  const dial = (payer = 'alice'): Promise<string | undefined> =>
    at.world.engine.administration.place(placed, {
      caller: { address: to, name: to },
      callee: { address: 'carol', name: 'carol' },
      media: { audio: true, video: false },
      payer,
    });

  beforeEach(async () => {
    await at.world.signIn('bob', 'voicemail');
    at.world.heard.length = 0;
  });

  it('rings whom it leads to, in the name of whoever has it called', async () => {
    numbers.leads[to] = { to: 'user', user: 'bob' };
    await carrier();
    expect(await dial()).toBeUndefined();
    await at.settle();
    expect(views('bob')).toMatchObject([{ stage: 'ringing', peer: { address: ours, name: 'alice' } }]);
    await at.world.ask(from('bob'), { type: 'accept', call: callOf('bob'), epoch: 1, answer });
    await at.settle();
    expect(views('carol')).toMatchObject([{ call: placed, peer: { address: to } }]);
    stayedInside();
    await at.world.ask(from('bob'), { type: 'hangup', call: callOf('bob') });
    for (let n = 0; n < 5; n++) await at.settle();
    expect([at.outside?.size, at.agent.dialogs]).toEqual([0, 0]);
  });

  it('says no number where whoever has it called has none', async () => {
    numbers.leads = { [to]: { to: 'user', user: 'bob' } };
    expect(await dial()).toBeUndefined();
    await at.settle();
    expect(views('bob')).toMatchObject([{ peer: { name: 'alice' } }]);
    expect(views('bob')[0]?.peer.address).toBe(withheldNumber);
  });

  it('is taken by the voicemail that it leads to', async () => {
    numbers.leads[to] = { to: 'voicemail', user: 'bob' };
    await carrier();
    expect(await dial()).toBeUndefined();
    await at.settle();
    expect(rung()).toMatchObject([{ forwardedFrom: { address: 'bob' }, peer: { name: 'alice' } }]);
    stayedInside();
  });

  it('goes on at another number by what our number may call', async () => {
    numbers.leads[to] = { to: 'number', number: berlin };
    const there = await carrier();
    expect(await dial()).toBeUndefined();
    await at.settle();
    expect(there.ringing).toBeDefined();
    expect(trunks.permits).toEqual([`taken: ${to} to ${berlin}`]);
  });

  it.each([
    ['has blocked', 'bob', 'alice'],
    ['is blocked by', 'alice', 'bob'],
  ])('does not ring somebody who %s whoever has it called', async (_how, who, whom) => {
    numbers.leads[to] = { to: 'user', user: 'bob' };
    await block(who, whom);
    expect(await dial()).toBeUndefined();
    await at.settle();
    expect(of('bob')).toEqual([]);
    expect(recordOf(placed)).toMatchObject({ cause: 'cancelled', origin: { untaken: 'no_answer' } });
    stayedInside();
  });

  it('that leads nowhere is not looked for outside', async () => {
    numbers.leads[to] = { to: 'number', number: to };
    expect(await dial()).toBe('user_not_found');
    stayedInside();
  });
});

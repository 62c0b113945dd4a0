import { describe, expect, it } from 'vitest';
import { limits, serverLimits } from '../limits.ts';
import { callMachine } from './call.ts';
import type { CallView, Candidate } from '../protocol/signaling.ts';
import type { CallEffect, CallInput, End, From } from './call.ts';
import { viewOf } from './view.ts';
import {
  active,
  alice,
  aliceLaptop,
  answer,
  answered,
  answering,
  bob,
  bobDesk,
  bobPhone,
  bobPhoneTab2,
  candidate,
  carolPhone,
  connected,
  Drive,
  ended,
  from,
  invite,
  offer,
  ringing,
  side,
  t0,
  told,
} from './call.fixture.ts';

const id = 'call-0123456789ab';

function occupied({ state, now }: Drive): string[] {
  return callMachine.recover(state, now).map((effect) => {
    if (effect.type !== 'occupies') throw new Error(effect.type);
    return `${effect.user} ${effect.as.role} ${effect.as.stage}`;
  });
}

function view({ state, now }: Drive, who: From): CallView | undefined {
  return viewOf(state, who.person.address, who.connection, now + 1_500);
}

/** What is heard of a device before its answer. */
const early = (name: string) => ({ type: 'pranswer' as const, sdp: name });
const heardIn = (effects: readonly CallEffect[]): unknown[] =>
  effects.map((effect) => effect.type === 'send' && effect.event.type === 'ringing' && effect.event.early?.description);

function records(drive: Drive) {
  return drive.all.flatMap((effect) => (effect.type === 'record' ? effect.record : []));
}

describe('beginning', () => {
  it('[C1] rings every device that is there, after the reply', () => {
    const effects = new Drive().feed(invite);
    expect(effects[0]).toEqual({ type: 'reply', ok: { call: id } });
    expect(told(effects)).toEqual(['bob/phone: incoming', 'bob/desk: incoming']);
    expect(effects).toContainEqual({
      type: 'occupies',
      user: 'alice',
      as: { role: 'caller', peer: 'bob', stage: 'engaged' },
    });
  });

  it.each([
    ['ringing', ringing],
    ['answering', answering],
    ['active', active],
  ])('[C2] answers a repeated invite the same and rings nobody again: %s', (_state, drive) => {
    const call = drive();
    const before = call.state;
    expect(call.feed(invite)).toEqual([{ type: 'reply', ok: { call: id } }]);
    expect(call.state).toBe(before);
  });

  it('[C2] tells the end again when a repeated invite finds its call ended', () => {
    const effects = ended().feed({ ...invite, type: 'refused', cause: 'unreachable' });
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: ended hangup']);
  });

  it.each([
    ['ringing', ringing],
    ['answering', answering],
    ['active', active],
    ['ended', ended],
  ])('[C3] refuses the id to anybody else: %s', (_state, drive) => {
    expect(answered(drive().feed({ ...invite, from: carolPhone }))).toBe('call_exists');
    expect(answered(drive().feed({ ...invite, from: bobPhone, to: alice }))).toBe('call_exists');
  });

  it('[C4] records as secret what its callee is not to hear of', () => {
    const drive = new Drive();
    drive.feed({ ...invite, type: 'refused', cause: 'unreachable', secret: true });
    expect(records(drive)).toMatchObject([{ cause: 'unreachable', secret: true }]);
  });

  it('[C4] ends at once what is not admitted, and records it', () => {
    const drive = new Drive();
    const effects = drive.feed({ ...invite, type: 'refused', cause: 'do_not_disturb' });
    expect(effects[0]).toEqual({ type: 'reply', ok: { call: id } });
    expect(told(effects)).toEqual(['alice/laptop/1: ended do_not_disturb']);
    expect(records(drive)).toMatchObject([{ call: id, caller: alice, callee: bob, cause: 'do_not_disturb', endedAt: t0 }]);
  });

  it('[C5] rings a device that comes later, with the offer and candidates of the moment', () => {
    const drive = ringing({ devices: ['phone'] });
    drive.feed(
      { type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') },
      { type: 'candidates', from: aliceLaptop, epoch: 2, candidates: [candidate('a')], end: true },
    );
    expect(told(drive.feed({ type: 'attach', device: 'desk' }))).toEqual(['bob/desk: incoming']);
    expect(viewOf(drive.state, 'bob', bobDesk.connection, drive.now)).toMatchObject({
      stage: 'ringing',
      epoch: 2,
      offer: offer('2'),
      candidates: [candidate('a')],
      end: true,
    });
  });

  it('[C5] rings a device again that was away, once, and not one that said busy', () => {
    const drive = ringing();
    drive.feed({ type: 'detach', device: 'phone' }, { type: 'reject', from: bobDesk, reason: 'busy' });
    expect(told(drive.feed({ type: 'attach', device: 'phone' }))).toEqual(['bob/phone: incoming']);
    expect(drive.feed({ type: 'attach', device: 'phone' })).toEqual([]);
    expect(drive.feed({ type: 'attach', device: 'desk' })).toEqual([]);
  });

  it('[C6] tells the caller once of each device that rings', () => {
    const drive = ringing({ waiting: true });
    const effects = drive.feed({ type: 'ringing', from: bobPhone });
    expect(effects).toEqual([
      {
        type: 'send',
        to: { user: 'alice', connection: aliceLaptop.connection },
        event: { type: 'ringing', call: id, waiting: true },
      },
    ]);
    expect(drive.feed({ type: 'ringing', from: bobPhone })).toEqual([]);
    expect(drive.feed({ type: 'ringing', from: bobPhoneTab2 })).toEqual([]);
    expect(drive.feed({ type: 'ringing', from: aliceLaptop })).toEqual([]);
    expect(told(drive.feed({ type: 'ringing', from: bobDesk }))).toEqual(['alice/laptop/1: ringing']);
  });
});

describe('before the claim', () => {
  it('[C7] replaces the offer and voids the old candidates', () => {
    const drive = ringing();
    drive.feed({ type: 'candidates', from: aliceLaptop, epoch: 1, candidates: [candidate('a')], end: true });
    const effects = drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') });
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['bob/phone: reoffered', 'bob/desk: reoffered']);
    expect(drive.kind('ringing').caller).toMatchObject({ candidates: [], end: false });
  });

  it.each([
    ['ringing', ringing],
    ['answering', answering],
  ])('[C7] takes the same offer again, and refuses an older one and one of others: %s', (_state, start) => {
    const drive = start();
    const again: CallInput = { type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') };
    drive.feed(again);
    const before = drive.state;
    expect(drive.feed(again)).toEqual([{ type: 'reply', ok: {} }]);
    expect(answered(drive.feed({ ...again, epoch: 1 }))).toBe('stale_epoch');
    expect(answered(drive.feed({ ...again, offer: offer('other') }))).toBe('stale_epoch');
    expect(answered(drive.feed({ ...again, epoch: 3, from: bobPhone }))).toBe('call_not_found');
    expect(answered(drive.feed({ ...again, epoch: 3, from: from(alice, 'laptop', 2) }))).toBe('call_not_found');
    expect(drive.state).toBe(before);
  });

  it('[C7] passes a replaced offer to the one who has claimed, and takes none once answered', () => {
    const drive = answering();
    const again: CallInput = { type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') };
    expect(told(drive.feed(again))).toEqual(['bob/phone/1: reoffered']);
    expect(answered(active().feed(again))).toBe('wrong_state');
  });

  it("[C8] passes the caller's candidates to every device and keeps them", () => {
    const drive = ringing();
    const batch = Array.from({ length: 20 }, (_, i) => candidate(String(i)));
    const input: CallInput = { type: 'candidates', from: aliceLaptop, epoch: 1, candidates: batch, end: false };
    expect(told(drive.feed(input))).toEqual(['bob/phone: candidates', 'bob/desk: candidates']);
    expect(drive.kind('ringing').caller.candidates).toEqual(batch);
  });

  it.each([
    ['ringing', ringing],
    ['answering', answering],
    ['active', active],
  ])('[C42] keeps each candidate once, also when it is said again, and knows when it was the last: %s', (_state, start) => {
    const drive = start();
    const say = (candidates: Candidate[], end = false): readonly CallEffect[] =>
      drive.feed({ type: 'candidates', from: aliceLaptop, epoch: 1, candidates, end });
    const kept = (): Pick<End, 'candidates' | 'end'> => {
      if (!('caller' in drive.state) || drive.state.kind === 'ended') throw new Error('no sides');
      return drive.state.caller;
    };
    const [a, b, c] = [candidate('a'), candidate('b'), { ...candidate('a'), usernameFragment: 'next' }];
    say([a, a, b], true);
    expect(kept()).toMatchObject({ candidates: [a, b], end: true });
    const before = drive.state;
    expect(say([a])).not.toEqual([]);
    expect(drive.state).toBe(before);
    say([b, c]);
    expect(kept()).toMatchObject({ candidates: [a, b, c], end: false });
    say([], true);
    expect(kept()).toMatchObject({ candidates: [a, b, c], end: true });
  });

  it.each([
    ['number', limits.candidatesPerCall, (i: number) => candidate(String(i))],
    ['length', serverLimits.candidatesLength / 1024, (i: number) => ({ candidate: String(i).padStart(1024, '0') })],
  ])('[C42] keeps the latest candidates up to the limit of their %s', (_limit, most, make) => {
    const drive = ringing();
    const all = Array.from({ length: most + 20 }, (_, i) => make(i));
    for (const one of all) drive.feed({ type: 'candidates', from: aliceLaptop, epoch: 1, candidates: [one], end: false });
    expect(drive.kind('ringing').caller.candidates).toEqual(all.slice(20));
  });

  it('[C42] keeps none of before once both sides have media, but those of a restart of ICE', () => {
    const drive = active();
    for (const by of [aliceLaptop, bobPhone])
      drive.feed({ type: 'candidates', from: by, epoch: 1, candidates: [candidate(by.device)], end: true });
    drive.feed({ type: 'media', from: aliceLaptop, epoch: 1, state: 'connected' });
    expect(drive.kind('active').callee.candidates).toHaveLength(1);
    drive.feed({ type: 'media', from: bobPhone, epoch: 1, state: 'connected' });
    expect(drive.kind('active')).toMatchObject({ caller: { candidates: [] }, callee: { candidates: [], end: true } });
    drive.feed({ type: 'candidates', from: bobPhone, epoch: 1, candidates: [candidate('again')], end: false });
    expect(drive.kind('active').callee).toMatchObject({ candidates: [candidate('again')], end: false });
  });

  it("[C8] lets no candidates of the callee's side out before the claim, and none of other epochs or connections", () => {
    const drive = ringing();
    const before = drive.state;
    const input = { type: 'candidates', epoch: 1, candidates: [candidate('a')], end: false } as const;
    expect(drive.feed({ ...input, from: bobPhone })).toEqual([]);
    expect(drive.feed({ ...input, from: aliceLaptop, epoch: 2 })).toEqual([]);
    expect(drive.feed({ ...input, from: from(alice, 'laptop', 2) })).toEqual([]);
    expect(drive.state).toBe(before);
  });

  it('[C9] tells every device what the caller changes while it rings', () => {
    const drive = ringing();
    const effects = drive.feed({ type: 'update', from: aliceLaptop, side: side(1, { muted: true }) });
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['bob/phone: updated', 'bob/desk: updated']);
    expect(drive.feed({ type: 'update', from: aliceLaptop, side: side(1) })).toEqual([{ type: 'reply', ok: {} }]);
    expect(viewOf(drive.state, 'bob', bobPhone.connection, t0)?.theirs).toEqual(side(1, { muted: true }));
    expect(answered(drive.feed({ type: 'update', from: bobPhone, side: side(1) }))).toBe('wrong_state');
    expect(answered(drive.feed({ type: 'update', from: from(alice, 'laptop', 2), side: side(2) }))).toBe('call_not_found');
  });

  it.each([[{ type: 'reject', from: bobDesk, reason: 'declined' }], [{ type: 'hangup', from: bobDesk }]] satisfies [
    CallInput,
  ][])('[C10] ends everywhere when a device declines: %j', (input) => {
    const drive = ringing();
    const effects = drive.feed(input);
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: ended declined', 'bob/phone: ended declined', 'bob/desk: ended declined']);
    expect(drive.kind('ended').cause).toBe('declined');
  });

  it('[C76] lets the caller hear what the last one says before it is taken, of the present offer', () => {
    const drive = ringing();
    const heard = (by: From, epoch = 1): readonly CallEffect[] =>
      drive.feed({ type: 'ringing', from: by, early: { epoch, description: early(by.device) } });
    expect(heardIn(heard(bobPhone))).toEqual([early('phone')]);
    expect(heardIn(heard(bobDesk))).toEqual([early('desk')]);
    expect(heardIn(heard(bobDesk, 2))).toEqual([undefined]);
    expect(drive.feed({ type: 'ringing', from: bobPhone })).toEqual([]);
    heard(bobDesk);
    // Out, gone, and void with the offer.
    expect(heardIn(drive.feed({ type: 'reject', from: bobDesk, reason: 'busy' })).at(-1)).toBeUndefined();
    expect(drive.kind('ringing').heard).toBeUndefined();
    expect(heard(bobDesk)).toEqual([]);
    heard(bobPhone);
    expect(heardIn(drive.feed({ type: 'detach', device: 'phone' }))).toEqual([undefined]);
    drive.feed({ type: 'attach', device: 'phone' });
    heard(bobPhone);
    drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') });
    expect(drive.kind('ringing').heard).toBeUndefined();
    expect(heard(carolPhone, 2)).toEqual([]);
  });

  it('[C59] a ring that asks to a meeting ends everywhere when somebody goes there', () => {
    const drive = new Drive();
    const meeting = { meeting: 'meeting-0123456789', title: 'Stand-up' };
    drive.feed({ ...invite, origin: { meeting } });
    expect(viewOf(drive.state, 'bob', bobPhone.connection, t0)?.meeting).toEqual(meeting);
    const effects = drive.feed({ type: 'reject', from: bobPhone, reason: 'joined' });
    expect(told(effects)).toEqual(['alice/laptop/1: ended joined', 'bob/phone: ended joined', 'bob/desk: ended joined']);
    expect(drive.kind('ended').cause).toBe('joined');
    const plain = ringing();
    expect(answered(plain.feed({ type: 'reject', from: bobPhone, reason: 'joined' }))).toBe('wrong_state');
    expect(plain.state.kind).toBe('ringing');
  });

  it('[C11] takes away the device that is busy, and ends when all are', () => {
    const drive = ringing();
    const first = drive.feed({ type: 'reject', from: bobPhone, reason: 'busy' });
    expect(told(first)).toEqual(['bob/phone but bob/phone/1: ended busy']);
    expect(drive.state.kind).toBe('ringing');
    drive.feed({ type: 'reject', from: bobDesk, reason: 'busy' });
    expect(drive.kind('ended').cause).toBe('busy');
  });

  it.each(['unreachable', 'no_answer'] as const)(
    '[C11] ends as the last line says by which nobody is reached: %s',
    (reason) => {
      const drive = ringing();
      drive.feed({ type: 'reject', from: bobPhone, reason: 'busy' });
      drive.feed({ type: 'reject', from: bobDesk, reason });
      expect(drive.kind('ended').cause).toBe(reason);
    },
  );

  it('[C12] is no missed call where somebody else was called as well, and has taken it', () => {
    const drive = ringing();
    drive.feed({ type: 'hangup', from: aliceLaptop, elsewhere: true });
    expect(records(drive)).toMatchObject([{ cause: 'answered_elsewhere' }]);
  });

  it('[C12] stops every device when the caller hangs up', () => {
    const drive = ringing();
    const effects = drive.feed({ type: 'hangup', from: aliceLaptop });
    expect(told(effects)).toEqual([
      'alice/laptop/1: ended cancelled',
      'bob/phone: ended cancelled',
      'bob/desk: ended cancelled',
    ]);
  });

  it('[C13] rings no longer than it may', () => {
    const drive = ringing({ ringMs: 20_000 });
    drive.later(19_999).feed({ type: 'tick' });
    expect(drive.state.kind).toBe('ringing');
    drive.later(1).feed({ type: 'tick' });
    expect(drive.kind('ended').cause).toBe('no_answer');
  });

  it('[C14] waits a little for a device when none is there', () => {
    const drive = ringing({ devices: [] });
    drive.expire();
    expect(drive.now).toBe(t0 + serverLimits.reachMs);
    expect(drive.kind('ended').cause).toBe('unreachable');

    const back = ringing();
    back.feed({ type: 'detach', device: 'phone' }, { type: 'detach', device: 'desk' });
    back.feed({ type: 'attach', device: 'phone' });
    back.expire();
    expect(back.now).toBe(t0 + limits.ringMs);
    expect(back.kind('ended').cause).toBe('no_answer');
  });

  it('[C14] waits less for a page that has left by itself, and takes one that is loaded again', () => {
    const drive = ringing({ devices: [], left: true });
    drive.expire();
    expect(drive.now).toBe(t0 + serverLimits.reloadMs);
    expect(drive.kind('ended').cause).toBe('unreachable');

    const back = ringing({ devices: ['phone'] });
    back.feed({ type: 'detach', device: 'phone', left: true });
    expect(callMachine.deadline(back.state)).toBe(t0 + serverLimits.reloadMs);
    expect(told(back.feed({ type: 'attach', device: 'phone' }))).toEqual(['bob/phone: incoming']);
    expect(callMachine.deadline(back.state)).toBe(t0 + limits.ringMs);
  });

  it('[C14] ends busy when the only devices left to wait for do not come', () => {
    const drive = ringing();
    drive.feed({ type: 'detach', device: 'desk' }, { type: 'reject', from: bobPhone, reason: 'busy' });
    drive.expire();
    expect(drive.now).toBe(t0 + serverLimits.reachMs);
    expect(drive.kind('ended').cause).toBe('busy');
  });

  it("[C15] rings on for a while when the caller's signalling is gone", () => {
    const drive = ringing();
    drive.feed({ type: 'away', connection: aliceLaptop.connection });
    drive.later(1_000).feed({ type: 'away', connection: aliceLaptop.connection });
    drive.feed({ type: 'back', connection: aliceLaptop.connection });
    expect(callMachine.deadline(drive.state)).toBe(t0 + limits.ringMs);
    drive.feed({ type: 'away', connection: aliceLaptop.connection }, { type: 'away', connection: bobPhone.connection });
    drive.expire();
    expect(drive.now).toBe(t0 + 1_000 + serverLimits.lostMs);
    expect(drive.kind('ended').cause).toBe('cancelled');
  });

  it("[C15] rings on for a moment when the caller's page has left by itself", () => {
    const drive = ringing();
    drive.feed({ type: 'away', connection: aliceLaptop.connection, left: true });
    expect(callMachine.deadline(drive.state)).toBe(t0 + serverLimits.leftMs);
    drive.feed({ type: 'back', connection: aliceLaptop.connection });
    expect(callMachine.deadline(drive.state)).toBe(t0 + limits.ringMs);
    drive.feed({ type: 'away', connection: aliceLaptop.connection });
    expect(callMachine.deadline(drive.state)).toBe(t0 + serverLimits.lostMs);
    drive.feed({ type: 'back', connection: aliceLaptop.connection });
    drive.feed({ type: 'away', connection: aliceLaptop.connection, left: true });
    drive.expire();
    expect(drive.kind('ended').cause).toBe('cancelled');
  });

  it('[C15] counts from the first loss when the same loss is told again', () => {
    const drive = ringing();
    drive.feed({ type: 'away', connection: aliceLaptop.connection });
    drive.later(5_000).feed({ type: 'away', connection: aliceLaptop.connection });
    expect(callMachine.deadline(drive.state)).toBe(t0 + serverLimits.lostMs);
  });
});

describe('the claim', () => {
  it('[C16] is won by the first, and answered again to the first alone', () => {
    const drive = ringing();
    const accept = { type: 'accept', epoch: 1, answer: answer('1') } as const;
    expect(answered(drive.feed({ ...accept, from: bobPhone }))).toBe('ok');
    const won = drive.state;
    expect(answered(drive.feed({ ...accept, from: bobDesk }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ ...accept, from: bobPhoneTab2 }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ ...accept, from: aliceLaptop }))).toBe('call_not_found');
    expect(drive.feed({ ...accept, from: bobPhone })).toEqual([{ type: 'reply', ok: {} }]);
    expect(drive.state).toBe(won);
  });

  it('[C16] may be won by a device that was not rung or had said busy, and not by the caller', () => {
    const drive = ringing();
    expect(answered(drive.feed({ type: 'accept', from: aliceLaptop, epoch: 1 }))).toBe('call_not_found');
    drive.feed({ type: 'reject', from: bobPhone, reason: 'busy' });
    expect(answered(drive.feed({ type: 'accept', from: bobPhone, epoch: 1 }))).toBe('ok');
    expect(answered(ringing().feed({ type: 'accept', from: from(bob, 'tablet'), epoch: 1 }))).toBe('ok');
  });

  it('[C17] makes the call active with an answer to the present offer', () => {
    const drive = ringing();
    const effects = drive.feed({ type: 'accept', from: bobPhone, epoch: 1, answer: answer('1') });
    expect(drive.state).toMatchObject({ kind: 'active', epoch: 1, answer: answer('1') });
    expect(effects).toContainEqual({
      type: 'send',
      to: { user: 'alice', connection: aliceLaptop.connection },
      event: { type: 'accepted', call: id, epoch: 1, answer: answer('1') },
    });
  });

  it('[C17] waits for the answer when there is none, or one to an offer that was replaced', () => {
    expect(answering().state.kind).toBe('answering');
    const drive = ringing();
    drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') });
    const effects = drive.feed({ type: 'accept', from: bobPhone, epoch: 1, answer: answer('1') });
    expect(drive.state).toMatchObject({ kind: 'answering', epoch: 2, offer: offer('2') });
    expect(effects).toContainEqual({
      type: 'send',
      to: { user: 'alice', connection: aliceLaptop.connection },
      event: { type: 'accepted', call: id, epoch: 2 },
    });
  });

  it('[C17] takes the answer that comes with another claim of the winner', () => {
    const drive = answering();
    const again: CallInput = { type: 'accept', from: bobPhone, epoch: 1, answer: answer('1') };
    expect(answered(drive.feed({ ...again, from: bobDesk }))).toBe('answered_elsewhere');
    expect(drive.feed({ ...again, epoch: 2 })).toEqual([{ type: 'reply', ok: {} }]);
    const effects = drive.feed(again);
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: answered']);
    expect(drive.state.kind).toBe('active');
  });

  it('[C18] stops all other devices and tabs, naming the device', () => {
    const effects = ringing().feed({ type: 'accept', from: bobPhone, epoch: 1 });
    expect(told(effects)).toEqual([
      'alice/laptop/1: accepted',
      'bob/phone but bob/phone/1: ended answered_elsewhere',
      'bob/desk but bob/phone/1: ended answered_elsewhere',
    ]);
    expect(effects.flatMap((effect) => (effect.type === 'send' && effect.event.type === 'ended' ? effect.event : []))).toEqual(
      Array.from({ length: 2 }, () => ({ type: 'ended', call: id, cause: 'answered_elsewhere', elsewhere: "Bob's phone" })),
    );
  });

  it('[C18] tells a device that comes too late', () => {
    const late: CallInput = { type: 'attach', device: 'tablet' };
    for (const start of [answering, active])
      expect(told(start().feed(late))).toEqual(['bob/tablet but bob/phone/1: ended answered_elsewhere']);
    expect(told(ended().feed(late))).toEqual(['bob/tablet but bob/phone/1: ended answered_elsewhere']);
    const cancelled = ringing();
    cancelled.feed({ type: 'hangup', from: aliceLaptop });
    expect(told(cancelled.feed(late))).toEqual(['bob/tablet: ended cancelled']);
  });

  it('[C19] takes the answer of the connection that claimed, for the present epoch', () => {
    const drive = answering();
    const input = { type: 'answer', from: bobPhone, epoch: 1, answer: answer('1') } as const;
    expect(answered(drive.feed({ ...input, from: bobDesk }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ ...input, from: aliceLaptop }))).toBe('call_not_found');
    expect(answered(drive.feed({ ...input, epoch: 2 }))).toBe('stale_epoch');
    const effects = drive.feed(input);
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: answered']);
    expect(drive.feed(input)).toEqual([{ type: 'reply', ok: {} }]);
  });

  it('[C19] ends when no answer follows, and takes none while it rings', () => {
    const drive = answering();
    drive.expire();
    expect(drive.now).toBe(t0 + serverLimits.answerMs);
    expect(drive.kind('ended').cause).toBe('media_failed');
    expect(answered(ringing().feed({ type: 'answer', from: bobPhone, epoch: 1, answer: answer('1') }))).toBe('wrong_state');
  });

  it('[C20] gives the call to the one whose invite crossed, also when asked again', () => {
    const drive = ringing();
    const merge = { type: 'accept', from: bobPhone, epoch: 1, merge: 'call-of-bob-0123456789' } as const;
    const view = {
      call: id,
      role: 'callee',
      peer: alice,
      stage: 'answering',
      here: true,
      offer: offer('1'),
      crossed: merge.merge,
    };
    expect(drive.feed(merge)).toContainEqual({ type: 'reply', ok: { call: id, merged: expect.objectContaining(view) } });
    expect(drive.feed(merge)).toEqual([{ type: 'reply', ok: { call: id, merged: expect.objectContaining(view) } }]);
    expect(answered(drive.feed({ ...merge, from: bobDesk }))).toBe('answered_elsewhere');
  });
});

describe('in the call', () => {
  it('[C21] is for the two sides only', () => {
    const drive = active();
    const before = drive.state;
    const inputs = [
      { type: 'describe', from: bobDesk, epoch: 1, description: offer('x') },
      { type: 'update', from: bobPhoneTab2, side: side(1) },
      { type: 'answer', from: bobDesk, epoch: 1, answer: answer('x') },
    ] satisfies CallInput[];
    for (const input of inputs) expect(answered(drive.feed(input))).toBe('answered_elsewhere');
    for (const input of inputs)
      expect(answered(drive.feed({ ...input, from: from(alice, 'laptop', 2) }))).toBe('call_not_found');
    expect(drive.feed({ type: 'media', from: bobDesk, epoch: 1, state: 'connected' })).toEqual([]);
    expect(drive.feed({ type: 'hangup', from: bobPhoneTab2 })).toEqual([{ type: 'reply', ok: {} }]);
    expect(drive.feed({ type: 'hangup', from: bobDesk })).toEqual([{ type: 'reply', ok: {} }]);
    expect(drive.feed({ type: 'reject', from: bobDesk, reason: 'declined' })).toEqual([{ type: 'reply', ok: {} }]);
    expect(answered(drive.feed({ type: 'hangup', from: from(alice, 'tablet') }))).toBe('call_not_found');
    expect(drive.state).toBe(before);
  });

  it('[C22] passes descriptions to the other side, and none before the answer', () => {
    const input = { type: 'describe', epoch: 1, description: offer('x') } as const;
    const drive = active();
    expect(told(drive.feed({ ...input, from: aliceLaptop }))).toEqual(['bob/phone/1: described']);
    expect(told(drive.feed({ ...input, from: bobPhone }))).toEqual(['alice/laptop/1: described']);
    expect(answered(ringing().feed({ ...input, from: aliceLaptop }))).toBe('wrong_state');
    expect(answered(answering().feed({ ...input, from: bobPhone }))).toBe('wrong_state');
  });

  it('[C23] opens the next epoch by an offer, and no other', () => {
    const drive = connected();
    drive.feed({ type: 'candidates', from: bobPhone, epoch: 1, candidates: [candidate('b')], end: true });
    const offered = { type: 'describe', from: bobPhone, epoch: 2, description: offer('2') } as const;
    expect(answered(drive.feed({ ...offered, description: answer('2') }))).toBe('stale_epoch');
    expect(told(drive.feed(offered))).toEqual(['alice/laptop/1: described']);
    expect(drive.kind('active')).toMatchObject({
      epoch: 2,
      answer: undefined,
      caller: { candidates: [], media: 'connecting' },
      callee: { candidates: [], end: false, media: 'connecting' },
    });
    expect(answered(drive.feed({ ...offered, epoch: 1 }))).toBe('stale_epoch');
    expect(told(drive.feed({ ...offered, epoch: 7 }))).toEqual(['alice/laptop/1: described']);
    expect(drive.kind('active').epoch).toBe(7);
  });

  it.each([
    ['answering', answering],
    ['active', active],
  ])('[C24] passes and keeps candidates of the present epoch: %s', (_state, start) => {
    const drive = start();
    const input = { type: 'candidates', from: bobPhone, epoch: 1, candidates: [candidate('b')], end: true } as const;
    expect(told(drive.feed(input))).toEqual(['alice/laptop/1: candidates']);
    expect(viewOf(drive.state, 'alice', aliceLaptop.connection, t0)).toMatchObject({ candidates: [candidate('b')], end: true });
    expect(drive.feed({ ...input, epoch: 2 })).toEqual([]);
    expect(drive.feed({ ...input, from: bobDesk })).toEqual([]);
  });

  it.each([
    ['answering', answering],
    ['active', active],
  ])('[C25] takes the value with the highest number: %s', (_state, start) => {
    const drive = start();
    const update = { type: 'update', from: bobPhone } as const;
    expect(told(drive.feed({ ...update, side: side(2, { held: true }) }))).toEqual(['alice/laptop/1: updated']);
    const before = drive.state;
    expect(drive.feed({ ...update, side: side(1) })).toEqual([{ type: 'reply', ok: {} }]);
    expect(drive.feed({ ...update, side: side(2) })).toEqual([{ type: 'reply', ok: {} }]);
    expect(drive.state).toBe(before);
    expect(told(drive.feed({ type: 'update', from: aliceLaptop, side: side(1) }))).toEqual(['bob/phone/1: updated']);
  });

  it('[C41] records the quality that each side has last told of', () => {
    const heard = { mos: 4.2, loss: 0, jitterMs: 2, roundTripMs: 30 };
    const drive = connected();
    for (const mos of [1, 4.2]) expect(drive.feed({ type: 'quality', from: bobPhone, quality: { ...heard, mos } })).toEqual([]);
    expect(drive.feed({ type: 'quality', from: bobDesk, quality: heard })).toEqual([]);
    const [record] = drive.feed({ type: 'hangup', from: aliceLaptop }).filter((effect) => effect.type === 'record');
    expect(record?.record.quality).toEqual({ caller: undefined, callee: heard });

    const rings = ringing();
    const before = rings.state;
    rings.feed({ type: 'quality', from: aliceLaptop, quality: heard });
    expect(rings.state).toBe(before);
  });

  it('[C26] counts the duration from the first media of either side', () => {
    const drive = active().later(2_000);
    const media = { type: 'media', epoch: 1 } as const;
    expect(drive.feed({ ...media, from: bobPhone, state: 'connected' })).toEqual([
      { type: 'announce', event: 'call.connected' },
    ]);
    expect(drive.later(500).feed({ ...media, from: aliceLaptop, state: 'connected' })).toEqual([]);
    drive.feed({ ...media, from: aliceLaptop, state: 'interrupted' });
    expect(drive.later(500).feed({ ...media, from: aliceLaptop, state: 'connected' })).toEqual([]);
    drive.feed({ type: 'describe', from: bobPhone, epoch: 2, description: offer('2') });
    expect(drive.feed({ type: 'media', epoch: 2, from: bobPhone, state: 'connected' })).toEqual([]);
    expect(drive.kind('active').answer).toBeUndefined();
    drive.later(7_000).feed({ type: 'hangup', from: bobPhone });
    expect(records(drive)).toMatchObject([{ startedAt: t0, connectedAt: t0 + 2_000, endedAt: t0 + 10_000 }]);
  });

  it('[C69] tells the other side that media are lost for good', () => {
    const lost = { type: 'media', epoch: 1, state: 'lost' } as const;
    const drive = active();
    for (const before of ['connected', 'interrupted'] as const) {
      drive.feed({ ...lost, from: bobPhone, state: before });
      expect(told(drive.feed({ ...lost, from: bobPhone }))).toEqual(['alice/laptop/1: epoch_failed']);
      expect(drive.feed({ ...lost, from: bobPhone })).toEqual([]);
    }
    expect(drive.feed({ ...lost, from: bobPhone, epoch: 2 })).toEqual([]);
    expect(answering().feed({ ...lost, from: bobPhone })).toEqual([]);
  });

  it('[C70] announces the keys that one of the two presses, once it is taken', () => {
    const pressed = { type: 'digit', user: alice.address, digit: '5' } as const;
    const told = [{ type: 'announce', event: 'call.digit', digit: '5', by: alice }];
    for (const drive of [answering(), active(), connected()]) {
      const before = drive.state;
      expect(drive.feed(pressed)).toEqual(told);
      expect(drive.feed({ ...pressed, user: 'carol' })).toEqual([]);
      expect(drive.state).toBe(before);
    }
    const over = active();
    over.feed({ type: 'hangup', from: bobPhone });
    for (const drive of [ringing(), over]) expect(drive.feed(pressed)).toEqual([]);
  });

  it('[C26] takes no media before the answer or of another epoch', () => {
    expect(answering().feed({ type: 'media', from: bobPhone, epoch: 1, state: 'connected' })).toEqual([]);
    expect(active().feed({ type: 'media', from: bobPhone, epoch: 2, state: 'connected' })).toEqual([]);
  });
});

describe('losses and the end', () => {
  it.each([
    ['answering', answering],
    ['active', active],
  ])('[C27] tells the other side of a lost socket and of its return, once: %s', (_state, start) => {
    const drive = start();
    const gone = { type: 'away', connection: bobPhone.connection } as const;
    expect(told(drive.feed(gone))).toEqual(['alice/laptop/1: peer away']);
    expect(drive.feed(gone)).toEqual([]);
    expect(viewOf(drive.state, 'alice', aliceLaptop.connection, t0)?.away).toBe(true);
    expect(told(drive.feed({ ...gone, type: 'back' }))).toEqual(['alice/laptop/1: peer here']);
    expect(drive.feed({ ...gone, type: 'back' })).toEqual([]);
    expect(drive.feed({ ...gone, connection: bobDesk.connection })).toEqual([]);
    expect(drive.feed({ type: 'back', connection: bobDesk.connection })).toEqual([]);
  });

  it('[C28] lives on media alone, and dies when that goes, too', () => {
    const drive = connected();
    drive.feed({ type: 'away', connection: bobPhone.connection });
    expect(callMachine.deadline(drive.state)).toBeUndefined();
    drive.later(500_000).feed({ type: 'media', from: aliceLaptop, epoch: 1, state: 'interrupted' });
    const lost = drive.now;
    drive.expire();
    expect(drive.now).toBe(lost + serverLimits.lostMs);
    expect(drive.kind('ended').cause).toBe('connection_lost');
  });

  it('[C29] keeps a call whose sides are both gone, for its time', () => {
    const drive = connected();
    drive.feed({ type: 'away', connection: bobPhone.connection });
    drive.later(5_000).feed({ type: 'away', connection: aliceLaptop.connection });
    drive.expire();
    expect(drive.now).toBe(t0 + 6_000 + serverLimits.orphanMs);
    expect(drive.kind('ended').cause).toBe('connection_lost');
  });

  it('[C43] ends soon after a page has left by itself, whatever media the other side has', () => {
    const drive = connected();
    const gone = { type: 'away', connection: bobPhone.connection, left: true } as const;
    const since = drive.now;
    expect(told(drive.feed(gone))).toEqual(['alice/laptop/1: peer away']);
    expect(drive.feed(gone)).toEqual([]);
    expect(callMachine.deadline(drive.state)).toBe(since + serverLimits.leftMs);
    drive.later(1_000).feed({ type: 'media', from: aliceLaptop, epoch: 1, state: 'interrupted' });
    drive.later(1_000).feed({ type: 'away', connection: aliceLaptop.connection });
    expect(callMachine.deadline(drive.state)).toBe(since + serverLimits.leftMs);
    drive.expire();
    expect(drive.kind('ended').cause).toBe('connection_lost');
  });

  it('[C43] goes on when the page is back', () => {
    const drive = connected();
    drive.feed({ type: 'away', connection: bobPhone.connection, left: true });
    drive.later(serverLimits.leftMs - 1).feed({ type: 'back', connection: bobPhone.connection });
    expect(callMachine.deadline(drive.state)).toBeUndefined();
    drive.feed({ type: 'away', connection: bobPhone.connection });
    expect(callMachine.deadline(drive.state)).toBeUndefined();
  });

  it('[C43] counts a page that had left as lost once the server was restarted', () => {
    const drive = connected();
    drive.feed({ type: 'away', connection: bobPhone.connection, left: true });
    drive.later(60_000).feed({ type: 'away', connection: aliceLaptop.connection });
    expect(drive.feed({ type: 'away', connection: bobPhone.connection })).toEqual([]);
    expect(callMachine.deadline(drive.state)).toBe(drive.now + serverLimits.orphanMs);
    const rings = ringing();
    rings.feed({ type: 'away', connection: aliceLaptop.connection, left: true });
    rings.later(serverLimits.leftMs).feed({ type: 'away', connection: aliceLaptop.connection });
    expect(callMachine.deadline(rings.state)).toBe(t0 + serverLimits.leftMs + serverLimits.lostMs);
  });

  it('[C30] ends when media never connects', () => {
    const drive = active();
    drive.expire();
    expect(drive.now).toBe(t0 + serverLimits.connectMs);
    expect(drive.kind('ended').cause).toBe('media_failed');
  });

  it('[C30] gives a side that comes back the whole time again, and one that opens a new epoch', () => {
    const drive = active();
    drive.feed({ type: 'away', connection: bobPhone.connection });
    drive.later(serverLimits.connectMs - 1).feed({ type: 'back', connection: bobPhone.connection });
    expect(callMachine.deadline(drive.state)).toBe(drive.now + serverLimits.connectMs);
    drive.later(1_000).feed({ type: 'describe', from: bobPhone, epoch: 2, description: offer('2') });
    expect(callMachine.deadline(drive.state)).toBe(drive.now + serverLimits.connectMs);
  });

  it('[C31] ends when media stays interrupted with both sides there', () => {
    const drive = connected().later(5_000);
    drive.feed({ type: 'media', from: bobPhone, epoch: 1, state: 'interrupted' });
    drive.later(1_000).feed({ type: 'media', from: bobPhone, epoch: 1, state: 'connected' });
    expect(callMachine.deadline(drive.state)).toBeUndefined();
    drive.feed({ type: 'media', from: bobPhone, epoch: 1, state: 'interrupted' });
    const since = drive.now;
    drive.expire();
    expect(drive.now).toBe(since + serverLimits.interruptedMs);
    expect(drive.kind('ended').cause).toBe('connection_lost');
  });

  it.each([
    ['answering', answering, aliceLaptop],
    ['answering', answering, bobPhone],
    ['active', active, aliceLaptop],
    ['active', active, bobPhone],
  ])('[C32] ends by a hang-up of a side: %s', (_state, start, by) => {
    const drive = start();
    const effects = drive.feed({ type: 'hangup', from: by });
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: ended hangup', 'bob/phone/1: ended hangup']);
    expect(drive.feed({ type: 'hangup', from: by })).toEqual([{ type: 'reply', ok: {} }]);
  });

  it('[C33] ends once, with one record and both users released', () => {
    const drive = connected();
    drive.feed({ type: 'hangup', from: bobPhone }, { type: 'hangup', from: aliceLaptop }, { type: 'tick' });
    expect(drive.all.filter((effect) => effect.type === 'released')).toEqual([
      { type: 'released', user: 'alice' },
      { type: 'released', user: 'bob' },
    ]);
    expect(records(drive)).toHaveLength(1);
    expect(drive.all.filter((effect) => effect.type === 'announce' && effect.event === 'call.ended')).toHaveLength(1);
  });

  it('[C34] answers late requests as done or refuses them', () => {
    const drive = ended();
    for (const input of [
      { type: 'hangup', from: aliceLaptop },
      { type: 'reject', from: bobDesk, reason: 'declined' },
      { type: 'update', from: bobPhone, side: side(3) },
    ] satisfies CallInput[])
      expect(drive.feed(input)).toEqual([{ type: 'reply', ok: {} }]);
    const accept = { type: 'accept', epoch: 1 } as const;
    expect(answered(drive.feed({ ...accept, from: bobPhone }))).toBe('call_ended');
    expect(answered(drive.feed({ ...accept, from: bobDesk }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') }))).toBe('call_ended');
    const cancelled = ringing();
    cancelled.feed({ type: 'hangup', from: aliceLaptop });
    expect(answered(cancelled.feed({ ...accept, from: bobDesk }))).toBe('call_ended');
  });
});

describe('always', () => {
  it.each([
    ['ringing', ringing],
    ['answering', answering],
    ['active', active],
    ['ended', ended],
  ])('[C36] does not exist for strangers: %s', (_state, start) => {
    const drive = start();
    const before = drive.state;
    for (const input of [
      { type: 'reoffer', from: carolPhone, epoch: 2, offer: offer('2') },
      { type: 'reject', from: carolPhone, reason: 'declined' },
      { type: 'accept', from: carolPhone, epoch: 1 },
      { type: 'answer', from: carolPhone, epoch: 1, answer: answer('1') },
      { type: 'describe', from: carolPhone, epoch: 1, description: offer('1') },
      { type: 'update', from: carolPhone, side: side(9) },
      { type: 'hangup', from: carolPhone },
    ] satisfies CallInput[])
      expect(answered(drive.feed(input))).toBe('call_not_found');
    for (const input of [
      { type: 'ringing', from: carolPhone },
      { type: 'candidates', from: carolPhone, epoch: 1, candidates: [candidate('c')], end: false },
      { type: 'media', from: carolPhone, epoch: 1, state: 'connected' },
    ] satisfies CallInput[])
      expect(drive.feed(input)).toEqual([]);
    expect(drive.state).toBe(before);
  });

  it('[C39] says anew after a restart whom it occupies', () => {
    expect(occupied(ringing())).toEqual(['alice caller engaged', 'bob callee ringing']);
    expect(occupied(answering())).toEqual(['alice caller engaged', 'bob callee engaged']);
    expect(occupied(active())).toEqual(['alice caller engaged', 'bob callee engaged']);
    expect(occupied(ended())).toEqual([]);
    expect(occupied(new Drive())).toEqual([]);
  });

  it('[C40] shows each side what it needs, and no more', () => {
    const ring = ringing({ waiting: true });
    ring.feed({ type: 'ringing', from: bobPhone });
    expect(view(ring, aliceLaptop)).toMatchObject({ role: 'caller', here: true, rings: true, waiting: true });
    expect(view(ring, aliceLaptop)).not.toHaveProperty('offer');
    expect(view(ring, bobPhone)).toMatchObject({ here: false, offer: offer('1'), ringMs: limits.ringMs - 1_500 });
    expect(view(ring, carolPhone)).toBeUndefined();

    expect(view(answering(), bobPhone)).toMatchObject({ here: true, stage: 'answering', offer: offer('1') });
    expect(view(answering(), bobDesk)).toMatchObject({ here: false });
    expect(view(active(), aliceLaptop)).toMatchObject({ stage: 'active', answer: answer('1') });
    expect(view(active(), bobPhone)).not.toHaveProperty('answer');
    expect(view(active(), bobPhone)).not.toHaveProperty('offer');
    expect(view(connected(), bobPhone)).toMatchObject({ activeMs: 1_500, rings: false, waiting: false });
    expect(view(ended(), bobPhone)).toBeUndefined();
    expect(view(new Drive(), bobPhone)).toBeUndefined();
  });
});

/** Calls that a program places for somebody: their own devices ring first. Alice is to call Bob. */
import { describe, expect, it } from 'vitest';
import { limits, serverLimits } from '../limits.ts';
import type { CallView } from '../protocol/signaling.ts';
import {
  alice,
  aliceLaptop,
  answered,
  bob,
  bobPhone,
  carol,
  deepFreeze,
  Drive,
  from,
  offer,
  t0,
  told,
} from './call.fixture.ts';
import { callMachine, viewOf, wasTaken } from './call.ts';
import { takePlaced } from './lead.ts';
import type { CallInput, CallRecord, CallState } from './types.ts';

const alicePhone = from(alice, 'phone');
const audio = { audio: true, video: false };
const admitted = { devices: ['laptop', 'phone'], waiting: false, ringMs: limits.ringMs };
const placed: CallInput = { type: 'placed', caller: alice, to: bob, media: audio, verdict: admitted };
const taken: CallInput = {
  type: 'accept',
  from: aliceLaptop,
  epoch: 1,
  onward: { devices: ['phone'], waiting: true, ringMs: limits.ringMs },
};

function recordIn(drive: Drive): CallRecord | undefined {
  return drive.all.find((effect) => effect.type === 'record')?.record;
}

function started(...inputs: readonly CallInput[]): Drive {
  const drive = new Drive();
  drive.feed(placed, ...inputs);
  return drive;
}

describe('placed', () => {
  it("[C63] rings on the caller's devices, which see whom they are to call", () => {
    const drive = new Drive();
    const effects = drive.feed(placed);
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop: incoming', 'alice/phone: incoming']);
    expect(effects).toContainEqual({ type: 'announce', event: 'call.placed' });
    expect(viewOf(drive.state, 'alice', 'any', t0)).toMatchObject({
      role: 'callee',
      peer: bob,
      stage: 'ringing',
      placed: true,
    });
  });

  it('[C63] is nothing to the one who is to be called', () => {
    const drive = started();
    expect(viewOf(drive.state, 'bob', bobPhone.connection, t0)).toBeUndefined();
    expect(callMachine.recover(drive.state, t0)).toEqual([
      { type: 'occupies', user: 'alice', as: { role: 'callee', peer: 'alice', stage: 'ringing' } },
    ]);
    const tried: CallInput[] = [
      { type: 'accept', from: bobPhone, epoch: 1 },
      { type: 'hangup', from: bobPhone },
      { type: 'reject', from: bobPhone, reason: 'declined' },
      { type: 'reoffer', from: bobPhone, epoch: 2, offer: offer('2') },
    ];
    for (const input of tried) expect(answered(drive.feed(input))).toBe('call_not_found');
    drive.feed({ type: 'ringing', from: aliceLaptop });
    expect(told(drive.all).filter((line) => line.startsWith('bob'))).toEqual([]);
  });

  it('[C63] rings on while the server is started anew', () => {
    const drive = started();
    const { state } = drive;
    drive.feed({ type: 'away', connection: '' });
    expect(drive.state).toBe(state);
  });
});

describe('taken', () => {
  it('[C64] goes to the callee once the caller has made an offer', () => {
    const drive = started();
    const effects = drive.feed(taken);
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual([
      `alice/laptop but ${aliceLaptop.connection}: ended answered_elsewhere`,
      `alice/phone but ${aliceLaptop.connection}: ended answered_elsewhere`,
      `${aliceLaptop.connection}: transferred`,
    ]);
    expect(effects).toContainEqual({ type: 'announce', event: 'call.ringing' });
    expect(drive.kind('ringing')).toMatchObject({ caller: aliceLaptop, callee: bob, waiting: true, origin: { placed: true } });
    expect(viewOf(drive.state, 'alice', aliceLaptop.connection, t0)).toMatchObject({ role: 'caller', here: true, peer: bob });
    const { epoch } = drive.kind('ringing');
    const offered = drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: epoch + 1, offer: offer('1') });
    expect(told(offered)).toEqual(['bob/phone: incoming']);
  });

  it('[C64] is taken by the first, whoever asks again', () => {
    const drive = started(taken);
    const { state } = drive;
    expect(answered(drive.feed({ ...taken, from: alicePhone }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ type: 'accept', from: alicePhone, epoch: 1 }))).toBe('answered_elsewhere');
    expect(answered(drive.feed({ type: 'accept', from: aliceLaptop, epoch: 1 }))).toBe('ok');
    expect(drive.state).toBe(state);
    const epoch = drive.kind('ringing').epoch + 1;
    drive.feed({ type: 'reoffer', from: aliceLaptop, epoch, offer: offer('1') }, { type: 'accept', from: bobPhone, epoch });
    expect(answered(drive.feed({ type: 'accept', from: aliceLaptop, epoch: 1 }))).toBe('ok');
    expect(answered(drive.feed({ type: 'accept', from: alicePhone, epoch: 1 }))).toBe('answered_elsewhere');
  });

  it('[C64] is not taken before it is known what becomes of it', () => {
    const drive = started();
    const { state } = drive;
    expect(answered(drive.feed({ type: 'accept', from: aliceLaptop, epoch: 1 }))).toBe('wrong_state');
    expect(drive.state).toBe(state);
  });

  it('[C67] is shown to the page that has taken it alone, which learns that it calls', () => {
    const drive = started(taken);
    const shown = (by: typeof aliceLaptop): CallView | undefined => viewOf(drive.state, 'alice', by.connection, t0);
    expect(shown(aliceLaptop)?.replaces).toEqual([drive.state.id]);
    expect(shown(alicePhone)).toBeUndefined();
    expect([wasTaken(drive.state, 'alice'), wasTaken(drive.state, 'bob')]).toEqual([true, false]);
    const epoch = drive.kind('ringing').epoch + 1;
    drive.feed({ type: 'reoffer', from: aliceLaptop, epoch, offer: offer('1') });
    expect(shown(aliceLaptop)).toMatchObject({ role: 'caller', stage: 'ringing', here: true });
    expect(shown(aliceLaptop)?.replaces).toBeUndefined();
    expect(shown(alicePhone)).toBeUndefined();
    drive.feed({ type: 'accept', from: bobPhone, epoch });
    expect(shown(alicePhone)).toMatchObject({ here: false, stage: 'answering' });
    expect(wasTaken(drive.state, 'alice')).toBe(false);
  });

  it('[C65] ends where the callee cannot be rung', () => {
    const drive = started();
    const effects = drive.feed({ ...taken, onward: { cause: 'busy' } });
    expect(told(effects).at(-1)).toBe(`${aliceLaptop.connection}: ended busy`);
    expect(recordIn(drive)).toMatchObject({ caller: alice, callee: bob, cause: 'busy', origin: { placed: true } });
    expect(recordIn(drive)?.secret).toBeUndefined();
  });

  it('[C65] goes on at whom the callee forwards to', () => {
    const state = deepFreeze(started().kind('ringing'));
    const forward = { to: carol, into: 'call-the-second-1', why: 'always' } as const;
    const way = { hops: [{ call: state.id, by: bob, forward }], call: forward.into, to: carol, verdict: admitted };
    const [first, second] = takePlaced(state, aliceLaptop, way, t0);
    expect(first?.state).toMatchObject({ kind: 'ended', cause: 'forwarded', caller: 'alice', callee: 'bob', forward });
    expect(second?.state).toMatchObject({
      kind: 'ringing',
      callee: carol,
      caller: aliceLaptop,
      origin: { placed: true, forwardedFrom: bob },
      replaces: { caller: [state.id] },
    });
    expect(told(second?.effects ?? [])).toEqual([`${aliceLaptop.connection}: forwarded`]);
  });
});

describe('not taken', () => {
  const ends: readonly (readonly [string, CallInput])[] = [
    ['declined', { type: 'reject', from: alicePhone, reason: 'declined' }],
    ['declined', { type: 'hangup', from: alicePhone }],
    ['cancelled', { type: 'hangup', from: { person: bob, device: '', deviceName: '', connection: '' } }],
  ];

  it.each(ends)('[C66] is cancelled, and its record says that it was %s', (why, input) => {
    const drive = started();
    const effects = drive.feed(input);
    expect(told(effects)).toEqual(['alice/laptop: ended cancelled', 'alice/phone: ended cancelled']);
    expect(recordIn(drive)).toMatchObject({
      caller: alice,
      callee: bob,
      cause: 'cancelled',
      origin: { placed: true, untaken: why },
      secret: true,
    });
    expect(effects.filter(({ type }) => type === 'released')).toEqual([{ type: 'released', user: 'alice' }]);
  });

  it('[C66] is cancelled in time, or at once', () => {
    const drive = started();
    drive.expire();
    expect(drive.now - t0).toBeLessThanOrEqual(Math.max(limits.ringMs, serverLimits.confirmMs));
    expect(recordIn(drive)?.origin).toEqual({ placed: true, untaken: 'no_answer' });
    const refused = new Drive();
    const effects = refused.feed({ ...placed, verdict: { cause: 'do_not_disturb' } });
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual([]);
    const over: CallState = refused.state;
    expect(over).toMatchObject({ kind: 'ended', caller: 'alice', callee: 'bob', cause: 'cancelled' });
  });
});

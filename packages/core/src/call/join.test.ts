import { describe, expect, it } from 'vitest';
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
  candidate,
  carol,
  carolPhone,
  connected,
  Drive,
  ended,
  from,
  invite,
  ringing,
  side,
  told,
} from './call.fixture.ts';
import { join } from './join.ts';
import type { CallEffect, CallInput, CallState, From } from './types.ts';
import { viewOf } from './view.ts';

const into = 'call-the-next-one';

/** Bob, who talks with Alice, talks with Carol as well: he has called her. */
function second(...inputs: readonly CallInput[]): Drive {
  const drive = new Drive();
  drive.state = { ...drive.state, id: 'call-the-second-1' };
  drive.feed({ ...invite, from: bobPhone, to: carol }, ...inputs);
  return drive;
}

const carolAnswers: CallInput = { type: 'accept', from: carolPhone, epoch: 1, answer: answer('c') };

function joined(first: Drive, other: Drive, by: From = bobPhone) {
  const steps = join(first.state, other.state, by, into, first.now);
  if (steps.second === undefined || steps.joined === undefined) throw new Error('it was refused');
  return { first: steps.first, second: steps.second, joined: steps.joined };
}

function refusal(first: CallState, other: CallState, by: From = bobPhone): string | undefined {
  const steps = join(first, other, by, into, 0);
  expect(steps.first.state).toBe(first);
  expect(steps).not.toHaveProperty('joined');
  return answered(steps.first.effects);
}

function record(effects: readonly CallEffect[]) {
  return effects.find((effect) => effect.type === 'record')?.record;
}

describe('a transfer', () => {
  it('[C44] needs two calls that are answered, on the connection that asks', () => {
    const other = second(carolAnswers).state;
    for (const start of [ringing, answering]) expect(refusal(start().state, other)).toBe('wrong_state');
    expect(refusal(active().state, second().state)).toBe('wrong_state');
    expect(refusal(active().state, second({ type: 'accept', from: carolPhone, epoch: 1 }).state)).toBe('wrong_state');
    expect(refusal(active().state, second(carolAnswers, { type: 'hangup', from: carolPhone }).state)).toBe('call_ended');
    expect(refusal(ended().state, other)).toBe('call_ended');
    expect(refusal(active().state, new Drive().state)).toBe('call_not_found');
    expect(refusal(active().state, other, bobDesk)).toBe('answered_elsewhere');
    expect(refusal(active().state, other, from(alice, 'desk'))).toBe('call_not_found');
    expect(refusal(active().state, other, carolPhone)).toBe('call_not_found');
    expect(refusal(active().state, other, aliceLaptop)).toBe('call_not_found');
    const onDesk = new Drive();
    onDesk.feed({ ...invite, from: bobDesk, to: carol }, carolAnswers);
    expect(refusal(active().state, onDesk.state)).toBe('wrong_state');
  });

  it('[C44] leads nobody to oneself', () => {
    const call = active().state;
    expect(refusal(call, call)).toBe('self_call');
    const again = new Drive();
    again.feed({ ...invite, from: bobPhone, to: alice }, { ...carolAnswers, from: from(alice, 'desk') });
    expect(refusal(call, again.state)).toBe('self_call');
  });

  it('[C45] ends both calls for the one who leaves, and tells what became of them', () => {
    const steps = joined(connected(), second(carolAnswers));
    expect(told(steps.first.effects)).toEqual([`${bobPhone.connection}: ended transferred`]);
    expect(told(steps.second.effects)).toEqual([`${bobPhone.connection}: ended transferred`]);
    expect(answered(steps.first.effects)).toBe('ok');
    expect(record(steps.first.effects)).toMatchObject({ cause: 'transferred', transfer: { by: 'bob', to: carol, into } });
    expect(record(steps.second.effects)).toMatchObject({ cause: 'transferred', transfer: { by: 'bob', to: alice, into } });
    for (const step of [steps.first, steps.second])
      expect(step.effects.filter(({ type }) => type === 'released')).toHaveLength(2);
  });

  it('[C45] leads the two others together in a call whose media is yet to be opened', () => {
    const first = connected();
    first.feed({ type: 'update', from: aliceLaptop, side: side(3, { muted: true }) });
    first.feed({ type: 'candidates', from: aliceLaptop, epoch: 1, candidates: [candidate('a')], end: false });
    const other = second(carolAnswers, { type: 'away', connection: carolPhone.connection });
    other.feed({ type: 'describe', from: bobPhone, epoch: 4, description: { type: 'offer', sdp: '4' } });
    const step = joined(first, other).joined;
    expect(step.state).toMatchObject({
      kind: 'active',
      id: into,
      epoch: 4,
      caller: { ...aliceLaptop, side: side(3, { muted: true }), media: 'connecting', candidates: [] },
      callee: { ...carolPhone, awaySince: other.now, media: 'connecting' },
      origin: { transferredBy: bob },
    });
    expect(told(step.effects)).toEqual([`${aliceLaptop.connection}: transferred`, `${carolPhone.connection}: transferred`]);
    const occupied = step.effects.flatMap((effect) => (effect.type === 'occupies' ? `${effect.user} ${effect.as.peer}` : []));
    expect(occupied).toEqual(['alice carol', 'carol alice']);
    expect(step.effects).toContainEqual({ type: 'announce', event: 'call.accepted' });
    expect(viewOf(step.state, 'alice', aliceLaptop.connection, 0)).toMatchObject({
      role: 'caller',
      peer: carol,
      here: true,
      replaces: first.state.kind === 'active' ? [first.state.id] : [],
      transferredBy: bob,
    });
    expect(viewOf(step.state, 'carol', carolPhone.connection, 0)).toMatchObject({ role: 'callee', peer: alice, here: true });
  });

  it('[C45] shows neither the screen that was shown to the one who has left', () => {
    const first = connected();
    first.feed({ type: 'update', from: aliceLaptop, side: side(3, { camera: true, screen: true }) });
    const other = second(carolAnswers);
    other.feed({ type: 'update', from: carolPhone, side: side(4, { screen: true }) });
    expect(joined(first, other).joined?.state).toMatchObject({
      caller: { side: side(3, { camera: true, screen: false }) },
      callee: { side: side(4, { screen: false }) },
    });
  });

  it('[C46] that is repeated is answered as done', () => {
    const left = joined(active(), second(carolAnswers));
    const drive = active();
    drive.state = left.first.state;
    const again: CallInput = { type: 'transfer', from: bobPhone, to: carol, into };
    expect(answered(drive.feed(again))).toBe('ok');
    expect(answered(drive.feed({ ...again, into: 'call-another-one-' }))).toBe('call_ended');
    expect(drive.state).toBe(left.first.state);
  });
});

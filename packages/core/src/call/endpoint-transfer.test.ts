import { describe, expect, it } from 'vitest';
import { alice, answer, bob, carol, offer, side } from './call.fixture.ts';
import {
  call,
  called,
  calleeActive,
  callerActive,
  calling,
  claiming,
  did,
  reconnecting,
  ringingOut,
  said,
  talked,
} from './endpoint.fixture.ts';
import type { CallView } from '../protocol/signaling.ts';

const next = 'call-the-next-one';

/** The call in which this side goes on. */
function led(role: 'caller' | 'callee', change: Partial<CallView> = {}): { type: 'resync'; view: CallView } {
  const from = { replaces: [call], transferredBy: bob };
  return { type: 'resync', view: talked({ call: next, role, peer: carol, epoch: 3, ...from, ...change }) };
}

describe('a side that is led on', () => {
  it.each([
    ['calling', ringingOut],
    ['answering', claiming],
    ['active', callerActive],
    ['reconnecting', reconnecting],
  ])('[E41] opens the first epoch of the new call as its caller: %s', (_name, start) => {
    const drive = start();
    const effects = drive.feed(led('caller'));
    expect(did(effects)).toEqual(['part', 'open 4']);
    expect(drive.kind('opening')).toMatchObject({
      call: next,
      role: 'caller',
      peer: carol,
      transferredBy: bob,
      server: 'active',
    });
    expect(drive.state).toMatchObject({ connectedAt: undefined });
    expect(said(drive.feed({ type: 'offer_ready', epoch: 4, offer: offer('4') }))).toEqual(['describe']);
    expect(drive.all.at(-1)).toMatchObject({ message: { call: next, epoch: 4 } });
  });

  it('[E41] waits for the offer as the callee', () => {
    const drive = calleeActive();
    expect(did(drive.feed(led('callee', { peer: alice })))).toEqual(['part']);
    expect(drive.kind('connecting')).toMatchObject({ call: next, role: 'callee', peer: alice, epoch: 3 });
    expect(did(drive.feed({ type: 'described', epoch: 4, description: offer('4') }))).toEqual(['remote 4', 'capture']);
  });

  it('[E41] takes the offer as well that the caller has made before this side heard of it', () => {
    const drive = calleeActive();
    drive.feed(led('callee', { peer: alice, epoch: 4 }));
    expect(did(drive.feed({ type: 'described', epoch: 4, description: offer('4') }))).toEqual(['remote 4', 'capture']);
  });

  it('[E42] goes on as it is, and says so', () => {
    const drive = callerActive();
    drive.feed({ type: 'update', change: { muted: true } });
    const effects = drive.feed(led('caller', { mine: side(0), theirs: side(5, { held: true }) }));
    expect(effects).toContainEqual({
      type: 'send',
      message: { type: 'update', call: next, side: side(2, { muted: true, screen: false }) },
    });
    expect(drive.state).toMatchObject({ mine: side(2, { muted: true }), theirs: side(5, { held: true }) });
  });

  it.each(['caller', 'callee'] as const)('[E42] shows its screen no more, and says so: as the %s', (role) => {
    const drive = callerActive();
    drive.feed({ type: 'update', change: { camera: true, screen: true } });
    const mine = side(2, { camera: true, screen: false });
    const effects = drive.feed(led(role, { mine: side(1, { camera: true, screen: true }) }));
    expect(effects).toContainEqual({ type: 'send', message: { type: 'update', call: next, side: mine } });
    expect(drive.state).toMatchObject({ mine });
    // The page, which ends what it has captured, has nothing more to say.
    expect(drive.feed({ type: 'update', change: { screen: false } })).toEqual([]);
  });
});

/** The call in which this side goes on, which rings. */
function forwarded(change: Partial<CallView> = {}): { type: 'resync'; view: CallView } {
  return { type: 'resync', view: called({ call: next, peer: carol, replaces: [call], forwardedFrom: bob, ...change }) };
}

describe('a caller whose call rings somebody else', () => {
  it.each([
    ['confirmed', ringingOut],
    ['not confirmed yet', calling],
  ])('[E43] goes on with the offer it has: %s', (_name, start) => {
    const drive = start();
    expect(did(drive.feed(forwarded()))).toEqual(['repeat 1']);
    expect(drive.kind('calling')).toMatchObject({ call: next, peer: carol, forwardedFrom: bob, invited: true, epoch: 1 });
    expect(drive.state).toMatchObject({ remote: undefined });
    drive.feed({ type: 'ringing', waiting: false });
    expect(did(drive.feed({ type: 'accepted', epoch: 1, answer: answer('c') }))).toEqual(['remote 1']);
  });

  it('[E43] says what the server has not heard of its side, under the new id', () => {
    const drive = ringingOut();
    drive.feed({ type: 'update', change: { muted: true } });
    expect(drive.feed(forwarded())).toContainEqual({
      type: 'send',
      message: { type: 'update', call: next, side: side(1, { muted: true }) },
    });
    expect(said(drive.feed({ ...forwarded({ call: 'call-after-that-1', replaces: [next], mine: side(1) }) }))).toEqual([]);
  });

  it('[E43] finds it answered meanwhile, by way of several', () => {
    const drive = ringingOut();
    const effects = drive.feed(forwarded({ stage: 'active', answer: answer('c'), replaces: ['call-in-between-1', call] }));
    expect(did(effects)).toEqual(['remote 1', 'remote_candidates 1', 'repeat 1']);
    expect(drive.kind('connecting')).toMatchObject({ call: next, answered: true });
  });

  it('[E43] sends and plays nothing where the one who has taken it holds it already', () => {
    const drive = ringingOut();
    const theirs = side(2, { held: true });
    const effects = drive.feed(forwarded({ stage: 'active', answer: answer('c'), theirs }));
    expect(effects).toContainEqual({ type: 'apply', mine: side(0), theirs });
    expect(drive.kind('connecting')).toMatchObject({ theirs });
  });

  it('[E43] makes another offer where the one it has is not the one that rings', () => {
    const drive = ringingOut();
    drive.feed({ type: 'network' }, { type: 'offer_ready', epoch: 2, offer: offer('2') });
    expect(did(drive.feed(forwarded()))).toEqual(['part', 'open 3']);
    expect(said(drive.feed({ type: 'offer_ready', epoch: 3, offer: offer('3') }))).toEqual(['reoffer']);
    expect(drive.all.at(-1)).toMatchObject({ message: { call: next, epoch: 3 } });
  });

  it('[E43] makes another offer where a transfer was missed', () => {
    const drive = ringingOut();
    expect(did(drive.feed(forwarded({ transferredBy: bob })))).toEqual(['part', 'open 2']);
  });
});

describe('a side that calls somebody it was led on to', () => {
  it.each([
    ['active', callerActive],
    ['reconnecting', reconnecting],
    ['as the callee of before', calleeActive],
  ])('[E41] makes an offer for the one it calls: %s', (_name, start) => {
    const drive = start();
    const view = called({ call: next, peer: carol, epoch: 2, replaces: [call], transferredBy: bob });
    expect(did(drive.feed({ type: 'resync', view }))).toEqual(['part', 'open 3']);
    expect(drive.kind('opening')).toMatchObject({ role: 'caller', server: 'ringing', remote: undefined });
    expect(said(drive.feed({ type: 'offer_ready', epoch: 3, offer: offer('3') }))).toEqual(['reoffer']);
    expect(drive.kind('calling')).toMatchObject({ call: next, peer: carol });
    drive.feed({ type: 'ended', cause: 'no_answer' });
    expect(drive.kind('ended')).toMatchObject({ cause: 'no_answer', role: 'caller', peer: carol, durationMs: undefined });
  });
});

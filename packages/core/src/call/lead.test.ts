import { describe, expect, it } from 'vitest';
import {
  active,
  alice,
  aliceLaptop,
  answer,
  answered,
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
  offer,
  ringing,
  side,
  t0,
  told,
} from './call.fixture.ts';
import { voicemailPerson } from '../user/voicemail.ts';
import { callMachine } from './call.ts';
import { isMissed } from './causes.ts';
import { forwardInvite, forwardRinging, transferTo } from './lead.ts';
import type { Way } from './lead.ts';
import type { Admitted, CallEffect, CallState, TurnedAway } from './types.ts';
import { viewOf } from './view.ts';

const [first, second, third] = ['call-0123456789ab', 'call-the-second-1', 'call-the-third-12'];
const dave = { address: 'dave', name: 'Dave' };
const admitted: Admitted = { devices: ['phone'], waiting: false, ringMs: 20_000 };

/** To Carol, who is rung. */
const toCarol: Way = {
  hops: [{ call: first, by: bob, forward: { to: carol, into: second, why: 'always' } }],
  call: second,
  to: carol,
  verdict: admitted,
};
/** To Carol, and from her to Dave. */
const toDave: Way = {
  hops: [...toCarol.hops, { call: second, by: carol, forward: { to: dave, into: third, why: 'busy' } }],
  call: third,
  to: dave,
  verdict: admitted,
};
/** A transfer to Carol, who is rung. */
const straight: Way = { hops: [], call: second, to: carol, verdict: admitted };

function record(effects: readonly CallEffect[]) {
  return effects.find((effect) => effect.type === 'record')?.record;
}

function driven(state: CallState | undefined): Drive {
  const drive = new Drive();
  drive.state = state ?? drive.state;
  return drive;
}

describe('an invite that is forwarded', () => {
  const { from: by, to, media, offer: made } = invite;
  const asked = { call: first, from: by, to, media, offer: made };

  it('[C50] ends, and rings with its offer where it goes', () => {
    const [own, next] = forwardInvite(asked, toCarol, t0);
    expect(own?.state).toMatchObject({ kind: 'ended', id: first, cause: 'forwarded', forward: { into: second } });
    expect(own?.effects.map(({ type }) => type)).toEqual(['reply', 'released', 'released', 'record', 'announce']);
    expect(next?.state).toMatchObject({
      kind: 'ringing',
      id: second,
      caller: aliceLaptop,
      callee: carol,
      epoch: 1,
      offer: made,
      legs: { phone: 'invited' },
      ringUntil: t0 + 20_000,
    });
    expect(next?.effects).toContainEqual({ type: 'announce', event: 'call.ringing' });
    expect(told(next?.effects ?? [])).toEqual([`${aliceLaptop.connection}: forwarded`, 'carol/phone: incoming']);
  });

  it('[C51] that was forwarded twice by then is told once, as news of the one that was placed', () => {
    const steps = forwardInvite(asked, toDave, t0);
    expect(steps.map(({ state }) => [state.kind, 'id' in state && state.id])).toEqual([
      ['ended', first],
      ['ended', second],
      ['ringing', third],
    ]);
    const sent = steps.flatMap(({ effects }) => effects.flatMap((effect) => (effect.type === 'send' ? effect.event : [])));
    expect(sent).toMatchObject([
      { type: 'forwarded', call: first, view: { call: third, peer: dave, replaces: [second, first] } },
    ]);
  });

  it('[C75] that the voicemail takes ends as nobody has answered it', () => {
    const { hops, ...rest } = toCarol;
    const [hop] = hops;
    if (hop === undefined) throw new Error('forwarded by nobody');
    const way = { ...rest, to: voicemailPerson, hops: [{ ...hop, forward: { ...hop.forward, to: voicemailPerson } }] };
    const [own] = forwardInvite(asked, way, t0);
    expect(own?.state).toMatchObject({ kind: 'ended', cause: 'voicemail', forward: { into: second } });
    expect(record(own?.effects ?? [])).toMatchObject({ callee: bob, cause: 'voicemail' });
    expect(isMissed('voicemail')).toBe(true);
  });

  it('[C52] tells on each record where it went and why, and in the last call whom it came from', () => {
    const steps = forwardInvite(asked, toDave, t0);
    expect(steps.map(({ effects }) => record(effects))).toMatchObject([
      { callee: bob, cause: 'forwarded', forward: { to: carol, into: second, why: 'always' } },
      { callee: carol, cause: 'forwarded', forward: { to: dave, into: third, why: 'busy' }, origin: { forwardedFrom: bob } },
      undefined,
    ]);
    const last = steps.at(-1)?.state;
    expect(last).toMatchObject({ origin: { forwardedFrom: carol }, via: ['bob', 'carol'] });
    expect(last && viewOf(last, 'dave', 'any', t0)).toMatchObject({ peer: alice, forwardedFrom: carol, offer: made });
  });

  it.each<[TurnedAway, boolean]>([
    [{ cause: 'busy' }, false],
    [{ cause: 'do_not_disturb' }, false],
    [{ cause: 'unreachable', secret: true }, true],
  ])('[C51] is over as the one turns it away to whom it goes: %j', (verdict, secret) => {
    const [own, next] = forwardInvite(asked, { ...toCarol, verdict }, t0);
    expect(told(own?.effects ?? [])).toEqual([]);
    const at = aliceLaptop.connection;
    expect(told(next?.effects ?? [])).toEqual([`${at}: forwarded`, `${at}: ended ${verdict.cause}`]);
    expect(record(next?.effects ?? [])).toMatchObject({ call: second, callee: carol, cause: verdict.cause });
    expect(record(next?.effects ?? [])?.secret === true).toBe(secret);
  });
});

describe('a call that nobody takes', () => {
  it('[C50] rings elsewhere with the offer and the candidates there are, and stops here', () => {
    const drive = ringing();
    drive.feed(
      { type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') },
      { type: 'candidates', from: aliceLaptop, epoch: 2, candidates: [candidate('a')], end: true },
      { type: 'update', from: aliceLaptop, side: side(1, { muted: true }) },
    );
    if (drive.state.kind !== 'ringing') throw new Error('it does not ring');
    const [own, next] = forwardRinging(drive.state, toCarol, drive.now);
    expect(told(own?.effects ?? [])).toEqual(['bob/phone: ended forwarded', 'bob/desk: ended forwarded']);
    expect(next?.state && viewOf(next.state, 'carol', 'any', drive.now)).toMatchObject({
      epoch: 2,
      offer: offer('2'),
      candidates: [candidate('a')],
      end: true,
      theirs: side(1, { muted: true }),
      forwardedFrom: bob,
    });
    expect(next?.state && viewOf(next.state, 'alice', aliceLaptop.connection, drive.now)).toMatchObject({
      here: true,
      role: 'caller',
      peer: carol,
      stage: 'ringing',
      replaces: [first],
      forwardedFrom: bob,
    });
  });

  it('[C50] is forwarded only while it rings', () => {
    for (const start of [active, ended]) {
      const drive = start();
      const { state } = drive;
      expect(drive.feed({ type: 'forward', forward: { to: carol, into: second, why: 'busy' } })).toEqual([]);
      expect(drive.state).toBe(state);
    }
  });

  it('[C52] keeps where it came from when it is answered', () => {
    const state = ringing().state;
    if (state.kind !== 'ringing') throw new Error('it does not ring');
    const drive = driven(forwardRinging(state, toCarol, t0)[1]?.state);
    drive.feed({ type: 'accept', from: carolPhone, epoch: 1, answer: answer('c') });
    expect(viewOf(drive.state, 'alice', aliceLaptop.connection, t0)).toMatchObject({
      stage: 'active',
      answer: answer('c'),
      forwardedFrom: bob,
      replaces: [first],
    });
    expect(record(drive.feed({ type: 'hangup', from: carolPhone }))).toMatchObject({ origin: { forwardedFrom: bob } });
  });
});

/** Bob leaves, and Alice calls Carol. */
const led = (start = connected(), way = straight) => transferTo(start.state, bobPhone, carol, way, start.now);

describe('a transfer without a word', () => {
  it('[C48] is for those who talk, and changes nothing otherwise', () => {
    const refused: [() => Drive, typeof bobPhone, string][] = [
      [ringing, bobPhone, 'wrong_state'],
      [ended, bobPhone, 'call_ended'],
      [active, bobDesk, 'answered_elsewhere'],
      [active, carolPhone, 'call_not_found'],
    ];
    for (const [start, by, code] of refused) {
      const drive = start();
      const steps = transferTo(drive.state, by, carol, straight, drive.now);
      expect([answered(steps.left.effects), steps.next]).toEqual([code, []]);
      expect(steps.left.state).toBe(drive.state);
    }
    expect(answered(transferTo(active().state, bobPhone, alice, straight, t0).left.effects)).toBe('self_call');
  });

  it('[C49] ends the call for the one who leaves, and lets the other call without an offer', () => {
    const drive = connected();
    drive.feed(
      { type: 'update', from: aliceLaptop, side: side(3, { muted: true, camera: true, screen: true }) },
      { type: 'describe', from: bobPhone, epoch: 4, description: offer('4') },
    );
    const { left, next } = led(drive);
    expect(told(left.effects)).toEqual([`${bobPhone.connection}: ended transferred`]);
    expect(record(left.effects)).toMatchObject({ cause: 'transferred', transfer: { by: 'bob', to: carol, into: second } });
    expect(next).toHaveLength(1);
    const [rings] = next;
    expect(rings?.state).toMatchObject({
      kind: 'ringing',
      id: second,
      epoch: 5,
      caller: { ...aliceLaptop, side: side(3, { muted: true, camera: true, screen: false }), candidates: [] },
      callee: carol,
      media: { audio: true, video: true },
      legs: { phone: 'invited' },
      origin: { transferredBy: bob },
    });
    expect(rings?.state).toHaveProperty('offer', undefined);
    expect(told(rings?.effects ?? [])).toEqual([`${aliceLaptop.connection}: transferred`]);
    expect(rings?.state && viewOf(rings.state, 'carol', 'any', drive.now)).toBeUndefined();
    expect(rings?.state && viewOf(rings.state, 'alice', aliceLaptop.connection, drive.now)).toMatchObject({
      here: true,
      role: 'caller',
      stage: 'ringing',
      replaces: [first],
      transferredBy: bob,
    });
  });

  it('[C49] leads the caller of before on as well as the callee', () => {
    const drive = connected();
    const { next } = transferTo(drive.state, aliceLaptop, carol, straight, drive.now);
    expect(next[0]?.state).toMatchObject({ caller: bobPhone, callee: carol });
  });

  it('[C49] rings once the offer is there, and cannot be taken before', () => {
    const drive = driven(led().next[0]?.state);
    expect(answered(drive.feed({ type: 'accept', from: carolPhone, epoch: 2 }))).toBe('wrong_state');
    // A device that comes now is told with the others.
    expect(drive.feed({ type: 'attach', device: 'desk' })).toEqual([]);
    expect(answered(drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 2, offer: offer('2') }))).toBe('stale_epoch');
    const rung = drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 3, offer: offer('3') });
    expect(answered(rung)).toBe('ok');
    expect(told(rung)).toEqual(['carol/phone: incoming', 'carol/desk: incoming']);
    expect(told(drive.feed({ type: 'attach', device: 'tablet' }))).toEqual(['carol/tablet: incoming']);
    expect(told(drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 4, offer: offer('4') }))).toEqual([
      'carol/phone: reoffered',
      'carol/desk: reoffered',
      'carol/tablet: reoffered',
    ]);
    drive.feed({ type: 'accept', from: carolPhone, epoch: 4, answer: answer('4') });
    expect(drive.kind('active')).toMatchObject({ origin: { transferredBy: bob } });
  });

  it('[C49] ends like any other call, also when the offer never comes', () => {
    expect(driven(led().next[0]?.state).expire()).toBeDefined();
    const silent = driven(led().next[0]?.state);
    silent.expire();
    expect(silent.kind('ended')).toMatchObject({ cause: 'no_answer' });
    const lost = driven(led().next[0]?.state);
    lost.feed({ type: 'away', connection: aliceLaptop.connection, left: true });
    lost.expire();
    expect(lost.kind('ended')).toMatchObject({ cause: 'cancelled' });
    const declined = driven(led().next[0]?.state);
    declined.feed({ type: 'reject', from: carolPhone, reason: 'declined' });
    expect(declined.kind('ended')).toMatchObject({ cause: 'declined' });
  });

  it('[C49] goes on to whom the one forwards to who was named', () => {
    const way: Way = { ...toDave, hops: toDave.hops.slice(1) };
    const { left, next } = led(connected(), way);
    expect(left.state).toMatchObject({ transfer: { to: carol, into: second } });
    expect(next.map(({ state }) => state)).toMatchObject([
      { kind: 'ended', id: second, cause: 'forwarded', forward: { to: dave, into: third } },
      { kind: 'ringing', id: third, callee: dave, origin: { transferredBy: bob, forwardedFrom: carol }, via: ['carol'] },
    ]);
    expect(told(next[1]?.effects ?? [])).toEqual([`${aliceLaptop.connection}: transferred`]);
  });

  it('[C46] that is repeated is answered as done', () => {
    const { left } = led();
    const again = transferTo(left.state, bobPhone, carol, straight, t0);
    expect(answered(again.left.effects)).toBe('ok');
    expect(again.next).toEqual([]);
    const other = transferTo(left.state, bobPhone, carol, { ...straight, call: third }, t0);
    expect(answered(other.left.effects)).toBe('call_ended');
  });
});

describe('the calls in whose place one goes on', () => {
  it('[C45] are told from the last to the first, and not without end', () => {
    let state: CallState = connected().state;
    const ids = Array.from({ length: 12 }, (_, n) => `call-number-${String(n).padStart(8, '0')}`);
    for (const id of ids) {
      if (state.kind !== 'active') throw new Error('nobody talks');
      const by = state.callee;
      const to = by.person.address === 'carol' ? dave : carol;
      const [next] = transferTo(state, by, to, { ...straight, call: id, to }, t0).next;
      const drive = driven(next?.state);
      drive.feed({ type: 'reoffer', from: aliceLaptop, epoch: 100, offer: offer(id) });
      const { epoch } = drive.kind('ringing');
      drive.feed({ type: 'accept', from: from(to, 'phone'), epoch, answer: answer(id) });
      drive.feed({ type: 'describe', from: aliceLaptop, epoch: epoch + 100, description: offer(id) });
      const { epoch: _old, ...rest } = drive.kind('active');
      state = { ...rest, epoch: 1 };
    }
    const shown = viewOf(state, 'alice', aliceLaptop.connection, t0);
    expect(shown?.replaces).toEqual(ids.toReversed().slice(1, 9));
    expect(callMachine.deadline(state)).toBeDefined();
  });
});

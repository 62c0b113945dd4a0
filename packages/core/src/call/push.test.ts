import { describe, expect, it } from 'vitest';
import { limits, serverLimits } from '../limits.ts';
import { alice, aliceLaptop, answer, answered, bobDesk, bobPhone, carol, Drive, offer, ringing, told } from './call.fixture.ts';
import { callMachine } from './call.ts';
import { transferTo } from './lead.ts';
import type { CallEffect } from './types.ts';

/** Nobody is there; the tablet can be pushed to. */
const asleep = { devices: [], push: { asleep: ['tablet'], awake: [] } };
/** The phone is there and can be pushed to; the desk is there and cannot. */
const awake = { push: { asleep: [], awake: ['phone'] } };

/** What is pushed, as `device` or `device cause`. */
function pushed(effects: readonly CallEffect[] | undefined): string[] {
  return (effects ?? []).flatMap((effect) =>
    effect.type === 'push' ? [[effect.device, effect.notice.over?.cause].filter(Boolean).join(' ')] : [],
  );
}

const tablet = { ...bobPhone, device: 'tablet', deviceName: 'Tablet', connection: 'tablet/1' };
const rings = (by = tablet) => ({ type: 'ringing', from: by }) as const;

describe('a call to somebody who has no page open', () => {
  it('[C54] is pushed, and rings its whole time', () => {
    const call = ringing(asleep);
    const notice = { call: call.state.id, caller: alice, video: false, until: call.now + limits.ringMs };
    expect(call.all).toContainEqual({ type: 'push', user: 'bob', device: 'tablet', notice });
    expect(callMachine.deadline(call.state)).toBe(call.now + limits.ringMs);
    expect(pushed(call.expire())).toEqual(['tablet no_answer']);
    expect(call.kind('ended').cause).toBe('no_answer');
  });

  it('[C54] is pushed once more after a restart', () => {
    expect(pushed(callMachine.recover(ringing(asleep).state, 0))).toEqual(['tablet']);
  });

  it('[C54] is pushed when there is an offer, after a transfer', () => {
    const talked = ringing({ devices: ['phone'] });
    talked.feed({ type: 'accept', from: bobPhone, epoch: 1, answer: answer('1') });
    const push = { asleep: ['pad'], awake: ['phone'] };
    const verdict = { devices: ['phone'], waiting: false, ringMs: limits.ringMs, push };
    const way = { hops: [], call: 'call-the-second-1', to: carol, verdict };
    const [begun] = transferTo(talked.state, bobPhone, carol, way, talked.now).next;
    expect(pushed(begun?.effects)).toEqual([]);
    const call = new Drive();
    call.state = begun?.state ?? call.state;
    expect(callMachine.deadline(call.state)).toBeGreaterThan(call.now + serverLimits.confirmMs);
    const effects = call.feed({ type: 'reoffer', from: aliceLaptop, epoch: 3, offer: offer('3') });
    expect([pushed(effects), told(effects)]).toEqual([['pad'], ['carol/phone: incoming']]);
    expect(pushed(call.expire())).toEqual(['phone']);
  });

  it('[C58] rings once what was pushed is shown, and is told to a page that comes', () => {
    const call = ringing(asleep);
    expect(told(call.feed(rings()))).toEqual(['alice/laptop/1: ringing']);
    expect(told(call.feed(rings(bobDesk)))).toEqual([]);
    expect(told(call.feed({ type: 'attach', device: 'tablet' }))).toEqual(['bob/tablet: incoming']);
    expect(answered(call.feed({ type: 'accept', from: tablet, epoch: 1, answer: answer('1') }))).toBe('ok');
    expect(pushed(call.all)).toEqual(['tablet']);
  });

  it('[C57] is given up where no push arrives, unless somebody comes', () => {
    const call = ringing(asleep);
    call.feed({ type: 'unpushed', device: 'tablet' });
    expect(callMachine.deadline(call.state)).toBe(call.now + serverLimits.reachMs);
    // Something may have been pushed there before, and arrive yet.
    expect(pushed(call.expire())).toEqual(['tablet unreachable']);
    expect(call.kind('ended').cause).toBe('unreachable');
  });

  it('[C57] rings on where another push does', () => {
    const call = ringing({ devices: [], push: { asleep: ['tablet', 'watch'], awake: [] } });
    call.feed({ type: 'unpushed', device: 'watch' }, { type: 'unpushed', device: 'phone' });
    expect(callMachine.deadline(call.state)).toBe(call.now + limits.ringMs);
    expect(pushed(call.feed({ type: 'hangup', from: aliceLaptop }))).toEqual(['tablet cancelled', 'watch cancelled']);
  });

  it('[C57] rings on where a push arrives after all', () => {
    const call = ringing(asleep);
    call.feed({ type: 'unpushed', device: 'tablet' }, { type: 'unpushed', device: 'tablet' });
    expect(told(call.feed(rings()))).toEqual(['alice/laptop/1: ringing']);
    expect(callMachine.deadline(call.state)).toBe(call.now + limits.ringMs);
  });

  it('[C57] is pushed again to a device that none reached, when its page goes', () => {
    const call = ringing(asleep);
    call.feed({ type: 'attach', device: 'tablet' }, { type: 'unpushed', device: 'tablet' });
    expect(pushed(call.feed({ type: 'detach', device: 'tablet', asleep: true }))).toEqual(['tablet']);
    expect(callMachine.deadline(call.state)).toBe(call.now + limits.ringMs);
    expect(pushed(call.feed({ type: 'hangup', from: aliceLaptop }))).toEqual(['tablet cancelled']);
  });
});

describe('a device that is there', () => {
  it('[C55] is pushed to when it does not say in time that it rings', () => {
    const call = ringing(awake);
    expect(pushed(call.all)).toEqual([]);
    expect(callMachine.deadline(call.state)).toBe(call.now + serverLimits.confirmMs);
    expect(pushed(call.expire())).toEqual(['phone']);
    expect(callMachine.deadline(call.state)).toBe(call.now - serverLimits.confirmMs + limits.ringMs);
    expect(told(call.feed(rings(bobPhone)))).toEqual(['alice/laptop/1: ringing']);
  });

  it('[C55] is left alone when it says so, or that it is busy', () => {
    for (const input of [rings(bobPhone), { type: 'reject', from: bobPhone, reason: 'busy' }] as const) {
      const call = ringing(awake);
      call.feed(input);
      expect(pushed(call.expire())).toEqual([]);
      expect(call.state.kind).toBe('ringing');
    }
  });

  it.each([true, false])('[C55] is pushed to when its last page goes: had it rung, %s', (hasRung) => {
    const call = ringing({ ...awake, devices: ['phone'] });
    if (hasRung) call.feed(rings(bobPhone));
    expect(pushed(call.feed({ type: 'detach', device: 'phone', left: true, asleep: true }))).toEqual(['phone']);
    expect(pushed(call.expire())).toEqual(['phone no_answer']);
  });

  it('[C55] that comes back is told, and not pushed to again when it goes', () => {
    const call = ringing({ ...awake, devices: ['phone'] });
    call.feed({ type: 'detach', device: 'phone', asleep: true });
    expect(told(call.feed({ type: 'attach', device: 'phone' }))).toEqual(['bob/phone: incoming']);
    expect(pushed(call.feed({ type: 'detach', device: 'phone', asleep: true }))).toEqual([]);
  });

  it('[C55] that cannot be pushed to is not', () => {
    const call = ringing();
    call.feed({ type: 'detach', device: 'phone', left: true }, { type: 'detach', device: 'desk', left: true });
    call.expire();
    expect(pushed(call.all)).toEqual([]);
    expect(call.kind('ended').cause).toBe('unreachable');
  });

  it('[C11] makes it busy only if none other may still answer', () => {
    const call = ringing({ devices: ['phone'], push: { asleep: ['tablet'], awake: [] } });
    call.feed({ type: 'reject', from: bobPhone, reason: 'busy' });
    expect(callMachine.deadline(call.state)).toBe(call.now + limits.ringMs);
    expect(call.state.kind).toBe('ringing');
  });
});

describe('the end of what was pushed', () => {
  const two = { devices: ['phone'], push: { asleep: ['tablet', 'watch'], awake: [] } };

  it('[C56] is pushed, too, with the cause, but not to who has taken it', () => {
    const call = ringing(two);
    const effects = call.feed({ type: 'accept', from: tablet, epoch: 1 });
    expect(pushed(effects)).toEqual(['watch answered_elsewhere']);
    expect(effects).toContainEqual(
      expect.objectContaining({
        notice: expect.objectContaining({ over: { cause: 'answered_elsewhere', elsewhere: 'Tablet' } }),
      }),
    );
    expect(pushed(call.feed({ type: 'hangup', from: aliceLaptop }))).toEqual([]);
  });

  it.each([
    ['cancelled', { type: 'hangup', from: aliceLaptop }],
    ['declined', { type: 'hangup', from: bobPhone }],
    ['declined', { type: 'reject', from: bobPhone, reason: 'declined' }],
    ['forwarded', { type: 'forward', forward: { to: carol, into: 'call-the-second-1', why: 'no_answer' } }],
  ] as const)('[C56] is pushed when it was %s', (cause, input) => {
    expect(pushed(ringing(two).feed(input))).toEqual([`tablet ${cause}`, `watch ${cause}`]);
  });
});

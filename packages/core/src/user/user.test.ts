import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, serverLimits } from '../limits.ts';
import { deepFreeze, t0 } from '../call/call.fixture.ts';
import { defaultSettings, newUser, presenceOf, userMachine } from './user.ts';
import type { UserEffect, UserInput, UserState } from './user.ts';

/** Alice, with what happened to her. */
class Alice {
  state: UserState = newUser('alice', { ...defaultSettings, maxCalls: 2 });
  readonly all: UserEffect[] = [];
  now = t0;

  constructor(...inputs: readonly UserInput[]) {
    this.feed(...inputs);
  }

  /** Goes to the deadline and ticks there. */
  expire(): readonly UserEffect[] {
    this.now = userMachine.deadline(this.state) ?? Infinity;
    return this.feed({ type: 'tick' });
  }

  feed(...inputs: readonly UserInput[]): readonly UserEffect[] {
    let last: readonly UserEffect[] = [];
    for (const input of inputs) {
      const { state, effects } = userMachine.step(deepFreeze(this.state), deepFreeze(input), this.now);
      this.state = state;
      this.all.push(...effects);
      last = effects;
    }
    return last;
  }
}

const here = (device: string): UserInput => ({ type: 'device', device, state: 'here' });
const away = (device: string): UserInput => ({ type: 'device', device, state: 'away' });
const left = (device: string): UserInput => ({ type: 'device', device, state: 'left' });
const idle = (device: string): UserInput => ({ type: 'device', device, state: 'idle' });
const quiet = (device: string): UserInput => ({ type: 'device', device, state: 'quiet' });
const gone = (device: string): UserInput => ({ type: 'device', device, state: 'gone' });
const place = (call: string, to = 'bob'): UserInput => ({ type: 'place', call, to });
const offered = (call: string, by = 'bob'): UserInput => ({ type: 'offered', call, from: by });
const engaged = (call: string): UserInput => ({
  type: 'occupied',
  call,
  as: { role: 'callee', peer: 'bob', stage: 'engaged' },
});
const dnd = (doNotDisturb: boolean): UserInput => ({ type: 'settings', change: { doNotDisturb } });

const pushable = (...devices: string[]): UserInput => ({ type: 'pushable', devices: new Set(devices) });

describe('a user whose devices can be pushed to', () => {
  it('[U20] is rung where no device is there, and looks as offline as before', () => {
    const alice = new Alice(pushable('phone', 'tablet'));
    expect(alice.feed(offered('a'))).toEqual([
      expect.objectContaining({ type: 'admit', devices: [], push: { asleep: ['phone', 'tablet'], awake: [] } }),
    ]);
    expect(presenceOf(alice.state)).toBe('offline');
    expect(new Alice(pushable(), offered('a')).all).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
  });

  it('[U20] is rung on what is there and pushed to where it is not, and nowhere where it is quiet', () => {
    const alice = new Alice(pushable('phone', 'tablet', 'kiosk', 'watch'), here('phone'), here('desk'), quiet('kiosk'));
    alice.feed(here('watch'), away('watch'));
    expect(alice.feed(offered('a'))).toMatchObject([
      { devices: ['phone', 'desk'], push: { asleep: ['tablet', 'watch'], awake: ['phone'] } },
    ]);
  });

  it('[U20] is pushed to where the last page goes while it rings', () => {
    const alice = new Alice(pushable('phone'), here('phone'), here('desk'), offered('a'));
    expect(alice.feed(left('phone'))).toEqual([{ type: 'detach', call: 'a', device: 'phone', left: true, asleep: true }]);
    expect(alice.feed(away('desk'))).toEqual([{ type: 'detach', call: 'a', device: 'desk', left: false }]);
    alice.feed(here('phone'));
    expect(alice.feed(quiet('phone'))).toEqual([{ type: 'detach', call: 'a', device: 'phone', left: false }]);
  });
});

describe('a user', () => {
  it('[U14] is disturbed again when that was to end', () => {
    const alice = new Alice(here('phone'));
    const change = { doNotDisturb: true, doNotDisturbUntil: t0 + 60_000 };
    expect(alice.feed({ type: 'settings', change })).toEqual([{ type: 'presence', presence: 'do_not_disturb' }]);
    expect(alice.feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'do_not_disturb' }]);
    expect(alice.expire()).toEqual([{ type: 'presence', presence: 'online' }]);
    expect(alice.now).toBe(t0 + 60_000);
    expect(alice.feed(offered('b'))).toMatchObject([{ type: 'admit' }]);
    expect(userMachine.deadline(alice.state)).toBeUndefined();
  });

  it('[U14] that is not to be disturbed anew has no end of before', () => {
    const alice = new Alice(here('phone'), { type: 'settings', change: { doNotDisturb: true, doNotDisturbUntil: t0 + 1 } });
    alice.feed(dnd(true));
    expect(userMachine.deadline(alice.state)).toBeUndefined();
    expect(alice.state.settings.doNotDisturbUntil).toBeUndefined();
  });

  it('[U14] is not disturbed in the quiet hours, also who was not in memory when they began', () => {
    const quietHours = { timeZone: 'UTC', days: Array.from({ length: 7 }, () => ({ from: 0, to: 1_439 })) };
    const state = newUser('alice', { ...defaultSettings, quietHours });
    const { effects } = userMachine.step(state, offered('a'), Date.UTC(2026, 0, 14, 12));
    expect(effects).toEqual([{ type: 'turn_away', cause: 'do_not_disturb' }]);
    const later = userMachine.step(state, here('phone'), Date.UTC(2026, 0, 14, 23, 59));
    expect(later.effects).toEqual([{ type: 'presence', presence: 'online' }]);
    expect(userMachine.deadline(later.state)).toBe(Date.UTC(2026, 0, 15));
  });

  it('[U16] is unreachable for those whom one has blocked, and calls them neither', () => {
    const alice = new Alice(here('phone'), dnd(true), { type: 'blocked', users: new Set(['bob']) });
    expect(alice.feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'unreachable', secret: true }]);
    expect(alice.feed(place('b'))).toEqual([{ type: 'refuse', code: 'blocked' }]);
    expect(alice.state.calls.size).toBe(0);
    expect(alice.feed(place('c', 'carol'))).toEqual([{ type: 'placed' }]);
    alice.feed({ type: 'blocked', users: new Set() }, dnd(false));
    expect(alice.feed(offered('d'))).toMatchObject([{ type: 'admit' }]);
  });

  it('[U17] is away when nobody uses any of the devices, and rung there all the same', () => {
    const alice = new Alice(here('phone'), here('desk'));
    expect(alice.feed(idle('desk'))).toEqual([]);
    expect(alice.feed(idle('phone'))).toEqual([{ type: 'presence', presence: 'away' }]);
    expect(alice.feed(idle('phone'))).toEqual([]);
    expect(alice.feed(offered('a'))).toMatchObject([{ type: 'admit', devices: ['phone', 'desk'] }]);
    expect(alice.feed(here('phone'))).toEqual([{ type: 'presence', presence: 'online' }]);
    expect(alice.feed(idle('phone'), quiet('phone'))).toEqual([{ type: 'detach', call: 'a', device: 'phone', left: false }]);
    expect(alice.feed(idle('tablet'))).toEqual([{ type: 'attach', call: 'a', device: 'tablet' }]);
    expect(presenceOf(alice.state)).toBe('away');
    expect(alice.feed(here('phone'), away('phone'))).toMatchObject([{ type: 'detach', device: 'phone' }]);
    expect(presenceOf(alice.state)).toBe('online');
  });

  it('[U1] does not call oneself', () => {
    expect(new Alice(here('phone')).feed(place('a', 'alice'))).toEqual([{ type: 'refuse', code: 'self_call' }]);
  });

  it('[U2] places as many calls as allowed, and the same one once', () => {
    const alice = new Alice(here('phone'));
    expect(alice.feed(place('a'))).toEqual([{ type: 'placed' }]);
    alice.feed(place('b', 'carol'));
    expect(alice.feed(place('b', 'carol'))).toEqual([{ type: 'placed' }]);
    expect(alice.feed(place('c', 'dave'))).toEqual([{ type: 'refuse', code: 'too_many_calls' }]);
    expect([...alice.state.calls.keys()]).toEqual(['a', 'b']);
  });

  it('[U3] is rung on the devices that are there', () => {
    const alice = new Alice(here('phone'), here('desk'), away('desk'));
    const { ringMs } = limits;
    expect(alice.feed(offered('a'))).toEqual([{ type: 'admit', devices: ['phone'], left: false, waiting: false, ringMs }]);
    const lost = new Alice(here('phone'), here('desk'), left('phone'), away('desk'));
    expect(lost.feed(offered('a'))).toMatchObject([{ type: 'admit', devices: [], left: false }]);
    const reloading = new Alice(here('phone'), left('phone'));
    expect(reloading.feed(offered('a'))).toMatchObject([{ type: 'admit', devices: [], left: true }]);
    expect(reloading.feed(here('phone'))).toMatchObject([{ type: 'attach', call: 'a', device: 'phone' }]);
  });

  it('[U4] is rung in another call, and busy with as many as allowed', () => {
    const alice = new Alice(here('phone'), offered('a'), engaged('a'));
    expect(alice.feed(offered('b', 'carol'))).toMatchObject([{ type: 'admit', waiting: true }]);
    expect(alice.feed(offered('c', 'dave'))).toEqual([{ type: 'turn_away', cause: 'busy' }]);
    const rung = new Alice(here('phone'), offered('a'));
    expect(rung.feed(offered('b', 'carol'))).toMatchObject([{ type: 'admit', waiting: false }]);
  });

  it('[U5] is not disturbed, or not there', () => {
    const alice = new Alice(here('phone'), dnd(true));
    expect(alice.feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'do_not_disturb' }]);
    expect(alice.feed(place('b'))).toEqual([{ type: 'placed' }]);
    expect(new Alice().feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
    expect(new Alice(here('phone'), gone('phone')).feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
  });

  it('[U6] takes the call of whom she calls while it rings, and no other', () => {
    const alice = new Alice(here('phone'), offered('b1', 'bob'));
    expect(alice.feed(place('a1', 'bob'))).toEqual([{ type: 'cross', call: 'b1' }]);
    expect([...alice.state.calls.keys()]).toEqual(['b1']);
    expect(alice.feed(place('a2', 'carol'))).toEqual([{ type: 'placed' }]);
    const talking = new Alice(here('phone'), offered('b1', 'bob'), engaged('b1'));
    expect(talking.feed(place('a1', 'bob'))).toEqual([{ type: 'placed' }]);
  });

  it('[U7] tells ringing calls of devices that come and go', () => {
    const alice = new Alice(here('phone'), offered('a'), offered('b', 'carol'), engaged('a'));
    expect(alice.feed(here('desk'))).toEqual([{ type: 'attach', call: 'b', device: 'desk' }]);
    expect(alice.feed(here('desk'))).toEqual([]);
    expect(alice.feed(away('desk'))).toEqual([{ type: 'detach', call: 'b', device: 'desk', left: false }]);
    expect(alice.feed(away('desk'))).toEqual([]);
    expect(alice.feed(gone('desk'))).toEqual([]);
    expect(alice.feed(gone('desk'), away('tablet'))).toEqual([]);
    expect(alice.feed(left('phone'))).toEqual([{ type: 'detach', call: 'b', device: 'phone', left: true }]);
    alice.feed(here('desk'));
    expect(alice.feed(gone('phone'))).toEqual([]);
    expect(alice.feed(gone('desk')).slice(0, 1)).toEqual([{ type: 'detach', call: 'b', device: 'desk', left: false }]);
    alice.feed({ type: 'released', call: 'b' });
    expect(alice.feed(here('desk'))).toEqual([{ type: 'presence', presence: 'on_call' }]);
  });

  it('[U8] is occupied until released', () => {
    const alice = new Alice(here('phone'), place('a'), offered('b', 'carol'));
    expect([...alice.state.calls.keys()]).toEqual(['a', 'b']);
    alice.feed({ type: 'released', call: 'a' }, { type: 'released', call: 'a' }, { type: 'released', call: 'b' });
    expect(alice.state.calls.size).toBe(0);
  });

  it('[U9] keeps the settings that a change does not name', () => {
    const alice = new Alice();
    alice.feed({ type: 'settings', change: { ringMs: 10_000, maxCalls: undefined } });
    expect(alice.state.settings).toEqual({ doNotDisturb: false, maxCalls: 2, ringMs: 10_000 });
  });

  it('[U10] is shown as what she is, when it changes', () => {
    const alice = new Alice();
    expect(presenceOf(alice.state)).toBe('offline');
    const shown = (input: UserInput): string[] =>
      alice.feed(input).flatMap((effect) => (effect.type === 'presence' ? effect.presence : []));
    expect(shown(here('phone'))).toEqual(['online']);
    expect(shown(here('desk'))).toEqual([]);
    expect(shown(offered('a'))).toEqual([]);
    expect(shown(engaged('a'))).toEqual(['on_call']);
    expect(shown(dnd(true))).toEqual(['do_not_disturb']);
    expect(shown(dnd(false))).toEqual(['on_call']);
    expect(shown({ type: 'released', call: 'a' })).toEqual(['online']);
    expect(shown(away('phone'))).toEqual([]);
    expect(shown(gone('phone'))).toEqual([]);
    expect(shown(gone('desk'))).toEqual(['offline']);
    expect(shown(here('phone'))).toEqual(['online']);
    expect(shown(away('phone'))).toEqual([]);
    expect(alice.expire()).toEqual([{ type: 'presence', presence: 'offline' }]);
    expect(shown(gone('phone'))).toEqual([]);
  });

  it('[U12] waits a while for a device that is away, and less for one whose page has left', () => {
    const alice = new Alice(here('phone'), here('desk'), here('tablet'));
    expect(userMachine.deadline(alice.state)).toBeUndefined();
    alice.feed(away('phone'), left('desk'));
    expect(userMachine.deadline(alice.state)).toBe(t0 + serverLimits.reloadMs);
    alice.now = t0 + serverLimits.reloadMs - 1;
    alice.feed({ type: 'tick' });
    expect([...alice.state.devices.keys()]).toEqual(['phone', 'desk', 'tablet']);
    alice.expire();
    expect([...alice.state.devices.keys()]).toEqual(['phone', 'tablet']);
    expect(userMachine.deadline(alice.state)).toBe(t0 + serverLimits.reachMs);
    alice.feed(here('phone'));
    expect(userMachine.deadline(alice.state)).toBeUndefined();
    alice.feed(gone('tablet'), left('phone'));
    alice.expire();
    expect(alice.feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
    alice.feed(here('phone'));
    expect(alice.feed(offered('a'))).toMatchObject([{ type: 'admit', devices: ['phone'] }]);
  });

  it('[U13] is not reached on a device that is quiet, but calls from it', () => {
    const alice = new Alice(quiet('kiosk'));
    expect(presenceOf(alice.state)).toBe('offline');
    expect(alice.feed(offered('a'))).toEqual([{ type: 'turn_away', cause: 'unreachable' }]);
    expect(alice.feed(place('b'))).toEqual([{ type: 'placed' }]);
    alice.feed(here('phone'));
    expect(alice.feed(offered('c', 'carol'))).toMatchObject([{ type: 'admit', devices: ['phone'] }]);
    expect(alice.feed(quiet('phone'))).toEqual([
      { type: 'detach', call: 'c', device: 'phone', left: false },
      { type: 'presence', presence: 'offline' },
    ]);
    expect(alice.feed(here('kiosk'))).toContainEqual({ type: 'attach', call: 'c', device: 'kiosk' });
    expect(alice.feed(quiet('new'))).toEqual([]);
  });

  it('[U11] is never changed in place, and not at all by a repeated input', () => {
    const call = fc.constantFrom('a', 'b', 'c');
    const peer = fc.constantFrom('alice', 'bob', 'carol');
    const input: fc.Arbitrary<UserInput> = fc.oneof(
      fc.record({ type: fc.constant('place' as const), call, to: peer }),
      fc.record({ type: fc.constant('offered' as const), call, from: peer }),
      fc.record({
        type: fc.constant('occupied' as const),
        call,
        as: fc.record({
          role: fc.constantFrom('caller' as const, 'callee' as const),
          peer,
          stage: fc.constantFrom('ringing' as const, 'engaged' as const),
        }),
      }),
      fc.record({ type: fc.constant('released' as const), call }),
      fc.record({
        type: fc.constant('device' as const),
        device: fc.constantFrom('phone', 'desk'),
        state: fc.constantFrom('here' as const, 'away' as const, 'left' as const, 'quiet' as const, 'gone' as const),
      }),
      fc.boolean().map(dnd),
      fc.constant({ type: 'tick' as const }),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        const alice = new Alice();
        let shown = presenceOf(alice.state);
        for (const next of inputs) {
          for (const effect of alice.feed(next)) if (effect.type === 'presence') shown = effect.presence;
          expect(shown).toBe(presenceOf(alice.state));
          const { state } = alice;
          alice.feed(next);
          expect(alice.state).toEqual(state);
          expect(alice.state.calls.size).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

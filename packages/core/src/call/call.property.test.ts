import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverLimits } from '../limits.ts';
import { callMachine } from './call.ts';
import type { CallInput, From } from './call.ts';
import {
  alice,
  aliceLaptop,
  answer,
  answered,
  bob,
  bobDesk,
  bobPhone,
  bobPhoneTab2,
  candidate,
  carol,
  carolPhone,
  Drive,
  from,
  invite,
  offer,
  side,
  t0,
} from './call.fixture.ts';
import { newEnd } from './outcome.ts';

const people: From[] = [aliceLaptop, from(alice, 'laptop', 2), bobPhone, bobPhoneTab2, bobDesk, carolPhone];
const who = fc.constantFrom(...people);
const epoch = fc.integer({ min: 1, max: 4 });
const device = fc.constantFrom('phone', 'desk', 'tablet');
const connection = fc.constantFrom(...people.map((by) => by.connection));
const name = fc.constantFrom('a', 'b');

/** What a side or a stranger asks for and usually does not end the call. */
const requests: fc.Arbitrary<CallInput> = fc.oneof(
  fc.record({
    type: fc.constant('accept' as const),
    from: who,
    epoch,
    answer: fc.option(name.map(answer), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('accept' as const), from: who, epoch, merge: fc.constant('call-of-bob-0123456789') }),
  fc.record({ type: fc.constant('answer' as const), from: who, epoch, answer: name.map(answer) }),
  fc.record({ type: fc.constant('reoffer' as const), from: who, epoch, offer: name.map(offer) }),
  fc.record({ type: fc.constant('reject' as const), from: who, reason: fc.constant('busy' as const) }),
  fc.record({
    type: fc.constant('describe' as const),
    from: who,
    epoch,
    description: fc.oneof(name.map(offer), name.map(answer)),
  }),
  fc.record({ type: fc.constant('update' as const), from: who, side: fc.nat(3).map((n) => side(n)) }),
  fc.record({ from: who }).map((change) => ({ ...invite, ...change })),
  fc.record({ from: who }).map((change) => ({ ...invite, ...change, type: 'refused' as const, cause: 'busy' as const })),
);
const forward = { to: carol, into: 'call-the-second-1', why: 'busy' as const };
const endings: fc.Arbitrary<CallInput> = fc.oneof(
  fc.constant({ type: 'forward' as const, forward }),
  fc.record({
    type: fc.constant('move' as const),
    from: who,
    meeting: fc.constantFrom('meeting-1-of-these', 'meeting-2-of-these'),
    heard: fc.boolean(),
  }),
  fc.record({ type: fc.constant('transfer' as const), from: who, to: fc.constant(carol), into: fc.constant(forward.into) }),
  fc.record({ type: fc.constant('reject' as const), from: who, reason: fc.constant('declined' as const) }),
  fc.record({ type: fc.constant('hangup' as const), from: who }),
);
const others: fc.Arbitrary<CallInput> = fc.oneof(
  fc.record({ type: fc.constant('ringing' as const), from: who }),
  fc.record({
    type: fc.constant('candidates' as const),
    from: who,
    epoch,
    candidates: fc.array(name.map(candidate), { minLength: 1, maxLength: 2 }),
    end: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('media' as const),
    from: who,
    epoch,
    state: fc.constantFrom('connected' as const, 'interrupted' as const, 'lost' as const),
  }),
  fc.record({ type: fc.constant('attach' as const), device }),
  fc.record({ type: fc.constant('detach' as const), device, left: fc.boolean() }),
  fc.record({ type: fc.constant('away' as const), connection, left: fc.boolean() }),
  fc.record({ type: fc.constant('back' as const), connection }),
  fc.constant({ type: 'tick' as const }),
);
const input = fc.oneof(
  { arbitrary: requests, weight: 8 },
  { arbitrary: others, weight: 10 },
  { arbitrary: endings, weight: 1 },
);
const history = fc.array(fc.tuple(input, fc.oneof(fc.constant(0), fc.nat(3_000))), { maxLength: 40, size: 'max' });

fc.configureGlobal({ numRuns: 400 });

/** Alice, whom somebody has led on, calls Bob; she has yet to make an offer. */
const led: CallInput = {
  type: 'led',
  told: { as: 'transferred', about: 'call-of-carol-1234' },
  caller: newEnd(aliceLaptop, t0, false),
  to: bob,
  media: invite.media,
  epoch: 1,
  origin: { transferredBy: carol },
  via: [],
  replaces: ['call-of-carol-1234'],
  verdict: { devices: invite.devices, waiting: false, ringMs: invite.ringMs },
};

function play(steps: readonly (readonly [CallInput, number])[], each: (drive: Drive, input: CallInput) => void): Drive {
  const drive = new Drive();
  drive.feed(steps.length % 2 === 0 ? invite : led);
  for (const [next, after] of steps) {
    drive.later(after);
    each(drive, next);
  }
  return drive;
}

const isRequest = ({ type }: CallInput): boolean =>
  !['ringing', 'candidates', 'media', 'attach', 'detach', 'away', 'back', 'tick'].includes(type);

describe('whatever happens to a call', () => {
  it('[C33] it ends at most once, with one record and each user released once', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const drive = play(steps, (call, next) => call.feed(next));
        drive.feed({ type: 'hangup', from: aliceLaptop }, { type: 'hangup', from: bobPhone });
        const ended = drive.state.kind === 'ended' ? 1 : 0;
        expect(drive.all.filter((effect) => effect.type === 'record')).toHaveLength(ended);
        expect(drive.all.filter((effect) => effect.type === 'announce' && effect.event === 'call.ended')).toHaveLength(ended);
        for (const user of [alice.address, bob.address])
          expect(drive.all.filter((effect) => effect.type === 'released' && effect.user === user)).toHaveLength(ended);
      }),
    );
  });

  it('[C33] nothing leads out of the end', () => {
    fc.assert(
      fc.property(history, fc.array(input, { maxLength: 5 }), (steps, late) => {
        const drive = play(steps, (call, next) => call.feed(next));
        while (drive.state.kind !== 'ended') {
          if (drive.expire() === undefined) drive.feed({ type: 'hangup', from: aliceLaptop });
        }
        const { state } = drive;
        for (const next of late) {
          const effects = drive.feed(next);
          expect(drive.state).toBe(state);
          expect(effects.every(({ type }) => type === 'reply' || type === 'refuse' || type === 'send')).toBe(true);
        }
      }),
    );
  });

  it('[C16] at most one connection ever wins it', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const winners = new Set<string>();
        play(steps, (drive, next) => {
          drive.feed(next);
          const { state } = drive;
          if (state.kind === 'answering' || state.kind === 'active') winners.add(state.callee.connection);
        });
        expect(winners.size).toBeLessThan(2);
      }),
    );
  });

  it('[C8] nothing of a device that has not won reaches the caller, but that it rings', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          const effects = drive.feed(next);
          if (drive.state.kind !== 'ringing') return;
          for (const effect of effects)
            if (effect.type === 'send' && effect.to.user === alice.address) expect(effect.event.type).toBe('ringing');
        });
      }),
    );
  });

  it('[C35] each request has exactly one answer, and nothing else has any', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          // Only what rings is forwarded.
          const isAnswered = isRequest(next) && (next.type !== 'forward' || drive.state.kind === 'ringing');
          expect(answered(drive.feed(next)) !== undefined).toBe(isAnswered);
        });
      }),
    );
  });

  it('[C37] what changes nothing returns the very same state, and nothing is changed in place', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          const before = drive.state;
          drive.feed(next);
          expect(drive.state === before || !isDeepStrictEqual(drive.state, before), 'equal, but not the same').toBe(true);
        });
      }),
    );
  });

  it('[C37] a repeated input changes nothing and tells nobody', () => {
    const relayed = new Set<CallInput['type']>(['describe', 'candidates', 'move']);
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          drive.feed(next);
          if (relayed.has(next.type)) return;
          const { state } = drive;
          const effects = drive.feed(next);
          expect(drive.state).toBe(state);
          const toOthers = effects.filter(
            (effect) => effect.type === 'ring' || (effect.type === 'send' && effect.event.type !== 'ended'),
          );
          expect(toOthers).toEqual([]);
        });
      }),
    );
  });

  it('[C38] it never hangs: there is a deadline unless all who are there have media', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          drive.feed(next);
          const { state } = drive;
          const deadline = callMachine.deadline(state);
          if (state.kind === 'ringing' || state.kind === 'answering') expect(deadline).toBeTypeOf('number');
          if (state.kind !== 'active') return;
          const here = [state.caller, state.callee].filter((end) => end.awaySince === undefined);
          const hasLeft = [state.caller, state.callee].some((end) => end.left === true);
          const talking = !hasLeft && here.length > 0 && here.every((end) => end.media === 'connected');
          expect(deadline === undefined).toBe(talking);
        });
      }),
    );
  });

  it('[C38] asked before the deadline nothing changes, asked then it ends', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const drive = play(steps, (call, next) => call.feed(next));
        const deadline = callMachine.deadline(drive.state);
        if (deadline === undefined) return;
        drive.now = Math.min(drive.now, deadline - 1);
        const before = drive.state;
        expect(drive.feed({ type: 'tick' })).toEqual([]);
        expect(drive.state).toBe(before);
        drive.expire();
        expect(drive.state.kind).toBe('ended');
      }),
    );
  });

  it('[C38] left alone it is over in the end', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const drive = play(steps, (call, next) => call.feed(next));
        const { now } = drive;
        for (const end of [aliceLaptop, bobPhone, bobDesk, bobPhoneTab2])
          drive.feed({ type: 'media', from: end, epoch: 'epoch' in drive.state ? drive.state.epoch : 1, state: 'interrupted' });
        while (drive.state.kind !== 'ended') expect(drive.expire()).toBeDefined();
        expect(drive.now - now).toBeLessThanOrEqual(serverLimits.orphanMs);
      }),
    );
  });
});

import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallView } from '../protocol/signaling.ts';
import { answer, bob, candidate, offer, side } from './call.fixture.ts';
import { endpointMachine } from './endpoint.ts';
import type { EndpointInput } from './endpoint.ts';
import { called, Drive, sound, talked, view } from './endpoint.fixture.ts';

const epoch = fc.integer({ min: 1, max: 4 });
const candidates = fc.constant([candidate('c')]);
const sides = fc.tuple(fc.nat(4), fc.boolean()).map(([n, held]) => side(n, { held }));

const views: fc.Arbitrary<CallView> = fc
  .tuple(fc.constantFrom(view, talked, called), fc.constantFrom('ringing', 'answering', 'active'), epoch, fc.boolean(), sides)
  .map(([make, stage, at, here, theirs]) =>
    make({
      stage,
      epoch: at,
      theirs,
      here: here || make === called,
      ...(stage === 'active' && make === called && { answer: answer(String(at)) }),
    }),
  );

const beginnings: fc.Arbitrary<EndpointInput> = fc.oneof(
  fc.constant({ type: 'place' as const, to: bob.address, media: sound }),
  views.map((shown) => ({ type: 'restore' as const, view: shown })),
  fc.constant({ type: 'incoming' as const, view: view() }),
);
const person: fc.Arbitrary<EndpointInput> = fc.oneof(
  fc.constant({ type: 'answer' as const, media: sound }),
  fc
    .record({ held: fc.boolean(), muted: fc.boolean(), camera: fc.boolean(), screen: fc.boolean() }, { requiredKeys: [] })
    .map((change) => ({ type: 'update' as const, change })),
  fc.constant({ type: 'network' as const }),
);
const media: fc.Arbitrary<EndpointInput> = fc.oneof(
  epoch.map((at) => ({ type: 'offer_ready' as const, epoch: at, offer: offer(String(at)) })),
  epoch.map((at) => ({ type: 'answer_ready' as const, epoch: at, answer: answer(String(at)) })),
  epoch.map((at) => ({ type: 'description_ready' as const, epoch: at, description: answer(String(at)) })),
  fc.record({ type: fc.constant('candidates_ready' as const), epoch, candidates, end: fc.boolean() }),
  fc.record({
    type: fc.constant('media' as const),
    epoch,
    state: fc.constantFrom('connected' as const, 'disconnected' as const, 'failed' as const),
  }),
);
const code = fc.constantFrom('wrong_state' as const, 'stale_epoch' as const, 'rate_limited' as const);
const server: fc.Arbitrary<EndpointInput> = fc.oneof(
  fc
    .constantFrom('invite' as const, 'accept' as const, 'update' as const)
    .map((request) => ({ type: 'done' as const, request })),
  fc.constant({
    type: 'done' as const,
    request: 'invite' as const,
    merged: view({ call: 'call-of-bob-0123456789', stage: 'answering', here: true }),
  }),
  fc.record({ type: fc.constant('failed' as const), request: fc.constantFrom('reoffer' as const, 'update' as const), code }),
  fc.boolean().map((waiting) => ({ type: 'ringing' as const, waiting })),
  fc.tuple(epoch, fc.boolean()).map(([at, now]) => ({
    type: 'accepted' as const,
    epoch: at,
    ...(now && { answer: answer(String(at)) }),
  })),
  epoch.map((at) => ({ type: 'answered' as const, epoch: at, answer: answer(String(at)) })),
  fc
    .tuple(epoch, fc.constantFrom(offer, answer))
    .map(([at, make]) => ({ type: 'described' as const, epoch: at, description: make(String(at)) })),
  fc.record({ type: fc.constant('candidates' as const), epoch, candidates, end: fc.boolean() }),
  epoch.map((at) => ({ type: 'reoffered' as const, epoch: at, offer: offer(String(at)) })),
  sides.map((shown) => ({ type: 'updated' as const, side: shown })),
  fc.constantFrom('here' as const, 'away' as const).map((state) => ({ type: 'peer' as const, state })),
  views.map((shown) => ({ type: 'resync' as const, view: shown })),
  fc.constantFrom({ type: 'resumed' as const }, { type: 'tick' as const }),
);
const endings: fc.Arbitrary<EndpointInput> = fc.oneof(
  fc.constant({ type: 'hangup' as const }),
  fc.constant({ type: 'media_failed' as const }),
  fc.constant({ type: 'ended' as const, cause: 'hangup' as const }),
  fc.constant({ type: 'reject' as const, reason: 'declined' as const }),
  fc.constant({ type: 'resync' as const, view: undefined }),
);
const input = fc.oneof(
  { arbitrary: person, weight: 5 },
  { arbitrary: media, weight: 8 },
  { arbitrary: server, weight: 12 },
  { arbitrary: endings, weight: 1 },
);
const history = fc.tuple(
  beginnings,
  fc.array(fc.tuple(input, fc.oneof(fc.constant(0), fc.nat(4_000))), { maxLength: 40, size: 'max' }),
);
type History = readonly [EndpointInput, readonly (readonly [EndpointInput, number])[]];

fc.configureGlobal({ numRuns: 400 });

function play([first, steps]: History, each: (drive: Drive, input: EndpointInput) => void): Drive {
  const drive = new Drive();
  each(drive, first);
  for (const [next, after] of steps) {
    drive.later(after);
    each(drive, next);
  }
  return drive;
}

describe('whatever happens to an endpoint', () => {
  it('[E32] it ends at most once, and nothing comes out of it after that', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const drive = play(steps, (endpoint, next) => {
          const { kind } = endpoint.state;
          const effects = endpoint.feed(next);
          if (kind === 'ended') expect(effects).toEqual([]);
        });
        drive.feed({ type: 'hangup' });
        const began = drive.state.kind === 'ended' ? 1 : 0;
        expect(drive.all.filter(({ type }) => type === 'close')).toHaveLength(began);
        if (began === 1) expect(drive.all.at(-1)).toEqual({ type: 'close' });
      }),
    );
  });

  it('[E27] every epoch is opened once, later than the one before, and used only while it is open', () => {
    fc.assert(
      fc.property(history, (steps) => {
        let open = 0;
        play(steps, (drive, next) => {
          const { call } = drive.state;
          const effects = drive.feed(next);
          // With the other call of two that crossed, its own count begins.
          if (drive.state.call !== call) open = 0;
          for (const effect of effects) {
            if (effect.type === 'close') open = Infinity;
            if (!('epoch' in effect)) continue;
            const opens = effect.type === 'open' || effect.type === 'prepare' || (effect.type === 'remote' && effect.open);
            if (opens) expect(effect.epoch).toBeGreaterThanOrEqual(open);
            else expect(effect.epoch).toBe(open);
            open = effect.epoch;
          }
        });
      }),
    );
  });

  it('[E3] nothing is captured for a call that comes in before the person answers', () => {
    fc.assert(
      fc.property(history, ([, steps]) => {
        let wanted = false;
        play([{ type: 'incoming', view: view() }, steps], (drive, next) => {
          wanted ||= next.type === 'answer';
          for (const { type } of drive.feed(next)) if (type === 'capture' || type === 'open') expect(wanted).toBe(true);
        });
      }),
    );
  });

  it('[E13] no answer and no candidate leaves a device before it has claimed and won', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          const effects = drive.feed(next);
          if (drive.state.kind !== 'incoming' && drive.state.kind !== 'answering') return;
          const leaving = effects.flatMap((effect) => (effect.type === 'send' ? effect.message.type : []));
          for (const type of leaving) expect(['ringing', 'accept']).toContain(type);
        });
      }),
    );
  });

  it('[E25] the numbers of this side only grow', () => {
    fc.assert(
      fc.property(history, (steps) => {
        let n = 0;
        play(steps, (drive, next) => {
          drive.feed(next);
          if (!('mine' in drive.state)) return;
          expect(drive.state.mine.n).toBeGreaterThanOrEqual(n);
          n = drive.state.mine.n;
        });
      }),
    );
  });

  it('[E33] what changes nothing returns the very same state, and nothing is changed in place', () => {
    fc.assert(
      fc.property(history, (steps) => {
        play(steps, (drive, next) => {
          const before = drive.state;
          const effects = drive.feed(next);
          // Made once per epoch by the peer connection, or told of it in the same moment: said again they say the same.
          if (effects.length > 0 || ['answer_ready', 'resync', 'media'].includes(next.type)) return;
          expect(drive.state === before || !isDeepStrictEqual(drive.state, before), 'equal, but not the same').toBe(true);
        });
      }),
    );
  });

  it('[E16] a call that comes in has a deadline, and asked then it ends', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const drive = play(steps, (endpoint, next) => {
          endpoint.feed(next);
          const deadline = endpointMachine.deadline(endpoint.state);
          if (endpoint.state.kind === 'incoming' || endpoint.state.kind === 'reconnecting')
            expect(deadline).toBeTypeOf('number');
        });
        if (drive.state.kind !== 'incoming') return;
        drive.expire();
        expect(drive.state).toMatchObject({ kind: 'ended', cause: 'no_answer' });
      }),
    );
  });
});

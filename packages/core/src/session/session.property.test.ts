import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionStream } from '../protocol/sessions.ts';
import type { Event } from '../protocol/signaling.ts';
import { Announced } from './announced.fixture.ts';
import { Drive, from, id } from './session.fixture.ts';
import { sessionInputs, sessionStates, wanted } from './session.ts';
import type { MediaAsk, Recorded, SessionEffect, SessionInput, SessionState } from './session.ts';

const who = fc.constantFrom('anna', 'bo', 'anna/phone', 'eve').map(from);
const participant = fc.constantFrom('p-1', 'p-2', 'p-3', 'p-4');
const mid = fc.constantFrom('0', '1');
const kind = fc.constantFrom('audio' as const, 'video' as const);
const sections = fc.uniqueArray(fc.record({ mid, kind, alias: fc.constantFrom('camera', 'screen') }), {
  maxLength: 2,
  selector: (one) => one.mid,
});
const subscriptions = fc.oneof(
  fc.constant({}),
  fc.constant({ session: id }),
  fc.constant({ session: 'another' }),
  fc
    .array(fc.record({ participant, aliases: fc.subarray(['camera']) }), { maxLength: 2 })
    .map((participants) => ({ participants })),
);
const recordingId = fc.constantFrom('r-1', 'r-2');
const heard = fc.record({
  mos: fc.constant(4),
  loss: fc.constant(0),
  jitterMs: fc.constant(0),
  roundTripMs: fc.constant(0),
  rating: fc.constantFrom('good' as const, 'bad' as const),
});
const is0 = fc.constant(0);
const connection = who.map((one) => one.connection);
const is = <T extends string>(type: T) => fc.constant(type);

const input: fc.Arbitrary<SessionInput> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('create'),
      access: fc.constantFrom('open' as const, 'added' as const),
      most: fc.constantFrom(2, 20),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: is('add'),
      participant: fc.record({ id: participant, publish: fc.subarray(['audio' as const, 'video' as const]) }),
      subscriptions,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('subscribe'), participant, subscriptions }) },
  { weight: 1, arbitrary: fc.record({ type: is('remove'), participant }) },
  { weight: 1, arbitrary: fc.record({ type: is('lock'), locked: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: is('mute'), participant }) },
  { weight: 2, arbitrary: fc.record({ type: is('end') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: is('record'),
      from: fc.option(who, { nil: undefined }),
      to: fc.constantFrom('recording' as const, 'paused' as const, 'stopped' as const),
      id: recordingId,
      wishes: fc.option(fc.record({ mix: fc.constantFrom('together' as const, 'none' as const), streams: fc.boolean() }), {
        nil: undefined,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('recorded'),
      recording: recordingId,
      file: fc.record({ name: fc.constantFrom('0-0.ogg', '0-1.webm'), type: is('audio/ogg'), part: is0, at: is0 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('recording_failed'),
      recording: recordingId,
      fault: fc.constantFrom('disk_full' as const, 'too_large' as const, 'failed' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: is('join'),
      from: who,
      as: fc.constantFrom('added' as const, 'guest' as const),
      id: participant,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: is('publish'), from: who, offer: is('offer'), streams: sections }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: is('published'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      asked: sections,
      outcome: fc.oneof(
        fc.constant({ error: 'description_refused' as const }),
        sections.map((streams) => ({ answer: 'answer', streams: streams.map((one) => ({ mid: one.mid, kind: one.kind })) })),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('answer'), from: who, revision: fc.nat(3), answer: is('answer') }) },
  { weight: 1, arbitrary: fc.record({ type: is('restart'), from: who }) },
  { weight: 2, arbitrary: fc.record({ type: is('update'), from: who, mid, muted: fc.boolean(), n: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ type: is('leave'), from: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: is('look'), from: who, stream: fc.record({ participant, mid }), width: fc.nat(1_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: is('data'), from: who, to: fc.option(participant, { nil: undefined }), data: fc.constant(1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('offer'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      revision: fc.nat(3),
      offer: is('offer'),
      streams: fc.constant([]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('transport'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      side: fc.constantFrom('publish' as const, 'subscribe' as const),
      state: fc.constantFrom('connected' as const, 'disconnected' as const, 'failed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('speaker'), participant: fc.option(participant, { nil: undefined }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('quality'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      quality: fc.record({ sends: fc.option(heard, { nil: undefined }) }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('dropped'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      mid: fc.option(mid, { nil: undefined }),
      code: fc.constantFrom('bitrate_exceeded' as const, 'source_refused' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('watched'),
      participant,
      joins: fc.constantFrom(1, 1, 2),
      mid,
      encodings: fc.constantFrom(0, 1, 3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: is('digit'), participant, joins: fc.constantFrom(1, 1, 2), digit: fc.constantFrom('5', '#') }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('lost') }) },
  { weight: 2, arbitrary: fc.record({ type: is('away'), connection, left: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: is('back'), connection }) },
  { weight: 1, arbitrary: fc.record({ type: is('gone'), connection }) },
  { weight: 1, arbitrary: fc.record({ type: is('tick') }) },
);
const story = fc.array(fc.tuple(input, fc.constantFrom(10, 1_000, 40_000)), { maxLength: 40 });
type Story = readonly (readonly [SessionInput, number])[];

/** Whether the worker answers the request. */
function isAnswered(ask: MediaAsk, given: SessionInput): boolean {
  if (ask.type === 'record') return given.type === 'record';
  return ask.type === 'publish' || ask.type === 'answer' || (ask.type === 'record_stop' && ask.answers);
}

const requests: ReadonlySet<string> = new Set([
  'create',
  'add',
  'subscribe',
  'remove',
  'lock',
  'mute',
  'record',
  'end',
  'join',
  'restart',
  'update',
  'leave',
  'published',
]);

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

interface Moment {
  readonly before: SessionState;
  readonly drive: Drive;
  readonly input: SessionInput;
  readonly effects: readonly SessionEffect[];
}

function play(inputs: Story, look: (moment: Moment) => void): void {
  const drive = new Drive();
  for (const [given, afterMs] of inputs) {
    const before = drive.state;
    const effects = drive.input(freeze(given), afterMs);
    freeze([drive.state, effects]);
    look({ before, drive, input: given, effects });
  }
}

const always = (look: (moment: Moment) => void): void => fc.assert(fc.property(story, (inputs) => play(inputs, look)));

describe('whatever happens', () => {
  it('[P27] every request is answered once, first, and a refused one changes nothing', () => {
    always(({ before, drive, input: given, effects }) => {
      const answers = effects.filter(({ type }) => type === 'reply' || type === 'refuse');
      const passedOn = effects.filter((effect) => effect.type === 'media' && isAnswered(effect.ask, given));
      const isRequest = requests.has(given.type) || given.type === 'publish' || given.type === 'answer';
      expect(answers.length + passedOn.length).toBe(isRequest ? 1 : 0);
      if (answers.length > 0) expect(effects[0]).toBe(answers[0]);
      if (answers[0]?.type !== 'refuse') return;
      expect(effects).toHaveLength(1);
      expect(drive.state).toBe(before);
    });
  });

  it('[P28] nothing is changed in place', () => {
    // What is frozen throws.
    always(() => undefined);
  });

  it('[P4] [P6] a participant is there once, and a page is one participant', () => {
    always(({ drive }) => {
      if (drive.state.kind !== 'open') return;
      const pages = Object.values(drive.state.participants).flatMap(({ here }) => here?.from.connection ?? []);
      expect(new Set(pages).size).toBe(pages.length);
      expect(Object.keys(drive.state.participants).length).toBeLessThanOrEqual(drive.state.most);
    });
  });

  it('[P18] the worker knows at each moment what everybody receives', () => {
    always(({ drive }) => {
      const { state } = drive;
      if (state.kind !== 'open') return expect(drive.receives.size).toBe(0);
      for (const one of Object.values(state.participants)) {
        const streams = one.here === undefined ? [] : wanted(state, one);
        expect(drive.receives.get(one.id) ?? []).toEqual(streams.map((stream) => `${stream.participant}/${stream.mid}`));
      }
    });
  });

  it('[P9] [P12] whoever is there knows who else is, and what they publish', () => {
    fc.assert(
      fc.property(story, (inputs) => {
        const pages: Pages = new Map();
        play(inputs, ({ drive, input: given, effects }) => {
          for (const effect of effects) watch(pages, given, effect);
          if (drive.state.kind !== 'open') return;
          const participants = Object.values(drive.state.participants);
          for (const { here, id: me } of participants) {
            if (here === undefined) continue;
            const others = participants.flatMap((one): [string, Seen][] =>
              one.here === undefined || one.id === me
                ? []
                : [[one.id, { away: one.here.awaySince !== undefined, streams: one.here.streams }]],
            );
            const known = [...(pages.get(here.from.connection) ?? [])].filter(([one]) => one !== me);
            expect(new Map(known)).toEqual(new Map(others));
          }
        });
      }),
    );
  });

  it('[P37] what happens is announced once, in order', () => {
    fc.assert(
      fc.property(story, (inputs) => {
        const announced = new Announced();
        // Whoever comes by themselves has an id that nobody has had.
        const given = inputs.map(([one, afterMs], n): Story[number] => [
          one.type === 'join' && one.as === 'guest' ? { ...one, id: `guest-${n}` } : one,
          afterMs,
        ]);
        play(given, ({ effects }) => {
          for (const effect of effects) {
            if (effect.type !== 'announce') continue;
            const { event, participant, stream } = effect;
            const name = stream && `${stream.mid} ${stream.kind} ${stream.alias ?? ''}`;
            expect(announced.objection(event, participant, name)).toBeUndefined();
          }
        });
      }),
    );
  });

  it('[P31] [P35] the worker records exactly what is said to be recorded, and what is stored of it says the same', () => {
    fc.assert(
      fc.property(story, (inputs) => {
        const rows = new Map<string, Recorded>();
        play(inputs, ({ drive, effects }) => {
          for (const effect of effects) if (effect.type === 'keep') rows.set(effect.recording.id, effect.recording);
          const now = drive.state.kind === 'open' ? drive.state.recording : undefined;
          expect(drive.records).toEqual(now && { recording: now.id, part: now.part, isPaused: now.state === 'paused' });
          if (now !== undefined) expect(rows.get(now.id)).toEqual(now);
          for (const row of rows.values()) expect(row.state === 'ended').toBe(row.id !== now?.id);
        });
      }),
    );
  });

  it('[P28] every pair of state and input is met', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(story, (inputs) => play(inputs, ({ before, input: given }) => void met.add(`${before.kind} ${given.type}`))),
      { numRuns: 7_000, seed: 1 },
    );
    const all = sessionStates.flatMap((state) => sessionInputs.map((type) => `${state} ${type}`));
    expect(all.filter((pair) => !met.has(pair))).toEqual([]);
  });
});

interface Seen {
  readonly away: boolean;
  readonly streams: readonly SessionStream[];
}

/** What each page would show, by its connection: from its welcome, and what it was told since. */
type Pages = Map<string, Map<string, Seen>>;

function watch(pages: Pages, given: SessionInput, effect: SessionEffect): void {
  if (effect.type === 'reply' && 'view' in effect.ok && given.type === 'join') {
    const { view } = effect.ok;
    pages.set(
      given.from.connection,
      new Map(view.participants.map(({ participant: one, away, streams }) => [one, { away, streams }])),
    );
  }
  if (effect.type === 'send') hear(pages, effect.to.connection, effect.event);
}

function hear(pages: Pages, connection: string, event: Event): void {
  const page = pages.get(connection);
  if (page === undefined) throw new Error(`${connection} is told ${event.type} and has not joined`);
  switch (event.type) {
    case 'session_participant': {
      const { participant: one, away, streams } = event.participant;
      if (event.change === 'left') page.delete(one);
      else page.set(one, { away, streams });
      break;
    }
    case 'session_streams':
      page.set(event.participant, { away: page.get(event.participant)?.away ?? false, streams: event.streams });
      break;
    case 'session_republish':
      for (const [one, { away }] of page) page.set(one, { away, streams: [] });
      break;
    case 'session_ended':
      pages.delete(connection);
      break;
    default:
  }
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drive, from, usual } from './meeting.fixture.ts';
import { meetingInputs, meetingStates } from './meeting.ts';
import type { MeetingEffect, MeetingInput, MeetingState } from './meeting.ts';

const who = fc.constantFrom('anna', 'bo', 'bo/phone', 'bo/phone/2', 'gus').map(from);
/** A telephone, on each of its calls. */
const phone = fc.constantFrom('+49301/call-1', '+49301/call-2', '+49302/call-3').map(from);
const by = fc.option(who, { nil: undefined, freq: 8 });
const person = fc.constantFrom('bo', 'gus', 'cem').map((one) => from(one).person);
/** Ids that those who enter may get. */
const participant = fc.constantFrom('p-1', 'p-2', 'p-3', 'p-4');
const session = fc.constantFrom('s-1', 's-2');
const is = <T extends string>(type: T): fc.Arbitrary<T> => fc.constant(type);
const plan = fc.record({
  ...Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, fc.constant(value)])),
  lobby: fc.constantFrom('off' as const, 'guests' as const, 'all' as const),
  remindMs: fc.constant(600_000),
  startsAt: fc.constantFrom(undefined, 1_500_000),
  passcode: fc.constantFrom(undefined, 'secret'),
  conversation: fc.constantFrom(undefined, 'friends'),
});
const emails = fc.subarray(['a@x.y', 'b@x.y']);
const users = fc.array(person, { maxLength: 2 });

const input: fc.Arbitrary<MeetingInput> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: is('make'), by, hosts: fc.constant([]), plan, emails, users }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('change'),
      by,
      change: fc.record({
        title: fc.constantFrom('A', null, '\u0000', undefined),
        startsAt: fc.constantFrom(1_600_000, undefined),
        lobby: fc.constantFrom('off' as const, 'all' as const, undefined),
      }),
      fresh: session,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('cancel'), by }) },
  { weight: 1, arbitrary: fc.record({ type: is('invite'), by, guest: fc.boolean(), emails, users, fresh: session }) },
  {
    weight: 12,
    arbitrary: fc.record({
      type: is('enter'),
      from: who,
      guest: fc.boolean(),
      member: fc.boolean(),
      passcode: fc.constantFrom('none' as const, 'right' as const, 'wrong' as const, 'limited' as const),
      fresh: fc.record({ participant, session }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('enter'),
      from: phone,
      guest: fc.constant(true),
      phone: fc.constant(true as const),
      member: fc.constant(false),
      passcode: fc.constantFrom('none' as const, 'right' as const),
      fresh: fc.record({ participant, session }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: is('dial'), by, phone, fresh: fc.record({ participant, session }) }) },
  { weight: 3, arbitrary: fc.record({ type: is('answered'), participant, fresh: session }) },
  { weight: 1, arbitrary: fc.record({ type: is('unreached'), participant, cause: fc.constant('busy' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: is('pin'), by, pin: fc.constant('1234567890') }) },
  { weight: 2, arbitrary: fc.record({ type: is('leave'), from: who }) },
  { weight: 3, arbitrary: fc.record({ type: is('admit'), by, participant, fresh: session }) },
  ...(['refuse', 'mute', 'remove', 'host', 'lower'] as const).map((type) => ({
    weight: 1,
    arbitrary: fc.record({ type: is(type), by, participant }) as fc.Arbitrary<MeetingInput>,
  })),
  { weight: 1, arbitrary: fc.record({ type: is('lock'), by, locked: fc.boolean(), fresh: session }) },
  { weight: 2, arbitrary: fc.record({ type: is('hand'), by: who, raised: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: is('end'), by }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: is('joined'), session, participant, connection: who.map(({ connection }) => connection) }),
  },
  { weight: 3, arbitrary: fc.record({ type: is('left'), session, participant }) },
  { weight: 1, arbitrary: fc.record({ type: is('session_over'), session }) },
  { weight: 2, arbitrary: fc.record({ type: is('gone'), connection: who.map(({ connection }) => connection) }) },
  { weight: 1, arbitrary: fc.record({ type: is('tick') }) },
);
const story = fc.array(fc.tuple(input, fc.constantFrom(10, 1_000, 70_000)), { maxLength: 40 });
type Story = readonly (readonly [MeetingInput, number])[];

const told: ReadonlySet<string> = new Set(['joined', 'left', 'unreached', 'session_over', 'gone', 'tick']);

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

interface Moment {
  readonly before: MeetingState;
  readonly drive: Drive;
  readonly input: MeetingInput;
  readonly effects: readonly MeetingEffect[];
}

/** Ids are given once: one that is there already stands for another one that is not. */
function play(inputs: Story, look: (moment: Moment) => void): void {
  const drive = new Drive();
  const used = new Set<string>();
  for (const [given, afterMs] of inputs) {
    if ((given.type === 'enter' || given.type === 'dial') && used.has(given.fresh.participant)) continue;
    if (given.type === 'enter' || given.type === 'dial') used.add(given.fresh.participant);
    const before = drive.state;
    const effects = drive.input(freeze(given), afterMs);
    freeze([drive.state, effects]);
    look({ before, drive, input: given, effects });
  }
}

const always = (look: (moment: Moment) => void): void => fc.assert(fc.property(story, (inputs) => play(inputs, look)));

describe('whatever happens', () => {
  it('[M20] every request is answered once, first, and a refused one changes nothing', () => {
    always(({ before, drive, input: given, effects }) => {
      const answers = effects.filter(({ type }) => type === 'reply' || type === 'refuse');
      expect(answers).toHaveLength(told.has(given.type) ? 0 : 1);
      if (answers.length > 0) expect(effects[0]).toBe(answers[0]);
      if (answers[0]?.type !== 'refuse') return;
      expect(effects).toHaveLength(1);
      expect(drive.state).toBe(before);
    });
  });

  it('[M21] nothing is changed in place', () => {
    // What is frozen throws.
    always(() => undefined);
  });

  it('[M12] [M13] those who are in it, and nobody else, may join and read along', () => {
    always(({ drive }) => {
      const attendees = drive.state.kind === 'standing' ? Object.values(drive.state.attendees) : [];
      const within = attendees.filter(({ place }) => place === 'in');
      expect(drive.tokens).toEqual(new Set(within.map(({ id }) => id)));
      const readers = within.filter((one) => one.phone === undefined);
      expect(drive.talking).toEqual(new Set(readers.map(({ person: { address } }) => address)));
      expect(new Set(attendees.map(({ device }) => device)).size).toBe(attendees.length);
      if (within.length > 0) expect(drive.session).not.toBe('none');
    });
  });

  it('[M8] nobody who waits is told of those who are in it', () => {
    always(({ before, effects }) => {
      const waiting = new Set(
        before.kind === 'standing'
          ? Object.values(before.attendees).flatMap(({ place, connection }) => (place === 'waiting' ? connection : []))
          : [],
      );
      const admitted = effects.some(({ type }) => type === 'admitted');
      for (const effect of effects) {
        if (effect.type === 'send' && effect.event.type === 'meeting_attendee' && !admitted)
          expect(waiting).not.toContain(effect.to.connection);
      }
    });
  });

  it('[M17] nobody becomes a host but by a host or a program', () => {
    always(({ before, drive, input: given }) => {
      if (before.kind !== 'standing' || drive.state.kind !== 'standing') return;
      const { hosts } = before;
      if (drive.state.hosts.every((user) => hosts.includes(user))) return;
      expect(given).toMatchObject({ type: 'host' });
      const actor = 'by' in given ? given.by?.person.address : undefined;
      expect(actor === undefined || hosts.includes(actor)).toBe(true);
    });
  });

  it('[M18] whoever stands in is in it with an account, and no host is', () => {
    always(({ drive: { state } }) => {
      if (state.kind !== 'standing' || state.standIn === undefined) return;
      const within = Object.values(state.attendees).filter(({ place }) => place === 'in');
      expect(within.some(({ person, guest }) => person.address === state.standIn && !guest)).toBe(true);
      expect(within.some(({ person }) => state.hosts.includes(person.address))).toBe(false);
    });
  });

  it('[M22] whoever stands in sees and changes nothing of what was planned', () => {
    always(({ before, drive: { state }, input: given }) => {
      if (before.kind !== 'standing' || before.standIn === undefined || state === before) return;
      if (!('by' in given) || given.by?.person.address !== before.standIn) return;
      expect(state).toMatchObject({ kind: 'standing', plan: before.plan, hosts: before.hosts, emails: before.emails });
    });
  });

  it('[M26] no telephone is remembered in its favour, or leads', () => {
    always(({ drive: { state } }) => {
      if (state.kind !== 'standing') return;
      const known = [...state.cleared, ...state.hosts, state.standIn ?? ''];
      expect(known.filter((address) => address.startsWith('+'))).toEqual([]);
    });
  });

  it('[M21] every pair of state and input is met', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(story, (inputs) => play(inputs, ({ before, input: given }) => void met.add(`${before.kind} ${given.type}`))),
      { numRuns: 6_000, seed: 1 },
    );
    const all = meetingStates.flatMap((state) => meetingInputs.map((type) => `${state} ${type}`));
    expect(all.filter((pair) => !met.has(pair))).toEqual([]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationLimits } from '../limits.ts';
import { anna, bo, direct, Drive, eve, from, record, types, unmade } from './conversation.fixture.ts';
import { conversationInputs, conversationStates, isIn, newRoom } from './conversation.ts';
import type { ConversationInput, ConversationState } from './conversation.ts';

type Given = Parameters<Drive['input']>[0];

const who = fc.constantFrom(anna, bo, eve, from('Fay'));
const people = fc.array(
  who.map(({ person }) => person),
  { maxLength: 4 },
);
const entry = fc.constantFrom('entry-a', 'entry-b', 'entry-c', 'entry-d', 'entry-e', 'entry-f');
const position = fc.integer({ min: 1, max: 12 });
const text = fc.constantFrom('Hello', 'x', '', '\u202e', '<b>bold</b>', 'y'.repeat(conversationLimits.textLength + 1));
const name = fc.constantFrom('Friends', 'Work', '\u0000');
const change = fc.oneof(
  fc.record({ type: fc.constant('renamed' as const), name }),
  fc.record({ type: fc.constant('joined' as const), people }),
  fc.record({ type: fc.constant('left' as const), people }),
);

const input: fc.Arbitrary<Given> = fc.oneof(
  fc.record({
    type: fc.constant('say' as const),
    from: who,
    entry,
    text,
    reply: fc.option(position, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('edit' as const), from: who, position, text }),
  fc.record({ type: fc.constant('delete' as const), from: who, position }),
  fc.record({
    type: fc.constant('react' as const),
    from: who,
    position,
    value: fc.constantFrom('👍', '🎉', 'x'),
    on: fc.boolean(),
  }),
  fc.record({ type: fc.constant('read' as const), from: who, position: fc.nat(12) }),
  fc.record({ type: fc.constant('make' as const), from: who, name, people }),
  fc.record({ type: fc.constant('change' as const), from: who, entry, change }),
  fc.record({ type: fc.constant('leave' as const), from: who, entry }),
  fc.record({ type: fc.constant('renamed' as const), person: fc.constantFrom({ address: 'bo', name: 'Bodil' }, bo.person) }),
  fc.record({ type: fc.constant('gather' as const), name, joined: people, left: people }),
  fc.record({
    type: fc.constant('meeting' as const),
    by: who.map(({ person }) => person),
    meeting: entry,
    title: fc.option(name, { nil: undefined }),
    isOver: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('voicemail' as const),
    voicemail: fc.record({
      id: fc.constantFrom('voicemail-one', 'voicemail-two'),
      call: fc.constant('call-one'),
      from: who.map(({ person }) => person),
      to: fc.constant(bo.person),
      durationMs: fc.constant(2_000),
      file: fc.constantFrom(undefined, { file: 'said', name: 'voicemail.ogg', type: 'audio/ogg', bytes: 1_000 }),
      heard: fc.boolean(),
    }),
  }),
  fc.record({ type: fc.constant('call' as const), record: fc.constant(record(anna.person, bo.person)) }),
);
const start = fc.constantFrom<ConversationState>(newRoom, direct, unmade);
const story = fc.array(input, { maxLength: 40 });

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** Plays a story; `look` is told of every step. */
function play(
  state: ConversationState,
  inputs: readonly Given[],
  look: (step: { before: ConversationState; drive: Drive; input: Given; effects: ReturnType<Drive['input']> }) => void,
): void {
  const drive = new Drive(freeze(state));
  for (const given of inputs) {
    const before = drive.state;
    const effects = drive.input(freeze(given));
    freeze([drive.state, effects]);
    look({ before, drive, input: given, effects });
  }
}

describe('whatever happens', () => {
  it('[K20] every request is answered once, first, and a refused one changes nothing', () => {
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        play(state, inputs, ({ before, drive, input: given, effects }) => {
          const answers = types(effects).filter((type) => type === 'reply' || type === 'refuse');
          expect(answers).toHaveLength('from' in given ? 1 : 0);
          if ('from' in given) expect(['reply', 'refuse']).toContain(effects[0]?.type);
          if (answers[0] !== 'refuse') return;
          expect(effects).toHaveLength(1);
          expect(drive.state).toBe(before);
        });
      }),
    );
  });

  it('[K21] nothing is changed in place', () => {
    // What is frozen throws.
    fc.assert(fc.property(start, story, (state, inputs) => play(state, inputs, () => undefined)));
  });

  it('[K5] positions have no gaps, and every new entry is the last', () => {
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        play(state, inputs, ({ drive, effects }) => {
          const last = 'last' in drive.state ? drive.state.last : 0;
          expect(drive.entries.map(({ position: at }) => at)).toEqual(Array.from({ length: last }, (_, at) => at + 1));
          for (const effect of effects) {
            if (effect.type === 'made') expect(effect.entry.position).toBe(last);
            if (effect.type === 'changed') expect(effect.entry.position).toBeLessThanOrEqual(last);
          }
        });
      }),
    );
  });

  it('[K4] who is not in it gets nothing done and learns nothing', () => {
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        play(state, inputs, ({ before, input: given, effects }) => {
          if (!('from' in given) || given.type === 'make' || isIn(before, given.from.person.address)) return;
          const isAskedAgain = given.type === 'leave' && effects[0]?.type === 'reply';
          if (!isAskedAgain) expect(effects).toEqual([{ type: 'refuse', code: 'conversation_not_found' }]);
          else expect(effects).toEqual([{ type: 'reply', ok: {} }]);
        });
      }),
    );
  });

  it('[K15] read marks grow, and stay within the conversation', () => {
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        const marks = new Map<string, number>();
        play(state, inputs, ({ drive }) => {
          for (const [user, mark] of drive.marks) {
            expect(mark).toBeGreaterThanOrEqual(marks.get(user) ?? 0);
            expect(mark).toBeLessThanOrEqual('last' in drive.state ? drive.state.last : 0);
            marks.set(user, mark);
          }
        });
      }),
    );
  });

  it('[K6] the same input once more makes nothing', () => {
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        play(state, inputs, ({ drive, input: given }) => {
          if (given.type === 'call') return;
          const { length } = drive.entries;
          const after = drive.state;
          drive.input(given);
          expect(drive.entries).toHaveLength(length);
          expect(drive.state).toEqual(after);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('[K21] every pair of state and input is met', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(start, story, (state, inputs) => {
        play(state, inputs, ({ before, input: given }) => void met.add(`${before.kind} ${given.type}`));
      }),
      { numRuns: 1_000, seed: 1 },
    );
    const all = conversationStates.flatMap((kind) =>
      conversationInputs.map((type: ConversationInput['type']) => `${kind} ${type}`),
    );
    expect(all.filter((pair) => !met.has(pair))).toEqual([]);
  });
});

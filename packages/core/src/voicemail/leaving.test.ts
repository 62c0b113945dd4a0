import { describe, expect, it } from 'vitest';
import { leavingInputs, leavingMachine, leavingStates, newLeaving } from './leaving.ts';
import type { LeavingEffect, LeavingInput, LeavingSound, LeavingState } from './leaving.ts';

const played = (sound: LeavingSound): LeavingInput => ({ type: 'played', sound });
const key = (digit: string): LeavingInput => ({ type: 'key', digit });
const connected: LeavingInput = { type: 'connected' };

function run(inputs: readonly LeavingInput[], hasRoom = true): { state: LeavingState; effects: LeavingEffect[] } {
  let state = newLeaving(hasRoom);
  const effects = inputs.flatMap((input) => {
    const step = leavingMachine.step(state, input, 0);
    ({ state } = step);
    return step.effects;
  });
  return { state, effects };
}

const told = (inputs: readonly LeavingInput[], hasRoom = true): string[] =>
  run(inputs, hasRoom).effects.map((effect) => (effect.type === 'play' ? effect.sound : effect.type));

const recording = [connected, played('greeting'), played('beep')];

describe('leaving a message', () => {
  it('[V1] plays the greeting and the tone, then records', () => {
    expect(told([connected])).toEqual(['greeting']);
    expect(told([connected, played('greeting')])).toEqual(['greeting', 'beep']);
    expect(told(recording)).toEqual(['greeting', 'beep', 'record']);
    expect(run(recording).state.kind).toBe('recording');
  });

  it('[V1] goes on to the tone by #, and by no other key', () => {
    expect(told([connected, key('1'), key('#')])).toEqual(['greeting', 'beep']);
    // The greeting that was cut off says nothing more.
    expect(told([connected, key('#'), played('greeting')])).toEqual(['greeting', 'beep']);
  });

  it.each<[string, LeavingInput]>([
    ['#', key('#')],
    ['what ended by itself', { type: 'recorded' }],
  ])('[V2] keeps a message once, by %s, and lets the caller go', (_, end) => {
    const all = ['greeting', 'beep', 'record', 'keep', 'thanks', 'hang_up'];
    expect(told([...recording, end, end, played('thanks'), { type: 'ended' }])).toEqual(all);
    expect(told([...recording, end, { type: 'ended' }])).toEqual(all.slice(0, -1));
  });

  it('[V2] keeps it when the caller hangs up', () => {
    expect(told([...recording, { type: 'ended' }, { type: 'recorded' }])).toEqual(['greeting', 'beep', 'record', 'keep']);
  });

  it.each([[[]], [[connected]], [[connected, played('greeting')]]])(
    '[V3] keeps nothing of who is gone before (%#)',
    (before) => {
      const { state, effects } = run([...before, { type: 'ended' }]);
      expect(state.kind).toBe('over');
      expect(effects.filter(({ type }) => type !== 'play')).toEqual([]);
    },
  );

  it('[V4] says that there is no room', () => {
    expect(told([connected, key('#'), played('full')], false)).toEqual(['full', 'hang_up']);
  });

  it('[V5] keeps what there is when the sound is gone, and ends the call', () => {
    expect(told([...recording, { type: 'lost' }])).toEqual(['greeting', 'beep', 'record', 'keep', 'hang_up']);
    expect(told([connected, { type: 'lost' }])).toEqual(['greeting', 'hang_up']);
  });

  it('takes every input in every state', () => {
    const inputs: readonly LeavingInput[] = [
      connected,
      played('beep'),
      key('#'),
      { type: 'recorded' },
      { type: 'lost' },
      { type: 'ended' },
    ];
    expect(inputs.map(({ type }) => type)).toEqual(leavingInputs);
    for (const kind of leavingStates)
      for (const input of inputs)
        expect(leavingStates).toContain(leavingMachine.step({ kind, hasRoom: true }, input, 0).state.kind);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialInLimits } from '../dial-in-limits.ts';
import { keyingInputs, keyingMachine, newKeying } from './keying.ts';
import type { KeyingEffect, KeyingInput, KeyingRefusal, KeyingSound, KeyingState, KeyingVerdict } from './keying.ts';

const refusals: readonly KeyingRefusal[] = ['tries', 'locked', 'full', 'removed', 'over', 'waited', 'not_admitted', 'refused'];

const played = (sound: KeyingSound): KeyingInput => ({ type: 'played', sound });
const keys = (text: string): KeyingInput[] => Array.from(text, (digit) => ({ type: 'key', digit }));
const checked = (verdict: KeyingVerdict): KeyingInput => ({ type: 'checked', verdict });
const connected: KeyingInput = { type: 'connected' };

function run(inputs: readonly KeyingInput[], now = 0): { state: KeyingState; effects: KeyingEffect[] } {
  let state = newKeying;
  const effects = inputs.flatMap((input) => {
    const step = keyingMachine.step(state, input, now);
    ({ state } = step);
    return step.effects;
  });
  return { state, effects };
}

const told = (...inputs: readonly (KeyingInput | readonly KeyingInput[])[]): string[] =>
  run(inputs.flat()).effects.map((effect) => {
    if (effect.type === 'play') return effect.sounds.join(' ') || 'silence';
    return effect.type === 'check' ? `${effect.what} ${effect.digits}` : effect.type;
  });

describe('a caller who keys the PIN of a meeting', () => {
  it('[Y1] is asked for it once there is sound, and it is looked up at #', () => {
    expect(told(keys('1'), connected, keys('42#'))).toEqual(['pin', 'silence', 'pin 42']);
    expect(told(connected, keys('#'))).toEqual(['pin']);
    expect(told(connected, keys('A1D2#'))).toEqual(['pin', 'silence', 'pin 12']);
  });

  it('[Y1] begins anew by *', () => {
    expect(told(connected, keys('9*42#'))).toEqual(['pin', 'silence', 'pin', 'silence', 'pin 42']);
  });

  it('[Y2] is welcomed and comes in', () => {
    expect(told(connected, keys('42#'), checked('in'), played('welcome')).slice(3)).toEqual(['welcome', 'come_in']);
  });

  it('[Y2] waits where they have to, until they are let in or sent away', () => {
    const waits = [connected, ...keys('42#'), checked('waiting'), played('waiting')];
    expect(told(waits).slice(3)).toEqual(['waiting', 'waiting']);
    expect(told(waits, { type: 'admitted' }, played('welcome')).slice(5)).toEqual(['welcome', 'come_in']);
    const sentAway: KeyingInput = { type: 'refused', why: 'not_admitted' };
    expect(told(waits, sentAway, played('not_admitted')).slice(5)).toEqual(['not_admitted', 'hang_up']);
  });

  it('[Y2] hears once that no host is there, and then only that they wait: one may have come', () => {
    const waits = [connected, ...keys('42#'), checked('no_host'), played('no_host'), played('waiting')];
    expect(told(waits).slice(3)).toEqual(['no_host', 'waiting', 'waiting']);
  });

  it('[Y2] is told that nobody has let them in, and is let go', () => {
    const { state } = run([connected, ...keys('42#'), checked('waiting')]);
    const { effects } = keyingMachine.step(state, { type: 'tick' }, dialInLimits.waitMs);
    expect(effects).toEqual([{ type: 'play', sounds: ['waited'] }]);
  });

  it('[Y3] is asked again where it was wrong, and hung up on after the third time', () => {
    const wrong = [...keys('1#'), checked('wrong')];
    expect(told(connected, wrong, wrong, wrong, played('tries'))).toEqual([
      'pin',
      'silence',
      'pin 1',
      'wrong_pin pin',
      'silence',
      'pin 1',
      'wrong_pin pin',
      'silence',
      'pin 1',
      'tries',
      'hang_up',
    ]);
  });

  it('[Y3] keys its passcode next, three times at most again', () => {
    const wrong = [...keys('7#'), checked('passcode')];
    expect(told(connected, keys('42#'), checked('passcode'), wrong, wrong, wrong).slice(3)).toEqual([
      'passcode',
      'silence',
      'passcode 7',
      'wrong_passcode passcode',
      'silence',
      'passcode 7',
      'wrong_passcode passcode',
      'silence',
      'passcode 7',
      'tries',
    ]);
  });

  it('[Y3] who keys nothing in time counts as wrong', () => {
    const { state } = run([connected, ...keys('4')]);
    expect(keyingMachine.deadline(state)).toBe(dialInLimits.triesMs);
    expect(keyingMachine.step(state, { type: 'tick' }, dialInLimits.triesMs - 1).state).toBe(state);
    const { effects } = keyingMachine.step(state, { type: 'tick' }, dialInLimits.triesMs);
    expect(effects).toEqual([{ type: 'play', sounds: ['incomplete', 'pin'] }]);
  });

  it.each(refusals)('[Y4] may not come in: is told why (%s), and hung up on', (why) => {
    expect(told(connected, keys('42#'), checked(why), played(why)).slice(3)).toEqual([why, 'hang_up']);
    // Of what was asked before, the end says nothing.
    expect(told(connected, keys('42#'), checked(why), played('pin')).slice(3)).toEqual([why]);
  });

  it('[Y5] is gone when the call is, and is hung up on where nothing can be heard any more', () => {
    expect(run([connected, { type: 'ended' }]).state.kind).toBe('over');
    expect(told(connected, { type: 'lost' })).toEqual(['pin', 'hang_up']);
    expect(told(connected, keys('42#'), checked('in'), played('welcome'), { type: 'lost' }).at(-1)).toBe('come_in');
  });

  it('[Y1] [Y3] [Y5] whatever is said: what is looked up are digits, at most three times each, and one end', () => {
    const input = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...keys('0123456789#*A')) },
      fc.constantFrom(...(['wrong', 'passcode', 'waiting', 'no_host', 'in', ...refusals] as const).map(checked)),
      fc.constantFrom(...(['pin', 'passcode', 'wrong_pin', 'waiting', 'no_host', 'welcome', ...refusals] as const).map(played)),
      fc.constantFrom(
        ...keyingInputs.flatMap((type) =>
          type === 'played' || type === 'key' || type === 'checked' || type === 'refused'
            ? []
            : [{ type } satisfies KeyingInput],
        ),
        ...refusals.map((why): KeyingInput => ({ type: 'refused', why })),
      ),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        const { effects } = run([connected, ...inputs]);
        for (const what of ['pin', 'passcode']) {
          const looked = effects.filter((effect) => effect.type === 'check' && effect.what === what);
          expect(looked.length).toBeLessThanOrEqual(dialInLimits.tries);
        }
        for (const effect of effects) if (effect.type === 'check') expect(effect.digits).toMatch(/^\d{1,32}$/);
        expect(effects.filter(({ type }) => type === 'hang_up' || type === 'come_in').length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

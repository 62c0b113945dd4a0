import { describe, expect, it } from 'vitest';
import { callIn, withCalls } from './call.fixture.ts';
import { soundOf } from './sound.ts';

const ringing = callIn({ kind: 'incoming', waiting: false }, { id: 'call-2' });
const active = callIn({ kind: 'active', since: 0 });

describe('soundOf', () => {
  it('rings for a call, and only knocks while another goes on', () => {
    expect(soundOf(withCalls(ringing))).toBe('ringing');
    expect(soundOf(withCalls(active, ringing))).toBe('waiting');
    expect(soundOf(withCalls(active))).toBeUndefined();
  });

  it('is heard at the other end only once it rings there', () => {
    expect(soundOf(withCalls(callIn({ kind: 'calling' })))).toBeUndefined();
    expect(soundOf(withCalls(callIn({ kind: 'calling', remote: 'ringing' })))).toBe('calling');
  });

  it('is none of ours where the network makes one before the answer', () => {
    const early = callIn({ kind: 'calling', remote: 'ringing', early: true });
    expect(soundOf(withCalls(early))).toBeUndefined();
    expect(soundOf(withCalls(early, callIn({ kind: 'calling', remote: 'ringing' }, { id: 'call-2' })))).toBe('calling');
  });

  it('does not ring in a browser that is to be quiet', () => {
    const state = withCalls(ringing);
    expect(soundOf({ ...state, settings: { ...state.settings, ringAloud: false } })).toBeUndefined();
  });

  it('rings in one tab, and is heard where somebody calls meanwhile', () => {
    const calling = callIn({ kind: 'calling', remote: 'ringing' });
    for (const bell of ['elsewhere', undefined] as const) {
      expect(soundOf({ ...withCalls(ringing), bell })).toBeUndefined();
      expect(soundOf({ ...withCalls(calling, ringing), bell })).toBe('calling');
    }
  });

  it('is silent while nobody is signed in', () => expect(soundOf({ kind: 'starting', waiting: false })).toBeUndefined());
});

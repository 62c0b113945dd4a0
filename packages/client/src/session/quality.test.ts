import type { StreamQuality } from '@offhook/core';
import { expect, it } from 'vitest';
import { qualityOf } from './quality.ts';

function rated(rating: StreamQuality['rating'] | undefined): StreamQuality | undefined {
  return rating && { mos: 3, loss: 0.05, jitterMs: 10, roundTripMs: 80, rating };
}

it.each([
  ['good', 'good', 'Your connection is good.'],
  ['good', undefined, 'Your connection is good.'],
  ['fair', 'good', 'Your connection is not the best; some words may be lost.'],
  [undefined, 'fair', 'Your connection is not the best; some words may be lost.'],
  ['bad', 'fair', 'Your connection is bad: the others hear you badly.'],
  ['good', 'bad', 'Your connection is bad: you hear the others badly.'],
  ['bad', 'bad', 'Your connection is bad: you and the others hear each other badly.'],
] as const)('what is sent being %s and what is received %s, people are told: %s', (sends, receives, words) => {
  const event = {
    seq: 1,
    type: 'session_quality',
    session: 'standup',
    sends: rated(sends),
    receives: rated(receives),
  } as const;
  expect(qualityOf(event)).toEqual({ sends: rated(sends), receives: rated(receives), words });
});

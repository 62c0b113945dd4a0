/** What telephones hear on their way into a meeting, where nobody has recorded anything: tones. */
import type { KeyingSound } from '@offhook/core';
import type { Sound } from '../ports/voicemail.ts';

const pause: Sound = { hertz: [], ms: 300 };

export const sounds: Readonly<Record<KeyingSound, readonly Sound[]>> = {
  /** Three notes that go up: something is to be keyed. */
  pin: [pause, { hertz: [523], ms: 160 }, { hertz: [659], ms: 160 }, { hertz: [784], ms: 320 }],
  /** The same, twice the last: something else. */
  passcode: [
    pause,
    { hertz: [523], ms: 160 },
    { hertz: [659], ms: 160 },
    { hertz: [784], ms: 160 },
    { hertz: [], ms: 80 },
    { hertz: [784], ms: 320 },
  ],
  /** Low, twice. */
  wrong: [pause, { hertz: [262], ms: 200 }, { hertz: [], ms: 100 }, { hertz: [262], ms: 300 }],
  /** As a telephone rings elsewhere (ITU-T E.180). */
  waiting: [
    { hertz: [425], ms: 1_000 },
    { hertz: [], ms: 4_000 },
  ],
  /** Two notes that go up. */
  welcome: [
    { hertz: [523], ms: 140 },
    { hertz: [784], ms: 240 },
  ],
  /** Congestion (ITU-T E.180). */
  refused: Array.from({ length: 4 }, () => [
    { hertz: [425], ms: 240 },
    { hertz: [], ms: 240 },
  ]).flat(),
};

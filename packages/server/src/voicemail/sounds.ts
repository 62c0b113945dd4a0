/** What the voicemail says, where nobody has recorded anything: tones that telephones have had for it all along. */
import type { Sound } from '../ports/voicemail.ts';

export const pause: Sound = { hertz: [], ms: 300 };

/** Three notes that go down: nobody is there. */
export const greeting: readonly Sound[] = [
  pause,
  { hertz: [784], ms: 180 },
  { hertz: [659], ms: 180 },
  { hertz: [523], ms: 360 },
  { hertz: [], ms: 500 },
];
/** From here on it is recorded. */
export const beep: readonly Sound[] = [{ hertz: [1_000], ms: 500 }];
/** Two notes that go up: it was kept. */
export const thanks: readonly Sound[] = [
  { hertz: [523], ms: 140 },
  { hertz: [784], ms: 240 },
  { hertz: [], ms: 200 },
];
/** Congestion (ITU-T E.180): there is no room. */
export const full: readonly Sound[] = Array.from({ length: 4 }, () => [
  { hertz: [425], ms: 240 },
  { hertz: [], ms: 240 },
]).flat();

import { expect, it } from 'vitest';
import { Speaker } from './speaker.ts';

it.each([5, 20, 50])('follows voices as fast however often it is asked: every %i ms', (everyMs) => {
  const speaker = new Speaker();
  let now = 0;
  const hear = (anna: number, bo: number, ms: number): string | undefined => {
    for (const end = now + ms; now < end; now += everyMs) {
      speaker.hear(
        new Map([
          ['anna', anna],
          ['bo', bo],
        ]),
        now,
      );
    }
    return speaker.current;
  };
  hear(127, 127, 1_000);
  expect(hear(20, 127, 1_000)).toBe('anna');
  // Who calls something in between has no word yet.
  expect(hear(40, 20, 1_000)).toBe('anna');
  expect(hear(20, 127, 1_000)).toBe('anna');
  expect(hear(127, 20, 1_500)).toBe('bo');
});

/** What the web phone lets be heard beside the voices, and when it holds the loudspeaker for that. */
import { expect, it } from 'vitest';
import { button, call, phones, says } from './harness/phones.ts';
import { listen, loudest, running } from './harness/sounds.ts';

const { person, names } = phones();

it('rings here and there, and lets the loudspeaker go when nothing sounds any more', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna, listen), await person(Bo, listen)];
  // Both have typed their names: from then on they can be heard.
  for (const page of [anna, bo]) {
    await expect.poll(() => page.evaluate(() => sounds.contexts.length)).toBe(1);
    await expect.poll(() => running(page)).toBe(0);
  }
  await call(anna, Bo);
  await says(anna, `${Bo}’s phone is ringing`);
  for (const page of [anna, bo]) {
    await expect.poll(() => loudest(page)).toBeGreaterThan(0.05);
    await expect.poll(() => running(page)).toBe(1);
  }
  await button(bo, 'Decline').click();
  for (const page of [anna, bo]) await expect.poll(() => running(page)).toBe(0);
  await call(bo, Anna);
  await expect.poll(() => loudest(anna)).toBeGreaterThan(0.05);
});

/** The keys that are pressed in a browser are told to telephones that no part of this project has written. */
import { expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import { kit, ofBrowser, ofPhone, telephony } from './harness/telephony.ts';
import type { Telephony } from './harness/telephony.ts';

const patience = { timeout: 60_000 };
const keys = '159*0#D';

async function people(world: World): Promise<{ readonly at: Telephony; readonly anna: Person; readonly bo: Person }> {
  const at = await telephony(world);
  return { at, anna: await at.person('Anna'), bo: await at.person('Bo') };
}

async function talk(anna: Person, bo: Person): Promise<void> {
  await anna.page.call(bo.address, { own: true });
  await anna.page.until(bo.address, 'active');
  await kit(anna).untilTone(bo.address, ofPhone);
}

it.skipIf(skipped.has('baresip'))(
  'baresip is told each key once, and hears what is said after',
  { timeout: 240_000 },
  async ({ world }) => {
    const { at, anna, bo } = await people(world);
    const port = await freePort();
    const phone = await at.baresip(bo.address, port);
    const heard = await phone.keysFrom(port);
    await talk(anna, bo);
    expect(await kit(anna).digits(bo.address, keys)).toBeUndefined();
    await expect.poll(heard, patience).toBe(keys);
    const before = await phone.heardTone(ofBrowser);
    await expect.poll(() => phone.heardTone(ofBrowser), patience).toBeGreaterThan(before + 0.5);
    expect(heard()).toBe(keys);
  },
);

it.skipIf(skipped.has('linphone'))('Linphone is told each key once', { timeout: 240_000 }, async ({ world }) => {
  const { at, anna, bo } = await people(world);
  const phone = await at.linphone(bo.address);
  await talk(anna, bo);
  expect(await kit(anna).digits(bo.address, keys)).toBeUndefined();
  const heard = (): string => [...phone.said.matchAll(/Receiving tone (.) from/g)].map(([, key]) => key).join('');
  await expect.poll(heard, patience).toBe(keys);
});

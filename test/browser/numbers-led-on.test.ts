/** Whoever talks with a telephone number leads it on to somebody else, whom the telephone hears from then on. */
import { describe, expect } from 'vitest';
import type { Baresip } from '../support/baresip.ts';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { berlin, kit, ofBrowser, ofMusic, ofPhone, ours, telephony } from './harness/telephony.ts';

const named = { address: berlin, name: '+49 30 123456' };

/** For half a second more from now on. */
async function hearsMore(phone: Baresip, hertz: number): Promise<void> {
  const before = await phone.heardTone(hertz);
  await expect.poll(() => phone.heardTone(hertz)).toBeGreaterThan(before + 0.5);
}

/** The two hear one another. */
async function talk(person: Person, phone: Baresip): Promise<void> {
  await person.page.until(berlin, 'active');
  await kit(person).untilTone(berlin, ofPhone);
  await hearsMore(phone, ofBrowser);
}

describe.skipIf(skipped.has('baresip'))('a telephone number', () => {
  it(
    'that was called is held with music while another is asked, and then led on to them',
    { timeout: 240_000 },
    async ({ world }) => {
      const at = await telephony(world);
      const phone = await at.outside();
      const [anna, carla] = [await at.person('Anna'), await at.person('Carla')];
      await anna.page.call(named, { own: true });
      await talk(anna, phone);
      await anna.page.consult(berlin, carla.address, { own: true });
      await hearsMore(phone, ofMusic);
      await carla.page.answer(anna.address, { own: true });
      await carla.page.until(anna.address, 'active');
      await kit(carla).untilTone(anna.address, ofBrowser);
      expect(await anna.page.complete()).toBeUndefined();
      expect(await anna.page.until(berlin, 'ended')).toMatchObject({ cause: 'transferred' });
      await talk(carla, phone);
      await carla.page.untilSeen(berlin, { by: anna.address });
      await carla.page.hangUp(berlin);
      await expect.poll(() => phone.said).toMatch(/session closed|terminated/i);
      expect(await at.api.listLiveCalls()).toEqual([]);
    },
  );

  it('that has called is led on without a word', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, carla] = [await at.person('Anna'), await at.person('Carla')];
    await at.api.trunks.setNumber(ours, { lead: { to: 'user', user: anna.address } });
    const phone = await at.outside('calls');
    await anna.page.answer(berlin, { own: true });
    await talk(anna, phone);
    expect(await anna.page.transferTo(berlin, carla.address)).toBeUndefined();
    expect(await anna.page.until(berlin, 'ended')).toMatchObject({ cause: 'transferred' });
    await carla.page.untilSeen(berlin, { state: 'incoming', by: anna.address });
    await carla.page.answer(berlin, { own: true });
    await talk(carla, phone);
    phone.type('b');
    expect(await carla.page.until(berlin, 'ended')).toMatchObject({ cause: 'hangup' });
  });

  it('is whom somebody asks before the other is led on to it', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const phone = await at.outside();
    const [anna, carla] = [await at.person('Anna'), await at.person('Carla')];
    await carla.page.call(anna.address, { own: true });
    await anna.page.answer(carla.address, { own: true });
    await anna.page.until(carla.address, 'active');
    await anna.page.consult(carla.address, named, { own: true });
    await talk(anna, phone);
    expect(await anna.page.complete()).toBeUndefined();
    await talk(carla, phone);
    expect(await anna.page.until(berlin, 'ended')).toMatchObject({ cause: 'transferred' });
  });
});

/** Telephones that no part of this project has written hold, are held, lead on and are led on; the sound of both ways is looked at each time. */
import { describe, expect } from 'vitest';
import type { Baresip } from '../support/baresip.ts';
import type { Linphone } from '../support/linphone.ts';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { kit, ofBrowser, ofMusic, ofPhone, telephony } from './harness/telephony.ts';

const patience = { timeout: 60_000 };

/** Anna calls Bo, whose telephone takes the call. */
async function talk(anna: Person, bo: Person, phone: Baresip | Linphone): Promise<void> {
  await anna.page.call(bo.address, { own: true });
  await anna.page.until(bo.address, 'active');
  await kit(anna).untilTone(bo.address, ofPhone);
  await expect.poll(() => phone.heardTone(ofBrowser), patience).toBeGreaterThan(1);
}

/** Both hear one another, by no telephone. */
async function talkAlone(anna: Person, carla: Person): Promise<void> {
  await anna.page.until(carla.address, 'active');
  await carla.page.until(anna.address, 'active');
  await kit(anna).untilTone(carla.address, ofBrowser);
  await kit(carla).untilTone(anna.address, ofBrowser);
}

/** For half a second more from now on. */
async function hearsMore(phone: Baresip | Linphone, hertz: number): Promise<void> {
  const before = await phone.heardTone(hertz);
  await expect.poll(() => phone.heardTone(hertz), patience).toBeGreaterThan(before + 0.5);
}

describe.for([
  { name: 'baresip', program: 'baresip' },
  { name: 'Linphone', program: 'linphone' },
] as const)('$name', ({ program }) => {
  it.skipIf(skipped.has(program))('is held with music, and led on', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, bo, carla] = [await at.person('Anna'), await at.person('Bo'), await at.person('Carla')];
    const phone = await at[program](bo.address);
    await talk(anna, bo, phone);
    await anna.page.hold(bo.address);
    await hearsMore(phone, ofMusic);
    await anna.page.resume(bo.address);
    await kit(anna).untilTone(bo.address, ofPhone);
    await hearsMore(phone, ofBrowser);
    expect(await anna.page.transferTo(bo.address, carla.address)).toBeUndefined();
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await carla.page.untilSeen(bo.address, { state: 'incoming', by: anna.address });
    await carla.page.answer(bo.address, { own: true });
    await carla.page.until(bo.address, 'active');
    await kit(carla).untilTone(bo.address, ofPhone);
    await hearsMore(phone, ofBrowser);
  });

  it.skipIf(skipped.has(program))('is led on to whom was asked before', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, bo, carla] = [await at.person('Anna'), await at.person('Bo'), await at.person('Carla')];
    const phone = await at[program](bo.address);
    await talk(anna, bo, phone);
    await anna.page.consult(bo.address, carla.address);
    await hearsMore(phone, ofMusic);
    await carla.page.answer(anna.address, { own: true });
    await carla.page.until(anna.address, 'active');
    expect(await anna.page.complete()).toBeUndefined();
    await carla.page.until(bo.address, 'active');
    await kit(carla).untilTone(bo.address, ofPhone);
    await hearsMore(phone, ofBrowser);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'transferred' });
  });
});

describe.skipIf(skipped.has('baresip'))('baresip', () => {
  it('holds a call, goes on and leads it on', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, bo, carla] = [await at.person('Anna'), await at.person('Bo'), await at.person('Carla')];
    const phone = await at.baresip(bo.address);
    await talk(anna, bo, phone);
    phone.type('/hold\n');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: true } });
    // It sends nothing meanwhile, though it has said that it would.
    await anna.page.hearsNothing();
    phone.type('/resume\n');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: false } });
    // What it hears from then on is not looked at: baresip 1.0 hears nothing any more after a pause, also without us.
    await kit(anna).untilTone(bo.address, ofPhone);
    phone.type(`/transfer sip:${carla.address}@127.0.0.1\n`);
    await carla.page.untilSeen(anna.address, { state: 'incoming', by: bo.address });
    await carla.page.answer(anna.address, { own: true });
    await talkAlone(anna, carla);
  });
});

describe.skipIf(skipped.has('linphone'))('Linphone', () => {
  it('holds a call, goes on and leads it on', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, bo, carla] = [await at.person('Anna'), await at.person('Bo'), await at.person('Carla')];
    const phone = await at.linphone(bo.address);
    await talk(anna, bo, phone);
    phone.type('pause');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: true } });
    await anna.page.hearsNothing();
    phone.type('resume');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: false } });
    await kit(anna).untilTone(bo.address, ofPhone);
    await hearsMore(phone, ofBrowser);
    phone.type(`transfer sip:${carla.address}@127.0.0.1`);
    await carla.page.untilSeen(anna.address, { state: 'incoming', by: bo.address });
    await carla.page.answer(anna.address, { own: true });
    await talkAlone(anna, carla);
  });

  it('asks somebody before it leads the other side on to them', { timeout: 240_000 }, async ({ world }) => {
    const at = await telephony(world);
    const [anna, bo, carla] = [await at.person('Anna'), await at.person('Bo'), await at.person('Carla')];
    const phone = await at.linphone(bo.address);
    await talk(anna, bo, phone);
    phone.type('pause');
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    phone.type(`call sip:${carla.address}@127.0.0.1`);
    await carla.page.answer(bo.address, { own: true });
    await carla.page.until(bo.address, 'active');
    phone.type('transfer 1 --to-call 2');
    await talkAlone(anna, carla);
    await anna.page.untilSeen(carla.address, { by: bo.address, remote: { held: false } });
  });
});

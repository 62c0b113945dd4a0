/** One who talks leads the other on to somebody else, between three browsers. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { hearEachOther, talk } from './harness/talk.ts';

describe('a consultation', () => {
  it('completed leads the two others together, and leaves the one who asked', async ({ world }) => {
    const [anna, bo, carla] = [await world.person('Anna'), await world.person('Bo'), await world.person('Carla')];
    await talk(anna, bo);
    await bo.page.consult(anna.address, carla.address);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    await carla.page.answer(bo.address);
    await hearEachOther(bo, carla);

    expect(await bo.page.complete()).toBeUndefined();
    await anna.page.until(carla.address, 'active');
    await carla.page.until(anna.address, 'active');
    await hearEachOther(anna, carla);
    const { id } = await anna.page.untilSeen(carla.address, { by: bo.address, remote: { held: false } });
    expect(await carla.page.until(anna.address, 'active')).toMatchObject({ id, by: bo.address });
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'transferred' });
    expect(await bo.page.until(carla.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await bo.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });

    await anna.page.hangUp(carla.address);
    expect(await carla.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    const [a, b, c] = [anna.address, bo.address, carla.address];
    expect(await anna.page.history()).toMatchObject([
      { peer: { address: c }, cause: 'hangup', transferredBy: { address: b } },
      { peer: { address: b }, cause: 'transferred', transferredBy: { address: b }, transferredTo: { address: c } },
    ]);
    expect(await bo.page.history()).toMatchObject([
      { peer: { address: c }, cause: 'transferred', transferredBy: { address: b }, transferredTo: { address: a } },
      { peer: { address: a }, cause: 'transferred', transferredBy: { address: b }, transferredTo: { address: c } },
    ]);
    expect(await carla.page.history()).toMatchObject([
      { peer: { address: a }, cause: 'hangup', transferredBy: { address: b } },
      { peer: { address: b }, cause: 'transferred', transferredTo: { address: a } },
    ]);
  });

  it('shows a screen to nobody for whom it was not chosen', async ({ world }) => {
    const showing = { page: 'modules.html', isGranted: true, chromium: { screens: true } } as const;
    const anna = await world.person('Anna', showing);
    const [bo, carla] = [await world.person('Bo'), await world.person('Carla')];
    await anna.openBeside('shown.html');
    await talk(anna, bo);
    const annas = mediaKit(anna);
    expect(await annas.share(bo.address)).toBeUndefined();
    await bo.page.sees();
    await bo.page.consult(anna.address, carla.address);
    await carla.page.answer(bo.address);
    await hearEachOther(bo, carla);
    expect(await bo.page.complete()).toBeUndefined();
    await anna.page.until(carla.address, 'active');
    await hearEachOther(anna, carla);
    await expect.poll(() => annas.screens()).toBe(0);
    await carla.page.untilSeen(anna.address, { remote: { screen: false } });
    await carla.page.seesNothing();
  });

  it('cancelled gives the first call back', async ({ world }) => {
    const [anna, bo, carla] = [await world.person('Anna'), await world.person('Bo'), await world.person('Carla')];
    await talk(anna, bo);
    await bo.page.consult(anna.address, carla.address);
    await carla.page.until(bo.address, 'incoming');
    expect(await bo.page.complete()).toBe('wrong_state');
    await bo.page.cancel();
    expect(await carla.page.until(bo.address, 'ended')).toMatchObject({ cause: 'cancelled' });
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: false } });
    await hearEachOther(anna, bo);
  });

  it.for(['the first', 'the one who was asked'] as const)(
    'is completed also while the page of %s is loaded again',
    async (who, { world }) => {
      const [anna, bo, carla] = [await world.person('Anna'), await world.person('Bo'), await world.person('Carla')];
      await talk(anna, bo);
      await bo.page.consult(anna.address, carla.address);
      await carla.page.answer(bo.address);
      await hearEachOther(bo, carla);
      const loaded = who === 'the first' ? anna.reload() : carla.reload();
      expect(await bo.page.complete()).toBeUndefined();
      await loaded;
      await anna.page.until(carla.address, 'active');
      await carla.page.until(anna.address, 'active');
      await hearEachOther(anna, carla);
    },
  );
});

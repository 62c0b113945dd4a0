/** Chromium and Firefox with each other: pictures in VP8, which both have everywhere. */
import { describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import { hearEachOther, hearNothing, seeEachOther, talk } from './harness/talk.ts';

/** Firefox fails an ICE agent that has found no pair for 5 s. */
const longRingMs = 6_000;

const firefox = { browser: 'firefox' } as const;

describe.skipIf(skipped.has('firefox'))('Chromium and Firefox', () => {
  it('called from Chromium hear and see each other, hold, and end', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', firefox)];
    await talk(anna, bo, { video: true });
    await bo.page.hold(anna.address);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    await hearNothing(anna, bo);
    await bo.page.resume(anna.address);
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
    await anna.page.hangUp(bo.address);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
  });

  it('called from Firefox hear and see each other, and turn cameras off and on', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', firefox), await world.person('Bo')];
    await talk(anna, bo);
    await Promise.all([anna.page.setCamera(bo.address, true), bo.page.setCamera(anna.address, true)]);
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
    await anna.page.setCamera(bo.address, false);
    await bo.page.seesStill(anna.address);
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });
    await anna.page.setCamera(bo.address, true);
    await seeEachOther(anna, bo);
  });

  it('are in one call when both call at the same moment', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', firefox)];
    await Promise.all([anna.page.call(bo.address), bo.page.call(anna.address)]);
    const { id } = await anna.page.untilSeen(bo.address, { state: 'active' });
    expect(await bo.page.untilSeen(anna.address, { state: 'active' })).toMatchObject({ id });
    await hearEachOther(anna, bo);
  });

  it.for(['Chromium', 'Firefox'] as const)('go on after a reload in %s', async (reloaded, { world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', firefox)];
    await talk(anna, bo, { video: true });
    await (reloaded === 'Chromium' ? anna : bo).reload();
    await Promise.all([
      anna.page.untilSeen(bo.address, { state: 'active' }),
      bo.page.untilSeen(anna.address, { state: 'active' }),
    ]);
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
  });

  it('answered in Firefox after it rang long, connect', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', firefox)];
    await anna.page.call(bo.address, { video: true });
    await bo.page.untilRung(anna.address, longRingMs);
    await bo.page.answer(anna.address, { video: true });
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
  });

  it.skipIf(skipped.has('turn'))('hear and see each other by way of TURN only', async ({ world }) => {
    const anna = await world.person('Anna', { relayOnly: true });
    const bo = await world.person('Bo', { ...firefox, relayOnly: true });
    await talk(anna, bo, { video: true });
    expect(new Set(await anna.page.paths())).toEqual(new Set(['relay→relay']));
  });
});

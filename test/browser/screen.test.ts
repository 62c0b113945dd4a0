/** Showing one's screen in a call. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { hearEachOther, hearNothing, seeEachOther, talk } from './harness/talk.ts';

const showing = { page: 'modules.html', isGranted: true, chromium: { screens: true } } as const;
/** What the page that is shown plays. */
const toneHz = 1_000;

async function talking(world: World, video: boolean) {
  const [anna, bo] = [await world.person('Anna', showing), await world.person('Bo', showing)];
  await anna.openBeside('shown.html');
  await talk(anna, bo, { video });
  return { anna, bo, annas: mediaKit(anna), bos: mediaKit(bo) };
}

describe('a screen', () => {
  it('takes the place of the camera, which comes back afterwards', async ({ world }) => {
    const { anna, bo, annas, bos } = await talking(world, true);
    expect(await annas.share(bo.address)).toBeUndefined();
    await bo.page.untilSeen(anna.address, { remote: { screen: true, camera: true } });
    await Promise.all([bos.untilPicture(anna.address, 'screen'), bo.page.sees(), hearEachOther(anna, bo)]);
    await annas.stopSharing(bo.address);
    await bo.page.untilSeen(anna.address, { remote: { screen: false, camera: true } });
    await Promise.all([bos.untilPicture(anna.address, 'camera'), seeEachOther(anna, bo)]);
    await expect.poll(() => annas.screens()).toBe(0);
  });

  it('is seen in a call with sound only, by either side or both at once', async ({ world }) => {
    const { anna, bo, annas, bos } = await talking(world, false);
    await Promise.all([annas.share(bo.address), bos.share(anna.address)]);
    await Promise.all([seeEachOther(anna, bo), hearEachOther(anna, bo)]);
    await annas.stopSharing(bo.address);
    await bo.page.seesNothing();
    await anna.page.sees();
    expect(await anna.page.permissionsAsked()).toEqual([{ audio: true, video: false }]);
  });

  it('ends by the browser’s own button', async ({ world }) => {
    const { anna, bo, annas } = await talking(world, false);
    await annas.share(bo.address);
    await bo.page.sees();
    await annas.stopByBrowser(bo.address);
    await bo.page.untilSeen(anna.address, { remote: { screen: false } });
    await bo.page.seesNothing();
    await expect.poll(() => annas.screens()).toBe(0);
  });

  it('ends with the call', async ({ world }) => {
    const { anna, bo, annas } = await talking(world, false);
    await annas.share(bo.address);
    await bo.page.sees();
    await bo.page.hangUp(anna.address);
    await anna.page.until(bo.address, 'ended');
    await expect.poll(() => annas.screens()).toBe(0);
  });

  it('is not seen while the call is held, and again afterwards', async ({ world }) => {
    const { anna, bo, annas } = await talking(world, false);
    await annas.share(bo.address);
    await bo.page.sees();
    await bo.page.hold(anna.address);
    await Promise.all([bo.page.seesNothing(), hearNothing(anna, bo)]);
    await bo.page.resume(anna.address);
    await Promise.all([bo.page.sees(), hearEachOther(anna, bo)]);
  });

  it('goes on over a reload of the one who sees it, and ends with one of the one who shows it', async ({ world }) => {
    const { anna, bo, annas } = await talking(world, false);
    await annas.share(bo.address);
    await bo.page.sees();
    await bo.reload();
    await bo.page.untilSeen(anna.address, { state: 'active', remote: { screen: true } });
    await bo.page.sees();
    await anna.reload();
    await bo.page.untilSeen(anna.address, { state: 'active', remote: { screen: false } });
    await Promise.all([bo.page.seesNothing(), hearEachOther(anna, bo)]);
  });

  it('can be shown only in a call that was taken', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', showing), await world.person('Bo')];
    await anna.page.call(bo.address);
    expect(await mediaKit(anna).share(bo.address)).toBe('wrong_state');
  });

  it('that is refused changes nothing', async ({ world }) => {
    const { anna, bo, annas } = await talking(world, true);
    await annas.refuseScreens('NotAllowedError', 'Permission denied');
    expect(await annas.share(bo.address)).toBe('screen_refused');
    await annas.refuseScreens('NotAllowedError', 'Permission denied by system');
    expect(await annas.share(bo.address)).toBe('screen_unavailable');
    expect(await bo.page.untilSeen(anna.address, { state: 'active' })).toMatchObject({ remote: { screen: false } });
    await seeEachOther(anna, bo);
  });
});

describe('the sound of a screen', () => {
  it('is heard with what is said, and without it when the microphone is off', async ({ world }) => {
    const { anna, bo, annas, bos } = await talking(world, false);
    expect(await annas.share(bo.address, true)).toBeUndefined();
    expect(await annas.sharesSound(bo.address)).toBe(true);
    await Promise.all([hearEachOther(anna, bo), bos.untilTone(anna.address, toneHz)]);
    await anna.page.mute(bo.address, true);
    await bo.page.untilSeen(anna.address, { remote: { muted: true } });
    await bos.untilTone(anna.address, toneHz);
    await annas.stopSharing(bo.address);
    await Promise.all([hearNothing(bo), hearEachOther(anna)]);
    await anna.page.mute(bo.address, false);
    await hearEachOther(anna, bo);
  });
});

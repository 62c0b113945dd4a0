/** What those hear who are put on hold. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { hearEachOther, hearNothing, talk } from './harness/talk.ts';

const page = 'modules.html' as const;

describe('whoever is put on hold', () => {
  it('hears music until the call is taken up again; the one who holds hears none', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo', { page })];
    await talk(anna, bo);
    expect(await mediaKit(bo).hearsMusic(anna.address)).toBe(false);
    await anna.page.hold(bo.address);
    await mediaKit(bo).untilMusic(anna.address, true);
    expect(await mediaKit(anna).hearsMusic(bo.address)).toBe(false);
    // It is made here: nothing comes over the network.
    await hearNothing(anna, bo);
    await anna.page.resume(bo.address);
    await mediaKit(bo).untilMusic(anna.address, false);
    await hearEachOther(anna, bo);
  });

  it('hears it again after a reload, and after one of the other', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo', { page })];
    await talk(anna, bo);
    await anna.page.hold(bo.address);
    await mediaKit(bo).untilMusic(anna.address, true);
    await bo.reload();
    await bo.page.untilSeen(anna.address, { remote: { held: true } });
    await mediaKit(bo).untilMusic(anna.address, true);
    await anna.reload();
    await anna.page.untilSeen(bo.address, { state: 'active', held: true });
    await mediaKit(bo).untilMusic(anna.address, true);
    await anna.page.resume(bo.address);
    await mediaKit(bo).untilMusic(anna.address, false);
    await hearEachOther(anna, bo);
  });

  it('hears none while holding the call, too', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo', { page })];
    await talk(anna, bo);
    await anna.page.hold(bo.address);
    await mediaKit(bo).untilMusic(anna.address, true);
    await bo.page.hold(anna.address);
    await mediaKit(bo).untilMusic(anna.address, false);
    await bo.page.hangUp(anna.address);
    await anna.page.until(bo.address, 'ended');
  });
});

/** Whoever calls `echo` hears what they say, a moment later, by a media worker. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import { againMs, killWorker } from './harness/workers.ts';
import type { SessionKit } from './page/session-kit.ts';

describe('the echo test', () => {
  it('says back what several people say at once, and nothing while they say nothing', async ({ world }) => {
    const server = await world.anotherServer({ settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
    const [anna, bo] = [await world.person('Anna', { server }), await world.person('Bo', { server })];
    for (const { page } of [anna, bo]) {
      expect(await page.call('echo')).toBeUndefined();
      await page.until('echo', 'active');
      await page.hears();
    }
    await anna.page.mute('echo', true);
    await anna.page.hearsNothing();
    await bo.page.hears();
    await anna.page.mute('echo', false);
    await anna.page.hears();
    const before = await anna.page.generations();
    await anna.page.changeNetwork();
    await anna.page.untilRestarted(before);
    await anna.page.hears();
    await bo.page.hangUp('echo');
    await bo.page.until('echo', 'ended');
    expect((await bo.page.history()).map(({ peer, cause }) => [peer.name, cause])).toEqual([['Echo test', 'hangup']]);
  }, 180_000);

  it('goes on within three seconds where its worker was killed', async ({ world }) => {
    const server = await world.anotherServer({ settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
    const anna = await world.person('Anna', { server, page: 'sessions.html' });
    const kit = anna.page as Remote<SessionKit>;
    expect(await kit.call('echo', { own: true })).toBeUndefined();
    await kit.until('echo', 'active');
    await kit.untilTone('echo', 440);
    await kit.listenForGaps();
    killWorker(server);
    await kit.untilSilence();
    await kit.hears();
    await kit.untilTone('echo', 440);
    // The second by which it is late is within it.
    expect(await kit.longestSilence()).toBeLessThan(againMs);
  }, 180_000);
});

/** Whoever calls `echo` hears what they say, a moment later, by a media worker. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { freePort } from './harness/ports.ts';

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
    const [, pid = ''] = /"media_worker".*?"pid":(\d+)/.exec(server.log) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await anna.page.until('echo', 'ended');
    expect(await anna.page.call('echo')).toBeUndefined();
    await anna.page.hears();
    expect((await bo.page.history()).map(({ peer, cause }) => [peer.name, cause])).toEqual([['Echo test', 'hangup']]);
  }, 180_000);
});

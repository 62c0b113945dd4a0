/** Calls whose media goes through coturn only, with the credentials that the server makes. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { talk } from './harness/talk.ts';

const wishes = { relayOnly: true };

describe('a call that may go through TURN only', () => {
  it('is heard and seen, by way of the relay on both sides', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', wishes), await world.person('Bo', wishes)];
    await talk(anna, bo, { video: true });
    for (const { page } of [anna, bo]) expect(new Set(await page.paths())).toEqual(new Set(['relay→relay']));
    for (const { address } of [anna, bo])
      await expect
        .poll(() => world.turn.log)
        .toMatch(new RegExp(`user <\\d+:${address}>: incoming packet ALLOCATE processed, success`));
  });

  it('of one side is enough to reach somebody who may go any way', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', wishes), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    for (const path of await anna.page.paths()) expect(path).toMatch(/^relay→/);
  });

  it('is given credentials for its person, good for a time', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', wishes), await world.person('Bo', wishes)];
    await talk(anna, bo);
    const [server] = await anna.page.iceServers();
    const [until, who] = (server?.username ?? '').split(':');
    expect(who).toBe(anna.address);
    const hours = (Number(until) * 1000 - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11);
    expect(hours).toBeLessThan(13);
  });
});

describe('a server that does not share the secret of coturn', () => {
  it('makes credentials that are refused: nothing is relayed', async ({ world }) => {
    const stranger = await world.anotherServer({ turnSecret: 'not the one that coturn knows' });
    const anna = await world.person('Anna', { ...wishes, server: stranger });
    const bo = await world.person('Bo', { ...wishes, server: stranger });
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    expect(await anna.page.untilGathered()).toEqual([]);
    await expect.poll(() => world.turn.log).toMatch(new RegExp(`Cannot find credentials of user <\\d+:${anna.address}>`));
  });
});

/** What is lost and found out only after a while. All of it at once, as most of the time is waiting. */
import { serverLimits } from '@offhook/core';
import { describe } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, talk } from './harness/talk.ts';

/** Until a browser notices that nothing arrives any more, at a busy time. */
const noticedMs = 25_000;
/** What a busy machine may take beside the time that is waited for. */
const soonMs = 15_000;

describe.concurrent('a tab that is closed', () => {
  it('in a call ends it for the other as lost', async ({ expect, world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await bo.closeTab();
    await anna.page.untilSeen(bo.address, { peerAway: true });
    const seen = await anna.page.until(bo.address, 'ended', soonMs + serverLimits.leftMs);
    expect(seen).toMatchObject({ cause: 'connection_lost' });
    expect(await anna.page.history()).toMatchObject([{ cause: 'connection_lost' }]);
  });

  it('by the caller while it rings stops the ringing, as a missed call', async ({ expect, world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    await anna.closeTab();
    expect(await bo.page.until(anna.address, 'ended', soonMs + serverLimits.leftMs)).toMatchObject({ cause: 'cancelled' });
    expect(await bo.page.history()).toMatchObject([{ cause: 'cancelled', missed: true }]);
  });

  it('by the callee while it rings leaves nobody to answer: the caller hears so', async ({ expect, world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    await bo.closeTab();
    const seen = await anna.page.until(bo.address, 'ended', soonMs + serverLimits.reloadMs);
    expect(seen).toMatchObject({ cause: 'unreachable' });
  });

  it('by the callee while another of theirs rings changes nothing', async ({ world }) => {
    const [anna, first] = [await world.person('Anna'), await world.person('Bo')];
    const second = await world.anotherTab(first);
    await anna.page.call(first.address);
    await first.page.until(anna.address, 'incoming');
    await first.closeTab();
    await second.page.answer(anna.address);
    await hearEachOther(anna, second);
  });
});

describe.concurrent('a way of the media that breaks', () => {
  it('is replaced by a restart of ICE', async ({ expect, world }) => {
    const wishes = { relayOnly: true };
    const [anna, bo] = [await world.person('Anna', wishes), await world.person('Bo', wishes)];
    await talk(anna, bo);
    const { id } = await anna.page.until(bo.address, 'active');
    await world.turn.kill();
    await Promise.all([
      anna.page.until(bo.address, 'reconnecting', noticedMs),
      bo.page.until(anna.address, 'reconnecting', noticedMs),
    ]);
    await world.turn.restart();
    await anna.page.untilSeen(bo.address, { id, state: 'active' }, serverLimits.interruptedMs);
    await bo.page.untilSeen(anna.address, { id, state: 'active' }, serverLimits.interruptedMs);
    await hearEachOther(anna, bo);
    expect(new Set(await anna.page.paths())).toEqual(new Set(['relay→relay']));
  });
});

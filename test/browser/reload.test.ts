/** A reload of a page takes over its connection and with it its calls. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, seeEachOther, talk } from './harness/talk.ts';

describe('a reload while it rings', () => {
  it("of the callee's page rings again, and can be answered", async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    await bo.reload();
    expect(await bo.page.until(anna.address, 'incoming')).toMatchObject({ id });
    expect(await bo.page.permissionsAsked()).toEqual([]);
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
    expect(await anna.page.until(bo.address, 'active')).toMatchObject({ id });
  });

  it("of the caller's page goes on ringing, and can be answered", async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    await anna.reload();
    expect(await anna.page.untilSeen(bo.address, { state: 'calling', ringing: true })).toMatchObject({ id });
    expect(await bo.page.calls(anna.address)).toMatchObject([{ id, state: 'incoming' }]);
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
  });

  it("of the caller's page at the moment of the answer still makes a call", async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    await Promise.all([anna.reload(), bo.page.answer(anna.address)]);
    await anna.page.until(bo.address, 'active');
    await bo.page.until(anna.address, 'active');
    await hearEachOther(anna, bo);
  });

  it('of a page that has hung up does not bring the call back', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    await anna.page.hangUp(bo.address);
    await bo.page.until(anna.address, 'ended');
    await Promise.all([anna.reload(), bo.reload()]);
    expect(await anna.page.calls(bo.address)).toEqual([]);
    expect(await bo.page.calls(anna.address)).toEqual([]);
  });
});

describe('a reload in a call', () => {
  it.for(['caller', 'callee'] as const)("of the %s's page brings media back in the next epoch", async (role, { world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    const [reloading, other] = role === 'caller' ? [anna, bo] : [bo, anna];
    const { id } = await other.page.until(reloading.address, 'active');

    await reloading.reload();
    expect(await reloading.page.until(other.address, 'active')).toMatchObject({ id, isIncoming: role === 'callee' });
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
    await other.page.untilSeen(reloading.address, { id, state: 'active', peerAway: false });
    for (const { page } of [anna, bo]) await page.holdsOnly({ connections: 1, microphones: 1, cameras: 1 });

    await reloading.page.hangUp(other.address);
    expect(await other.page.until(reloading.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await other.page.history()).toMatchObject([{ call: id, cause: 'hangup' }]);
  });

  it('of both pages at once brings media back', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await Promise.all([anna.reload(), bo.reload()]);
    await Promise.all([anna.page.until(bo.address, 'active'), bo.page.until(anna.address, 'active')]);
    await hearEachOther(anna, bo);
  });

  it('keeps it held, and the microphone off', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await anna.page.mute(bo.address, true);
    await bo.page.hold(anna.address);
    await bo.page.untilSeen(anna.address, { held: true, remote: { muted: true } });
    await anna.page.untilSeen(bo.address, { muted: true, remote: { held: true } });

    await anna.reload();
    await anna.page.untilSeen(bo.address, { state: 'active', muted: true, remote: { held: true } });
    await Promise.all([anna.page.hearsNothing(), bo.page.hearsNothing()]);
    await bo.page.resume(anna.address);
    await anna.page.hears();
    await bo.page.hearsNothing();
    await anna.page.mute(bo.address, false);
    await bo.page.hears();
  });
});

/** What may break in a call and is mended: sockets, the server, the network. */
import { describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import { hearEachOther, talk } from './harness/talk.ts';

/** Firefox may not finish a restart of ICE that another one follows at once; it is then restarted again. */
const restartedMs = 30_000;

describe('a WebSocket that drops in a call', () => {
  it('is replaced, and nobody hears of it but by a note that the other is away', async ({ world }) => {
    const wire = await world.wire();
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', { wire })];
    await talk(anna, bo);

    wire.cut();
    await bo.page.untilLine('reconnecting');
    await anna.page.untilSeen(bo.address, { state: 'active', peerAway: true });
    await hearEachOther(anna, bo);
    await bo.page.mute(anna.address, true);
    await anna.page.hold(bo.address);
    await anna.page.resume(bo.address);

    wire.mend();
    await bo.page.untilLine('reconnecting', 'online');
    await anna.page.untilSeen(bo.address, { state: 'active', peerAway: false, remote: { muted: true } });
    await bo.page.untilSeen(anna.address, { state: 'active', remote: { held: false } });
    await anna.page.hearsNothing();
    await bo.page.mute(anna.address, false);
    await hearEachOther(anna, bo);

    await bo.page.hangUp(anna.address);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
  });

  it('does not keep anybody from hanging up at once', async ({ world }) => {
    const wire = await world.wire();
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', { wire })];
    await talk(anna, bo);
    wire.cut();
    await bo.page.untilLine('reconnecting');
    await bo.page.hangUp(anna.address);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    await bo.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
    wire.mend();
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
  });

  it('while it rings does not stop the ringing', async ({ world }) => {
    const wires = [await world.wire(), await world.wire()] as const;
    const anna = await world.person('Anna', { wire: wires[0] });
    const bo = await world.person('Bo', { wire: wires[1] });
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    for (const wire of wires) wire.blink();
    for (const { page } of [anna, bo]) await page.untilLine('reconnecting', 'online');
    expect(await bo.page.calls(anna.address)).toMatchObject([{ id, state: 'incoming' }]);
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
  });

  it('at the very moment of the answer does not lose it', async ({ world }) => {
    const wires = [await world.wire(), await world.wire()] as const;
    const anna = await world.person('Anna', { wire: wires[0] });
    const bo = await world.person('Bo', { wire: wires[1], isGranted: true });
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    const answered = bo.page.answer(anna.address);
    for (const wire of wires) wire.blink();
    expect(await answered).toBeUndefined();
    await Promise.all([anna.page.until(bo.address, 'active'), bo.page.until(anna.address, 'active')]);
    await hearEachOther(anna, bo);
  });
});

describe('a server that is killed', () => {
  it('in a call leaves media alone; back again, it knows the call and its end', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    const { id } = await anna.page.until(bo.address, 'active');

    await world.server.kill();
    for (const { page } of [anna, bo]) await page.untilLine('reconnecting');
    await hearEachOther(anna, bo);

    await world.server.restart();
    for (const { page } of [anna, bo]) await page.untilLine('reconnecting', 'online');
    await anna.page.untilSeen(bo.address, { id, state: 'active', peerAway: false });
    await bo.page.untilSeen(anna.address, { id, state: 'active', peerAway: false });
    await hearEachOther(anna, bo);
    await bo.page.hold(anna.address);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });

    await anna.page.hangUp(bo.address);
    const { duration = 0 } = await bo.page.until(anna.address, 'ended');
    for (const { page } of [anna, bo]) {
      const [entry, ...others] = await page.history();
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ call: id, cause: 'hangup', missed: false });
      expect(Math.abs((entry?.durationMs ?? 0) - duration)).toBeLessThan(1_000);
    }
  });

  it('while it rings goes on ringing when it is back', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    await world.server.kill();
    await world.server.restart();
    for (const { page } of [anna, bo]) await page.untilLine('reconnecting', 'online');
    expect(await bo.page.calls(anna.address)).toMatchObject([{ id, state: 'incoming' }]);
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
    expect(await anna.page.until(bo.address, 'active')).toMatchObject({ id });
  });

  it('before a person hangs up hears of it when it is back', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await world.server.kill();
    await anna.page.hangUp(bo.address);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
    await world.server.restart();
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await bo.page.history()).toMatchObject([{ cause: 'hangup' }]);
  });
});

describe('a change of network', () => {
  it.for(['Chromium', 'Firefox'] as const)(
    'on both sides at once, with %s, restarts ICE, and they go on talking',
    async (other, { skip, world }) => {
      if (other === 'Firefox' && skipped.has('firefox')) skip();
      const anna = await world.person('Anna');
      const bo = await world.person('Bo', { browser: other === 'Firefox' ? 'firefox' : 'chromium' });
      await talk(anna, bo, { video: true });
      const before = await anna.page.generations();
      await Promise.all([anna, bo].map(({ page }) => page.changeNetwork()));
      await anna.page.untilRestarted(before);
      await Promise.all([anna, bo].flatMap(({ page }) => [page.hears(restartedMs), page.sees(restartedMs)]));
      await anna.page.untilSeen(bo.address, { state: 'active' });
      await bo.page.untilSeen(anna.address, { state: 'active' });
    },
  );
});

/** Several people in real browsers meet in a session, by the SDK, the server and a real media worker. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import type { Wishes, World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import { kit, meet, serverOf } from './harness/sessions.ts';
import { againMs, hangMs, killWorker } from './harness/workers.ts';

const small = { audio: true, video: { width: 320, height: 240 } };
/** In three sizes. */
const large = { audio: true, video: { width: 1280, height: 720 } };

async function publish(people: readonly Person[], what = small): Promise<void> {
  for (const one of people) expect(await kit(one).publish(what)).toBeUndefined();
}

/** Each hears and sees all the others. */
async function meetEachOther(...people: readonly Person[]): Promise<void> {
  await Promise.all(
    people.map((one) => kit(one).untilArrives(people.filter((other) => other !== one).map(({ address }) => address))),
  );
}

/** A browser with another network opens its ways anew. */
async function goesOnElsewhere(world: World, browser: 'chromium' | 'firefox', what: typeof small): Promise<void> {
  const server = await serverOf(world);
  const [anna, bo] = [await meet(world, server, 'Anna', { browser }), await meet(world, server, 'Bo')];
  await publish([anna], what);
  await publish([bo]);
  await meetEachOther(anna, bo);
  await kit(anna).otherNetwork();
  await meetEachOther(anna, bo);
}

describe('a session', () => {
  it('lets three people hear and see one another, and say things', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo, cem] = [
      await meet(world, server, 'Anna'),
      await meet(world, server, 'Bo'),
      await meet(world, server, 'Cem'),
    ];
    await publish([anna, bo, cem]);
    await meetEachOther(anna, bo, cem);
    expect(await kit(anna).tell({ raised: true })).toBe(true);
    await kit(bo).untilNews(`data ${anna.address} {"raised":true}`);
    await kit(anna).setMic(false);
    await expect
      .poll(async () => (await kit(cem).participants()).find(({ address }) => address === anna.address)?.muted)
      .toContain(true);
    await kit(cem).leaveSession();
    await kit(anna).untilNews(`left ${cem.address}`);
    await kit(anna).untilArrives([bo.address]);
  }, 180_000);

  it('tells one who sends more than is allowed that it is dropped', async ({ world }) => {
    // The browser keeps to what it is told of pictures, and sends sound as it is.
    const settings = { mediaPort: await freePort(), mediaWorkers: 1, mediaBitrate: 100_000 };
    const server = await world.anotherServer({ settings });
    const anna = await meet(world, server, 'Anna');
    for (const hertz of [300, 500, 700, 900, 1_100, 1_300]) expect(await kit(anna).publishTone(hertz, false)).toBeUndefined();
    await kit(anna).untilNews('dropped bitrate_exceeded');
  }, 120_000);

  it('lets one publish more and less, in the size in which it is seen', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo')];
    await publish([anna], large);
    await kit(bo).untilArrives([anna.address]);
    await kit(bo).untilWidth(anna.address, 1_280);
    await kit(bo).look(anna.address, 300);
    await kit(bo).untilWidth(anna.address, 320);
    expect(await kit(anna).publish({ video: { width: 320 } }, 'screen')).toBeUndefined();
    await kit(bo).untilArrives([`${anna.address}:screen`], 'picture');
    await kit(anna).unpublish('screen');
    await kit(bo).untilNews('unavailable screen');
    await kit(bo).untilArrives([anna.address]);
    expect(await kit(anna).publish({ video: { width: 320 } }, 'screen')).toBeUndefined();
    await kit(bo).untilArrives([`${anna.address}:screen`], 'picture');
  }, 180_000);

  it.for([
    ['was killed', 'SIGKILL', againMs],
    ['hangs', 'SIGSTOP', hangMs + againMs],
  ] as const)('is heard again soon after its worker %s', { timeout: 180_000 }, async ([, signal, withinMs], { world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo')];
    // Sound that never stops: that of the browser beeps.
    for (const [one, hertz] of [
      [anna, 1_000],
      [bo, 1_700],
    ] as const)
      expect(await kit(one).publishTone(hertz, small.video)).toBeUndefined();
    await meetEachOther(anna, bo);
    for (const one of [anna, bo]) await kit(one).listenForGaps();
    killWorker(server, signal);
    for (const one of [anna, bo]) await kit(one).untilNews('unavailable ');
    await meetEachOther(anna, bo);
    for (const one of [anna, bo]) expect(await kit(one).longestSilence()).toBeLessThan(withinMs);
  });

  it('goes on after the server was killed and started anew', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo')];
    await publish([anna, bo]);
    await meetEachOther(anna, bo);
    await server.kill();
    await server.restart();
    await kit(bo).untilNews('unavailable ');
    await meetEachOther(anna, bo);
    expect((await kit(anna).participants()).map(({ address }) => address).toSorted()).toEqual(
      [anna.address, bo.address].toSorted(),
    );
  }, 180_000);

  it('goes on in Chromium by another network', ({ world }) => goesOnElsewhere(world, 'chromium', large), 180_000);

  it('goes on in Firefox by another network', ({ world }) => goesOnElsewhere(world, 'firefox', small), 180_000);

  it('takes back whoever has loaded the page anew', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo')];
    await publish([anna, bo]);
    await meetEachOther(anna, bo);
    await anna.reload();
    expect(await kit(anna).join('standup')).toBeUndefined();
    await publish([anna]);
    await meetEachOther(anna, bo);
    expect(await kit(bo).participants()).toHaveLength(2);
  }, 180_000);

  it.for(['VP9', 'AV1'] as const)(
    'sends one picture with several layers, large to one and small to another: %s',
    { timeout: 180_000 },
    async (codec, { world }) => {
      const server = await serverOf(world);
      const [anna, bo, cem] = [
        await meet(world, server, 'Anna'),
        await meet(world, server, 'Bo'),
        await meet(world, server, 'Cem'),
      ];
      const what = { audio: true, video: { width: 640, height: 360 } };
      const how = { scalabilityMode: 'L2T3_KEY', ...(codec === 'AV1' && { codec }) };
      expect(await kit(anna).publish(what, '', how)).toBeUndefined();
      for (const one of [bo, cem]) await kit(one).untilArrives([anna.address]);
      await kit(cem).look(anna.address, 300);
      await kit(cem).untilWidth(anna.address, 320);
      await kit(bo).untilWidth(anna.address, 640);
      await kit(cem).untilArrives([anna.address]);
    },
  );

  it('passes bytes on to those who are subscribed, in Chromium and Firefox', async ({ world }) => {
    const server = await serverOf(world);
    const person = (name: string, wishes: Wishes = {}): Promise<Person> =>
      world.person(name, { ...wishes, server, page: 'sessions.html' });
    const [anna, bo, cem] = [await person('Anna'), await person('Bo', { browser: 'firefox' }), await person('Cem')];
    for (const one of [anna, bo]) expect(await kit(one).join('standup', undefined, true)).toBeUndefined();
    // Who has joined without is in it all the same.
    expect(await kit(cem).join('standup')).toBeUndefined();
    await publish([anna, cem]);
    expect(await kit(anna).sendBytes(1, 16 * 1024 + 1)).toBe('too_large');
    expect(await kit(cem).sendBytes(1, 1)).toBe('wrong_state');
    // Bo publishes nothing else.
    expect(await kit(bo).sendBytes(20, 16 * 1024)).toBeUndefined();
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    await expect.poll(() => kit(anna).bytes()).toEqual(numbers.map((n) => `${bo.address} ${n}×16384`));
    expect(await kit(anna).sendBytes(3, 10, false, bo.address)).toBeUndefined();
    await expect.poll(() => kit(bo).bytes()).toEqual([0, 1, 2].map((n) => `${anna.address} ${n}×10`));
    expect(await kit(anna).sendBytes(1, 7, true)).toBeUndefined();
    await expect.poll(() => kit(bo).bytes()).toContain(`~${anna.address} 0×7`);
    expect(await kit(anna).sendBytes(500, 1)).toBe('rate_limited');
    await meetEachOther(anna, cem);
    expect(await kit(cem).bytes()).toEqual([]);
    await kit(bo).untilArrives([anna.address]);
    killWorker(server);
    await kit(anna).untilNews('unavailable ');
    await kit(bo).untilArrives([anna.address]);
    expect(await kit(bo).sendBytes(1, 99)).toBeUndefined();
    await expect.poll(() => kit(anna).bytes()).toContain(`${bo.address} 0×99`);
  }, 180_000);

  it('lets Firefox and Chromium meet', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo', { browser: 'firefox' })];
    // Sound that Chromium sends twice Firefox gets once.
    expect(await kit(anna).publish(small, '', { redundant: true })).toBeUndefined();
    expect(await kit(bo).publish(small, '', { redundant: true })).toBeUndefined();
    await meetEachOther(anna, bo);
    await expect
      .poll(async () => (await kit(anna).soundBytes('sent')) / (await kit(bo).soundBytes('received')))
      .toBeGreaterThan(1.5);
  }, 180_000);
});

/** What real browsers send in a session: pictures only as far as anybody watches them, and hardly any sound while nobody speaks. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { kit, meet, serverOf } from './harness/sessions.ts';

const small = { width: 320, height: 240 };
/** In three sizes. */
const large = { width: 1280, height: 720 };

describe('a picture', () => {
  it('is made while others or a recording watch it, in the sizes that they watch', async ({ world }) => {
    const server = await serverOf(world);
    const anna = await meet(world, server, 'Anna');
    expect(await kit(anna).publishTone(1_000, large)).toBeUndefined();
    await kit(anna).untilEncodes(3);
    await kit(anna).untilEncodes(0);

    const bo = await meet(world, server, 'Bo');
    await kit(bo).untilArrives([anna.address]);
    await kit(bo).untilWidth(anna.address, 1_280);
    await kit(bo).look(anna.address, 300);
    await kit(bo).untilWidth(anna.address, 320);
    await kit(anna).untilEncodes(1);
    await kit(bo).untilArrives([anna.address]);
    await kit(bo).look(anna.address, 1_280);
    await kit(bo).untilWidth(anna.address, 1_280);

    // What is heard goes on whoever watches.
    await kit(bo).look(anna.address, 0);
    await kit(anna).untilEncodes(0);
    await kit(bo).untilArrives([anna.address], 'sound');
    expect(await kit(anna).record('recording')).toBeUndefined();
    await kit(anna).untilEncodes(3);
    expect(await kit(anna).record('stopped')).toBeUndefined();
    await kit(anna).untilEncodes(0);

    // Another way begins with all of it.
    await kit(anna).otherNetwork();
    await kit(bo).look(anna.address, 300);
    await kit(bo).untilArrives([anna.address]);
  }, 240_000);

  it('arrives as it is, whatever its size is and becomes', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo] = [await meet(world, server, 'Anna'), await meet(world, server, 'Bo')];
    const [least, ...more] = [{ width: 640, height: 360 }, { width: 800, height: 448 }, large, { width: 640, height: 360 }];
    expect(await kit(anna).publish({ video: least })).toBeUndefined();
    await kit(bo).untilNews(`available ${anna.address}`);
    await kit(bo).untilWidth(anna.address, least.width);
    for (const size of more) {
      expect(await kit(anna).resizeCamera(size)).toBeUndefined();
      await kit(bo).untilWidth(anna.address, size.width);
    }
  }, 180_000);

  it('is made by Firefox while others watch it', async ({ world }) => {
    const server = await serverOf(world);
    const anna = await meet(world, server, 'Anna', { browser: 'firefox' });
    expect(await kit(anna).publish({ audio: true, video: small })).toBeUndefined();
    await kit(anna).untilEncodes(1);
    await kit(anna).untilEncodes(0);
    const bo = await meet(world, server, 'Bo');
    await kit(bo).untilArrives([anna.address]);
    await kit(anna).untilEncodes(1);
  }, 180_000);
});

describe('a camera', () => {
  it.for(['chromium', 'firefox'] as const)(
    'that is turned off is closed, and seen again once it is turned on: %s',
    { timeout: 180_000 },
    async (browser, { world }) => {
      const server = await serverOf(world);
      const [anna, bo] = [await meet(world, server, 'Anna', { browser }), await meet(world, server, 'Bo')];
      expect(await kit(anna).publish({ audio: true, video: small })).toBeUndefined();
      await kit(bo).untilArrives([anna.address]);
      const muted = async (): Promise<boolean[] | undefined> =>
        (await kit(bo).participants()).find(({ address }) => address === anna.address)?.muted;

      expect(await kit(anna).turnCamera(false)).toBeUndefined();
      await anna.page.holdsOnly({ connections: 1, cameras: 0, microphones: 1 });
      await expect.poll(muted).toEqual([false, true]);
      await kit(bo).untilStands(anna.address);
      await kit(bo).untilArrives([anna.address], 'sound');

      expect(await kit(anna).turnCamera(true)).toBeUndefined();
      await kit(bo).untilArrives([anna.address]);
      expect(await muted()).toEqual([false, false]);

      // Another way is opened meanwhile.
      expect(await kit(anna).turnCamera(false)).toBeUndefined();
      await kit(anna).otherNetwork();
      await anna.page.holdsOnly({ connections: 1, cameras: 0, microphones: 1 });
      expect(await kit(anna).turnCamera(true)).toBeUndefined();
      await kit(bo).untilArrives([anna.address]);
    },
  );
});

describe('sound', () => {
  it('with pauses is hardly sent while nobody speaks, and heard again as soon as somebody does', async ({ world }) => {
    const server = await serverOf(world);
    const [anna, bo, cem] = [
      await meet(world, server, 'Anna'),
      await meet(world, server, 'Bo'),
      await meet(world, server, 'Cem'),
    ];
    // With each packet twice, and without.
    expect(await kit(anna).publishTone(1_000, false, { dtx: true })).toBeUndefined();
    expect(await kit(bo).publishTone(1_700, false, { dtx: true, redundant: true })).toBeUndefined();
    expect(await kit(cem).publishTone(2_300, false)).toBeUndefined();
    await kit(cem).untilTone(anna.address, 1_000);
    await kit(cem).untilTone(bo.address, 1_700);
    expect(await kit(anna).soundPackets('sent')).toBeGreaterThan(30);
    // Of what Anna sends, and of what she receives: what is lost can be mended by Opus itself.
    const said = await kit(anna).opusSaid();
    expect(said).toContainEqual(expect.arrayContaining(['usedtx=1']));
    expect(said.length).toBeGreaterThan(1);
    for (const parameters of said) expect(parameters).toContain('useinbandfec=1');
    for (const one of [anna, bo, cem]) await kit(one).setMic(false);
    for (const one of [anna, bo]) await expect.poll(() => kit(one).soundPackets('sent')).toBeLessThan(10);
    expect(await kit(cem).soundPackets('received')).toBeLessThan(20);
    expect(await kit(cem).soundPackets('sent')).toBeGreaterThan(30);
    for (const one of [anna, bo]) await kit(one).setMic(true);
    await kit(cem).untilTone(anna.address, 1_000);
    await kit(cem).untilTone(bo.address, 1_700);
  }, 180_000);
});

/** Which microphone, camera and loudspeaker a call uses, and what happens when one goes or comes. */
import { describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { hearEachOther, seeEachOther, talk } from './harness/talk.ts';

const page = 'modules.html' as const;
const several = { page, chromium: { devices: 3 } } as const;

async function talkingWithVideo(world: World) {
  const [anna, bo] = [await world.person('Anna', several), await world.person('Bo')];
  await talk(anna, bo, { video: true });
  return { anna, bo, kit: mediaKit(anna) };
}

async function labels(kit: ReturnType<typeof mediaKit>, kind: 'microphone' | 'camera' | 'speaker'): Promise<string[]> {
  return (await kit.list(kind)).map(({ label }) => label);
}

describe('a device', () => {
  it('chosen during a call is heard and seen in place of the one before', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    const all = () => Promise.all([labels(kit, 'microphone'), labels(kit, 'camera')]);
    await expect.poll(async () => (await all()).map(({ length }) => length)).toEqual([2, 3]);
    const [microphones, cameras] = await all();
    for (const [kind, media, list] of [
      ['microphone', 'audio', microphones],
      ['camera', 'video', cameras],
    ] as const) {
      const before = await kit.current(kind);
      const next = list.at(-1);
      expect(next).not.toBe(before);
      expect(await kit.choose(kind, next)).toBeUndefined();
      expect(await kit.current(kind)).toBe(next);
      await expect.poll(() => kit.sends(media)).toMatchObject([{ label: next }]);
    }
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 1 });
  });

  it('chosen before a call is used in it, and in the next one after a reload', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { ...several, isGranted: true }), await world.person('Bo')];
    const kit = mediaKit(anna);
    expect(await kit.tryOut('microphone')).toBeUndefined();
    await kit.endTrial();
    await anna.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
    const last = (await labels(kit, 'microphone')).at(-1);
    await kit.choose('microphone', last);
    await talk(anna, bo);
    await expect.poll(() => kit.sends('audio')).toMatchObject([{ label: last }]);
    await anna.reload();
    await Promise.all([anna, bo].map((one, index) => one.page.until([bo, anna][index]?.address ?? '', 'active')));
    await hearEachOther(anna, bo);
    await expect.poll(() => kit.sends('audio')).toMatchObject([{ label: last }]);
    expect(await kit.chosen('microphone')).toBe(last);
  });

  it('is chosen for all calls at once, which share it', async ({ world }) => {
    const [anna, bo, cleo] = [await world.person('Anna', several), await world.person('Bo'), await world.person('Cleo')];
    await talk(anna, bo);
    await anna.page.hold(bo.address);
    await talk(anna, cleo);
    const kit = mediaKit(anna);
    const asked = (await anna.page.permissionsAsked()).length;
    const last = (await labels(kit, 'microphone')).at(-1);
    await kit.choose('microphone', last);
    expect((await anna.page.permissionsAsked()).length).toBe(asked + 1);
    await hearEachOther(anna, cleo);
    await anna.page.hold(cleo.address);
    await anna.page.resume(bo.address);
    await hearEachOther(anna, bo);
    await expect.poll(() => kit.sends('audio')).toMatchObject([{ label: last }]);
  });

  it('that is not there is refused, and nothing changes', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    const before = await kit.current('microphone');
    expect(await kit.choose('microphone', 'A microphone of yesterday')).toBe('device_not_found');
    expect([await kit.current('microphone'), await kit.chosen('microphone')]).toEqual([before, undefined]);
    await hearEachOther(anna, bo);
  });
});

describe('a device that is pulled out', () => {
  it('is replaced by another one, which is said; put back, the one that was chosen is used again', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    for (const [kind, media] of [
      ['microphone', 'audio'],
      ['camera', 'video'],
    ] as const) {
      const list = await labels(kit, kind);
      const chosen = list.at(-1) ?? '';
      await kit.choose(kind, chosen);
      await kit.pullOut(chosen);
      const told = [`${kind} lost: ${chosen} → ${list[0]}`];
      await kit.untilMoved(...told);
      await expect.poll(() => kit.sends(media)).toMatchObject([{ label: list[0] }]);
      await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
      expect(await kit.chosen(kind)).toBe(chosen);

      await kit.putBack(chosen);
      await kit.untilMoved(...told, `${kind} back: ${list[0]} → ${chosen}`);
      await expect.poll(() => kit.sends(media)).toMatchObject([{ label: chosen }]);
      await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
      await kit.forgetMoves();
    }
  });

  it('and was not in use is not spoken of; one that is new is', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    const used = await kit.current('microphone');
    const other = (await labels(kit, 'microphone')).find((label) => label !== used) ?? '';
    await kit.pullOut(other);
    await expect.poll(() => labels(kit, 'microphone')).not.toContain(other);
    await kit.putBack(other);
    await kit.untilMoved(`microphone appeared: ${other}`);
    expect(await kit.current('microphone')).toBe(used);
    await hearEachOther(anna, bo);
  });
});

describe('what the browser does to sound', () => {
  it('can be turned off and on during a call', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    for (const on of [false, true]) {
      expect(await kit.process({ noiseSuppression: on, echoCancellation: on, autoGainControl: on })).toBeUndefined();
      // The connection takes the other track a moment later.
      await expect
        .poll(async () => (await kit.sends('audio'))[0]?.settings)
        .toMatchObject({ noiseSuppression: on, echoCancellation: on, autoGainControl: on });
      await hearEachOther(anna, bo);
    }
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 1 });
  });
});

describe('the loudspeaker', () => {
  it('is the one that was chosen', async ({ world }) => {
    const { anna, bo, kit } = await talkingWithVideo(world);
    expect(await kit.playedOn(bo.address)).toBe('');
    const [first, second] = await kit.list('speaker');
    for (const speaker of [second, first]) {
      await kit.choose('speaker', speaker?.label);
      expect(await kit.playedOn(bo.address)).toBe(speaker?.id);
    }
    await kit.choose('speaker', undefined);
    expect(await kit.playedOn(bo.address)).toBe('');
    await hearEachOther(anna, bo);
  });
});

describe.skipIf(skipped.has('firefox'))('Firefox', () => {
  it('lists its devices, and opens the chosen one anew with other settings', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page, browser: 'firefox' }), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    const kit = mediaKit(anna);
    const [microphone] = await labels(kit, 'microphone');
    expect(await kit.current('microphone')).toBe(microphone);
    expect(await kit.choose('microphone', microphone)).toBeUndefined();
    expect(await kit.process({ noiseSuppression: false })).toBeUndefined();
    const [camera] = await labels(kit, 'camera');
    expect(await kit.choose('camera', camera)).toBeUndefined();
    await Promise.all([hearEachOther(anna, bo), seeEachOther(anna, bo)]);
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 1 });
  });
});

/** Microphones and cameras that cannot be had. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, talk } from './harness/talk.ts';

const refuses = { chromium: { permission: 'deny' } } as const;
const hasNoCamera = { chromium: { devices: 0 } } as const;

describe('somebody who refuses the microphone', () => {
  it('cannot call, and is told so', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', refuses), await world.person('Bo')];
    expect(await anna.page.call(bo.address)).toBe('microphone_refused');
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ error: 'microphone_refused' });
    expect(await bo.page.calls(anna.address)).toEqual([]);
  });

  it('cannot answer, is told so, and is still rung: another device may take the call', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', refuses)];
    const other = await world.anotherDevice(bo);
    await anna.page.call(bo.address);
    expect(await bo.page.answer(anna.address)).toBe('microphone_refused');
    expect(await bo.page.calls(anna.address)).toMatchObject([{ state: 'incoming' }]);
    await other.page.answer(anna.address);
    await hearEachOther(anna, other);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
  });

  it('is rung on in a page that comes after one that was closed', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', refuses)];
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    expect(await bo.page.answer(anna.address)).toBe('microphone_refused');
    await bo.closeTab();
    const later = await bo.anotherTab();
    expect(await later.page.until(anna.address, 'incoming')).toMatchObject({ id });
  });

  it('is rung on in the page that comes after, and may listen there', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', refuses)];
    await anna.page.call(bo.address);
    const { id } = await bo.page.until(anna.address, 'incoming');
    expect(await bo.page.answer(anna.address)).toBe('microphone_refused');
    await bo.reload();
    expect(await bo.page.until(anna.address, 'incoming')).toMatchObject({ id });
    expect(await bo.page.answer(anna.address, { audio: false })).toBeUndefined();
    await hearEachOther(bo);
  });

  it('can still answer without it, and listen', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', refuses)];
    await anna.page.call(bo.address);
    expect(await bo.page.answer(anna.address, { audio: false })).toBeUndefined();
    await hearEachOther(bo);
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { muted: true } });
    await bo.page.mute(anna.address, false);
    expect(await bo.page.untilError()).toBe('microphone_refused');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { muted: true } });
  });
});

describe('somebody without a camera', () => {
  it('is told so when turning it on, and talks on', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', hasNoCamera), await world.person('Bo')];
    await talk(anna, bo);
    expect(await anna.page.setCamera(bo.address, true)).toBe('no_camera');
    expect(await anna.page.until(bo.address, 'active')).toMatchObject({ camera: false });
    expect(await bo.page.until(anna.address, 'active')).toMatchObject({ remote: { camera: false } });
    await hearEachOther(anna, bo);
  });

  it('answers a call with pictures by sound, sees the other, and is told why', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', hasNoCamera)];
    await anna.page.call(bo.address, { video: true });
    expect(await bo.page.answer(anna.address, { video: true })).toBeUndefined();
    await Promise.all([hearEachOther(anna, bo), bo.page.sees()]);
    expect(await bo.page.untilError()).toBe('no_camera');
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { camera: false } });
  });
});

/** Several calls, several devices, several tabs. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { hearEachOther, hearNothing, talk } from './harness/talk.ts';

/** How soon the other devices of somebody who has answered stop ringing, on a machine that is busy with all of their browsers. */
const stopsWithinMs = 2_000;

describe('somebody who is in a call', () => {
  it('is busy for others when one call is all they take', async ({ world }) => {
    const [anna, bo, cleo] = [await world.person('Anna'), await world.person('Bo'), await world.person('Cleo')];
    await bo.page.changeSettings({ maxCalls: 1 });
    await talk(anna, bo);
    await cleo.page.call(bo.address);
    expect(await cleo.page.until(bo.address, 'ended')).toMatchObject({ cause: 'busy' });
    expect(await bo.page.calls(cleo.address)).toEqual([]);
    await hearEachOther(anna, bo);
  });

  it('is rung by a second call, and may hold the first to answer it, and go back', async ({ world }) => {
    const [anna, bo, cleo] = [await world.person('Anna'), await world.person('Bo'), await world.person('Cleo')];
    await talk(anna, bo);
    await cleo.page.call(bo.address);
    await cleo.page.untilSeen(bo.address, { state: 'calling', ringing: true, waiting: true });
    expect(await bo.page.until(cleo.address, 'incoming')).toMatchObject({ waiting: true });
    await hearEachOther(anna, bo);

    await bo.page.hold(anna.address);
    await bo.page.answer(cleo.address);
    await anna.page.untilSeen(bo.address, { state: 'active', remote: { held: true } });
    await Promise.all([hearEachOther(bo, cleo), hearNothing(anna)]);

    await cleo.page.hangUp(bo.address);
    await bo.page.until(cleo.address, 'ended');
    await bo.page.resume(anna.address);
    await hearEachOther(anna, bo);
  });

  it('refuses all calls when not to be disturbed', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await bo.page.changeSettings({ doNotDisturb: true });
    await anna.page.call(bo.address);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'do_not_disturb' });
    expect(await bo.page.calls(anna.address)).toEqual([]);
  });
});

describe('somebody who cannot talk now', () => {
  it('says something instead of answering, which the caller is shown', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    expect(await bo.page.rejectWith(anna.address, ' ')).toBe('text_empty');
    expect(await bo.page.calls(anna.address)).toMatchObject([{ state: 'incoming' }]);
    expect(await bo.page.rejectWith(anna.address, 'In ten minutes?')).toBeUndefined();
    const declined = { cause: 'declined', message: 'In ten minutes?' };
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject(declined);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'declined', message: undefined });
  });
});

describe('two who call each other at the same moment', () => {
  it('are in one call', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    const refused = await Promise.all([anna.page.call(bo.address), bo.page.call(anna.address)]);
    expect(refused).toEqual([undefined, undefined]);
    const { id } = await anna.page.untilSeen(bo.address, { state: 'active' });
    expect(await bo.page.untilSeen(anna.address, { state: 'active' })).toMatchObject({ id });
    await hearEachOther(anna, bo);
    for (const person of [anna, bo]) await person.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });

    await anna.page.hangUp(bo.address);
    await bo.page.untilSeen(anna.address, { id, state: 'ended', cause: 'hangup' });
    expect(await anna.page.history()).toMatchObject([{ call: id, cause: 'hangup' }]);
    expect(await bo.page.history()).toMatchObject([{ call: id, cause: 'hangup' }]);
  });
});

describe('somebody with several devices', () => {
  it('is rung on all, and the others stop as soon as one answers', async ({ world }) => {
    const [anna, phone] = [await world.person('Anna'), await world.person('Bo')];
    const laptop = await world.anotherDevice(phone);
    await anna.page.call(phone.address);
    await Promise.all([phone, laptop].map(({ page }) => page.until(anna.address, 'incoming')));

    await phone.page.answer(anna.address);
    const stopped = await laptop.page.until(anna.address, 'ended');
    expect(stopped).toMatchObject({ cause: 'answered_elsewhere', answeredOn: phone.identity.device.name });
    const { since } = await phone.page.until(anna.address, 'active');
    expect((stopped.since.ended ?? Infinity) - (since.answering ?? 0)).toBeLessThan(stopsWithinMs);

    await hearEachOther(anna, phone);
    await laptop.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
    expect(await laptop.page.permissionsAsked()).toEqual([]);
  });

  it('stops the ringing of all by declining on one', async ({ world }) => {
    const [anna, phone] = [await world.person('Anna'), await world.person('Bo')];
    const laptop = await world.anotherDevice(phone);
    await anna.page.call(phone.address);
    await phone.page.until(anna.address, 'incoming');
    await laptop.page.reject(anna.address);
    expect(await phone.page.until(anna.address, 'ended')).toMatchObject({ cause: 'declined' });
    expect(await anna.page.until(phone.address, 'ended')).toMatchObject({ cause: 'declined' });
  });

  it('may silence one and answer on the other', async ({ world }) => {
    const [anna, phone] = [await world.person('Anna'), await world.person('Bo')];
    const laptop = await world.anotherDevice(phone);
    await anna.page.call(phone.address);
    await phone.page.until(anna.address, 'incoming');
    await laptop.page.reject(anna.address, 'busy');
    await laptop.page.until(anna.address, 'ended');
    await phone.page.answer(anna.address);
    await hearEachOther(anna, phone);
  });

  it('who answers on both at once talks on one', async ({ world }) => {
    const [anna, phone] = [await world.person('Anna'), await world.person('Bo')];
    const laptop = await world.anotherDevice(phone);
    await anna.page.call(phone.address);
    await Promise.all([phone, laptop].map(({ page }) => page.answer(anna.address)));
    await anna.page.until(phone.address, 'active');
    const answered = async (): Promise<Person[]> => {
      const states = await Promise.all([phone, laptop].map(({ page }) => page.calls(anna.address)));
      return [phone, laptop].filter((_, at) => states[at]?.[0]?.state !== 'ended');
    };
    await expect.poll(async () => (await answered()).length).toBe(1);
    await hearEachOther(anna, ...(await answered()));
    expect(await answered()).toHaveLength(1);
  });
});

describe('somebody with two tabs', () => {
  it('is rung in both, answers in one, and the other lets go', async ({ world }) => {
    const [anna, first] = [await world.person('Anna'), await world.person('Bo')];
    const second = await world.anotherTab(first);
    await anna.page.call(first.address);
    await first.page.until(anna.address, 'incoming');
    await second.page.answer(anna.address);
    expect(await first.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
    await hearEachOther(anna, second);

    await second.page.hangUp(anna.address);
    expect(await anna.page.until(first.address, 'ended')).toMatchObject({ cause: 'hangup' });
  });
});

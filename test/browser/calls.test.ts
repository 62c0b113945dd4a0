/** A call from the first ring to its end, between two browsers. */
import { limits } from '@offhook/core';
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, seeEachOther, talk } from './harness/talk.ts';

describe('a call', () => {
  it('with sound: each hears the other until one hangs up', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    expect(await anna.page.call(bo.address)).toBeUndefined();
    await anna.page.untilSeen(bo.address, { state: 'calling', ringing: true, waiting: false });
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
    const { id } = await anna.page.until(bo.address, 'active');
    expect(await bo.page.until(anna.address, 'active')).toMatchObject({ id, isIncoming: true });

    await bo.page.hangUp(anna.address);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup', error: undefined });
    expect(await anna.page.history()).toMatchObject([{ call: id, role: 'caller', cause: 'hangup', missed: false }]);
    expect(await bo.page.history()).toMatchObject([{ call: id, role: 'callee', cause: 'hangup', missed: false }]);
  });

  it('with pictures: each hears and sees the other', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    await anna.page.untilSeen(bo.address, { camera: true, remote: { camera: true, muted: false, held: false } });
  });

  it('with pictures, where leave to use the devices was given for good', async ({ world }) => {
    const wishes = { isGranted: true };
    const [anna, bo] = [await world.person('Anna', wishes), await world.person('Bo', wishes)];
    await talk(anna, bo, { video: true });
  });

  it('with pictures from the caller only, answered with sound: one sees, both hear', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address, { video: true });
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
    await bo.page.sees();
    await anna.page.seesNothing();
    await bo.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });
  });

  it('with sound, answered with pictures: one sees, both hear', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.answer(anna.address, { video: true });
    await Promise.all([hearEachOther(anna, bo), anna.page.sees()]);
    await anna.page.untilSeen(bo.address, { state: 'active', camera: false, remote: { camera: true } });
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });
  });

  it('asks for microphone and camera only when the person calls or answers', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    expect(await anna.page.permissionsAsked()).toEqual([]);
    await anna.page.call(bo.address, { video: true });
    expect(await anna.page.permissionsAsked()).toEqual([{ audio: true, video: true }]);
    await anna.page.untilSeen(bo.address, { state: 'calling', ringing: true });
    await bo.page.until(anna.address, 'incoming');
    expect(await bo.page.permissionsAsked()).toEqual([]);
    await bo.page.answer(anna.address, { video: true });
    await seeEachOther(anna, bo);
    expect(await bo.page.permissionsAsked()).toEqual([{ audio: true, video: true }]);
  });

  it('that is declined ends for both, as declined', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.identity.user);
    await bo.page.reject(anna.address);
    const seen = await anna.page.until(bo.address, 'ended');
    expect(seen).toMatchObject({ cause: 'declined', causeText: `${bo.identity.user.name} declined the call` });
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'declined' });
    expect(await bo.page.history()).toMatchObject([{ cause: 'declined', missed: false }]);
  });

  it('that the caller gives up stops ringing and is a missed one', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    await anna.page.hangUp(bo.address);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'cancelled' });
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'cancelled' });
    expect(await bo.page.history()).toMatchObject([{ cause: 'cancelled', missed: true }]);
  });

  it('that nobody answers ends when it has rung long enough, and is a missed one', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    const ringMs = 5_000;
    await bo.page.changeSettings({ ringMs });
    await anna.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
    const { cause, since } = await anna.page.until(bo.address, 'ended');
    expect(cause).toBe('no_answer');
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'no_answer' });
    // By the one page that was there from before the first ring to the end: not sooner than that, and long before the usual time.
    const lasted = (since.ended ?? 0) - Math.min(...Object.values(since));
    expect(lasted).toBeGreaterThanOrEqual(ringMs);
    expect(lasted).toBeLessThan(limits.ringMs / 2);
    expect(await bo.page.history()).toMatchObject([{ cause: 'no_answer', missed: true }]);
  });

  it('to somebody who is not there ends as unreachable', async ({ world }) => {
    const anna = await world.person('Anna');
    const { user } = await world.server.claim('Nobody home');
    await anna.page.call(user);
    expect(await anna.page.until(user.address, 'ended')).toMatchObject({
      cause: 'unreachable',
      causeText: `${user.name} is not there`,
    });
  });

  it('to somebody who does not exist is refused', async ({ world }) => {
    const anna = await world.person('Anna');
    expect(await anna.page.call('no-such-person')).toBe('user_not_found');
  });

  it('to oneself is refused', async ({ world }) => {
    const anna = await world.person('Anna');
    expect(await anna.page.call(anna.address)).toBe('self_call');
    expect(await anna.page.until(anna.address, 'ended')).toMatchObject({ error: 'self_call' });
  });
});

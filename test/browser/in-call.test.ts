/** What two people do while they talk. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, hearNothing, seeEachOther, talk } from './harness/talk.ts';

describe('hold', () => {
  it.for(['caller', 'callee'] as const)(
    'by the %s stops sound both ways, and taking it up again brings it back',
    async (role, { world }) => {
      const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
      await talk(anna, bo);
      const [holder, other] = role === 'caller' ? [anna, bo] : [bo, anna];

      await holder.page.hold(other.address);
      await other.page.untilSeen(holder.address, { state: 'active', held: false, remote: { held: true } });
      await hearNothing(anna, bo);

      await holder.page.resume(other.address);
      await other.page.untilSeen(holder.address, { remote: { held: false } });
      await hearEachOther(anna, bo);
    },
  );

  it('stops pictures both ways, too', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    await anna.page.hold(bo.address);
    await Promise.all([anna.page.seesNothing(), bo.page.seesNothing(), hearNothing(anna, bo)]);
    await anna.page.resume(bo.address);
    await Promise.all([seeEachOther(anna, bo), hearEachOther(anna, bo)]);
  });

  it('by both lasts until both have taken the call up again', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await Promise.all([anna.page.hold(bo.address), bo.page.hold(anna.address)]);
    await anna.page.untilSeen(bo.address, { held: true, remote: { held: true } });
    await anna.page.resume(bo.address);
    await bo.page.untilSeen(anna.address, { held: true, remote: { held: false } });
    await hearNothing(anna, bo);
    await bo.page.resume(anna.address);
    await hearEachOther(anna, bo);
  });
});

describe('the microphone', () => {
  it('turned off silences one way only, and says so to the other', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await anna.page.mute(bo.address, true);
    await bo.page.untilSeen(anna.address, { remote: { muted: true } });
    await Promise.all([hearNothing(bo), hearEachOther(anna)]);
    await anna.page.mute(bo.address, false);
    await bo.page.untilSeen(anna.address, { remote: { muted: false } });
    await hearEachOther(anna, bo);
  });

  it('turned off while it rings stays off when the other answers', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address);
    await anna.page.mute(bo.address, true);
    await bo.page.untilSeen(anna.address, { state: 'incoming', remote: { muted: true } });
    await bo.page.answer(anna.address);
    await Promise.all([hearNothing(bo), hearEachOther(anna)]);
  });

  it('is not opened for a call without it, until it is turned on', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await anna.page.call(bo.address, { audio: false });
    await bo.page.answer(anna.address);
    await hearEachOther(anna);
    await bo.page.untilSeen(anna.address, { state: 'active', remote: { muted: true } });
    expect(await anna.page.permissionsAsked()).toEqual([]);
    await hearNothing(bo);
    await anna.page.mute(bo.address, false);
    await hearEachOther(bo);
    expect(await anna.page.permissionsAsked()).toEqual([{ audio: true, video: false }]);
  });
});

describe('the camera', () => {
  it('turned on in a call with sound is seen, and turned off is released', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    expect(await anna.page.setCamera(bo.address, true)).toBeUndefined();
    await bo.page.untilSeen(anna.address, { remote: { camera: true } });
    await bo.page.sees();

    await anna.page.setCamera(bo.address, false);
    await bo.page.untilSeen(anna.address, { remote: { camera: false } });
    await bo.page.seesNothing();
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });
    await hearEachOther(anna, bo);

    await anna.page.setCamera(bo.address, true);
    await bo.page.sees();
  });

  it('turned on by both at the same moment is seen by both', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    await Promise.all([anna.page.setCamera(bo.address, true), bo.page.setCamera(anna.address, true)]);
    await Promise.all([seeEachOther(anna, bo), hearEachOther(anna, bo)]);
  });

  it('turned off while the call is held stays off when it goes on', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo, { video: true });
    await bo.page.hold(anna.address);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    await anna.page.setCamera(bo.address, false);
    await bo.page.resume(anna.address);
    await Promise.all([anna.page.sees(), hearEachOther(anna, bo)]);
    await bo.page.seesNothing();
    await anna.page.holdsOnly({ connections: 1, microphones: 1, cameras: 0 });
  });
});

describe("an application's own stream", () => {
  it('is sent instead of microphone and camera, in both roles', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo, { own: true });
    await seeEachOther(anna, bo);
    for (const { page } of [anna, bo]) expect(await page.permissionsAsked()).toEqual([]);
    await anna.page.hold(bo.address);
    await Promise.all([bo.page.seesNothing(), hearNothing(anna, bo)]);
    await anna.page.resume(bo.address);
    await Promise.all([seeEachOther(anna, bo), hearEachOther(anna, bo)]);
    await anna.page.hangUp(bo.address);
    await bo.page.until(anna.address, 'ended');
    for (const { page } of [anna, bo]) expect(await page.ownTracks()).toEqual(['audio live enabled', 'video live enabled']);
  });
});

describe('messages of an application', () => {
  it('reach a user, one device, or everybody else who is here, as they were sent', async ({ world }) => {
    const [anna, phone, cleo] = [await world.person('Anna'), await world.person('Bo'), await world.person('Cleo')];
    const laptop = await world.anotherDevice(phone);
    const data = { x: 1.5, text: 'ünïcode "quoted" \u0000', nested: [null, { deep: true }] };
    const from = { user: anna.address };

    expect(await anna.page.send({ user: phone.address }, 'acme.cursor', data)).toBe(true);
    const toUser = { type: 'acme.cursor', ...from, data };
    expect(await phone.page.untilTold(1)).toEqual([toUser]);
    expect(await laptop.page.untilTold(1)).toEqual([toUser]);

    await anna.page.send({ user: phone.address, device: laptop.identity.device.id }, 'acme.only', 'for the laptop');
    await anna.page.send({ everyone: true }, 'acme.all', 'for everybody');
    const toOne = { type: 'acme.only', ...from, data: 'for the laptop' };
    const toAll = { type: 'acme.all', ...from, data: 'for everybody' };
    expect(await laptop.page.untilTold(3)).toEqual([toUser, toOne, toAll]);
    expect(await phone.page.untilTold(2)).toEqual([toUser, toAll]);
    expect(await cleo.page.untilTold(1)).toEqual([toAll]);
  });

  it('to somebody who is not there are reported as not delivered', async ({ world }) => {
    const anna = await world.person('Anna');
    const { user } = await world.server.claim('Nobody home');
    await anna.page.send({ user: user.address }, 'acme.cursor', 1);
    expect(await anna.page.untilError()).toBe('not_delivered');
  });
});

/** Calls that a program places and controls, with people in real browsers at both ends. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import { againMs, killWorker } from './harness/workers.ts';
import { hearEachOther } from './harness/talk.ts';
import type { SessionKit } from './page/session-kit.ts';

const key = newApiKey('P'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const kit = (person: Person): Remote<SessionKit> => person.page as Remote<SessionKit>;

describe('a call that a program places', () => {
  it('is taken by its caller, then by the other one; they talk, and one is led on', async ({ world }) => {
    const server = await world.anotherServer({ settings: { apiKeys: [key.setting] } });
    const api = new OffhookApi({ url: server.url, key: key.key });
    const [anna, bo] = [await world.person('Anna', { server }), await world.person('Bo', { server })];
    const { call } = await api.placeCall({ from: anna.address, to: bo.address });
    expect(await anna.page.until(bo.address, 'incoming')).toMatchObject({ id: call });
    expect(await bo.page.calls(anna.address)).toEqual([]);
    expect(await anna.page.permissionsAsked()).toEqual([]);

    await anna.page.answer(bo.address);
    await anna.page.untilSeen(bo.address, { state: 'calling', ringing: true });
    await bo.page.answer(anna.address);
    await hearEachOther(anna, bo);
    expect(await api.getCall(call)).toMatchObject({ state: 'active', placed: true, caller: { address: anna.address } });

    const carla = await world.person('Carla', { server });
    const onward = await api.transferCall(call, { leaves: bo.address, to: carla.address });
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await carla.page.answer(anna.address);
    await hearEachOther(anna, carla);
    await api.hangUp(onward.call);
    expect(await carla.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await anna.page.until(carla.address, 'ended')).toMatchObject({ cause: 'hangup' });
  }, 120_000);
});

describe('a call that a program answers', () => {
  it('takes part in a session: its caller hears all of it as one sound, and is heard by all', async ({ world }) => {
    const server = await world.anotherServer({
      settings: { apiKeys: [key.setting], mediaPort: await freePort(), mediaWorkers: 1 },
    });
    const api = new OffhookApi({ url: server.url, key: key.key });
    const page = 'sessions.html';
    const [anna, bo] = [await world.person('Anna', { server, page }), await world.person('Bo', { server })];
    const [carla, dora] = [await world.person('Carla', { server, page }), await world.person('Dora', { server, page })];
    const { session } = await api.createSession({ access: 'open' });
    for (const [person, hertz] of [
      [carla, 1_000],
      [dora, 1_700],
    ] as const) {
      expect(await kit(person).join(session)).toBeUndefined();
      expect(await kit(person).publishTone(hertz, false)).toBeUndefined();
    }
    const { participant } = await api.createParticipant({ tag: 'caller' });
    await api.addParticipant(session, participant.participant, { session });

    await anna.page.call(bo.address, { own: true });
    await bo.page.until(anna.address, 'incoming');
    const [ringing] = await api.listLiveCalls();
    const call = ringing?.call ?? '';
    expect(await api.answerCall(call, { session, participant: participant.participant })).toMatchObject({ state: 'active' });
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'answered_elsewhere' });
    await anna.page.until(bo.address, 'active');

    // The tone of the caller, whom all see in the session.
    for (const person of [carla, dora]) {
      await kit(person).untilArrives([anna.address], 'sound');
      await kit(person).untilTone(anna.address, 440);
    }
    for (const hertz of [1_000, 1_700]) await kit(anna).untilTone(bo.address, hertz);

    await anna.page.mute(bo.address, true);
    await expect
      .poll(async () => (await kit(carla).participants()).find(({ address }) => address === anna.address)?.muted)
      .toEqual([true, false]);
    await anna.page.mute(bo.address, false);
    await kit(dora).untilTone(anna.address, 440);

    // Another network: another way into the same session.
    await anna.page.changeNetwork();
    await kit(carla).untilTone(anna.address, 440);
    for (const hertz of [1_000, 1_700]) await kit(anna).untilTone(bo.address, hertz);

    // Where the media worker is killed, the browser of the caller, which would notice late, is told.
    await kit(anna).listenForGaps(bo.address);
    await kit(carla).listenForGaps(anna.address);
    killWorker(server);
    for (const person of [anna, carla]) await kit(person).untilSilence();
    await Promise.all([anna.page.hears(), kit(carla).untilArrives([anna.address, dora.address], 'sound')]);
    await kit(carla).untilTone(anna.address, 440);
    for (const hertz of [1_000, 1_700]) await kit(anna).untilTone(bo.address, hertz);
    for (const person of [anna, carla]) expect(await kit(person).longestSilence()).toBeLessThan(againMs);

    await api.removeParticipant(session, participant.participant);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
    await kit(carla).untilSilent(anna.address);
  }, 180_000);
});

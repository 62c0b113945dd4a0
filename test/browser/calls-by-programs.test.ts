/** Calls that a program places and controls, with people in real browsers at both ends. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { it } from './harness/it.ts';
import { hearEachOther } from './harness/talk.ts';

const key = newApiKey('P'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));

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

/** What every adapter of the Store port keeps about devices that have no page open. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RingNotice } from '@offhook/core';
import type { OwedPush, StoredPush } from '../../packages/server/src/ports/push.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const keys = { p256dh: 'point', auth: 'secret' };
const push = (device: string, more: Partial<StoredPush> = {}): StoredPush => ({
  device,
  user: 'anna',
  provider: 'web',
  endpoint: `https://push.example/${device}`,
  at: 5.5,
  ...more,
});
const owed = (device: string, call: string, more: Partial<RingNotice> = {}): OwedPush => ({
  user: 'anna',
  device,
  notice: { call, caller: { address: 'bo', name: 'Bo' }, video: false, until: 7.5, over: { cause: 'cancelled' }, ...more },
});
const on = (one: StoredPush): Write => ({ type: 'push_on', push: one });
const off = (device: string, endpoint?: string): Write => ({ type: 'push_off', device, endpoint });
const device = (id: string): Write => ({
  type: 'device',
  device: { id, user: 'anna', name: id, tokenDigest: id, createdAt: 1, seenAt: 1 },
});

describe.each(stores)('store of pushes: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  it('keeps how devices are reached, one way each, over a restart', async () => {
    const phone = push('phone', { keys, language: 'ar' });
    await store.commit([on(push('tablet')), on(push('phone', { provider: 'fcm' })), on(push('other', { user: 'bo' }))]);
    await store.commit([on(phone)]);
    await store.close();
    store = await place.open();
    expect(await store.pushes('anna')).toEqual([phone, push('tablet')]);
    expect(await store.pushes('bo')).toEqual([push('other', { user: 'bo' })]);
    expect(await store.pushes('nobody')).toEqual([]);
  });

  it('knows which token a device has shown last', async () => {
    await store.commit([on(push('phone', { jti: 'one' })), on(push('other', { user: 'bo', jti: 'one' })), on(push('tablet'))]);
    expect(await store.pushesByToken('one')).toEqual([
      push('other', { user: 'bo', jti: 'one' }),
      push('phone', { jti: 'one' }),
    ]);
    await store.commit([on(push('phone', { jti: 'two' })), on(push('other', { user: 'bo' }))]);
    expect(await store.pushesByToken('one')).toEqual([]);
    expect(await store.pushesByToken('two')).toEqual([push('phone', { jti: 'two' })]);
  });

  it('forgets them, but for a device that has another one by now', async () => {
    await store.commit([on(push('phone')), on(push('tablet'))]);
    await store.commit([off('phone', 'https://push.example/before'), off('tablet', 'https://push.example/tablet')]);
    expect(await store.pushes('anna')).toEqual([push('phone')]);
    await store.commit([off('phone'), off('nothing')]);
    expect(await store.pushes('anna')).toEqual([]);
  });

  it('keeps what devices have yet to be told, over a restart, until they were', async () => {
    const elsewhere = owed('phone', 'b', { over: { cause: 'answered_elsewhere', elsewhere: 'Desktop' } });
    const due = [owed('tablet', 'a'), owed('phone', 'b'), owed('phone', 'a')];
    await store.commit(due.map((one) => ({ type: 'push_owed', owed: one })));
    await store.commit([{ type: 'push_owed', owed: elsewhere }]);
    await store.close();
    store = await place.open();
    expect(await store.owedPushes()).toEqual([owed('phone', 'a'), elsewhere, owed('tablet', 'a')]);
    await store.commit([{ type: 'push_told', device: 'phone', call: 'a' }]);
    await store.commit([{ type: 'push_told', device: 'phone', call: 'nothing' }]);
    expect(await store.owedPushes()).toEqual([elsewhere, owed('tablet', 'a')]);
  });

  it('forgets them with their device', async () => {
    await store.commit([device('phone'), device('tablet'), on(push('phone')), on(push('tablet'))]);
    await store.commit([{ type: 'device_gone', device: 'phone' }]);
    expect(await store.pushes('anna')).toEqual([push('tablet')]);
    // It is written again whenever it is seen anew.
    await store.commit([device('tablet')]);
    expect(await store.pushes('anna')).toEqual([push('tablet')]);
  });
});

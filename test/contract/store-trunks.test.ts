/** What every adapter of the Store port keeps about trunks and what may be called by them. */
import type { OutgoingSettings, UserOutgoing } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredTrunk } from '../../packages/server/src/ports/trunk-store.ts';
import type { Store } from '../../packages/server/src/ports.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const trunk = (id: string, more: Partial<StoredTrunk> = {}): StoredTrunk => ({
  id,
  settings: {
    name: `To ${id}`,
    enabled: true,
    host: 'sip.carrier.example',
    transport: 'udp',
    register: false,
    watchSeconds: 60,
    outgoing: true,
    priority: 10,
    weight: 10,
    username: 'we',
    numbers: { format: 'national', prefix: '0' },
    trusted: false,
    codecs: ['PCMA'],
    srtp: 'off',
    caps: { channels: 30 },
  },
  password: 'open sesame',
  incoming: { addresses: ['192.0.2.0/28'], username: 'they', secrets: { MD5: 'one', 'SHA-256': 'other' } },
  createdAt: 2.5,
  ...more,
});
const all: OutgoingSettings = {
  rules: [{ prefix: '+49', allow: true }],
  roles: { guest: [] },
  emergency: { trunk: 'one', numbers: ['19222'] },
  userCaps: { channels: 2 },
  rates: [{ prefix: '+49', perMinute: 1.5 }],
  currency: 'EUR',
};
const own: UserOutgoing = { rules: [{ prefix: '+1', allow: true, international: true }], number: '+4930123', withheld: true };
const used = (subject: string, day: string, ms: number, spent = 0.5) => ({ subject, day, ms, spent });

describe.each(stores)('store of trunks: $name', ({ place: makePlace }) => {
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
  const reopen = async (): Promise<void> => {
    await store.close();
    store = await place.open();
  };

  it('keeps them in the order in which they were made, as they were said last, until they are removed', async () => {
    expect(await store.trunks()).toEqual([]);
    for (const id of ['two', 'one', 'three']) await store.commit([{ type: 'trunk', trunk: trunk(id) }]);
    const changed = trunk('one', { password: undefined, incoming: { addresses: [] } });
    await store.commit([
      { type: 'trunk', trunk: changed },
      { type: 'trunk_gone', trunk: 'two' },
    ]);
    await reopen();
    expect(await store.trunks()).toEqual([changed, trunk('three')]);
  });

  it('keeps what all may call, and what each may beside', async () => {
    expect([await store.outgoing(), await store.userOutgoing('anna')]).toEqual([undefined, undefined]);
    await store.commit([
      { type: 'outgoing', settings: { ...all, rules: [] } },
      { type: 'user_outgoing', user: 'anna', settings: own },
      { type: 'user_outgoing', user: '', settings: { rules: [], withheld: false } },
    ]);
    await store.commit([{ type: 'outgoing', settings: all }]);
    await reopen();
    expect(await store.outgoing()).toEqual(all);
    expect(await store.userOutgoing('anna')).toEqual(own);
    expect(await store.userOutgoing('bo')).toBeUndefined();
  });

  it('keeps what was used on a day, as it was said last, until that day is forgotten', async () => {
    for (const usage of [
      used('user anna', '2026-11-30', 1),
      used('trunk one', '2026-11-30', 2.5),
      used('user anna', '2026-11-29', 3),
    ])
      await store.commit([{ type: 'trunk_usage', usage }]);
    await store.commit([{ type: 'trunk_usage', usage: used('user anna', '2026-11-30', 7, 8) }]);
    await reopen();
    expect(await store.trunkUsage('2026-11-30')).toEqual([
      used('trunk one', '2026-11-30', 2.5),
      used('user anna', '2026-11-30', 7, 8),
    ]);
    expect(await store.trunkUsage('2026-11-29')).toHaveLength(1);
    await store.commit([{ type: 'trunk_usage_gone', before: '2026-11-30' }]);
    expect([(await store.trunkUsage('2026-11-29')).length, (await store.trunkUsage('2026-11-30')).length]).toEqual([0, 2]);
  });
});

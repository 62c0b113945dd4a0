/** What every adapter of the Store port keeps about SIP phones. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredBinding, StoredSipPhone } from '../../packages/server/src/ports/sip-phones.ts';
import type { DeviceWrite, Store, StoredDevice, Write } from '../../packages/server/src/ports.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const device = (id: string, user = 'anna', createdAt = 1): StoredDevice => ({
  id,
  user,
  name: `The ${id}`,
  tokenDigest: '',
  createdAt,
  seenAt: 1,
});
const phone = (id: string, user = 'anna'): StoredSipPhone => ({
  device: id,
  user,
  name: `The ${id}`,
  login: `${user}-${id}`,
  secrets: { MD5: `md5 of ${id}`, 'SHA-256': `sha of ${id}` },
  createdAt: 2.5,
});
const made = (id: string, user?: string, createdAt?: number): Write[] => {
  const { device: of, login, secrets, createdAt: at } = phone(id, user);
  return [
    { type: 'device', device: device(id, user, createdAt) },
    { type: 'sip_phone', phone: { device: of, login, secrets, createdAt: at } },
  ];
};
const binding = (more: Partial<StoredBinding> = {}): StoredBinding => ({
  contact: '"Desk" <sip:anna@192.0.2.1:5060;transport=udp>;q=0.5',
  flow: { transport: 'udp', address: '192.0.2.1', port: 5060 },
  path: [],
  callId: 'one',
  cseq: 7,
  expiresAt: 60_000.5,
  changedAt: 10,
  ...more,
});
const registered = (
  { secrets: _secrets, createdAt: _createdAt, ...one }: StoredSipPhone,
  bindings: readonly StoredBinding[],
) => ({
  phone: one,
  bindings,
});

describe.each(stores)('store of SIP phones: $name', ({ place: makePlace }) => {
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

  it('keeps the logins of phones, which are devices of their users, over a restart', async () => {
    await store.commit([...made('desk', 'anna', 9), ...made('hall', 'anna', 3), ...made('other', 'bo')]);
    await store.commit([{ type: 'device', device: { ...device('laptop'), tokenDigest: 'digest' } }]);
    await reopen();
    expect(await store.sipPhone('anna-desk')).toEqual(phone('desk'));
    expect(await store.sipPhone('anna-DESK')).toBeUndefined();
    expect(await store.sipPhoneOf('desk')).toEqual(phone('desk'));
    expect(await store.sipPhoneOf('laptop')).toBeUndefined();
    expect(await store.sipPhones('anna')).toEqual([phone('hall'), phone('desk')]);
    expect(await store.sipPhones('nobody')).toEqual([]);
    const devices = await store.devices('anna');
    expect(devices.map(({ id, phone: is }) => [id, is])).toEqual([
      ['laptop', undefined],
      ['hall', true],
      ['desk', true],
    ]);
  });

  it('keeps where they are reached, until they are not', async () => {
    await store.commit([...made('desk'), ...made('hall'), ...made('other', 'bo')]);
    const flows = [binding(), binding({ instance: 'urn:uuid:1', flowId: 1, path: ['<sip:edge;lr>'] })];
    await store.commit([
      { type: 'sip_bindings', device: 'other', bindings: [binding()] },
      { type: 'sip_bindings', device: 'hall', bindings: [binding()] },
      { type: 'sip_bindings', device: 'desk', bindings: flows },
      { type: 'sip_bindings', device: 'nothing', bindings: [binding()] },
    ]);
    await store.commit([{ type: 'sip_bindings', device: 'hall', bindings: [] }]);
    await reopen();
    expect(await store.registeredPhones()).toEqual([
      registered(phone('desk'), flows),
      registered(phone('other', 'bo'), [binding()]),
    ]);
  });

  it('forgets them with their device, and tells whoever wants to know once it holds', async () => {
    const told: DeviceWrite[] = [];
    store.onDevice((write) => told.push(write));
    await store.commit([...made('desk'), { type: 'sip_bindings', device: 'desk', bindings: [binding()] }]);
    await store.commit([{ type: 'device_named', device: 'desk', name: 'Kitchen' }]);
    expect(told).toEqual([{ type: 'device_named', device: 'desk', name: 'Kitchen' }]);
    expect((await store.sipPhone('anna-desk'))?.name).toBe('Kitchen');
    await store.commit([{ type: 'device_gone', device: 'desk' }]);
    expect(told[1]).toEqual({ type: 'device_gone', device: 'desk' });
    expect(await store.sipPhone('anna-desk')).toBeUndefined();
    expect(await store.sipPhones('anna')).toEqual([]);
    expect(await store.registeredPhones()).toEqual([]);
    // A device of the same id is another one.
    await store.commit([{ type: 'device', device: device('desk') }]);
    expect((await store.devices('anna')).map(({ phone: is }) => is)).toEqual([undefined]);
  });
});

import { expect, test } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { SystemRandom } from '../system/random.ts';
import { OpenAccounts } from './open.ts';

test('a link to add a device is void once the device it was made on is removed', async () => {
  const store = new MemoryStore({ disk: new MemoryDisk() });
  const accounts = new OpenAccounts({
    store,
    bus: { publish: () => undefined },
    clock: new ManualClock(),
    random: new SystemRandom(),
    hash: new SystemHash('key'),
  });
  const { token, device } = await accounts.claim('Bo', undefined);
  const joined = await accounts.join((await accounts.link(token)).code, undefined);
  expect(joined.user.address).toBe('bo');
  const { code } = await accounts.link(token);
  await store.commit([{ type: 'device_gone', device: device.id }]);
  await expect(accounts.join(code, undefined)).rejects.toMatchObject({ code: 'link_invalid' });
  await expect(accounts.link(token)).rejects.toMatchObject({ code: 'unauthorized' });
});

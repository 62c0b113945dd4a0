import { defaultSettings } from '@offhook/core';
import { expect, it } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { SystemRandom } from '../system/random.ts';
import { Accounts } from './accounts.ts';
import type { Passwords } from './passwords.ts';

it('gives nobody a device by a password that is changed while it is looked at', async () => {
  const store = new MemoryStore();
  await store.commit([
    { type: 'new_user', user: { address: 'cora', name: 'Cora', settings: defaultSettings, createdAt: 0 } },
    { type: 'account', account: { address: 'cora', role: 'member', password: 'old password', createdAt: 0 } },
  ]);
  const { promise: looked, resolve: look } = Promise.withResolvers<void>();
  let looks = 0;
  const passwords = {
    // The first is the sign-in, which takes long.
    isRight: async (password: string, kept: string | undefined) => {
      looks += 1;
      if (looks === 1) await looked;
      return password === kept;
    },
    hash: (password: string) => Promise.resolve(password),
  };
  const accounts = new Accounts(
    {
      store,
      bus: { publish: () => undefined },
      clock: new ManualClock(),
      random: new SystemRandom(),
      hash: new SystemHash('key'),
      signOut: () => Promise.resolve(),
    },
    passwords as unknown as Passwords,
  );
  const signingIn = accounts.signIn('Cora', 'old password', undefined);
  const pass = { user: 'cora', device: { id: 'phone', name: 'Phone', seenAt: 0 }, by: 'device', grants: {} } as never;
  await accounts.changePassword(pass, 'old password', 'another long password', true);
  look();
  await expect(signingIn).rejects.toMatchObject({ code: 'credentials_wrong' });
  expect(await store.devices('cora')).toEqual([]);
});

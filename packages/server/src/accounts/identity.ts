/** Devices that may sign in, as they come into being. */
import { cleanName } from '@offhook/core';
import type { Person } from '@offhook/core';
import type { Bus, Clock, Hash, Random, Store, StoredDevice, Write } from '../ports.ts';

/** A device that may sign in. The token is shown this once; the store knows its digest. */
export interface Identity {
  readonly token: string;
  readonly user: Person;
  readonly device: { readonly id: string; readonly name: string };
}

export interface IdentityDeps {
  readonly store: Store;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
}

const namelessDevice = 'Browser';

/** Stores one more device of a user, together with other writes. */
export async function issueDevice(
  { clock, hash, random, store }: Omit<IdentityDeps, 'bus'>,
  user: Person,
  deviceName: string | undefined,
  others: readonly Write[],
): Promise<Identity> {
  const token = random.token(256);
  const device: StoredDevice = {
    id: random.token(96),
    user: user.address,
    name: cleanName(deviceName ?? '') ?? namelessDevice,
    tokenDigest: hash.digest(token),
    createdAt: clock.now(),
    seenAt: clock.now(),
  };
  await store.commit([...others, { type: 'device', device }]);
  return { token, user: { address: user.address, name: user.name }, device: { id: device.id, name: device.name } };
}

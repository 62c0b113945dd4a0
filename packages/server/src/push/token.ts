import type { Address, CallId, DeviceId } from '@offhook/core';
import type { Hash } from '../ports.ts';

/** Who was told of which call, where. */
export interface Told {
  readonly call: CallId;
  readonly user: Address;
  readonly device: DeviceId;
}

/** What is pushed with a call. Whoever shows it was told of this call on this device, and may say nothing of any other. */
export function ringToken(hash: Hash, { call, user, device }: Told): string {
  return hash.sign(`push ${JSON.stringify([call, user, device])}`);
}

export function isRingToken(hash: Hash, told: Told, token: string): boolean {
  return hash.equal(token, ringToken(hash, told));
}

import type { DeviceId } from '@offhook/core';
import type { Hash } from '../ports.ts';

const sign = (hash: Hash, id: string, device: DeviceId): string => hash.sign(`resume ${id} ${device}`);

/** The secret that hands a connection over to a later socket. The server remembers nothing of it, so it outlives a restart. */
export function resumeSecret(hash: Hash, id: string, device: DeviceId): string {
  return `${id}.${sign(hash, id, device)}`;
}

/** The id of the connection that this secret of this device stands for. */
export function resumedId(hash: Hash, secret: string, device: DeviceId): string | undefined {
  const [id = '', signature = ''] = secret.split('.');
  return hash.equal(signature, sign(hash, id, device)) ? id : undefined;
}

import type { Authenticator, Denial, DeviceHint, Pass } from '../ports.ts';

export interface Ways {
  /** Tokens of devices: of people with accounts or names here, and of visitors of meetings. */
  readonly devices: Authenticator;
  /** Tokens of host applications, if this server trusts any. */
  readonly minted: Authenticator | undefined;
}

/** Tokens that host applications mint have three parts (RFC 7515 §7.1); those of devices have one. */
export function authenticator({ devices, minted }: Ways): Authenticator {
  return {
    async authenticate(token: string, device?: DeviceHint): Promise<Pass | Denial> {
      const way = token.includes('.') ? minted : devices;
      return way === undefined ? { error: 'unauthorized' } : way.authenticate(token, device);
    },
  };
}

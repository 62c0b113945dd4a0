import type { Address, Ice, IceServer } from '@offhook/core';
import type { Clock, Hash } from '../ports.ts';

export interface IceOptions {
  /** `stun:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065). */
  readonly urls: readonly string[];
  /** What the TURN servers share with this one (coturn: `use-auth-secret`, `static-auth-secret`). */
  readonly turnSecret: string | undefined;
  readonly turnTtlMs: number;
}

/**
 * The ICE servers for one user. TURN servers get credentials that expire: the name says when and for whom, the password is its
 * HMAC under the shared secret (draft-uberti-behave-turn-rest-00 §2.2).
 */
export function iceServers(
  { urls, turnSecret, turnTtlMs }: IceOptions,
  { clock, hash }: { readonly clock: Clock; readonly hash: Hash },
  user: Address,
): Ice {
  const turn = urls.filter((url) => /^turns?:/.test(url));
  const stun = urls.filter((url) => !turn.includes(url));
  const iceServers: IceServer[] = [];
  if (stun.length > 0) iceServers.push({ urls: stun });
  if (turn.length > 0 && turnSecret !== undefined) {
    const username = `${Math.floor((clock.now() + turnTtlMs) / 1000)}:${user}`;
    iceServers.push({ urls: turn, username, credential: hash.turn(turnSecret, username) });
  }
  return { iceServers, ttlMs: turnTtlMs };
}

/** Tokens as a host application makes them, right and wrong. */
import { SignJWT } from 'jose';
import type { CryptoKey, JWTHeaderParameters, JWTPayload, KeyObject } from 'jose';
import type { Identity } from './wire.ts';

export const secret = 'a secret that both applications know';

export type Key = CryptoKey | KeyObject | Uint8Array;

export interface Minted {
  readonly key?: Key;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly claims?: JWTPayload;
}

export function seconds(fromNow = 0): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

/** A token that is right but for what is asked for; a claim that is undefined is left out. */
export function mint(
  sub: string,
  { key = new TextEncoder().encode(secret), header = {}, claims = {} }: Minted = {},
): Promise<string> {
  const payload = { sub, aud: 'offhook', iat: seconds(), exp: seconds(600), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
}

/** What signs in with a token, as `Wire.signIn` takes it. */
export function holding(token: string): Identity {
  return { token, user: { address: '', name: '' }, device: { id: '', name: '' } };
}

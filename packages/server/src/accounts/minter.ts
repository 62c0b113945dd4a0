/** Makes the tokens of a host application in its place, with the secret that both know. */
import { serverLimits } from '@offhook/core';
import type { TokenClaims } from '@offhook/core';
import { SignJWT } from 'jose';
import type { Mint } from '../ports/people-control.ts';

export interface MinterOptions {
  readonly secret: string;
  readonly audience: string;
  readonly issuer: string | undefined;
}

export function minter({ secret, audience, issuer }: MinterOptions): Mint {
  const key = new TextEncoder().encode(secret);
  return async ({ user, name, grants, ttl = serverLimits.tokenUsualSeconds }, id, at) => {
    const iat = Math.floor(at / 1_000);
    const claims = {
      sub: user,
      aud: audience,
      iat,
      exp: iat + ttl,
      jti: id,
      ...(issuer !== undefined && { iss: issuer }),
      ...(name !== undefined && { name }),
      ...(grants !== undefined && { grants }),
    } satisfies TokenClaims;
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
    return { token, id, expiresAt: claims.exp * 1_000 };
  };
}

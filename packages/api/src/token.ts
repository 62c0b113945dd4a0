import { addressOf, isAddress, isDestination, serverLimits } from '@offhook/core';
import type { GrantsClaim, TokenClaims } from '@offhook/core';
import { calculateJwkThumbprint, exportJWK, importJWK, importPKCS8, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';

/**
 * What signs: the secret that the server has as `--token-secret` (HS256), or a private key whose public half it has in
 * `--token-keys` or finds at `--token-jwks`.
 */
export type Signer =
  | { readonly secret: string; readonly key?: undefined }
  | {
      /** PKCS #8 in PEM (RFC 7468 §10), or a JSON Web Key (RFC 7517). */
      readonly key: string | JWK;
      /** Default: what the key says, or EdDSA. */
      readonly algorithm?: 'EdDSA' | 'ES256' | 'RS256' | undefined;
      /** How the key is called in the JWKS. Default: what the key says, or its thumbprint (RFC 7638). */
      readonly keyId?: string | undefined;
      readonly secret?: undefined;
    };

/** What the person may do; what is left out is as it is for everybody. */
export type TokenGrants = GrantsClaim;

/** Whom a token is for, what it allows, and who signs it. */
export type MintOptions = Signer & {
  /** Whom the token is for, by the address that others call: lower-case letters, digits and `.-_`. */
  readonly address: string;
  /** The name that others see. Without it the person chooses one. */
  readonly name?: string | undefined;
  readonly grants?: TokenGrants | undefined;
  /** Seconds; at most a day. Default: 600, as a page asks for a new one before. */
  readonly ttl?: number | undefined;
  /** The server's `--token-audience`. Default: `offhook`. */
  readonly audience?: string | undefined;
  /** The server's `--token-issuer`, if it has one. */
  readonly issuer?: string | undefined;
  /** Its own id, by which this one token can be revoked. Default: a random one. */
  readonly id?: string | undefined;
  /** Milliseconds since the Unix epoch. Default: now. */
  readonly now?: number | undefined;
};

const defaultTtl = 600;
const defaultAudience = 'offhook';
/** RFC 7518 §3.2: no shorter than the digest. */
const secretLength = 32;

/**
 * Makes a token with which one person signs in, for a short time. Hand it to the page of somebody whom your application knows,
 * and to nobody else. Throws a TypeError, or a RangeError, that says what is wrong with the options.
 */
export async function mintToken(options: MintOptions): Promise<string> {
  const { address, name, grants, ttl = defaultTtl, audience = defaultAudience, issuer, now = Date.now() } = options;
  check(address, grants, ttl);
  const { key, algorithm, keyId } = await signer(options);
  const iat = Math.floor(now / 1000);
  const claims = {
    sub: address,
    aud: audience,
    iat,
    exp: iat + Math.round(ttl),
    jti: options.id ?? crypto.randomUUID(),
    ...(issuer !== undefined && { iss: issuer }),
    ...(name !== undefined && { name }),
    ...(grants !== undefined && { grants }),
  } satisfies TokenClaims;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
    .sign(key);
}

/** What the server would refuse is better said here, to whoever writes the application. */
function check(address: string, grants: TokenGrants | undefined, ttl: number): void {
  if (!isAddress(address)) {
    const near = addressOf(address);
    throw new TypeError(`${JSON.stringify(address)} is no address${near === undefined ? '' : `; ${JSON.stringify(near)} is`}.`);
  }
  const { outgoing } = grants ?? {};
  const wrong = typeof outgoing === 'object' ? outgoing.find((pattern) => !isDestination(pattern)) : undefined;
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} is no destination.`);
  if (!(ttl >= 1 && ttl * 1000 <= serverLimits.tokenLifetimeMs)) throw new RangeError('A token lasts from a second to a day.');
}

interface Signing {
  readonly key: CryptoKey | Uint8Array;
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

async function signer(options: Signer): Promise<Signing> {
  if (options.key === undefined) {
    const { secret } = options;
    if (typeof secret !== 'string' || secret.length < secretLength)
      throw new TypeError(`Tokens are signed with a key, or a secret of at least ${secretLength} characters.`);
    return { key: new TextEncoder().encode(secret), algorithm: 'HS256', keyId: undefined };
  }
  const { key: given, algorithm = algorithmOf(given), keyId } = options;
  const key =
    typeof given === 'string' ? await importPKCS8(given, algorithm, { extractable: true }) : await importJWK(given, algorithm);
  return { key, algorithm, keyId: keyId ?? (typeof given === 'object' ? given.kid : undefined) ?? (await thumbprint(key)) };
}

function algorithmOf(key: string | JWK): string {
  return (typeof key === 'object' ? key.alg : undefined) ?? 'EdDSA';
}

async function thumbprint(key: CryptoKey | Uint8Array): Promise<string | undefined> {
  return key instanceof Uint8Array || !key.extractable ? undefined : calculateJwkThumbprint(await exportJWK(key));
}

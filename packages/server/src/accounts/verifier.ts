/**
 * Checks the tokens that host applications mint (RFC 7519): who signed them, for whom, and until when. An algorithm belongs to a kind
 * of key: a shared secret is only ever used with HS256, a public key never, so that nobody can pass the one off as the other
 * (RFC 8725 §2.1, §3.1).
 */
import { serverLimits } from '@offhook/core';
import type { ErrorCode, Milliseconds, TokenClaims } from '@offhook/core';
import { TokenClaims as Claims } from '@offhook/core/protocol';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { CryptoKey, JSONWebKeySet, JWTHeaderParameters, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { Clock, Denial } from '../ports.ts';

export interface VerifierOptions {
  readonly clock: Clock;
  /** Shared with the host application, for HS256. */
  readonly secret: string | undefined;
  /** Public keys of host applications. */
  readonly keys: JSONWebKeySet;
  /** Where more of them are to be had. */
  readonly jwks: URL | undefined;
  readonly audience: string;
  readonly issuer: string | undefined;
  readonly jwksCooldownMs?: Milliseconds | undefined;
}

const secretAlgorithms = ['HS256'];
const keyAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

export class Verifier {
  readonly #clock: Clock;
  readonly #options: JWTVerifyOptions;
  readonly #secret: Uint8Array | undefined;
  /** In the order in which they are asked for a key. */
  readonly #sets: readonly JWTVerifyGetKey[];

  constructor({ clock, secret, keys, jwks, audience, issuer, jwksCooldownMs = serverLimits.jwksCooldownMs }: VerifierOptions) {
    this.#clock = clock;
    this.#secret = secret === undefined ? undefined : new TextEncoder().encode(secret);
    const remote =
      jwks &&
      createRemoteJWKSet(jwks, {
        cacheMaxAge: serverLimits.jwksMs,
        cooldownDuration: jwksCooldownMs,
        timeoutDuration: serverLimits.jwksTimeoutMs,
      });
    this.#sets = [...(keys.keys.length > 0 ? [createLocalJWKSet(keys)] : []), ...(remote === undefined ? [] : [remote])];
    this.#options = {
      algorithms: [...(secret === undefined ? [] : secretAlgorithms), ...(this.#sets.length > 0 ? keyAlgorithms : [])],
      audience,
      requiredClaims: ['sub', 'exp'],
      ...(issuer !== undefined && { issuer }),
    };
  }

  async verify(token: string): Promise<TokenClaims | Denial> {
    if (token.length > serverLimits.tokenLength) return { error: 'token_malformed', detail: 'It is too long.' };
    const now = this.#clock.now();
    let payload: unknown;
    try {
      payload = await this.#payload(token, new Date(now));
    } catch (error) {
      return denialOf(error);
    }
    const { data: claims, error } = Claims.safeParse(payload);
    if (error !== undefined) return malformed(error.issues);
    if (claims.exp * 1000 <= now) return { error: 'token_expired' };
    if (claims.exp * 1000 > now + serverLimits.tokenLifetimeMs + serverLimits.tokenSkewMs)
      return { error: 'token_malformed', detail: 'exp: lies more than a day ahead' };
    return claims;
  }

  async #payload(token: string, currentDate: Date): Promise<unknown> {
    const options = { ...this.#options, currentDate, clockTolerance: serverLimits.tokenSkewMs / 1000 };
    const getKey: JWTVerifyGetKey = (header, jws) => this.#key(header, jws);
    try {
      return (await jwtVerify(token, getKey, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // Without a `kid` it may be any of them.
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, options)).payload;
        } catch (cause) {
          if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  async #key(header: JWTHeaderParameters, token: Parameters<JWTVerifyGetKey>[1]): Promise<Uint8Array | CryptoKey> {
    if (this.#secret !== undefined && secretAlgorithms.includes(header.alg)) return this.#secret;
    let last: unknown = new errors.JWKSNoMatchingKey();
    for (const set of this.#sets) {
      try {
        return (await set(header, token)) as CryptoKey;
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        last = error;
      }
    }
    throw last;
  }
}

const codeOfClaim: Readonly<Record<string, ErrorCode>> = { nbf: 'token_early', aud: 'token_audience', iss: 'token_issuer' };

/** What jose found wrong, in our words. */
function denialOf(error: unknown): Denial {
  if (error instanceof errors.JWTExpired) return { error: 'token_expired' };
  if (error instanceof errors.JWTClaimValidationFailed)
    return {
      error: (error.reason === 'check_failed' ? codeOfClaim[error.claim] : missing[error.claim]) ?? 'token_malformed',
      detail: error.message,
    };
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSENotSupported
  )
    return { error: 'token_signature', detail: error.message };
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return { error: 'token_malformed', detail: error.message };
  // What is left comes from fetching keys: a timeout, an answer that is none, no network.
  return { error: 'keys_unavailable' };
}

/** A token that does not name its audience or issuer is meant for somebody else. */
const missing: Readonly<Record<string, ErrorCode>> = { aud: 'token_audience', iss: 'token_issuer' };

function malformed(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): Denial {
  const [issue] = issues;
  return { error: 'token_malformed', detail: issue && `${issue.path.join('.')}: ${issue.message}`.slice(0, 256) };
}

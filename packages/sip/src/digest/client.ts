/** The side that is asked who it is, by a server (401) or a proxy (407). */
import type { Request, Response } from '../message/message.ts';
import type { Algorithm, Claim, Hash, Qop } from './digest.ts';
import { parseAuth, proofOf, readAlgorithm, secretOf, writeAuth } from './digest.ts';

export interface DigestClientOptions {
  readonly hash: Hash;
  /** At least 64 bits of chance, as letters and digits. */
  readonly random: () => string;
  /** Who we are there; undefined where nobody is known. A proxy may ask for another realm than the server behind it. */
  readonly login: (realm: string) => Login | undefined;
  /** Those that `hash` can. */
  readonly algorithms?: readonly Algorithm[];
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

interface Challenge {
  readonly header: 'Authorization' | 'Proxy-Authorization';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: Algorithm;
  readonly isSession: boolean;
  /** As it is called in the challenge. */
  readonly algorithmName: string | undefined;
  readonly qop: Qop | undefined;
  readonly isStale: boolean;
}

/** Of one request, or of all that go to one server: the nonce is used again with a higher count (RFC 7616 §3.4). */
export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #algorithms: readonly Algorithm[];
  /** By header and realm. */
  readonly #known = new Map<string, { readonly challenge: Challenge; count: number }>();

  constructor(options: DigestClientOptions) {
    this.#options = options;
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5'];
  }

  /**
   * Takes in a 401 or 407 to `request`. Whether it makes sense to ask again, with a higher CSeq and `authorize`: not where nobody is known
   * there, and not where what was sent was refused and the nonce is not stale, which means that the password is wrong. `request`: undefined
   * where it was sent with credentials that it was not asked for, which may be too old without a word of that.
   */
  learn(request: Request | undefined, response: Response): boolean {
    const asked = this.#challenges(response);
    for (const challenge of asked) {
      const key = `${challenge.header} ${challenge.realm}`;
      const before = this.#known.get(key);
      const wasSent = before !== undefined && request?.get(challenge.header)?.includes(before.challenge.nonce) === true;
      if (wasSent && !challenge.isStale) return false;
      // What was counted once does not count again.
      this.#known.set(key, { challenge, count: before?.challenge.nonce === challenge.nonce ? before.count : 0 });
    }
    return asked.length > 0;
  }

  /** Puts the credentials on for all that have asked so far, instead of those that may be there. @throws WriteError */
  authorize(request: Request): void {
    request.remove('Authorization', 'Proxy-Authorization');
    for (const known of this.#known.values()) {
      known.count++;
      const value = this.#answer(known.challenge, known.count, request);
      if (value !== undefined) request.add(known.challenge.header, value);
    }
  }

  /** The topmost of each realm that we can do and have a login for (RFC 8760 §2.4). */
  #challenges(response: Response): readonly Challenge[] {
    const found = new Map<string, Challenge>();
    const headers = [
      ['WWW-Authenticate', 'Authorization'],
      ['Proxy-Authenticate', 'Proxy-Authorization'],
    ] as const;
    for (const [from, header] of headers)
      for (const value of response.all(from)) {
        const challenge = this.#challenge(header, value);
        const key = `${header} ${challenge?.realm}`;
        if (challenge !== undefined && !found.has(key)) found.set(key, challenge);
      }
    return [...found.values()];
  }

  #challenge(header: Challenge['header'], value: string): Challenge | undefined {
    const { scheme, params } = parseAuth(value);
    const algorithm = readAlgorithm(params.get('algorithm'));
    const [realm, nonce] = [params.get('realm'), params.get('nonce')];
    if (scheme !== 'digest' || algorithm === undefined || !this.#algorithms.includes(algorithm.algorithm)) return undefined;
    if (realm === undefined || nonce === undefined || this.#options.login(realm) === undefined) return undefined;
    const offered = (params.get('qop') ?? '').split(',').map((one) => one.trim().toLowerCase());
    const qop = (['auth', 'auth-int'] as const).find((one) => offered.includes(one));
    if (params.has('qop') && qop === undefined) return undefined;
    return {
      ...algorithm,
      header,
      realm,
      nonce,
      qop,
      algorithmName: params.get('algorithm'),
      opaque: params.get('opaque'),
      isStale: params.get('stale')?.toLowerCase() === 'true',
    };
  }

  #answer(challenge: Challenge, count: number, request: Request): string | undefined {
    const { realm, nonce, qop, algorithm, isSession, algorithmName, opaque } = challenge;
    const login = this.#options.login(realm);
    if (login === undefined) return undefined;
    const { hash, random } = this.#options;
    const counted = qop === undefined && !isSession ? {} : { nc: count.toString(16).padStart(8, '0'), cnonce: random() };
    const claim: Claim = { algorithm, isSession, nonce, uri: request.target, qop, ...counted };
    const secret = secretOf(hash, algorithm, login.username, realm, login.password);
    const response = proofOf(hash, secret, claim, request.method, request.body);
    return writeAuth({
      username: login.username,
      realm,
      nonce,
      uri: request.target,
      response,
      algorithm: algorithmName,
      opaque,
      ...(qop === undefined ? {} : { qop, nc: claim.nc }),
      cnonce: claim.cnonce,
    });
  }
}

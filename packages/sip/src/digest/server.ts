/**
 * The side that asks who is there (RFC 3261 §22, RFC 8760). Its nonces carry the time and a signature, so that nothing has to be kept, a
 * flood costs no memory, and every node of a cluster takes what another one gave.
 */
import { MessageError } from '../message/errors.ts';
import type { Request } from '../message/message.ts';
import { isSip, parseUri } from '../message/uri.ts';
import type { Instant } from '../transaction/types.ts';
import type { Algorithm, Claim, Hash, Qop } from './digest.ts';
import { parseAuth, proofOf, readAlgorithm, writeAuth } from './digest.ts';

export interface DigestServerOptions {
  readonly realm: string;
  readonly hash: Hash;
  /** A signature under a key of the server's own, as letters and digits; at least 96 bits. */
  readonly sign: (text: string) => string;
  /** Tells apart the nonces of one moment and one address: at least 32 bits of chance, as letters and digits. */
  readonly random: () => string;
  /** Compares in a time that does not depend on where the texts differ. */
  readonly equal: (a: string, b: string) => boolean;
  /**
   * The one that is liked best comes first (RFC 8760 §2.3). Some phones give up where one is not MD5 (libre before 3, and what is made of
   * it): those are challenged with that alone.
   */
  readonly algorithms?: readonly Algorithm[];
  readonly qop?: readonly Qop[];
  /** Milliseconds for which a nonce is taken. */
  readonly lifetime?: number;
}

export interface ChallengeOptions {
  /** The nonce was too old, and nothing else wrong. */
  readonly isStale?: boolean;
  /** Some of those of the server, for a device that is known to take no others. */
  readonly algorithms?: readonly Algorithm[];
}

/** What a request says of who sends it. To be verified with the secret of that user. */
export interface Credentials extends Claim {
  readonly username: string;
  readonly response: string;
}

export class DigestServer {
  readonly realm: string;
  readonly #options: DigestServerOptions;
  readonly #algorithms: readonly Algorithm[];
  readonly #qop: readonly Qop[];
  readonly #lifetime: number;

  constructor(options: DigestServerOptions) {
    this.realm = options.realm;
    this.#options = options;
    this.#algorithms = options.algorithms ?? ['SHA-256', 'MD5'];
    this.#qop = options.qop ?? ['auth'];
    this.#lifetime = options.lifetime ?? 300_000;
  }

  /**
   * Values of WWW-Authenticate (401) or Proxy-Authenticate (407), one for each algorithm. `bound`: what a nonce is good for alone, such as
   * the address that it is given to; whoever overhears it can do nothing with it from elsewhere.
   */
  challenge(
    now: Instant,
    bound: string,
    { isStale = false, algorithms = this.#algorithms }: ChallengeOptions = {},
  ): readonly string[] {
    const nonce = this.#nonce(now, bound);
    return algorithms.map((algorithm) =>
      writeAuth({ realm: this.realm, nonce, algorithm, qop: this.#qop.join(','), stale: isStale ? 'true' : undefined }),
    );
  }

  /**
   * What a request has for this realm, in Authorization or, for proxies, Proxy-Authorization. What is of another scheme is nothing.
   *
   * @throws MessageError for what cannot be read
   */
  read(request: Request, header: 'Authorization' | 'Proxy-Authorization' = 'Authorization'): Credentials | undefined {
    for (const value of request.all(header)) {
      const found = this.#credentials(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Whether they are right. `secret` is H(A1) of the user for the algorithm (`secretOf`); undefined, for a user who does not exist, takes as
   * long and ends in the same way as a wrong password. `stale`: all is right but the nonce is too old, so ask again with `isStale`.
   */
  verify(
    credentials: Credentials,
    secret: string | undefined,
    request: Request,
    now: Instant,
    bound: string,
  ): 'right' | 'stale' | 'wrong' {
    const { hash, equal } = this.#options;
    const age = this.#age(credentials.nonce, now, bound);
    const proof = proofOf(hash, secret ?? hash(credentials.algorithm, 'nobody'), credentials, request.method, request.body);
    const isRight = equal(proof, credentials.response) && secret !== undefined;
    if (!isRight || !isMeant(credentials.uri, request)) return 'wrong';
    // Not ours, of another address, or too old: who knows the password may try again with a new one.
    return age === undefined || age > this.#lifetime ? 'stale' : 'right';
  }

  /**
   * Whether a nonce was given to this address and is not too old. Who guesses from an address that is not theirs never has such a one, so
   * that nothing has to be looked up for them, and nothing is held against whose address it is.
   */
  isFresh({ nonce }: Pick<Credentials, 'nonce'>, now: Instant, bound: string): boolean {
    const age = this.#age(nonce, now, bound);
    return age !== undefined && age <= this.#lifetime;
  }

  #credentials(value: string): Credentials | undefined {
    const { scheme, params } = parseAuth(value);
    const algorithm = readAlgorithm(params.get('algorithm'));
    const qop = params.get('qop');
    const [username, nonce, uri, response] = ['username', 'nonce', 'uri', 'response'].map((name) => params.get(name));
    if (
      scheme !== 'digest' ||
      params.get('realm') !== this.realm ||
      algorithm === undefined ||
      !this.#algorithms.includes(algorithm.algorithm)
    )
      return undefined;
    if (username === undefined || nonce === undefined || uri === undefined || response === undefined) return undefined;
    if (qop !== undefined && !this.#qop.some((one) => one === qop)) return undefined;
    const [nc, cnonce] = [params.get('nc'), params.get('cnonce')];
    if (qop !== undefined && (!/^[0-9a-f]{8}$/i.test(nc ?? '') || cnonce === undefined)) return undefined;
    return { ...algorithm, username, nonce, uri, response: response.toLowerCase(), qop: qop as Qop | undefined, nc, cnonce };
  }

  #nonce(now: Instant, bound: string): string {
    const text = `${Math.floor(now).toString(36)}.${this.#options.random()}`;
    return `${text}.${this.#options.sign(`${text} ${bound}`)}`;
  }

  /** Undefined for one that was not given to this address. */
  #age(nonce: string, now: Instant, bound: string): number | undefined {
    const [time = '', chance = '', signature = ''] = nonce.split('.');
    const isOurs = this.#options.equal(this.#options.sign(`${time}.${chance} ${bound}`), signature);
    return isOurs ? now - Number.parseInt(time, 36) : undefined;
  }
}

/** For whom it is meant. Proxies may change the host and parameters of the Request-URI, but who shall be reached stays. */
function isMeant(text: string, request: Request): boolean {
  try {
    const [said, asked] = [parseUri(text), request.uri];
    return isSip(said) && isSip(asked) ? said.user === asked.user : text === request.target;
  } catch (error) {
    if (error instanceof MessageError) return false;
    throw error;
  }
}

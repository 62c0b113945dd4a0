/**
 * Which phone or trunk has sent a request (RFC 3261 §22, RFC 8760):
 *
 *     no credentials, or a nonce that was not given there lately ──► 401 with a new one, nothing is looked up
 *     wrong, or of nobody ──► 401, the same for both
 *     right, but the count of its nonce was there before ──► 401, stale
 *     right ──► who it is
 */
import { hash as hashOf } from 'node:crypto';
import { sipLimits } from '@offhook/core';
import { DigestClient, DigestServer, isSip, MessageError, responseTo } from '@offhook/sip';
import type { Algorithm, Credentials, Hash as DigestHash, Login, Remote, Request, Response } from '@offhook/sip';
import type { Clock, Hash, Random } from '../ports.ts';
import { sipRealm } from '../ports/sip-phones.ts';
import type { StoredSipPhone } from '../ports/sip-phones.ts';
import type { GuardDeps, SipGuard } from './guard.ts';
import { Latest } from './latest.ts';

export interface GateDeps extends GuardDeps {
  /** Who signs in by this user name. */
  readonly find: (username: string) => Promise<Known | undefined>;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
}

/** A trunk whose calls come in by a password. */
export interface SignedTrunk extends Pick<StoredSipPhone, 'secrets'> {
  readonly trunk: string;
}

export type Known = StoredSipPhone | SignedTrunk;
export type Shown<Who extends Known = Known> = { readonly who: Who } | { readonly refusal: Response };

const names: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
export const digestHash: DigestHash = (algorithm, text) => hashOf(names[algorithm], Buffer.from(text, 'latin1'), 'hex');

/** With whoever asks who we are. */
export function digestOf({ random }: { readonly random: () => string }, login: Login): DigestClient {
  return new DigestClient({ hash: digestHash, random, login: () => login });
}

/** These look at the first challenge alone, or give up where one is not MD5. */
const onlyMd5 = /^(?:baresip|JsSIP|SIP\.js)\b/i;

export class SipGate {
  readonly #deps: GateDeps;
  readonly #guard: SipGuard;
  readonly #digest: DigestServer;
  /** The highest count by nonce. Only who knows a password comes in here. */
  readonly #counts = new Latest<number>(sipLimits.remembered);
  /** Who was offered more than MD5, by address and From, and has not answered by more: the next time that is all there is. */
  readonly #silent = new Latest<true>(sipLimits.remembered);

  constructor(deps: GateDeps, guard: SipGuard) {
    const { hash, random } = deps;
    this.#deps = deps;
    this.#guard = guard;
    this.#digest = new DigestServer({
      realm: sipRealm,
      hash: digestHash,
      // 96 bits, as who makes one up has to send it here: what strangers are asked is to be short.
      sign: (text) => hash.sign(`sip ${text}`).slice(0, 16),
      // Two of one moment and one address are told apart.
      random: () => random.token(32),
      equal: (a, b) => hash.equal(a, b),
    });
  }

  async check(request: Request, from: Remote): Promise<Shown> {
    const { clock, find, metrics } = this.#deps;
    const said = this.#read(request);
    if (said === 'malformed') {
      this.#guard.note(from.address, 'stranger');
      return { refusal: this.refuse(request, 400) };
    }
    const { credentials, sender } = said;
    const isFresh = credentials !== undefined && this.#digest.isFresh(credentials, clock.now(), from.address);
    if (credentials !== undefined && credentials.algorithm !== 'MD5') this.#silent.delete(`${from.address} ${sender}`);
    if (credentials === undefined || !isFresh) {
      this.#guard.note(from.address, 'stranger');
      return { refusal: this.#challenge(request, from, credentials === undefined ? 'nothing' : 'stale') };
    }
    const who = await find(credentials.username);
    const secret = credentials.algorithm === 'SHA-512-256' ? undefined : who?.secrets[credentials.algorithm];
    const verdict = this.#digest.verify(credentials, secret, request, clock.now(), from.address);
    if (verdict === 'wrong' || who === undefined) {
      metrics.count('sip_wrong_passwords');
      this.#guard.note(from.address, 'guess');
      return { refusal: this.#challenge(request, from, 'wrong') };
    }
    if (verdict === 'stale' || !this.#isNext(credentials)) return { refusal: this.#challenge(request, from, 'stale') };
    this.#guard.trust(from.address);
    return { who };
  }

  /** Who says to have sent it, with or without right. @throws MessageError */
  claimed(request: Request): string | undefined {
    return this.#digest.read(request)?.username;
  }

  refuse(request: Request, status: number, fields: Readonly<Record<string, string | readonly string[]>> = {}): Response {
    return responseTo(request, status, { toTag: this.#deps.random.token(32), fields });
  }

  #read(request: Request): { readonly credentials: Credentials | undefined; readonly sender: string } | 'malformed' {
    try {
      return { credentials: this.#digest.read(request), sender: senderOf(request) };
    } catch (error) {
      if (error instanceof MessageError) return 'malformed';
      throw error;
    }
  }

  /** Without qop there is no count: such a nonce holds once. */
  #isNext({ nonce, nc = '1' }: Credentials): boolean {
    const count = Number.parseInt(nc, 16);
    if (count <= (this.#counts.get(nonce) ?? 0)) return false;
    this.#counts.set(nonce, count);
    return true;
  }

  /** `said`: what it has proven so far. */
  #challenge(request: Request, from: Remote, said: 'nothing' | 'stale' | 'wrong'): Response {
    const key = `${from.address} ${senderOf(request)}`;
    const isPlain = onlyMd5.test(request.get('User-Agent') ?? '') || this.#silent.get(key) === true;
    if (said === 'nothing' && !isPlain) this.#silent.set(key, true);
    const isStale = said === 'stale';
    const options = isPlain ? { isStale, algorithms: ['MD5'] as const } : { isStale };
    return this.refuse(request, 401, {
      'WWW-Authenticate': this.#digest.challenge(this.#deps.clock.now(), from.address, options),
    });
  }
}

/** @throws MessageError */
function senderOf({ from: { uri } }: Request): string {
  return isSip(uri) ? (uri.user ?? '') : '';
}

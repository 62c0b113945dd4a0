/**
 * A registration of ours at a registrar, such as a carrier's (RFC 3261 §10.2).
 *
 *              start                    200
 *   ┌──────┐ ────────► ┌─────────────┐ ────────────────────► ┌────────────┐
 *   │ idle │           │ registering │ ◄──────────────────── │ registered │
 *   └──────┘           └─┬─────────┬─┘   before it expires   └─────┬──────┘
 *                        │ ▲       │ 401, 407, 423: again, at once │
 *            refused, no │ │ later │ no answer, 5xx: elsewhere     │ stop
 *            server left ▼ │                                       ▼
 *                    ┌─────────┐               stop          ┌──────────┐
 *                    │ waiting │ ──────────────────────────► │ stopping │ ──► idle
 *                    └─────────┘                             └──────────┘
 */
import type { DigestClient } from '../digest/client.ts';
import type { FieldValues, Response } from '../message/message.ts';
import { fieldsOf, Request } from '../message/message.ts';
import type { NameAddr } from '../message/name-addr.ts';
import { nameAddr, writeNameAddr } from '../message/name-addr.ts';
import { Params } from '../message/params.ts';
import type { Uri } from '../message/uri.ts';
import { sameUri } from '../message/uri.ts';
import { writeCSeq } from '../message/values.ts';
import type { Instant } from '../transaction/types.ts';

export interface RegistrationOptions {
  /** Who is registered. */
  readonly user: Uri;
  /** Without user: `sip:carrier.example`. */
  readonly registrar: Uri;
  readonly contact: NameAddr;
  /** Seconds that we ask for. */
  readonly expires?: number;
  /** The same for the life of the registration, by chance (§10.2). */
  readonly callId: string;
  readonly fromTag: string;
  readonly digest: DigestClient;
  /** From 0 to below 1, by chance: so that not everybody comes back in the same second. */
  readonly fraction: () => number;
  /** What else stands in each request, such as User-Agent or Path. */
  readonly fields?: FieldValues;
}

export type RegistrationState = 'idle' | 'registering' | 'registered' | 'waiting' | 'stopping';

/** What is to be done. */
export interface RegistrationStep {
  readonly send?: Request | undefined;
  /** To the next of the servers that the registrar's name leads to (RFC 3263 §4.3); `gaveUp` is to be said where there is none. */
  readonly elsewhere?: boolean | undefined;
  /** What has become of it, where that is news. `refused` with the status. */
  readonly news?: 'registered' | 'lost' | 'stopped' | { readonly refused: number } | undefined;
}

const nothing: RegistrationStep = {};

/** RFC 5626 §4.5, in milliseconds: the first wait when everything failed, and the longest. */
const waits = { base: 30_000, longest: 1_800_000 };

export class RegistrationClient {
  readonly #options: RegistrationOptions;
  #state: RegistrationState = 'idle';
  #expires: number;
  #cseq = 0;
  #sent: Request | undefined;
  /** When to register again. */
  #at: Instant | undefined;
  /** Until when the registrar knows us. */
  #until: Instant | undefined;
  /** In a row. */
  #failures = 0;
  /** 401, 407 and 423 in a row: a registrar that asks for ever is left. */
  #asked = 0;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#expires = options.expires ?? 600;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  get deadline(): Instant | undefined {
    return this.#at;
  }

  start(): RegistrationStep {
    if (this.#state !== 'idle') return nothing;
    this.#state = 'registering';
    return { send: this.#request() };
  }

  stop(): RegistrationStep {
    if (this.#state === 'idle' || this.#state === 'stopping') return nothing;
    this.#at = undefined;
    this.#asked = 0;
    this.#sent = undefined;
    if (this.#until === undefined && this.#state !== 'registering') {
      this.#state = 'idle';
      return { news: 'stopped' };
    }
    this.#state = 'stopping';
    return { send: this.#request() };
  }

  tick(now: Instant): RegistrationStep {
    if (this.#at === undefined || now < this.#at) return nothing;
    this.#at = undefined;
    this.#state = 'registering';
    return { send: this.#request() };
  }

  /** The final answer to what was sent last. */
  heard(response: Response, now: Instant): RegistrationStep {
    const { status } = response;
    if (this.#sent === undefined || status < 200 || response.cseq.number !== this.#sent.cseq.number) return nothing;
    if (status < 300) return this.#accepted(response, now);
    if (this.#asked < 4 && this.#mayAskAgain(response)) {
      this.#asked++;
      return { send: this.#request() };
    }
    if (this.#state === 'stopping') return this.#stopped();
    if (status >= 500 || status === 408) return { ...this.#missed(now), send: this.#request(), elsewhere: true };
    return this.#wait(now, status, response.seconds('Retry-After'));
  }

  /** No answer, or no way there. */
  failed(now: Instant): RegistrationStep {
    if (this.#sent === undefined) return nothing;
    if (this.#state === 'stopping') return this.#stopped();
    return { ...this.#missed(now), send: this.#request(), elsewhere: true };
  }

  /** There was no other server to try. */
  gaveUp(now: Instant): RegistrationStep {
    return this.#state === 'registering' ? this.#wait(now, undefined, undefined) : nothing;
  }

  #accepted(response: Response, now: Instant): RegistrationStep {
    this.#asked = 0;
    this.#failures = 0;
    if (this.#state === 'stopping') return this.#stopped();
    const wasKnown = this.#until !== undefined;
    const own = response.contacts.find(({ uri }) => sameUri(uri, this.#options.contact.uri));
    const said = own?.params.get('expires') ?? '';
    const seconds = /^\d{1,9}$/.test(said) ? Number(said) : (response.expires ?? this.#expires);
    this.#until = now + seconds * 1000;
    // Early enough for a repetition or two, and not all at once (RFC 5626 §4.3 has the same for flows).
    this.#at = now + Math.max(1000, seconds * 1000 * (0.75 + 0.15 * this.#options.fraction()));
    this.#state = 'registered';
    return wasKnown ? nothing : { news: 'registered' };
  }

  #mayAskAgain(response: Response): boolean {
    const { status } = response;
    if (status === 401 || status === 407) return this.#sent !== undefined && this.#options.digest.learn(this.#sent, response);
    const shortest = status === 423 ? response.seconds('Min-Expires') : undefined;
    if (shortest === undefined || shortest <= this.#expires) return false;
    this.#expires = shortest;
    return true;
  }

  /** News only once the registrar has forgotten us. */
  #missed(now: Instant): RegistrationStep {
    if (this.#until === undefined || now < this.#until) return nothing;
    this.#until = undefined;
    return { news: 'lost' };
  }

  #wait(now: Instant, status: number | undefined, retryAfter: number | undefined): RegistrationStep {
    const { fraction } = this.#options;
    const upper = Math.min(waits.longest, waits.base * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    this.#asked = 0;
    this.#sent = undefined;
    const wait = upper * (0.5 + 0.5 * fraction());
    this.#at = now + Math.max(wait, Math.min((retryAfter ?? 0) * 1000, waits.longest));
    this.#state = 'waiting';
    if (status === undefined) return this.#missed(now);
    this.#until = undefined;
    return { news: { refused: status } };
  }

  #stopped(): RegistrationStep {
    this.#state = 'idle';
    this.#until = undefined;
    this.#sent = undefined;
    return { news: 'stopped' };
  }

  #request(): Request {
    const { user, registrar, contact, callId, fromTag, digest, fields } = this.#options;
    this.#cseq++;
    const request = new Request(
      'REGISTER',
      registrar,
      fieldsOf({
        'Max-Forwards': 70,
        From: writeNameAddr(nameAddr(user, { params: Params.of({ tag: fromTag }) })),
        To: writeNameAddr(nameAddr(user)),
        'Call-ID': callId,
        CSeq: writeCSeq({ number: this.#cseq, method: 'REGISTER' }),
        Contact: writeNameAddr(contact),
        Expires: this.#state === 'stopping' ? 0 : this.#expires,
        ...fields,
      }),
    );
    digest.authorize(request);
    this.#sent = request;
    return request;
  }
}

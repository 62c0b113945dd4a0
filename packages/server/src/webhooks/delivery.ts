import type { Instant, Milliseconds } from '@offhook/core';
import { StoreError } from '../ports.ts';
import type { IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Settled } from '../ports/events.ts';
import type { Clock, Log, Metrics, Store } from '../ports.ts';
import { signedHeaders, signingKey } from '../ports/signature.ts';
import { waitAgain } from './parts.ts';
import { Poster } from './post.ts';
import { Window } from './window.ts';
import type { Parcel } from './window.ts';

/** Where to, and how, as it is at the moment. */
export interface Target {
  readonly url: string;
  /** `whsec_` and the key in base64, or any other string. Several while they are being replaced: each signs. */
  readonly secrets: readonly string[];
  /** Instead of the usual way from names to addresses. */
  readonly lookup?: LookupFunction | undefined;
  /** Why nothing may be posted there. */
  readonly refused?: string | undefined;
}

export interface WebhookDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The id of the receiver. */
  readonly webhook: string;
  readonly target: () => Target;
  /** After how long an entry is sent again, the first time, the second …; after the last time it is given up. */
  readonly retryMs?: readonly Milliseconds[] | undefined;
}

/** How deliveries go. Times in milliseconds. */
export const webhooks = {
  /** Entries in memory, delivered ones included of which that is not noted yet. */
  window: 1_000,
  /** Besides these, entries that were sent in vain and wait to be sent again: one of each thing. */
  failing: 10_000,
  /** Entries with the receiver at once. */
  parallel: 8,
  /** How often the outbox is looked into when it was empty. */
  pollMs: 200,
  /** What was delivered is noted this often. */
  removeMs: 1_000,
  /** How long the receiver may take. */
  timeoutMs: 15_000,
  /** Its status settles it. Bytes of the rest that are read, and for how long, before the connection is given up instead of used again. */
  answerBytes: 65_536,
  answerMs: 1_000,
  /** A second … a day: an entry is given up after more than two days. */
  retryMs: [
    1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 57_600_000, 86_400_000,
  ],
  /** The longest pause while everything fails. */
  pauseMs: 60_000,
} as const;

/**
 * Brings events to one receiver of webhooks: each at least once, those about one thing in their order, signed. What fails is sent again for two
 * days, for which only what is about the same thing waits; a receiver that is down is asked ever less often. Only a window of the outbox is
 * ever in memory.
 */
export class WebhookDelivery {
  readonly #deps: WebhookDeps;
  readonly #retryMs: readonly Milliseconds[];
  readonly #window = new Window();
  readonly #poster = new Poster();
  /** What became of those that were delivered or given up, and still wait in the outbox. */
  #delivered: Settled[] = [];
  /** Those of them that are being noted: of a slow store several at once. */
  readonly #noting = new Set<readonly Settled[]>();
  /** What became of those that the outbox may still name that is being read. */
  #settled = new Set<number>();
  /** The position up to which the outbox was read. */
  #readUpTo = 0;
  /** How often it was decided to read again from further back: what is being read then is void. */
  #rewinds = 0;
  /** `resting`: the outbox was empty, or could not be read. */
  #reading: 'no' | 'now' | 'resting' = 'no';
  #cancelRest: () => void = () => undefined;
  #sending = 0;
  /** Failures since the last success. */
  #failures = 0;
  #pausedUntil: Instant = 0;
  readonly #timers = new Set<() => void>();
  /** What breaks off each post that is on its way. */
  readonly #posts = new Set<AbortController>();
  #isClosing = false;
  #removing: Promise<unknown> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(deps: WebhookDeps) {
    this.#deps = deps;
    this.#retryMs = deps.retryMs ?? webhooks.retryMs;
  }

  start(): void {
    this.#fill();
  }

  /** Entries in memory that wait. */
  get waiting(): number {
    return this.#window.size;
  }

  /** Much has failed since something was taken. */
  get isFailing(): boolean {
    return this.#failures >= webhooks.parallel;
  }

  /** How often an entry that waits was sent in vain; undefined: its turn has not come. */
  attempts(position: number): number | undefined {
    return this.#window.attempts(position);
  }

  /** Sends once more what was delivered or given up among these positions, both included. */
  async again(from: number, to: number): Promise<void> {
    // What is not noted yet would be taken for what was sent again.
    await this.#removing;
    await this.#remove();
    const { store, webhook } = this.#deps;
    await waitAgain(store, webhook, from, to);
    this.#rewind(from);
    this.#fill();
  }

  #rewind(from: number): void {
    this.#readUpTo = Math.min(this.#readUpTo, from - 1);
    this.#rewinds += 1;
    if (this.#reading !== 'resting') return;
    this.#cancelRest();
    this.#reading = 'no';
  }

  /** Breaks off what is on its way, which will be sent again after the next start, and remembers what was delivered. */
  async close(): Promise<void> {
    this.#stop();
    if (this.#sending > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#poster.close();
    await this.#removing;
    await this.#remove();
  }

  #stop(): void {
    this.#isClosing = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const post of this.#posts) post.abort();
  }

  /** Reads the next entries when there is room for them. */
  #fill(): void {
    const { size, failing } = this.#window;
    const room = webhooks.window - (size - failing) - this.#delivered.length;
    if (this.#reading !== 'no' || this.#isClosing || room < webhooks.window / 2 || failing >= webhooks.failing) return;
    this.#reading = 'now';
    const rewinds = this.#rewinds;
    this.#settled = new Set([this.#delivered, ...this.#noting].flat().map(({ position }) => position));
    this.#deps.store.outbox(this.#deps.webhook, this.#readUpTo, room).then(
      (entries) => {
        const isVoid = rewinds !== this.#rewinds;
        if (!isVoid) {
          for (const entry of entries) if (!this.#settled.has(entry.position)) this.#window.add(entry);
          this.#readUpTo = entries.at(-1)?.position ?? this.#readUpTo;
        }
        if (entries.length === 0 && !isVoid) this.#rest(webhooks.pollMs);
        else this.#reading = 'no';
        this.#pump();
      },
      (error: unknown) => {
        this.#deps.log.warn('webhooks', { webhook: this.#deps.webhook, error: String(error) });
        this.#rest(webhooks.removeMs);
      },
    );
  }

  #rest(ms: Milliseconds): void {
    this.#reading = 'resting';
    this.#cancelRest = this.#after(ms, () => {
      this.#reading = 'no';
      this.#fill();
    });
  }

  /** Sends as much as the receiver may get at once. */
  #pump(): void {
    if (!this.#isClosing && this.#deps.clock.now() >= this.#pausedUntil) {
      const parallel = this.#failures < webhooks.parallel ? webhooks.parallel : 1;
      while (this.#sending < parallel) {
        const parcel = this.#window.take();
        if (parcel === undefined) break;
        this.#sending += 1;
        void this.#send(parcel);
      }
    }
    this.#fill();
  }

  async #send(parcel: Parcel): Promise<void> {
    const started = this.#deps.clock.now();
    const error = await this.#post(parcel);
    this.#sending -= 1;
    if (error === undefined) {
      this.#deps.metrics.count('webhooks_delivered');
      this.#deps.metrics.observe('webhook', this.#deps.clock.now() - started);
      this.#failures = 0;
      this.#done(parcel, undefined);
    } else if (!this.#isClosing) {
      this.#failed(parcel, error);
    }
    if (this.#sending === 0) this.#onIdle?.();
    this.#pump();
  }

  #failed(parcel: Parcel, error: string): void {
    const { log, metrics, webhook } = this.#deps;
    const { position, about, event } = parcel.entry;
    const retryInMs = this.#retryMs[parcel.attempts];
    this.#window.failed(parcel);
    metrics.count('webhooks_failed');
    log.warn('webhook', { webhook, about, event, position, attempt: parcel.attempts, error, retryInMs });
    this.#pauseAfterFailure();
    if (retryInMs === undefined) {
      metrics.count('webhooks_dropped');
      log.error('webhook_dropped', { webhook, about, event, position });
      this.#done(parcel, error);
    } else {
      this.#after(retryInMs, () => {
        this.#window.again(parcel);
        this.#pump();
      });
    }
  }

  #done(parcel: Parcel, error: string | undefined): void {
    const attempts = error === undefined ? parcel.attempts + 1 : parcel.attempts;
    const leftOut = this.#window.delivered(parcel);
    if (leftOut !== undefined) this.#rewind(leftOut);
    const { position } = parcel.entry;
    this.#settled.add(position);
    this.#delivered.push({ position, at: this.#deps.clock.now(), attempts, ...(error !== undefined && { error }) });
    if (this.#delivered.length === 1) this.#removeSoon();
  }

  /** While nothing gets through, one entry at a time is tried, with ever longer pauses. */
  #pauseAfterFailure(): void {
    this.#failures += 1;
    const beyond = this.#failures - webhooks.parallel;
    if (beyond < 0) return;
    const pause = Math.min(webhooks.pauseMs, 1_000 * 2 ** Math.min(beyond, 16));
    this.#pausedUntil = this.#deps.clock.now() + pause;
    this.#after(pause, () => this.#pump());
  }

  /** Why it was not delivered; undefined when it was. */
  async #post({ entry }: Parcel): Promise<string | undefined> {
    const { clock, target } = this.#deps;
    const { url, secrets, lookup, refused } = target();
    if (refused !== undefined) return refused;
    const post = new AbortController();
    this.#posts.add(post);
    const cancel = clock.schedule(webhooks.timeoutMs, () => post.abort(new Error('timeout')));
    try {
      const response = await this.#poster.post({
        url,
        lookup,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(entry.body),
          'user-agent': 'Offhook',
          ...signedHeaders(secrets.map(signingKey), {
            id: `${entry.about}_${entry.position}`,
            timestamp: Math.floor(clock.now() / 1_000),
            body: entry.body,
          }),
        },
        body: entry.body,
        signal: post.signal,
      });
      await this.#discard(response, post);
      const { statusCode: status = 0 } = response;
      return status >= 200 && status < 300 ? undefined : `HTTP ${status}`;
    } catch (error) {
      return describe(error);
    } finally {
      cancel();
      this.#posts.delete(post);
    }
  }

  /** Reads the rest of an answer, so that the connection can be used again; one that is too long, or takes too long, is not worth it. */
  async #discard(response: IncomingMessage, post: AbortController): Promise<void> {
    const cancel = this.#deps.clock.schedule(webhooks.answerMs, () => post.abort());
    try {
      let bytes = 0;
      for await (const chunk of response) {
        bytes += (chunk as Buffer).byteLength;
        if (bytes > webhooks.answerBytes) return;
      }
    } catch {
      // It was said what has become of it.
    } finally {
      cancel();
    }
  }

  #removeSoon(): void {
    this.#after(webhooks.removeMs, () => {
      this.#removing = Promise.all([this.#removing, this.#remove()]);
    });
  }

  /** Notes in the outbox what was delivered. */
  async #remove(): Promise<void> {
    const deliveries = this.#delivered;
    if (deliveries.length === 0) return;
    this.#delivered = [];
    this.#noting.add(deliveries);
    try {
      await this.#deps.store.commit([{ type: 'settled', webhook: this.#deps.webhook, deliveries }]);
    } catch (error) {
      this.#deps.log.warn('webhooks', { webhook: this.#deps.webhook, error: String(error) });
      // Another server has the outbox now, and delivers.
      if (error instanceof StoreError && error.code === 'not_owner') this.#stop();
      if (this.#delivered.length === 0) this.#removeSoon();
      this.#delivered.push(...deliveries);
    } finally {
      this.#noting.delete(deliveries);
    }
    this.#fill();
  }

  /** The function returned calls it off. */
  #after(delay: Milliseconds, task: () => void): () => void {
    if (this.#isClosing) return () => undefined;
    const cancel = this.#deps.clock.schedule(delay, () => {
      this.#timers.delete(cancel);
      task();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}

/** What happened hides in the cause of an error that was aborted, and in the first of several that were tried. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return describe(error.errors[0]);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

import { isDeepStrictEqual } from 'node:util';
import { webhookLimits } from '@offhook/core';
import type { CreatedWebhook, Webhook, WebhookChange, WebhookCreation, WebhookRotation } from '@offhook/core';
import { publicLookup, refusedUrl } from '../ports/public-internet.ts';
import { configuredWebhook } from '../ports/webhooks.ts';
import type { StoredWebhook, WebhookAdministration } from '../ports/webhooks.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log, Metrics, Random, Store } from '../ports.ts';
import { WebhookDelivery } from './delivery.ts';
import type { Target } from './delivery.ts';
import { forget, waitAgain } from './parts.ts';

export interface WebhookDeskDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The receiver in the settings; absent: there is none. */
  readonly configured: { readonly url: string; readonly secrets: readonly string[] } | undefined;
  /** Origins that may be posted to wherever they are. */
  readonly allowed: readonly string[];
}

interface Receiver {
  stored: StoredWebhook;
  /** Absent: it is paused. */
  delivery: WebhookDelivery | undefined;
}

/**
 * Who is told what happens. Each receiver has a delivery of its own, with its place in the outbox, its retries and its pauses: one that
 * hangs delays nobody else.
 */
export class WebhookDesk implements WebhookAdministration {
  readonly #deps: WebhookDeskDeps;
  /** In the order in which they were made. */
  readonly #receivers = new Map<string, Receiver>();
  /** Those that are removed, as long as something is kept for them, and what forgets it. */
  readonly #going = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  /** One change after the other, so that there are never too many. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: WebhookDeskDeps) {
    this.#deps = deps;
  }

  /** Reads who there is. What happens from now on waits for them. */
  async open(): Promise<void> {
    const { store, clock, configured, metrics } = this.#deps;
    for (const stored of await store.webhooks()) {
      // The server has stopped in between.
      if (stored.isGone === true) void this.#forget(stored.id);
      else this.#receivers.set(stored.id, { stored, delivery: undefined });
    }
    const before = this.#receivers.get(configuredWebhook);
    const { createdAt = clock.now() } = before?.stored ?? {};
    if (configured !== undefined) {
      await this.#free(configuredWebhook);
      const stored = { id: configuredWebhook, url: shownUrl(configured.url), paused: false, createdAt, secret: '' };
      await store.commit([{ type: 'webhook', webhook: stored }]);
      this.#receivers.set(stored.id, { stored, delivery: undefined });
    } else if (before !== undefined) {
      await this.#remove(before);
    }
    const deliveries = (): WebhookDelivery[] => [...this.#receivers.values()].flatMap(({ delivery }) => delivery ?? []);
    metrics.gauge('webhooks_waiting', () => deliveries().reduce((sum, { waiting }) => sum + waiting, 0));
    metrics.gauge('webhook_receivers', () => this.#receivers.size);
    metrics.gauge('webhook_receivers_failing', () => deliveries().filter(({ isFailing }) => isFailing).length);
  }

  /** Begins to post. */
  start(): void {
    for (const receiver of this.#receivers.values()) this.#begin(receiver);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Refusal('draining'));
    await this.#last;
    await Promise.all(Array.from(this.#receivers.values(), async ({ delivery }) => delivery?.close()));
    await Promise.allSettled(this.#going.values());
  }

  /** How many there are. */
  get size(): number {
    return this.#receivers.size;
  }

  list(): readonly Webhook[] {
    return Array.from(this.#receivers.values(), ({ stored }) => this.#view(stored));
  }

  get(webhook: string): Webhook {
    return this.#view(this.#known(webhook).stored);
  }

  created(id: string): CreatedWebhook {
    const { stored } = this.#changeable(id);
    return { webhook: this.#view(stored), secret: stored.secret };
  }

  create(id: string, { url, events, description }: WebhookCreation): Promise<CreatedWebhook> {
    return this.#inTurn(async () => {
      const known = this.#receivers.get(id)?.stored;
      const isSame = known?.url === url && known.description === description && isDeepStrictEqual(known.events, events);
      if (known !== undefined && !isSame) throw new Refusal('idempotency_mismatch');
      if (known !== undefined) return this.created(id);
      await this.#free(id);
      this.#checkUrl(url);
      const made = [...this.#receivers.keys()].filter((one) => one !== configuredWebhook).length;
      if (made >= webhookLimits.receivers) throw new Refusal('too_many_webhooks');
      const { clock } = this.#deps;
      const stored = { id, url, events, description, paused: false, createdAt: clock.now(), secret: this.#newSecret() };
      await this.#keep({ stored, delivery: undefined }, stored);
      return this.created(id);
    });
  }

  change(webhook: string, { url, events, description, paused }: WebhookChange): Promise<Webhook> {
    return this.#inTurn(async () => {
      const receiver = this.#changeable(webhook);
      const { stored } = receiver;
      if (url !== undefined) this.#checkUrl(url);
      await this.#keep(receiver, {
        ...stored,
        url: url ?? stored.url,
        events: events === undefined ? stored.events : (events ?? undefined),
        description: description === undefined ? stored.description : (description ?? undefined),
        paused: paused ?? stored.paused,
      });
      return this.get(webhook);
    });
  }

  remove(webhook: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#remove(this.#changeable(webhook));
    });
  }

  rotate(webhook: string, { overlapMs = webhookLimits.overlapMs }: WebhookRotation): Promise<CreatedWebhook> {
    return this.#inTurn(async () => {
      const receiver = this.#changeable(webhook);
      const { stored } = receiver;
      const until = this.#deps.clock.now() + overlapMs;
      // Also those that were being replaced: whoever asks twice, as the first answer was lost, has none but these.
      const all = [{ secret: stored.secret, until }, ...this.#signing(stored)].slice(0, webhookLimits.secretsBefore);
      const before = overlapMs === 0 ? undefined : all;
      await this.#keep(receiver, { ...stored, secret: this.#newSecret(), before });
      return this.created(webhook);
    });
  }

  attempts(webhook: string, position: number): number | undefined {
    return this.#receivers.get(webhook)?.delivery?.attempts(position);
  }

  /** What is sent once more to one that is paused waits until it goes on. */
  again(webhook: string, from: number, to: number): Promise<void> {
    return this.#inTurn(async () => {
      const { delivery } = this.#known(webhook);
      if (delivery !== undefined) await delivery.again(from, to);
      else await waitAgain(this.#deps.store, webhook, from, to);
    });
  }

  /** Where it is to be posted otherwise, what failed is tried at once. */
  async #keep(receiver: Receiver, stored: StoredWebhook): Promise<void> {
    const { store, log } = this.#deps;
    await store.commit([{ type: 'webhook', webhook: stored }]);
    const isOtherwise = stored.url !== receiver.stored.url || stored.paused !== receiver.stored.paused;
    receiver.stored = stored;
    this.#receivers.set(stored.id, receiver);
    log.info('webhook_kept', { webhook: stored.id, paused: stored.paused });
    if (receiver.delivery !== undefined && !isOtherwise) return;
    await receiver.delivery?.close();
    receiver.delivery = undefined;
    this.#begin(receiver);
  }

  /** From the mark on it gets nothing any more; what is kept for it goes by and by. */
  async #remove({ stored, delivery }: Receiver): Promise<void> {
    const { store, log } = this.#deps;
    const { id, url, createdAt } = stored;
    const gone: StoredWebhook = { id, url, createdAt, events: [], paused: true, secret: '', isGone: true };
    await store.commit([{ type: 'webhook', webhook: gone }]);
    this.#receivers.delete(id);
    log.info('webhook_removed', { webhook: id });
    // It notes what it has delivered, for the last time.
    await delivery?.close();
    void this.#forget(id);
  }

  /** Rejects where the store fails, or the server stops: then the next start goes on with it. */
  #forget(webhook: string): Promise<void> {
    const { store, log } = this.#deps;
    const going = forget(store, webhook, this.#closing.signal).then(() => void this.#going.delete(webhook));
    going.catch((error: unknown) => {
      if (!this.#closing.signal.aborted) log.warn('webhook_forgetting', { webhook, error: String(error) });
    });
    this.#going.set(webhook, going);
    return going;
  }

  /** Nothing is kept any more for one that had this id before. */
  async #free(id: string): Promise<void> {
    await this.#going.get(id)?.catch(() => this.#forget(id));
  }

  #begin(receiver: Receiver): void {
    if (receiver.stored.paused) return;
    const { store, clock, log, metrics } = this.#deps;
    const target = (): Target => this.#target(receiver.stored);
    receiver.delivery = new WebhookDelivery({ store, clock, log, metrics, webhook: receiver.stored.id, target });
    receiver.delivery.start();
  }

  #target(stored: StoredWebhook): Target {
    const { configured, allowed } = this.#deps;
    const { id, url, secret } = stored;
    if (id === configuredWebhook) return configured ?? { url, secrets: [] };
    // Stored ones were checked with the settings of that time.
    const refused = refusedUrl(url, allowed);
    const lookup = refused === undefined && allowed.includes(new URL(url).origin) ? undefined : publicLookup;
    return { url, secrets: [secret, ...this.#signing(stored).map((before) => before.secret)], lookup, refused };
  }

  /** The secrets before, as long as they sign. */
  #signing({ before = [] }: StoredWebhook): NonNullable<StoredWebhook['before']> {
    return before.filter(({ until }) => until > this.#deps.clock.now());
  }

  #view(stored: StoredWebhook): Webhook {
    const { id, url, description, events, paused, createdAt } = stored;
    const until = this.#signing(stored).map((before) => before.until);
    return {
      webhook: id,
      url,
      ...(description !== undefined && { description }),
      ...(events !== undefined && { events: [...events] as NonNullable<Webhook['events']> }),
      paused,
      createdAt,
      ...(until.length > 0 && { rotatesUntil: Math.max(...until) }),
    };
  }

  #known(webhook: string): Receiver {
    const receiver = this.#receivers.get(webhook);
    if (receiver === undefined) throw new Refusal('webhook_not_found');
    return receiver;
  }

  #changeable(webhook: string): Receiver {
    const receiver = this.#known(webhook);
    if (webhook === configuredWebhook) throw new Refusal('webhook_configured');
    return receiver;
  }

  #checkUrl(url: string): void {
    const refused = refusedUrl(url, this.#deps.allowed);
    if (refused !== undefined) throw new Refusal('webhook_refused', `url: ${refused}`);
  }

  /** 256 bits, as Standard Webhooks writes them. */
  #newSecret(): string {
    return `whsec_${Buffer.from(this.#deps.random.token(256), 'base64url').toString('base64')}`;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Whom the operator signs in as there is nobody else's business. */
function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

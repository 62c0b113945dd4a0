/** Receivers of webhooks. */
import type {
  CreatedWebhook,
  Delivery,
  DeliveryPage,
  Webhook,
  WebhookChange,
  WebhookCreation,
  WebhookPage,
  WebhookRotation,
} from '@offhook/core';
import type { DeliveriesOptions, WebhooksOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { CreateOptions, Rest } from './rest.ts';

/**
 * Who is told what happens, and what became of what they were sent. The receiver in the settings of the server has the id `configured`: it is
 * seen, and not changed (`webhook_configured`).
 *
 *     const { webhook, secret } = await offhook.webhooks.create({ url: 'https://shop.example.com/hooks', events: ['call.ended'] });
 *     const { deliveries } = await offhook.webhooks.deliveries(webhook.webhook, { state: 'failed' });
 */
export class WebhooksApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Those there are, the oldest first. */
  list(page: WebhooksOptions = {}): Promise<WebhookPage> {
    return this.#rest.ask('GET', `/webhooks${query({ ...page })}`);
  }

  /** A receiver as it is now. Its secret is never shown again. */
  async get(webhook: string): Promise<Webhook> {
    return (await this.#rest.ask<{ webhook: Webhook }>('GET', path`/webhooks/${webhook}`)).webhook;
  }

  /**
   * Makes a receiver, which is told what happens from now on; `secret` signs for it, and is shown here alone. Rejects with `webhook_refused`
   * where the address is not on the public internet or not encrypted, with `too_many_webhooks` where there are 20.
   */
  create(creation: WebhookCreation, options: CreateOptions = {}): Promise<CreatedWebhook> {
    return this.#rest.ask('POST', '/webhooks', creation, options);
  }

  /** Changes what is named; `null` takes it away. What happens while it is `paused` waits for it, for a week. */
  async change(webhook: string, change: WebhookChange): Promise<Webhook> {
    return (await this.#rest.ask<{ webhook: Webhook }>('PATCH', path`/webhooks/${webhook}`, change)).webhook;
  }

  /** Nothing is posted to it any more, and nothing is kept for it. */
  async remove(webhook: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/webhooks/${webhook}`);
  }

  /** Replaces its secret, which is shown here alone. For a while, a day if nothing is said, the one before signs as well. */
  rotate(webhook: string, rotation: WebhookRotation = {}, options: CreateOptions = {}): Promise<CreatedWebhook> {
    return this.#rest.ask('POST', path`/webhooks/${webhook}/rotate`, rotation, options);
  }

  /** What was and is to be delivered to it, newest first. `before`: the `next` of the page before. */
  deliveries(webhook: string, page: DeliveriesOptions = {}): Promise<DeliveryPage> {
    return this.#rest.ask('GET', `${path`/webhooks/${webhook}/deliveries`}${query({ ...page })}`);
  }

  /** One of them. Rejects with `event_not_found`. */
  async delivery(webhook: string, id: string): Promise<Delivery> {
    const place = path`/webhooks/${webhook}/deliveries/${id}`;
    return (await this.#rest.ask<{ delivery: Delivery }>('GET', place)).delivery;
  }

  /** Delivers one once more; one that waits goes on waiting. */
  async replayOne(webhook: string, id: string): Promise<Delivery> {
    const place = path`/webhooks/${webhook}/deliveries/${id}/replay`;
    return (await this.#rest.ask<{ delivery: Delivery }>('POST', place)).delivery;
  }

  /** Delivers once more all from one event on, in order, also what happened before there was this receiver. */
  async replay(webhook: string, from: string): Promise<void> {
    await this.#rest.ask('POST', path`/webhooks/${webhook}/replay`, { from });
  }
}

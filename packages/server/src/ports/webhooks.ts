/** Receivers of webhooks: as they are stored, and as programs see and make them. */
import type { CreatedWebhook, Instant, Webhook, WebhookChange, WebhookCreation, WebhookRotation } from '@offhook/core';

/** The id of the receiver that is in the settings. Its secrets are nowhere else. */
export const configuredWebhook = 'configured';

export interface StoredWebhook {
  readonly id: string;
  readonly url: string;
  readonly description?: string | undefined;
  /** Which events it gets, as `isNamed` reads it; absent: all. */
  readonly events?: readonly string[] | undefined;
  readonly paused: boolean;
  readonly createdAt: Instant;
  /** `whsec_` and the key in base64, as it has to sign. */
  readonly secret: string;
  /** Those before, the latest first, each of which signs as well until then. */
  readonly before?: readonly { readonly secret: string; readonly until: Instant }[] | undefined;
  /** It was removed, and gets nothing any more; something may still be kept for it. */
  readonly isGone?: true | undefined;
}

/** Whether an event is among these: by its name, or by what it is about, such as `call.*`. */
export function isNamed(event: string, events: readonly string[]): boolean {
  return events.some((name) => (name.endsWith('.*') ? event.startsWith(name.slice(0, -1)) : event === name));
}

export type WebhookWrite =
  /** From the first time on, events that it gets wait for it. */
  | { readonly type: 'webhook'; readonly webhook: StoredWebhook }
  /** Nothing is kept any more for a receiver of what happened among these positions, both included. */
  | { readonly type: 'deliveries_gone'; readonly webhook: string; readonly from: number; readonly to: number }
  /** With all that is still kept for it. */
  | { readonly type: 'webhook_gone'; readonly webhook: string };

/** The part of the store that knows them. */
export interface WebhookStore {
  /** Oldest first. */
  webhooks(): Promise<readonly StoredWebhook[]>;
}

/** Rejects with a Refusal, or throws one, where something cannot be. */
export interface WebhookAdministration {
  list(): readonly Webhook[];
  get(webhook: string): Webhook;
  /** Said again with the id of one that is there, it makes nothing. */
  create(id: string, creation: WebhookCreation): Promise<CreatedWebhook>;
  /** One that was made before, with its secret as it is now. */
  created(id: string): CreatedWebhook;
  change(webhook: string, change: WebhookChange): Promise<Webhook>;
  remove(webhook: string): Promise<void>;
  rotate(webhook: string, rotation: WebhookRotation): Promise<CreatedWebhook>;
  /** How often an event that waits was sent to it in vain; undefined: its turn has not come. */
  attempts(webhook: string, position: number): number | undefined;
  /** Sends it once more what is kept among these positions, both included. */
  again(webhook: string, from: number, to: number): Promise<void>;
}

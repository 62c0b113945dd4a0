/** Receivers of webhooks, as programs see and make them. */
import { z } from 'zod';
import { webhookLimits } from '../webhook-limits.ts';
import { EventPattern, PageSize, Place } from './events.ts';
import { note } from './shared.ts';

const When = z.number().describe('Milliseconds since the Unix epoch.');
const Url = z
  .string()
  .max(webhookLimits.urlLength)
  .describe('An `https:` URL on the public internet, or one of an origin that the host of the server has allowed.');
const Description = note(webhookLimits.descriptionLength).describe('Whatever the application wants to note.');
const Events = z.array(EventPattern).min(1).max(EventPattern.options.length).describe('Which events it gets.');
const Secret = z
  .string()
  .describe(
    '`whsec_` and the key in base64. Shown here alone, and to whoever says the request again with its `Idempotency-Key`.',
  );

export const Webhook = z
  .object({
    webhook: z
      .string()
      .describe('Its id. `configured`: the one in the settings of the server, which is not changed from here.'),
    url: z.string(),
    description: Description.optional(),
    events: Events.optional().describe('Which events it gets; absent: all.'),
    paused: z.boolean().describe('Nothing is posted at the moment; what happens waits for it.'),
    createdAt: When,
    rotatesUntil: When.optional().describe('Until then the secrets before sign as well. Milliseconds since the Unix epoch.'),
  })
  .describe('A receiver of webhooks.');
export const WebhookCreation = z
  .strictObject({ url: Url, events: Events.optional(), description: Description.optional() })
  .describe('What is said of a receiver that is to be made. Without `events` it gets all.');
export const WebhookChange = z
  .strictObject({
    url: Url.optional(),
    events: Events.nullable().optional(),
    description: Description.nullable().optional(),
    paused: z.boolean().optional(),
  })
  .describe('What is otherwise from now on; `null` takes it away.');
export const WebhookRotation = z
  .strictObject({
    overlapMs: z
      .int()
      .min(0)
      .max(webhookLimits.overlapMsMost)
      .optional()
      .describe('For how long the secret before signs as well, in milliseconds. Default: a day.'),
  })
  .describe('How its secret is replaced.');
export const WebhookQuery = z.strictObject({
  after: Place.optional(),
  limit: PageSize.optional(),
});
export const WebhookPage = z.object({
  webhooks: z.array(Webhook),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const OneWebhook = z.object({ webhook: Webhook });
export const CreatedWebhook = z.object({ webhook: Webhook, secret: Secret }).describe('A receiver, and what signs for it.');

/** A receiver of webhooks. */
export type Webhook = z.infer<typeof Webhook>;
/** What is said of a receiver that is to be made. */
export type WebhookCreation = z.infer<typeof WebhookCreation>;
/** What is otherwise from now on. */
export type WebhookChange = z.infer<typeof WebhookChange>;
/** How its secret is replaced. */
export type WebhookRotation = z.infer<typeof WebhookRotation>;
/** Receivers, the oldest first; `next`: there are more. */
export type WebhookPage = z.infer<typeof WebhookPage>;
/** A receiver, and the secret that signs for it. */
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

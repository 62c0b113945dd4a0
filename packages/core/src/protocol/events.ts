/** What is told to webhooks and in the feed of the REST API, and what becomes of it. */
import { z } from 'zod';
import { apiLimits } from '../limits.ts';

const EventId = z
  .string()
  .regex(/^\d{1,15}$/)
  .describe('Of an event: they grow with time.');
const When = z.number().describe('Milliseconds since the Unix epoch.');

/** Every name of an event. */
export const EventName = z.enum([
  'call.placed',
  'call.ringing',
  'call.accepted',
  'call.connected',
  'call.digit',
  'call.ended',
  'session.started',
  'session.ended',
  'session.recording',
  'recording.paused',
  'recording.resumed',
  'recording.ended',
  'recording.completed',
  'participant.joined',
  'participant.left',
  'participant.digit',
  'stream.published',
  'stream.unpublished',
  'stream.dropped',
  'meeting.created',
  'meeting.changed',
  'meeting.cancelled',
  'meeting.reminder',
  'meeting.started',
  'meeting.knocked',
  'meeting.joined',
  'meeting.left',
  'meeting.ended',
  'trunk.registered',
  'trunk.failed',
  'trunk.up',
  'trunk.down',
  'trunk.cap_reached',
  'number.unreachable',
  'voicemail.created',
]);

/** Which events: one, or all that are about something. */
export const EventPattern = z
  .enum([
    ...EventName.options,
    'call.*',
    'session.*',
    'recording.*',
    'participant.*',
    'stream.*',
    'meeting.*',
    'trunk.*',
    'number.*',
    'voicemail.*',
  ])
  .describe('An event, or with `.*` all about something, also those that come with later versions.');

export const EventBody = z
  .object({
    type: EventName.or(z.string()),
    timestamp: z.string().describe('When it happened (ISO 8601).'),
    data: z.record(z.string(), z.unknown()),
  })
  .describe('An event, as webhooks and the feed tell it.');

export const DeliveryState = z.enum(['waiting', 'delivered', 'failed']);

export const Delivery = z
  .object({
    id: EventId,
    webhookId: z.string().describe('The header `webhook-id` of its requests.'),
    type: z.string().describe('E.g. `call.ended`.'),
    about: z.string().describe('The call, session or meeting that it is about; those about one are delivered in order.'),
    at: When,
    state: DeliveryState,
    attempts: z.int().min(0).describe('How often it was sent.'),
    settledAt: When.optional().describe('When it was delivered or given up. Milliseconds since the Unix epoch.'),
    error: z.string().optional().describe('Why it was given up.'),
    body: EventBody,
  })
  .describe('An event on its way to one receiver of webhooks.');

export const DeliveryPage = z.object({ deliveries: z.array(Delivery), next: EventId.optional().describe('For `before`.') });
export const OneDelivery = z.object({ delivery: Delivery });
export const ReplayOrder = z.strictObject({ from: EventId });

export const PageSize = z
  .string()
  .regex(/^\d{1,4}$/)
  .refine((text) => Number(text) >= 1 && Number(text) <= apiLimits.pageMost, `must be 1 to ${apiLimits.pageMost}`)
  .describe('How many at most.');

export const Place = z
  .string()
  .regex(/^\d{1,15}\.[\w-]{1,128}$/)
  .describe('The `next` of the page before.');

/** As in an address: with commas between. */
const EventPatterns = z
  .string()
  .max(2_000)
  .superRefine((text, context) => {
    const unknown = text.split(',').find((name) => name !== '' && !EventPattern.safeParse(name).success);
    if (unknown !== undefined) context.addIssue({ code: 'custom', message: `there is no event ${JSON.stringify(unknown)}` });
  });

export const EventQuery = z.strictObject({
  types: EventPatterns.optional().describe(
    'Names with commas between, or with `.*` all about something, e.g. `call.ended,participant.*`. Without it, everything.',
  ),
  after: EventId.optional().describe('As the header `Last-Event-ID`, for those who cannot set it. `0`: all that is kept.'),
});
export const DeliveryQuery = z.strictObject({
  state: DeliveryState.optional(),
  before: EventId.optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});

/** An event, as webhooks and the feed tell it. */
export type EventBody = z.infer<typeof EventBody>;
/** An event on its way to one receiver of webhooks. */
export type Delivery = z.infer<typeof Delivery>;
/** What became of a delivery so far. */
export type DeliveryState = z.infer<typeof DeliveryState>;
/** Deliveries, newest first; `next`: there are more. */
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/**
 * How a device is rung that has no page open: by Web Push (RFC 8030), or by whatever reaches it that the operator's own relay knows.
 * Browser code imports only the types.
 */
import { z } from 'zod';
import { pushLimits } from '../limits.ts';
import { request, text } from './shared.ts';

const Base64url = z.string().regex(/^[\w-]{16,128}$/, 'is not base64url');

export const pushRequests = {
  push_key: request('push_key', {}).describe('The key with which this server pushes, for `PushManager.subscribe`.'),
  push_subscribe: request('push_subscribe', {
    provider: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/)
      .optional()
      .describe('Absent: Web Push. Others go to the relay of the operator, which knows what they are.'),
    endpoint: text(pushLimits.endpointLength).describe(
      'A URL of a push service, or the token by which the provider knows the device.',
    ),
    keys: z
      .object({ p256dh: Base64url, auth: Base64url })
      .optional()
      .describe('Of Web Push (RFC 8291 §3.1), as `PushSubscription.toJSON` gives them.'),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/, 'is no language tag')
      .optional()
      .describe('What notifications are written in (BCP 47).'),
  }).describe('Calls ring on this device also when it has no page open. It replaces what was said before.'),
  push_unsubscribe: request('push_unsubscribe', {}).describe('They no longer do. Repeating it is harmless.'),
  push_test: request('push_test', {
    afterMs: z.int().min(0).max(pushLimits.testAfterMs).describe('How long to wait: time to close the page.'),
  }).describe('Shows on this device how calls ring there when it has no page open.'),
} as const;

export const PushRequest = z.discriminatedUnion('type', [
  pushRequests.push_key,
  pushRequests.push_subscribe,
  pushRequests.push_unsubscribe,
  pushRequests.push_test,
]);

export const pushReplies = {
  push_key: z.object({ key: z.string().describe('An uncompressed point on P-256, base64url (RFC 8292 §3.2).') }),
} as const;

export type PushRequest = z.infer<typeof PushRequest>;

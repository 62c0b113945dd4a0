/** SIP phones of users: how they sign in, and which there are. Browser code imports only the types. */
import { z } from 'zod';
import { PageSize, Place } from './events.ts';
import { DeviceId, Name, request } from './shared.ts';

const When = z.number().describe('Milliseconds since the Unix epoch.');

export const PhoneView = z
  .object({
    id: DeviceId,
    name: Name,
    login: z.string().describe('Its user name, and the user part of its address.'),
    registered: z.boolean().describe('It is reached at the moment.'),
    createdAt: When,
  })
  .describe('A SIP phone of somebody.');

export const SipServer = z
  .object({
    host: z.string().describe('A name or an IP address.'),
    port: z.int().optional().describe('Of UDP and TCP.'),
    tlsPort: z.int().optional().describe('Of TLS.'),
    url: z.string().describe('For pages that speak SIP over WebSocket (RFC 7118).'),
  })
  .describe('Where phones register.');

export const PhoneList = z.object({ server: SipServer, phones: z.array(PhoneView) });
export const PhoneQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const PhonePage = PhoneList.extend({
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const AddedPhone = z.object({
  server: SipServer,
  phone: PhoneView,
  password: z
    .string()
    .describe('To be set in the phone. It is not shown again, but to a request that is said again with its `Idempotency-Key`.'),
});
export const PhoneCreation = z.strictObject({ name: Name }).describe('How its owner calls it.');

export const phoneRequests = {
  phones: request('phones', {}).describe(
    'Your SIP phones, and where they register; `phones_unavailable` where the server takes none.',
  ),
  phone_add: request('phone_add', { name: Name }).describe(
    'One more, with a login of its own. It goes by `remove_device`. Not for guests, nor for those whom an application signs in.',
  ),
} as const;

export const PhoneRequest = z.discriminatedUnion('type', [phoneRequests.phones, phoneRequests.phone_add]);

export const phoneReplies = { phones: PhoneList, phone_add: AddedPhone } as const;

export type PhoneRequest = z.infer<typeof PhoneRequest>;
/** A SIP phone of somebody. */
export type PhoneView = z.infer<typeof PhoneView>;
/** Where phones register. */
export type SipServer = z.infer<typeof SipServer>;
/** The phones of somebody, oldest first. */
export type PhoneList = z.infer<typeof PhoneList>;
/** The same as programs see it; `next`: there are more. */
export type PhonePage = z.infer<typeof PhonePage>;
/** A phone that was made just now, with its password. */
export type AddedPhone = z.infer<typeof AddedPhone>;
/** How a phone is called. */
export type PhoneCreation = z.infer<typeof PhoneCreation>;

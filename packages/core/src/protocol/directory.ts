/** People, as the REST API shows them to programs. */
import { z } from 'zod';
import { PageSize, Place } from './events.ts';
import { PresenceState } from './people.ts';
import { Person } from './shared.ts';

const When = z.number().describe('Milliseconds since the Unix epoch.');
const Cursor = z.string().max(500);

export const ApiUser = Person.extend({
  presence: PresenceState,
  createdAt: When,
  seenAt: When.optional().describe('When they were last here, of those who tell it. Milliseconds since the Unix epoch.'),
}).describe('Somebody who has an address.');

export const ApiDevice = z
  .object({ id: z.string(), name: z.string(), createdAt: When, seenAt: When })
  .describe('A place where somebody is reached.');

export const UserQuery = z.strictObject({
  query: z.string().max(100).optional().describe('The beginning of a name, of a later word in it, or of an address.'),
  after: Cursor.optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const UserList = z.object({ users: z.array(ApiUser), next: Cursor.optional().describe('For `after`.') });
export const OneUser = z.object({ user: ApiUser });
export const DeviceQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const DeviceList = z.object({
  devices: z.array(ApiDevice),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
/** Somebody who has an address. */
export type ApiUser = z.infer<typeof ApiUser>;
/** A place where somebody is reached. */
export type ApiDevice = z.infer<typeof ApiDevice>;
/** People by name; `next`: there are more. */
export type UserList = z.infer<typeof UserList>;
/** Devices of somebody, the oldest first; `next`: there are more. */
export type DeviceList = z.infer<typeof DeviceList>;

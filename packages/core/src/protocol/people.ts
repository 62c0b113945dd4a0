/**
 * What people say of themselves and of one another: whether they may be disturbed, what they do, how they look, whom they know and
 * whom they do not want to hear of. Browser code imports only the types.
 */
import { z } from 'zod';
import { peopleLimits, serverLimits } from '../limits.ts';
import { voicemailLimits } from '../voicemail-limits.ts';
import { isTimeZone } from '../user/quiet.ts';
import { Address, event, Person, request } from './shared.ts';

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const Moment = z.number().min(0).max(8.64e15).describe('Milliseconds since the Unix epoch.');

export const PresenceState = z
  .enum(['online', 'away', 'on_call', 'do_not_disturb', 'offline'])
  .describe('`away`: nobody has touched any of the devices for a while, or all are locked.');

export const PictureId = z.string().min(1).max(64).describe('Read at `v1/pictures/:picture`, by whoever was told it.');

export const Status = z
  .object({
    text: z.string().describe('At most 80 characters as people count them (UAX #29 extended grapheme clusters), in one line.'),
    emoji: z.string().max(64).optional().describe('One, shown in front of it.'),
    until: Moment.optional().describe('After it the status is gone.'),
  })
  .describe('What somebody does, in their own words. With an emoji the text may be empty.');

export const PersonPresence = Person.extend({
  presence: PresenceState,
  quietUntil: Moment.optional().describe('With `do_not_disturb`: when that ends, where it has an end.'),
  status: Status.optional(),
  picture: PictureId.optional(),
  seenAt: Moment.optional().describe('When somebody who is offline was last here; told among those who both tell theirs.'),
});

const Minute = z.int().min(0).max(1439).describe('Minutes after midnight.');
export const QuietTimes = z
  .object({ from: Minute, to: Minute })
  .describe('From one time of day to another; to one of the day after if that is not later.');
export const QuietHours = z
  .object({
    timeZone: z.string().max(64).refine(isTimeZone, 'is no time zone').describe('Of the tz database, e.g. `Europe/Berlin`.'),
    days: z.array(QuietTimes.nullable()).length(7).describe('By the day on which they begin, from Monday.'),
  })
  .describe('When nobody is to be disturbed, by the clock on the wall there.');

export const Forwards = z
  .object({ always: Address, busy: Address, noAnswer: Address })
  .partial()
  .describe(
    'Who is called in your place. `busy`: you have as many calls as allowed, or are not to be disturbed. `noAnswer`: nobody has answered for `ringMs`, or nobody is there. Declining is final.',
  );

export const VoicemailSettings = z
  .object({
    on: z
      .boolean()
      .describe('It takes calls that nobody has answered for `ringMs`, or while nobody is there, and those that follow here.'),
    busy: z.boolean().optional().describe('While you have as many calls as allowed. Default: yes.'),
    doNotDisturb: z.boolean().optional().describe('While you are not to be disturbed. Default: yes.'),
    always: z.boolean().optional().describe('All of them, without ringing. Default: no.'),
    messageMs: z
      .int()
      .min(voicemailLimits.messageMsLeast)
      .max(voicemailLimits.messageMsMost)
      .optional()
      .describe('How long a message may be. Default: two minutes.'),
    email: z
      .string()
      .max(254)
      .regex(/^[^\s@<>"]+@[^\s@<>"]+$/)
      .optional()
      .describe('Where an e-mail tells of each message, if the server sends e-mails; absent: none does.'),
    attach: z.boolean().optional().describe('Whether the e-mail has the message with it. Default: yes.'),
  })
  .describe('Whether callers may leave you a message. Who is forwarded to comes first; declining is final.');

export const Settings = z.object({
  doNotDisturb: z.boolean().describe('Calls are refused instead of ringing.'),
  doNotDisturbUntil: Moment.nullish().describe('After it they ring again. A change of `doNotDisturb` alone has no end.'),
  quietHours: QuietHours.nullish(),
  maxCalls: z.int().min(1).max(peopleLimits.callsPerUserMost).describe('Further calls are refused as busy.'),
  ringMs: z
    .int()
    .min(serverLimits.ringMsLeast)
    .max(serverLimits.ringMsMost)
    .describe('How long a call rings before it counts as not answered.'),
  forward: Forwards.nullish().describe('To whom calls are forwarded; a change replaces all of it.'),
  voicemail: VoicemailSettings.nullish().describe('Absent: as the host wants it. A change replaces all of it.'),
});

export const Profile = z
  .object({
    status: Status.optional(),
    picture: PictureId.optional(),
    tellsSeen: z.boolean().describe('Others who do the same are told when you were last here, and you when they were.'),
  })
  .describe('What you say of yourself.');

export const Contact = PersonPresence.extend({ starred: z.boolean().describe('A favourite.') });

// ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const peopleRequests = {
  profile: request('profile', {
    change: z
      .object({
        status: Status.nullable(),
        picture: z.string().min(1).max(64).nullable().describe('A file that you have sent: PNG, JPEG or WebP.'),
        tellsSeen: z.boolean(),
      })
      .partial()
      .optional()
      .describe('What is not named stays; `null` takes it away.'),
  }).describe('What you say of yourself, after this change.'),
  look: request('look', { addresses: z.array(Address).max(peopleLimits.watchedAddresses) }).describe(
    'People as they are now. Those whom you do not know of are left out.',
  ),
  contacts: request('contacts', {}).describe('Whom you have put on your list: favourites first, then by name.'),
  contact: request('contact', {
    user: Address,
    is: z.boolean().describe('Whether they are on your list from now on.'),
    starred: z.boolean().optional().describe('Whether they are a favourite; not named, that stays as it is.'),
  }).describe('A value, not a toggle: repeating it is harmless.'),
  block: request('block', { user: Address, on: z.boolean() }).describe(
    'They cannot call you nor write to you alone, and you look offline to them. No event tells them; that what they write is refused does. Repeating it is harmless.',
  ),
  blocked: request('blocked', {}).describe('Whom you have blocked, by name.'),
} as const;

export const PeopleRequest = z.discriminatedUnion('type', [
  peopleRequests.profile,
  peopleRequests.look,
  peopleRequests.contacts,
  peopleRequests.contact,
  peopleRequests.block,
  peopleRequests.blocked,
]);

export const peopleReplies = {
  profile: z.object({ profile: Profile }),
  look: z.object({ people: z.array(PersonPresence) }),
  contacts: z.object({ contacts: z.array(Contact).max(peopleLimits.contactsPerUser) }),
  blocked: z.object({ people: z.array(Person).max(peopleLimits.blockedPerUser) }),
} as const;

export const peopleEphemerals = {
  activity: z
    .object({ type: z.literal('activity'), seq: z.int().min(0).optional(), active: z.boolean() })
    .describe('Whether somebody uses this device. Said again after a `hello` that was not resumed; until then: yes.'),
} as const;

// ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const peopleEvents = {
  presence: event('presence', { people: z.array(PersonPresence) }).describe('Changes among those watched, gathered.'),
  profile: event('profile', { profile: Profile }).describe('Yours was changed on another device.'),
  contacts: event('contacts', {}).describe('Your list was changed on another device; ask for it anew.'),
  blocked: event('blocked', {}).describe('Whom you have blocked was changed on another device.'),
  devices: event('devices', {}).describe('You were signed in on a further device, or signed out on another one; ask anew.'),
  accounts: event('accounts', {}).describe(
    'To administrators: who has an account has changed. To whoever has made a link for others: it was used. Ask anew.',
  ),
} as const;

// ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What somebody does at the moment. */
export type PresenceState = z.infer<typeof PresenceState>;
/** Somebody, what they do at the moment, and what they say of themselves. */
export type PersonPresence = z.infer<typeof PersonPresence>;
/** What somebody does, in their own words. */
export type Status = z.infer<typeof Status>;
/** When nobody is to be disturbed, by the clock on the wall of a time zone. */
export type QuietHours = z.infer<typeof QuietHours>;
/** From one time of day to another, in minutes after midnight. */
export type QuietTimes = z.infer<typeof QuietTimes>;
/** Who is called in somebody's place. */
export type Forwards = z.infer<typeof Forwards>;
/** How somebody wants to be called, on all of their devices. */
export type Settings = z.infer<typeof Settings>;
/** Whether and when callers may leave a message. */
export type VoicemailSettings = z.infer<typeof VoicemailSettings>;
/** What somebody says of themselves. */
export type Profile = z.infer<typeof Profile>;
/** Somebody on the list of whom one knows. */
export type Contact = z.infer<typeof Contact>;
export type PeopleRequest = z.infer<typeof PeopleRequest>;

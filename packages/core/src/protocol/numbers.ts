/** Telephone numbers of ours, and where calls to them lead. Browser code imports only the types. */
import { z } from 'zod';
import { numberLimits } from '../number-limits.ts';
import { ConversationId } from './conversations.ts';
import { PageSize } from './events.ts';
import { MeetingId } from './meetings.ts';
import { Address, Name, text } from './shared.ts';
import { TelephoneNumber } from './trunks.ts';

export const NumberLead = z
  .discriminatedUnion('to', [
    z.strictObject({ to: z.literal('user'), user: Address }).describe('Rings all devices of somebody.'),
    z
      .strictObject({ to: z.literal('group'), conversation: ConversationId })
      .describe('Rings everybody in a group; whoever takes it first has it.'),
    z
      .strictObject({ to: z.literal('meeting'), meeting: MeetingId.optional() })
      .describe('Into a meeting, by the PIN of that meeting; without one named, into any whose PIN it is.'),
    z
      .strictObject({ to: z.literal('program'), user: Address })
      .describe('Rings in the name of this user until a program answers the call, leads it on or declines it.'),
    z.strictObject({ to: z.literal('voicemail'), user: Address }).describe('Takes a message for somebody.'),
    z
      .strictObject({ to: z.literal('number'), number: TelephoneNumber })
      .describe('Goes on to another number, by what this number may call.'),
  ])
  .describe('Where a call leads.');

const Clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
  .describe('A time of day, 00:00 to 23:59.');
const Day = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/)
  .describe('A date, such as 2026-12-24.');

export const NumberTimes = z
  .strictObject({
    weekdays: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .optional()
      .describe('1 is Monday, 7 Sunday (ISO 8601). Absent: all.'),
    from: Clock.optional().describe('Included. Absent: from midnight on.'),
    to: Clock.optional().describe(
      'Not included. Absent: until midnight. Not later than `from`, it is on the day after the one that is named.',
    ),
    dates: z
      .array(z.strictObject({ from: Day, to: Day.optional().describe('Included. Absent: that one day.') }))
      .min(1)
      .max(numberLimits.datesPerRule)
      .optional()
      .describe('On these alone. Absent: always.'),
  })
  .describe('All that is named has to hold.');

export const NumberRule = z.strictObject({ when: NumberTimes, lead: NumberLead });

export const NumberSetting = z.strictObject({
  name: Name.optional().describe('What it is for, to tell it from others.'),
  lead: NumberLead.describe('Where calls lead at all times that no rule names.'),
  rules: z.array(NumberRule).max(numberLimits.rulesPerNumber).optional().describe('The first whose time it is holds.'),
  zone: text(64).optional().describe('The time zone of the rules by its IANA name, such as Europe/Berlin. Absent: UTC.'),
});

export const OwnNumber = NumberSetting.extend({ number: TelephoneNumber }).describe('A number of ours.');
export const OneNumber = z.object({ number: OwnNumber });
export const NumberQuery = z.strictObject({
  after: TelephoneNumber.optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const NumberList = z.object({
  numbers: z.array(OwnNumber),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});

/** Where a call to a number leads. */
export type NumberLead = z.infer<typeof NumberLead>;
/** When a rule holds. */
export type NumberTimes = z.infer<typeof NumberTimes>;
/** What is said of a number. */
export type NumberSetting = z.infer<typeof NumberSetting>;
/** A number of ours. */
export type OwnNumber = z.infer<typeof OwnNumber>;
/** Numbers of ours in their order; `next`: there are more. */
export type NumberList = z.infer<typeof NumberList>;

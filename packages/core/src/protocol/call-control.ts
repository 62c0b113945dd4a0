/** Calls, as the REST API shows them to programs and lets programs control them. */
import { z } from 'zod';
import { causes } from '../call/causes.ts';
import type { Cause } from '../call/causes.ts';
import { HistoryEntry } from './calls.ts';
import { PageSize, Place } from './events.ts';
import { MeetingId } from './meetings.ts';
import { ParticipantId, SessionId } from './sessions.ts';
import { Address, CallId, Media, Person } from './shared.ts';

const When = z.number().describe('Milliseconds since the Unix epoch.');
const Cursor = z.string().max(500);
const WhyOver = z.enum(Object.keys(causes) as [Cause, ...Cause[]]);

export const ApiCall = z
  .object({
    call: CallId,
    state: z
      .enum(['placed', 'ringing', 'answering', 'active', 'ended'])
      .describe('`placed`: the devices of its caller ring. `answering`: somebody has taken it, and media is on its way.'),
    caller: Person,
    callee: Person,
    media: Media,
    startedAt: When,
    connectedAt: When.optional().describe('When media first flowed. Milliseconds since the Unix epoch.'),
    endedAt: When.optional(),
    cause: WhyOver.optional().describe('Why it is over.'),
    placed: z.literal(true).optional().describe('A program has placed it.'),
    untaken: WhyOver.optional().describe('Of one that was placed: why its caller has not taken it.'),
    into: CallId.optional().describe('In which call it goes on: it was transferred, or forwarded.'),
    transferredBy: Person.optional().describe('Who has led these two together.'),
    forwardedFrom: Person.optional().describe('Whom the caller wanted to reach.'),
    answeredOn: z.string().optional().describe("The name of the callee's device that answered."),
  })
  .describe('A call, as it is or as it was.');

export const CallPlacing = z
  .strictObject({
    from: Address.describe('Who calls: their devices ring first, and whichever takes it calls.'),
    to: Address.describe('Who is called then.'),
    media: Media.optional().describe('Default: audio.'),
  })
  .describe('A call between two people.');
export const CallTransfer = z
  .strictObject({
    leaves: Address.describe('Which of the two leaves.'),
    to: Address.describe('Whom the other one calls then.'),
  })
  .describe('Leads one of the two on to somebody else.');
export const CallAnswer = z
  .strictObject({
    session: SessionId.describe('In which the caller takes part from then on.'),
    participant: ParticipantId.describe('As whom: one that was added, and may publish sound.'),
  })
  .describe('Answers a call in the place of whom it rings for.');
export const CallMove = z.strictObject({ meeting: MeetingId }).describe('Where both go on.');

export const CallQuery = z.strictObject({
  before: Cursor.optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const LiveCallQuery = z.strictObject({
  user: Address.optional().describe('Only those of this user.'),
  after: Place.optional(),
  limit: PageSize.optional(),
});
export const CallList = z.object({ calls: z.array(HistoryEntry), next: Cursor.optional().describe('For `before`.') });
export const LiveCallList = z.object({
  calls: z.array(ApiCall),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});
export const OneCall = z.object({ call: ApiCall });

/** Calls that are not over, the oldest first; `next`: there are more. */
export type LiveCallList = z.infer<typeof LiveCallList>;
/** A call, as it is or as it was. */
export type ApiCall = z.infer<typeof ApiCall>;
/** A call between two people that a program places. */
export type CallPlacing = z.infer<typeof CallPlacing>;
/** Which of the two leaves a call, and to whom the other one is led on. */
export type CallTransfer = z.infer<typeof CallTransfer>;
/** In which session, and as whom, the caller of a call that a program answers takes part. */
export type CallAnswer = z.infer<typeof CallAnswer>;
/** Calls of somebody, newest first; `next`: there are more. */
export type CallList = z.infer<typeof CallList>;

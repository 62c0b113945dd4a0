/** Telephones that are brought into meetings and sessions. Browser code imports only the types. */
import { z } from 'zod';
import { ParticipantId, SessionId } from './sessions.ts';
import { Address } from './shared.ts';
import { TelephoneNumber } from './trunks.ts';

export const TelephoneCall = z
  .strictObject({
    to: TelephoneNumber,
    from: Address.describe('Whose call it is: a user, by what they may call.'),
  })
  .describe('A call to a number.');
export const CalledAttendee = z.object({ participant: ParticipantId.describe('Of the meeting; it rings at first.') });
export const CallIntoSession = z
  .strictObject({
    leaves: Address.describe('Which of the two leaves.'),
    session: SessionId.describe('In which the other one goes on.'),
    participant: ParticipantId.describe('As whom: one that was added, and may publish sound.'),
  })
  .describe('Leads one of the two in a call into a session.');

/** A call to a number. */
export type TelephoneCall = z.infer<typeof TelephoneCall>;
/** Who of a call goes on in which session, and as whom. */
export type CallIntoSession = z.infer<typeof CallIntoSession>;

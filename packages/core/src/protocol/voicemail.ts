/** Messages that callers have left: which there are, and what becomes of them. Browser code imports only the types. */
import { z } from 'zod';
import { voicemailLimits } from '../voicemail-limits.ts';
import { FileInfo } from './conversations.ts';
import { PageSize } from './events.ts';
import { CallId, Person, request } from './shared.ts';

export const VoicemailId = z.string().min(1).max(64).describe('Of a message; that of its entry in the conversation, too.');
const When = z.number().describe('Milliseconds since the Unix epoch.');

export const VoicemailView = z
  .object({
    voicemail: VoicemailId,
    from: Person.describe('Who called, as they were called then.'),
    call: CallId.describe('In which it was left.'),
    at: When.describe('When it began. Milliseconds since the Unix epoch.'),
    durationMs: z.int().min(0),
    heard: z.boolean(),
    file: FileInfo.describe('What was said.'),
  })
  .describe('A message that was spoken to the voicemail of somebody.');

export const GreetingView = z
  .object({ durationMs: z.int().min(0), file: FileInfo.describe('What callers hear: Ogg with Opus.') })
  .describe('What callers hear before the tone, in the words of whom they call.');

export const VoicemailList = z.object({
  voicemails: z.array(VoicemailView).describe('Newest first.'),
  count: z.object({ new: z.int().min(0), old: z.int().min(0) }).describe('Of all: not heard yet, and heard.'),
  server: z
    .object({
      on: z.boolean().describe('It takes calls for those who have not said whether they want it.'),
      email: z.boolean().describe('It can tell of messages by e-mail.'),
    })
    .describe('What the voicemail of this server does.'),
  greeting: GreetingView.optional().describe('Absent: callers hear the one that comes with the server.'),
  next: z.string().optional().describe('For `before`: there are more.'),
});
export const VoicemailQuery = z.strictObject({
  before: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional()
    .describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const OneVoicemail = z.object({ voicemail: VoicemailView });
export const OneGreeting = z.object({ greeting: GreetingView });
export const VoicemailChange = z.strictObject({ heard: z.boolean() });

export const voicemailRequests = {
  voicemails: request('voicemails', {
    before: z.string().max(64).optional().describe('`next` of the page before.'),
    limit: z.int().min(1).max(voicemailLimits.page).optional(),
  }).describe('What callers have said to your voicemail; `voicemail_unavailable` where the server has none.'),
  voicemail_change: request('voicemail_change', { voicemail: VoicemailId, heard: z.boolean() }).describe(
    'Whether you have listened to one; repeating it is harmless.',
  ),
  voicemail_delete: request('voicemail_delete', { voicemail: VoicemailId }).describe('Deletes one, for its caller as well.'),
  greeting: request('greeting', {
    file: z.string().max(64).nullable().describe('That was sent before, and is gone afterwards; `null`: that of the server.'),
  }).describe(
    'What callers hear from now on. `greeting_refused`: it is neither WAV nor Opus in Ogg or WebM; `greeting_too_long`, `greeting_too_large`, `file_not_found`.',
  ),
} as const;

export const VoicemailRequest = z.discriminatedUnion('type', [
  voicemailRequests.voicemails,
  voicemailRequests.voicemail_change,
  voicemailRequests.voicemail_delete,
  voicemailRequests.greeting,
]);

export const voicemailReplies = {
  voicemails: VoicemailList,
  voicemail_change: OneVoicemail,
  greeting: OneGreeting.partial(),
} as const;

export type VoicemailRequest = z.infer<typeof VoicemailRequest>;
/** A message that was spoken to the voicemail of somebody. */
export type VoicemailView = z.infer<typeof VoicemailView>;
/** Messages, newest first. */
export type VoicemailList = z.infer<typeof VoicemailList>;
/** What callers hear before the tone. */
export type GreetingView = z.infer<typeof GreetingView>;

/** What callers have said to the voicemail of whoever asks. */
import type { VoicemailRequest } from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { Outcome } from '../ports.ts';
import type { VoicemailBox } from '../ports/voicemail.ts';
import type { Connection } from './connection.ts';

export interface VoicemailDeps {
  /** Absent: nobody can leave a message. */
  readonly voicemail?: VoicemailBox | undefined;
}

export async function answerVoicemail(
  box: VoicemailBox | undefined,
  { occupant, pass }: Connection,
  request: VoicemailRequest,
): Promise<Outcome> {
  // Of visitors nothing is kept, and to make one is dear.
  if (request.type === 'greeting' && pass.by === 'device' && pass.until !== undefined) return { error: 'forbidden' };
  if (box === undefined) return { error: 'voicemail_unavailable' };
  const user = occupant.user.address;
  try {
    switch (request.type) {
      case 'voicemails':
        return { ok: { ...(await box.list(user, request.before, request.limit)) } };
      case 'voicemail_change':
        return { ok: { voicemail: await box.change(user, request.voicemail, request.heard) } };
      case 'voicemail_delete':
        await box.remove(user, request.voicemail);
        return { ok: {} };
      case 'greeting': {
        if (request.file !== null) return { ok: { greeting: await box.greetings.take(user, request.file) } };
        await box.greetings.remove(user);
        return { ok: {} };
      }
    }
  } catch (error) {
    if (error instanceof Refusal) return { error: error.code };
    throw error;
  }
}

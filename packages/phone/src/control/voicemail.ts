import type { Phone } from '@offhook/client';
import { voicemails } from '@offhook/client/voicemail';
import type { SettingsState } from '../view/state.ts';
import { errorCode } from './problems.ts';

/** What the voicemail of the server does; undefined where it has none. */
export async function voicemailServer(phone: Phone): Promise<SettingsState['voicemailServer']> {
  try {
    return (await voicemails(phone, { limit: 1 })).server;
  } catch (error) {
    if (errorCode(error) !== 'voicemail_unavailable') throw error;
    return undefined;
  }
}

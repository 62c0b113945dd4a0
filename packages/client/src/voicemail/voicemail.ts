import type { VoicemailList, VoicemailView } from '@offhook/core';
import { addressOfFile } from '../conversations/files.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';

/**
 * What callers have said to this person's voicemail, newest first, and how much of all is new. `before`: the `next` of the page before. Rejects
 * with `voicemail_unavailable` where the server has none.
 */
export function voicemails(phone: Phone, { before, limit }: { before?: string; limit?: number } = {}): Promise<VoicemailList> {
  const page = { ...(before !== undefined && { before }), ...(limit !== undefined && { limit }) };
  return openPhone(phone).connection.request('voicemails', page);
}

/** Says that one was listened to, or that it was not. Repeating it is harmless. Rejects with `voicemail_not_found`. */
export async function markVoicemail(phone: Phone, voicemail: string, heard = true): Promise<VoicemailView> {
  return (await openPhone(phone).connection.request('voicemail_change', { voicemail, heard })).voicemail;
}

/** Deletes one, for its caller as well. Rejects with `voicemail_not_found`. */
export async function deleteVoicemail(phone: Phone, voicemail: string): Promise<void> {
  await openPhone(phone).connection.request('voicemail_delete', { voicemail });
}

/** Where what was said, or a greeting, can be had for a while: Ogg with Opus, by whoever has the address. */
export async function voicemailAddress(phone: Phone, { file }: Pick<VoicemailView, 'file'>): Promise<string> {
  const link = openPhone(phone);
  const { url } = await link.connection.request('file', { file: file.file });
  return addressOfFile(link, url);
}

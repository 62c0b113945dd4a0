/** What somebody reads by e-mail of a message that a caller has left. */
import type { Instant, Settings } from '@offhook/core';
import type { StoredFile } from '../ports/files.ts';
import type { StoredMail } from '../ports/meetings.ts';
import type { KeptVoicemail, StoredVoicemail } from '../ports/voicemail.ts';

export interface LetterOptions {
  readonly id: string;
  /** Where browsers reach this server. */
  readonly url: string;
  readonly now: Instant;
}

/** Undefined where they want none. */
export function letterOf(
  { from, at, kept }: StoredVoicemail & { readonly kept: KeptVoicemail },
  { file, name, type }: StoredFile,
  { voicemail, quietHours }: Settings,
  { id, url, now }: LetterOptions,
): StoredMail | undefined {
  if (voicemail?.email === undefined) return undefined;
  const zone = quietHours?.timeZone ?? 'UTC';
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: zone }).format(at);
  const seconds = Math.round(kept.durationMs / 1_000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const lines = [
    `${from.name} has left a message for you`,
    '',
    `When: ${when} (${zone})`,
    `Length: ${length}`,
    `Listen: ${url}/#conversations/${encodeURIComponent(from.address)}`,
  ];
  return {
    id,
    to: voicemail.email,
    subject: `Voicemail from ${from.name}`,
    text: `${lines.join('\n')}\n`,
    ...(voicemail.attach !== false && { attachment: { file, name, type } }),
    madeAt: now,
  };
}

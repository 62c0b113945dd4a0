import { voicemailPerson } from '@offhook/core';
import { join, resolve } from 'node:path';
import type { VoicemailTalk } from '../ports/conversations.ts';
import type { PushNews } from '../ports/push.ts';
import type { IvrMedia, ToVoicemail, UnreadVoicemail } from '../ports/voicemail.ts';
import { VoicemailDesk } from './desk.ts';
import type { VoicemailDeskDeps } from './desk.ts';
import { OwnGreetings } from './greetings.ts';
import { VoicemailLine } from './line.ts';
import type { VoicemailLineDeps } from './line.ts';

export interface Voicemail {
  readonly desk: VoicemailDesk;
  /** What SIP phones and telephone numbers need of it. */
  readonly phones: { readonly voicemail: UnreadVoicemail; readonly toVoicemail: ToVoicemail };
  /** Resolves once what was being spoken is kept. */
  close(): Promise<void>;
}

type Deps = Omit<VoicemailLineDeps & VoicemailDeskDeps, 'desk' | 'folder' | 'commit' | 'greetings' | 'media' | 'push'> & {
  readonly media: IvrMedia | undefined;
  readonly conversations: VoicemailTalk;
  readonly push: { readonly news: PushNews };
};

/** Undefined where nothing could be recorded: there is no media worker, or nothing is kept. */
export async function openVoicemail(
  folder: string | undefined,
  { media, conversations, push, ...deps }: Deps,
): Promise<Voicemail | undefined> {
  if (folder === undefined || media === undefined) return undefined;
  const greetings = new OwnGreetings({ ...deps, folder: join(resolve(folder), 'greetings') });
  const desk = new VoicemailDesk({
    ...deps,
    greetings,
    push: push.news,
    folder: join(resolve(folder), 'voicemail'),
    commit: (voicemail, writes) => conversations.commitVoicemail(voicemail, writes),
  });
  await greetings.recover();
  const line = new VoicemailLine({ ...deps, media, desk, greetings });
  if (!(await line.start())) return undefined;
  return {
    desk,
    phones: {
      voicemail: desk,
      toVoicemail: (user) => ({ to: voicemailPerson.address, origin: { forwardedFrom: user } }),
    },
    close: () => line.close(),
  };
}

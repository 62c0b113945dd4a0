/** Messages that callers have left, for programs. */
import { voicemailLimits } from '@offhook/core';
import type { FileInfo } from '@offhook/core';
import { OneGreeting, OneVoicemail, VoicemailChange, VoicemailList, VoicemailQuery } from '@offhook/core/protocol';
import { readRange } from '../ports/range.ts';
import type { Files } from '../ports/files.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { VoicemailBox } from '../ports/voicemail.ts';
import { Download } from './download.ts';
import { check, route, sizeOf } from './routes.ts';
import type { ApiRoute, Asking } from './routes.ts';

export interface VoicemailRoutesDeps {
  readonly store: Store;
  /** Absent: the server has none. */
  readonly voicemail: VoicemailBox | undefined;
  readonly files: Files;
}

const path = '/users/:user/voicemails';
const one = `${path}/:voicemail`;
const greeting = '/users/:user/voicemail/greeting';
const id = ({ parameters }: Asking): string => parameters['voicemail'] ?? '';

export function voicemailRoutes({ voicemail, files, store }: VoicemailRoutesDeps): ApiRoute[] {
  const box = (): VoicemailBox => {
    if (voicemail === undefined) throw new Refusal('voicemail_unavailable');
    return voicemail;
  };
  const owner = async ({ parameters }: Asking): Promise<string> => {
    const user = await store.user(parameters['user'] ?? '');
    if (user === undefined) throw new Refusal('user_not_found');
    return user.address;
  };
  const send = async ({ range: asked }: Asking, file: FileInfo): Promise<Download> => {
    const range = readRange(asked, file.bytes);
    const content = range === 'unsatisfiable' ? [] : await files.read(file.file, range);
    if (content === undefined) throw new Refusal('file_not_found');
    return new Download({ ...file, range, content });
  };
  return [
    route(
      'users.read',
      'GET',
      path,
      {
        summary: "The messages at somebody's voicemail, newest first, and how many there are.",
        query: VoicemailQuery,
        answers: VoicemailList,
      },
      async (asking) => {
        const { before, limit } = check(VoicemailQuery, asking.query, 'query');
        return box().list(await owner(asking), before, sizeOf(limit));
      },
    ),
    route('users.read', 'GET', one, { summary: 'A message.', answers: OneVoicemail }, async (asking) => ({
      voicemail: await box().get(await owner(asking), id(asking)),
    })),
    route(
      'users',
      'PATCH',
      one,
      { summary: 'Whether its user has listened to it.', body: VoicemailChange, answers: OneVoicemail },
      async (asking) => {
        const { heard } = check(VoicemailChange, asking.body);
        return { voicemail: await box().change(await owner(asking), id(asking), heard) };
      },
    ),
    route('users', 'DELETE', one, { summary: 'Deletes a message, for its caller as well.' }, async (asking) =>
      box().remove(await owner(asking), id(asking)),
    ),
    {
      scope: 'users.read',
      method: 'GET',
      path: `${one}/audio`,
      summary: 'What was said: Ogg with Opus.',
      sends: async (asking) => send(asking, (await box().get(await owner(asking), id(asking))).file),
    },
    {
      scope: 'users',
      method: 'PUT',
      path: greeting,
      summary: "What callers hear at somebody's voicemail before the tone: WAV, or Opus in Ogg or WebM, a minute at most.",
      takes: { types: ['audio/wav', 'audio/ogg', 'audio/webm'], bytes: voicemailLimits.greetingBytesMost },
      answers: OneGreeting,
      answer: async (asking) => {
        const { body } = asking;
        if (!(body instanceof Uint8Array)) throw new Refusal('greeting_refused');
        return { greeting: await box().greetings.set(await owner(asking), body) };
      },
    },
    {
      scope: 'users.read',
      method: 'GET',
      path: greeting,
      summary: 'What callers hear there, if it is not what comes with the server: Ogg with Opus.',
      sends: async (asking) => {
        const found = await box().greetings.of(await owner(asking));
        if (found === undefined) throw new Refusal('greeting_not_found');
        return send(asking, found.file);
      },
    },
    route('users', 'DELETE', greeting, { summary: 'Callers hear what comes with the server again.' }, async (asking) =>
      box().greetings.remove(await owner(asking)),
    ),
  ];
}

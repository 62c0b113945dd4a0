/** Messages that callers have left, for programs. */
import { OneVoicemail, VoicemailChange, VoicemailList } from '@offhook/core/protocol';
import { readRange } from '../ports/range.ts';
import type { Files } from '../ports/files.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { VoicemailBox } from '../ports/voicemail.ts';
import { Download } from './download.ts';
import { check, route } from './routes.ts';
import type { ApiRoute, Asking } from './routes.ts';

export interface VoicemailRoutesDeps {
  readonly store: Store;
  /** Absent: the server has none. */
  readonly voicemail: VoicemailBox | undefined;
  readonly files: Files;
}

const path = '/users/:user/voicemails';
const one = `${path}/:voicemail`;
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
  return [
    route(
      'users.read',
      'GET',
      path,
      { summary: "The newest messages at somebody's voicemail, and how many there are.", answers: VoicemailList },
      async (asking) => box().list(await owner(asking)),
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
      sends: async (asking) => {
        const { file } = await box().get(await owner(asking), id(asking));
        const range = readRange(asking.range, file.bytes);
        const content = range === 'unsatisfiable' ? [] : await files.read(file.file, range);
        if (content === undefined) throw new Refusal('file_not_found');
        return new Download({ ...file, range, content });
      },
    },
  ];
}

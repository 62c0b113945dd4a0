import type { Texts } from '../english/english.ts';
import { calls } from './calls.ts';
import { conversations } from './conversations.ts';
import { general } from './general.ts';
import { history } from './history.ts';
import { links } from './links.ts';
import { media } from './media.ts';
import { people } from './people.ts';
import { push } from './push.ts';
import { settings } from './settings.ts';
import { wayIn } from './way-in.ts';
import { welcome } from './welcome.ts';

/** Everything that people read, in Arabic. Whoever is spoken of may be a woman or a man: sentences about them have no verb. */
export const arabic: Texts = {
  calls,
  conversations,
  general,
  history,
  links,
  media,
  people,
  push,
  settings,
  wayIn,
  welcome,
};

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

/** Everything that people read, in English. It says which texts there are: every other language has the same. */
export const english = {
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

export type Texts = typeof english;

import type { MediaKit } from '../page/media-kit.ts';
import type { Person } from './person.ts';
import type { Remote } from './remote.ts';

/** What somebody does whose page is `modules.html`. */
export function mediaKit(person: Person): Remote<MediaKit> {
  return person.page as Remote<MediaKit>;
}

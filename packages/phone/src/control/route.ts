import type { Where } from '../view/conversations-state.ts';
import type { Route, Section } from '../view/state.ts';

/**
 * The place in the phone, as the fragment of the page's address: `#people/anna` is the conversation with Anna beside the people,
 * `#conversations/in/everyone` one with several by its id, `#meeting=ID` a meeting, as its link says. Back and forward work, also out of a conversation.
 */
export function routeOf(hash: string): Route {
  const meeting = meetingOf(hash);
  if (meeting !== undefined) return { section: 'meetings', meeting };
  const [first = '', person = '', conversation = ''] = hash.replace(/^#/, '').split('/');
  const section = sections.find((one) => one === first) ?? 'people';
  if (section === 'settings' && person === 'accounts') return { section, page: 'accounts' };
  if (section === 'settings' || section === 'meetings' || person === '') return { section };
  return conversation === '' ? { section, person: decode(person) } : { section, conversation: decode(conversation) };
}

export function hashOf({ section, person, conversation, page, meeting }: Route): string {
  if (meeting !== undefined) return `#meeting=${meeting}`;
  if (page !== undefined) return `#${section}/${page}`;
  if (conversation !== undefined) return `#${section}/in/${encodeURIComponent(conversation)}`;
  return person === undefined ? `#${section}` : `#${section}/${encodeURIComponent(person)}`;
}

/** The meeting that a link leads to. */
export function meetingOf(hash: string): string | undefined {
  return /^#meeting=([\w-]+)$/.exec(hash)?.[1];
}

/** The conversation that is open there. */
export function whereOf({ person, conversation }: Route): Where | undefined {
  if (conversation !== undefined) return { conversation };
  return person === undefined ? undefined : { person };
}

const sections: readonly Section[] = ['conversations', 'people', 'calls', 'meetings', 'settings'];

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

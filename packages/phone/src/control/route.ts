import type { Route, Section } from '../view/state.ts';

/** The place in the phone, as the fragment of the page's address: `#people/anna`. Back and forward work, also out of a page. */
export function routeOf(hash: string): Route {
  const [first = '', person = ''] = hash.replace(/^#/, '').split('/');
  const section: Section = first === 'calls' || first === 'settings' ? first : 'people';
  return section === 'settings' || person === '' ? { section } : { section, person: decode(person) };
}

export function hashOf({ section, person }: Route): string {
  return person === undefined ? `#${section}` : `#${section}/${encodeURIComponent(person)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

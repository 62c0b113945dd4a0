/** To whom calls go in one's place, as the screens show it. */
import type { Address, Settings } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { inSentence } from './names.ts';
import type { OwnState } from './own.ts';
import type { PeopleState, SignedIn } from './state.ts';

export type ForwardWhen = 'always' | 'busy' | 'noAnswer';

export function forwardOf({ forward }: Pick<Settings, 'forward'>, when: ForwardWhen): Address | undefined {
  return forward?.[when];
}

/** The setting after one of its cases is changed. */
export function forwardTo(
  settings: Pick<Settings, 'forward'>,
  when: ForwardWhen,
  to: Address | undefined,
): Settings['forward'] {
  const { [when]: _, ...others } = settings.forward ?? {};
  const next = to === undefined ? others : { ...others, [when]: to };
  return Object.keys(next).length === 0 ? null : next;
}

/** Undefined: nobody whom the phone has heard of. */
export function nameOf(address: Address, { list = [] }: PeopleState, own: OwnState | undefined): string | undefined {
  return [...list, ...(own?.contacts ?? [])].find((person) => person.address === address)?.name;
}

/** That nothing rings here, because all calls go to somebody else. */
export function allForwarded({ settings, people, own }: Pick<SignedIn, 'settings' | 'people' | 'own'>): string | undefined {
  const to = forwardOf(settings, 'always');
  return to === undefined ? undefined : t.people.callsGoTo(inSentence(nameOf(to, people, own) ?? to));
}

import { Star, StarOff, UserMinus, UserX } from 'lucide';
import type { Address, Person, PersonPresence } from '@offhook/core';
import { t } from '../texts/texts.ts';
import type { Command } from '../view/commands.ts';
import type { OwnState } from '../view/own.ts';
import type { MenuEntry } from './menu.ts';

type Send = (command: Command) => void;

/** What this person is to one, and what can be made of it. */
export function relationEntries(
  { address, name }: Person,
  own: OwnState | undefined,
  me: Address,
  send: Send,
): readonly MenuEntry[] {
  if (own === undefined || address === me) return [];
  const person = { address, name };
  const isStarred = own.contacts.some((contact) => contact.address === address && contact.starred);
  const isOut = isBlocked(person, own);
  return [
    {
      kind: 'item',
      label: isStarred ? t.people.removeFavourite : t.people.addFavourite,
      icon: isStarred ? StarOff : Star,
      select: () => send({ type: 'star', person, on: !isStarred }),
    },
    {
      kind: 'item',
      label: isOut ? t.people.unblock : t.people.block,
      icon: UserX,
      select: () => send({ type: 'block', person, on: !isOut }),
    },
  ];
}

export function isBlocked({ address }: Person, own: OwnState | undefined): boolean {
  return own?.blocked.some((other) => other.address === address) ?? false;
}

/** Whoever signed in once would stand in the list of people for ever. */
export function takeOffEntries({ address, name, presence }: PersonPresence, send: Send): readonly MenuEntry[] {
  if (presence !== 'offline') return [];
  const select = (): void => send({ type: 'unlist', person: { address, name } });
  return [{ kind: 'item', label: t.people.takeOff, icon: UserMinus, select }];
}

/** Accounts and invitations as the phone shows them. */
import type { AccountView, Invitation, Invited, Role } from '@offhook/client/accounts';
import type { Address } from '@offhook/core';
import { a } from '../texts/accounts.ts';
import { t } from '../texts/texts.ts';
import { inSentence, matching } from './names.ts';

/** One's own account. */
export interface AccountState {
  readonly role: Role;
  readonly password: PasswordChange;
}

export type PasswordChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly busy: boolean; readonly problem?: PasswordProblem | undefined };

export interface PasswordProblem {
  readonly message: string;
  /** Which of the two is to be typed again. */
  readonly field: 'current' | 'next';
}

export interface AdministrationState {
  /** Everybody who has an account; undefined until the first answer, and for those who may not know. */
  readonly accounts?: readonly AccountView[] | undefined;
  readonly query: string;
  /** There are more than were asked for. */
  readonly more: boolean;
  /** Links of one's own that may still be used. */
  readonly invitations: readonly InvitationState[];
  /** The link that was made last. */
  readonly made: NewLinkState;
}

export interface InvitationState extends Omit<Invitation, 'expiresInMs'> {
  /** By `Date.now()`. */
  readonly expiresAt: number;
}

/** `whose`: of a link for a new password. */
export type NewLinkState =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy'; readonly whose: Address | undefined }
  | { readonly kind: 'failed'; readonly whose: Address | undefined; readonly message: string }
  | ReadyLink;

export interface ReadyLink {
  readonly kind: 'ready';
  readonly whose: Address | undefined;
  readonly id: string;
  readonly role: Role;
  readonly url: string;
  readonly expiresAt: number;
}

/** What there is to see of it where links of this kind are made. */
export function madeFor(made: NewLinkState, whose: Address | undefined): NewLinkState {
  return made.kind === 'none' || made.whose === whose ? made : { kind: 'none' };
}

const order: readonly Role[] = ['admin', 'member', 'guest'];

/** The accounts whose name or address has a word that begins with the query, without those that were closed: administrators first. */
export function accountsFound(accounts: readonly AccountView[], query: string): readonly AccountView[] {
  const open = accounts.filter(({ endsInMs }) => endsInMs === undefined || endsInMs > 0);
  return matching(open, query).toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
}

const minute = 60_000;
const units = [
  ['day', 24 * 60 * minute],
  ['hour', 60 * minute],
  ['minute', minute],
] as const;

/** About how long something still holds: `7 days`, `1 hour`. */
export function span(ms: number): string {
  const [unit, length] = units.find(([, each]) => ms >= 0.95 * each) ?? units[2];
  const count = Math.max(1, Math.round(ms / length));
  return a.span[unit](count);
}

/** Who invites to what, as a heading and a sentence. */
export function invitationText({ role, by, stayMs, whose }: Invited): { readonly title: string; readonly text: string } {
  const who = by && inSentence(by.name);
  if (whose !== undefined) return { title: t.wayIn.newPasswordFor(inSentence(whose.name)), text: t.wayIn.newPasswordHint };
  switch (role) {
    case 'admin':
      return who === undefined
        ? { title: t.wayIn.setUp, text: t.wayIn.setUpHint }
        : { title: t.wayIn.invitesYou(who), text: t.wayIn.becomeAdmin };
    case 'member':
      return { title: who === undefined ? t.wayIn.invited : t.wayIn.invitesYou(who), text: t.wayIn.becomeMember };
    case 'guest':
      return {
        title: who === undefined ? t.wayIn.invitedAsGuest : t.wayIn.invitesYouToCall(who),
        text: t.wayIn.becomeGuest(span(stayMs ?? 24 * 60 * minute)),
      };
  }
}

/** Accounts and invitations as the phone shows them. */
import type { AccountView, Invitation, Invited, Role } from '@offhook/client/accounts';
import type { OffhookErrorCode } from '@offhook/client';
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
  readonly invited: NewInvitationState;
}

export interface InvitationState extends Omit<Invitation, 'expiresInMs'> {
  /** By `Date.now()`. */
  readonly expiresAt: number;
}

export type NewInvitationState =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly id: string; readonly role: Role; readonly url: string; readonly expiresAt: number };

export const roleNames: Readonly<Record<Role, string>> = { admin: 'Administrator', member: 'Member', guest: 'Guest' };

/** What one can do with an invitation. */
export const roleHints: Readonly<Record<Role, string>> = {
  admin: 'Gets an account, calls everybody, invites people and closes accounts.',
  member: 'Gets an account, calls everybody and can invite guests.',
  guest: 'Needs no account: types a name, and can call you for a day.',
};

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
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Who invites to what, as a heading and a sentence. */
export function invitationText({ role, by, stayMs }: Invited): { readonly title: string; readonly text: string } {
  const who = by && inSentence(by.name);
  switch (role) {
    case 'admin':
      return who === undefined
        ? { title: 'Set up this phone', text: 'You are the first here: you become its administrator, and invite the others.' }
        : {
            title: `${who} invites you`,
            text: 'You get an account and become an administrator: you invite people and close accounts.',
          };
    case 'member':
      return {
        title: who === undefined ? 'You are invited' : `${who} invites you`,
        text: 'You get an account of your own, to call everybody here from any browser.',
      };
    case 'guest':
      return {
        title: who === undefined ? 'You are invited as a guest' : `${who} invites you to a call`,
        text: `A name is all you need. You can stay for ${span(stayMs ?? 24 * 60 * minute)}.`,
      };
  }
}

/** Why somebody could not come in, or an account could not be changed; undefined where others have the words. */
export function accountProblem(code: OffhookErrorCode): string | undefined {
  switch (code) {
    case 'credentials_wrong':
      return 'This name and password do not go together. Check both, also upper and lower case.';
    case 'password_weak':
      return 'A password needs at least 10 characters. Four random words make a good one.';
    case 'link_invalid':
      return 'This link has been used, was taken back or has expired. Ask whoever sent it for a new one.';
    case 'invitation_needed':
      return 'The first time you need an invitation. Open the link that you were sent, and go on from there.';
    case 'provider_refused':
      return 'You were not signed in there. Try again, or choose another way.';
    case 'provider_unavailable':
      return 'The sign-in service does not answer at the moment. Try again a little later.';
    case 'sign_in_lost':
      return 'That took too long, or was begun in another browser. Please begin again.';
    case 'token_expired':
      return 'Your visit is over. For another one, ask for a new link.';
    case 'last_admin':
      return 'Somebody has to be an administrator. Make somebody else one first.';
    case 'forbidden':
      return 'You may not do this here.';
    default:
      return undefined;
  }
}

/** The ways in with accounts, and what is done with them, for the gallery. */
import type { AccountView, Invited, SignInWays } from '@offhook/client/accounts';
import type { AccountState, AdministrationState } from '../src/view/accounts.ts';
import type { SignedIn, SignedOut } from '../src/view/state.ts';
import { anna, bo, long, many, mira, noor, unbroken } from './people.ts';
import { phoneScreens } from './phones.ts';
import { voicemailScreens } from './voicemail.ts';

const day = 86_400_000;
export const openWays: SignInWays = { open: true, password: false, token: false };
const accountWays: SignInWays = { open: false, password: true, token: false };
const withProvider: SignInWays = { ...accountWays, oidc: 'Example Identity' };

function signedOut(more: Partial<SignedOut>): SignedOut {
  return { kind: 'signed-out', ways: accountWays, known: [], joining: false, busy: false, ...more };
}

const invited = (what: Invited, more: Partial<SignedOut> = {}): SignedOut =>
  signedOut({ invitation: { what, isUseless: false }, ...more });

export const waysIn: Readonly<Record<string, SignedOut>> = {
  'account-sign-in': signedOut({}),
  'account-sign-in-empty': signedOut({ ways: { ...accountWays, empty: true } }),
  'account-signed-out': signedOut({
    problem: { message: 'Your password was changed on another device. Sign in with the new one.', suggestions: [] },
  }),
  'account-sign-in-wrong': signedOut({
    ways: withProvider,
    problem: {
      message: 'This name and password do not go together. Check both, also upper and lower case.',
      field: 'password',
      suggestions: [],
    },
  }),
  'account-sign-in-provider': signedOut({ ways: withProvider, known: [anna, noor, long] }),
  'token-sign-in': signedOut({ ways: { open: false, password: false, token: true } }),
  'ways-unknown': signedOut({
    ways: undefined,
    problem: { message: 'The server does not answer. Check your connection and try again.', passing: true, suggestions: [] },
  }),
  'invitation-first': invited({ role: 'admin' }),
  'invitation-member': invited({ role: 'member', by: anna }, { ways: withProvider, known: [long] }),
  'invitation-weak': invited(
    { role: 'member', by: noor },
    {
      problem: {
        message: 'A password needs at least 10 characters. Four random words make a good one.',
        field: 'password',
        suggestions: [],
      },
    },
  ),
  'invitation-guest': invited({ role: 'guest', by: unbroken, stayMs: day }),
  'invitation-password': invited({ role: 'member', by: anna, whose: long }),
  'invitation-useless': signedOut({
    invitation: { isUseless: true },
    problem: {
      message: 'This link has been used, was taken back or has expired. Ask whoever sent it for a new one.',
      passing: false,
      suggestions: [],
    },
  }),
};

const member: AccountState = { role: 'member', password: { kind: 'none' } };
const admin: AccountState = { ...member, role: 'admin' };

const some: readonly AccountView[] = [
  { address: 'lena', name: 'Lena Fischer', role: 'admin' },
  { ...anna, role: 'admin' },
  { ...bo, role: 'member' },
  { ...noor, role: 'member' },
  { ...long, role: 'member' },
  { ...unbroken, role: 'member' },
  { ...mira, role: 'guest', endsInMs: 0.8 * day },
];

const administration: AdministrationState = {
  accounts: some,
  query: '',
  more: false,
  invitations: [
    { id: 'one', role: 'member', uses: 1, expiresAt: Date.now() + 6.9 * day },
    { id: 'two', role: 'guest', uses: 12, expiresAt: Date.now() + 0.1 * day },
  ],
  made: { kind: 'none' },
};

export function accountScreens(signedIn: (more: Partial<SignedIn>) => SignedIn): Readonly<Record<string, SignedIn>> {
  const { settings } = signedIn({});
  const own = (account: AccountState): SignedIn =>
    signedIn({ route: { section: 'settings' }, settings: { ...settings, account } });
  const page = (account: AccountState, more: Partial<AdministrationState> = {}): SignedIn =>
    signedIn({
      route: { section: 'settings', page: 'accounts' },
      settings: { ...settings, account },
      administration: { ...administration, ...more },
    });
  return {
    ...phoneScreens(signedIn),
    ...voicemailScreens(signedIn),
    'settings-admin': own(admin),
    'settings-guest': own({ ...member, role: 'guest' }),
    'settings-password': own({ ...member, password: { kind: 'open', busy: false } }),
    'settings-password-wrong': own({
      ...member,
      password: { kind: 'open', busy: false, problem: { field: 'current', message: 'This is not your present password.' } },
    }),
    accounts: page(admin),
    'accounts-many': page(admin, {
      accounts: many.map(({ address, name }) => ({ address, name, role: 'member' })),
      more: true,
      invitations: [],
    }),
    'accounts-none': page(admin, { query: 'Zed', invitations: [] }),
    'accounts-link': page(admin, {
      made: {
        kind: 'ready',
        whose: undefined,
        id: 'one',
        role: 'member',
        url: 'https://calls.example.com/#invite=Zk3vQw8yTnB1rXeHs6LuCa0pMdG',
        expiresAt: Date.now() + 7 * day,
      },
    }),
    'accounts-password': page(admin, {
      made: {
        kind: 'ready',
        whose: bo.address,
        id: 'one',
        role: 'member',
        url: 'https://calls.example.com/#invite=Zk3vQw8yTnB1rXeHs6LuCa0pMdG',
        expiresAt: Date.now() + day,
      },
      invitations: [],
    }),
    'accounts-failed': page(admin, {
      made: { kind: 'failed', whose: undefined, message: 'The server does not answer. Check your connection and try again.' },
    }),
    'alone-admin': signedIn({
      people: { list: [], query: '', more: false },
      history: { entries: [], more: false, unseen: 0 },
      settings: { ...settings, account: admin },
    }),
    'people-guest': signedIn({ settings: { ...settings, account: { ...member, role: 'guest' } } }),
    'guests-of-member': page(member, { accounts: undefined, invitations: [] }),
  };
}

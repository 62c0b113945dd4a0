/**
 * Accounts (a server with `--accounts`): the ways to sign in, and what people with an account, guests and administrators do with them.
 *
 *     const identity = await signInWithPassword(url, 'Anna', password);
 *     const phone = await connect({ url });
 *     const { code } = await new Account(identity).invite({ role: 'member' });
 */
export {
  enterFromProvider,
  lookAtInvitation,
  providerUrl,
  renewPassword,
  signInWays,
  signInWithPassword,
  signUp,
  visit,
} from './sign-in.ts';
export type { Invited, SignInWays } from './sign-in.ts';
export { Account } from './account.ts';
export type { AccountPage, AccountView, Invitation, NewInvitation, Role, Session, Wanted } from './account.ts';

/** What people with accounts, guests and administrators ask over REST. */
import { limits, serverLimits } from '@offhook/core';
import { GrantsClaim } from '@offhook/core/protocol';
import { z } from 'zod';
import { roles } from '../ports/accounts.ts';
import { Refusal } from '../ports.ts';
import type { Pass } from '../ports.ts';
import type { Accounts } from './accounts.ts';
import type { Revoked } from './minted.ts';
import { check } from './rest.ts';
import type { Route } from './rest.ts';

const Name = z.string().max(limits.nameLength * 4);
const Secret = z.string().max(serverLimits.passwordLength * 4);
const Code = z.string().max(serverLimits.linkLength);
const Device = Name.optional();

const SignIn = z.object({ name: Name, password: Secret, device: Device });
const SignUp = z.object({ invite: Code, name: Name, password: Secret, device: Device });
const Guest = z.object({ invite: Code, name: Name, device: Device });
const Renew = z.object({ invite: Code, password: Secret, device: Device });
const Look = z.object({ invite: Code });
const NewPassword = z.object({ current: Secret, next: Secret, signOutOthers: z.boolean().optional() });
const Wanted = z.strictObject({
  role: z.enum(roles),
  uses: z.int().min(1).max(serverLimits.inviteUses).optional(),
  forMs: z.int().min(1).max(serverLimits.inviteMsMost).optional(),
  grants: GrantsClaim.optional(),
  stayMs: z.int().min(1).max(serverLimits.guestMsMost).optional(),
});
const Page = z.object({ role: z.enum(roles).default('member'), after: Name.optional() });
const Change = z.strictObject({ role: z.enum(['admin', 'member']) });
const Revocation: z.ZodType<Revoked> = z.union([
  z.strictObject({ jti: z.string().min(1).max(128) }),
  z.strictObject({
    user: z
      .string()
      .min(1)
      .max(limits.addressLength * 2),
  }),
]);

export function accountRoutes(accounts: Accounts): Route[] {
  const { invites } = accounts;
  return [
    {
      method: 'POST',
      path: '/session',
      access: 'anybody',
      answer({ body }) {
        const { name, password, device } = check(SignIn, body);
        return accounts.signIn(name, password, device);
      },
    },
    {
      method: 'POST',
      path: '/accounts',
      access: 'anybody',
      answer({ body }) {
        const { invite, device, ...wanted } = check(SignUp, body);
        return accounts.signUp(invite, wanted, device);
      },
    },
    {
      method: 'POST',
      path: '/guests',
      access: 'anybody',
      answer({ body }) {
        const { invite, name, device } = check(Guest, body);
        return accounts.signUpGuest(invite, name, device);
      },
    },
    {
      method: 'POST',
      path: '/invites/look',
      access: 'anybody',
      answer: ({ body }) => accounts.look(check(Look, body).invite),
    },
    {
      method: 'POST',
      path: '/password',
      access: 'anybody',
      answer({ body }) {
        const { invite, password, device } = check(Renew, body);
        return accounts.renewPassword(invite, password, device);
      },
    },
    { method: 'DELETE', path: '/session', access: 'user', answer: ({ pass }) => accounts.signOut(pass) },
    {
      method: 'PUT',
      path: '/account/password',
      access: 'member',
      answer({ pass, body }) {
        const { current, next, signOutOthers = false } = check(NewPassword, body);
        return accounts.changePassword(pass, current, next, signOutOthers);
      },
    },
    {
      method: 'POST',
      path: '/invites',
      access: 'member',
      answer({ pass, body }) {
        const wanted = check(Wanted, body);
        // What a member may give away is a visit to themselves.
        if (!pass.grants.admin && (wanted.role !== 'guest' || wanted.grants !== undefined)) throw new Refusal('forbidden');
        return invites.make(pass.user, wanted);
      },
    },
    {
      method: 'GET',
      path: '/invites',
      access: 'member',
      answer: async ({ pass }) => ({ invites: await invites.list(pass.user) }),
    },
    {
      method: 'DELETE',
      path: '/invites/:id',
      access: 'member',
      answer: ({ pass, parameters: { id = '' } }) => invites.takeBack(id, pass.grants.admin ? undefined : pass.user),
    },
    {
      method: 'GET',
      path: '/accounts',
      access: 'admin',
      async answer({ query }) {
        const { role, after } = check(Page, query);
        const page = await accounts.list(role, after, serverLimits.accountsPage);
        // Where the next page begins, if there may be one.
        return { accounts: page, next: page.length === serverLimits.accountsPage ? page.at(-1)?.address : undefined };
      },
    },
    {
      method: 'PATCH',
      path: '/accounts/:address',
      access: 'admin',
      answer: ({ body, parameters: { address = '' } }) => accounts.setRole(address, check(Change, body).role),
    },
    {
      method: 'POST',
      path: '/accounts/:address/password-link',
      access: 'admin',
      answer: ({ pass, parameters: { address = '' } }) => accounts.passwordLink(pass.user, address),
    },
    {
      method: 'DELETE',
      path: '/accounts/:address',
      access: 'admin',
      answer: ({ parameters: { address = '' } }) => accounts.close(address),
    },
  ];
}

/** For host applications, whose administrators hold a token with the grant. */
export function revocationRoutes(revoke: (revoked: Revoked) => Promise<void>): Route[] {
  return [{ method: 'POST', path: '/revocations', access: 'admin', answer: ({ body }) => revoke(check(Revocation, body)) }];
}

/** How one may sign in here, for a page that has to ask. */
export interface Ways {
  readonly open: boolean;
  readonly password: boolean;
  readonly token: boolean;
  /** How the provider of OpenID Connect is called, if there is one: `GET /v1/oidc/start` leads there. */
  readonly oidc: string | undefined;
}

export function wayRoutes(ways: Ways, accounts?: Pick<Accounts, 'isEmpty'>): Route[] {
  let isEmpty = accounts !== undefined;
  return [
    {
      method: 'GET',
      path: '/sign-in',
      access: 'anybody',
      async answer() {
        // Whoever has an account once has one for ever, though nobody may sign in by it.
        isEmpty &&= (await accounts?.isEmpty()) ?? false;
        return { ...ways, empty: isEmpty || undefined };
      },
    },
    {
      method: 'GET',
      path: '/session',
      access: 'user',
      answer({ pass }) {
        const { id, name } = pass.device;
        return Promise.resolve({
          user: pass.user,
          device: { id, name },
          grants: pass.grants,
          account: ownAccount(ways, pass),
        });
      },
    },
  ];
}

/** What account of this server somebody is signed in with, if any: one that lasts, or that of a guest. */
function ownAccount({ password }: Ways, { by, until }: Pass): 'member' | 'guest' | undefined {
  if (!password || by !== 'device') return undefined;
  return until === undefined ? 'member' : 'guest';
}

/** People, for programs that make, rename and remove them, and the tokens with which they sign in. */
import { cleanName } from '@offhook/core';
import type { CreatedToken as CreatedTokenView, ErrorCode, Instant, PutUser as Put } from '@offhook/core';
import { CreatedToken, NewAddress, PutUser, TokenCreation, UserPutting } from '@offhook/core/protocol';
import type { Here, Mint, UserAdministration } from '../ports/people-control.ts';
import { Refusal } from '../ports.ts';
import type { Store, Switchboard } from '../ports.ts';
import { shownUser } from './directory.ts';
import type { Idempotency } from './idempotency.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface PeopleRoutesDeps {
  readonly store: Store;
  readonly switchboard: Switchboard;
  readonly here: Here;
  /** Absent: people take their names themselves. */
  readonly users: UserAdministration | undefined;
  /** Absent: there is no secret to sign tokens with. */
  readonly mint: Mint | undefined;
  readonly idempotency: Idempotency;
}

export function peopleRoutes(deps: PeopleRoutesDeps): AnsweredRoute[] {
  const users = (): UserAdministration => {
    if (deps.users === undefined) throw new Refusal('forbidden', 'People of this server take their names themselves.');
    return deps.users;
  };
  const one = '/users/:user';
  return [
    route(
      'users',
      'PUT',
      one,
      { summary: 'Makes somebody who is not there yet, or renames them.', body: UserPutting, answers: PutUser },
      (asking) => put(deps, users(), asking),
    ),
    route(
      'users',
      'DELETE',
      one,
      { summary: 'Signs somebody out everywhere; an account is closed, tokens made until now are void. History stays.' },
      async ({ parameters }) => {
        const user = await deps.store.user(parameters['user'] ?? '');
        if (user === undefined) throw new Refusal('user_not_found');
        await users().remove(user.address);
      },
    ),
    route(
      'users',
      'DELETE',
      `${one}/devices/:device`,
      { summary: 'Signs a device or a phone out for good, and ends its calls.' },
      async ({ parameters: { user = '', device = '' } }) => {
        if ((await deps.store.user(user)) === undefined) throw new Refusal('user_not_found');
        refuse(await deps.here.removeDevice(user, device));
      },
    ),
    {
      scope: 'tokens',
      method: 'POST',
      path: '/tokens',
      summary: 'Makes a token with which the page of somebody signs in. It goes to them, and to nobody else.',
      makes: true,
      isIdempotent: true,
      body: TokenCreation,
      answers: CreatedToken,
      answer: (asking) => {
        const { mint, idempotency } = deps;
        const creation = check(TokenCreation, asking.body);
        if (mint === undefined) throw new Refusal('forbidden', 'This server has no secret to sign tokens with.');
        if (creation.name !== undefined && cleanName(creation.name) === undefined) throw new Refusal('name_invalid');
        // Said again, it is the very same one, with the end that it had.
        const made = (id: string, at: Instant): Promise<CreatedTokenView> => mint(creation, id, at);
        return idempotency.once('token', asking, made, made);
      },
    },
    route('tokens', 'DELETE', '/tokens/:token', { summary: 'Makes one void, by its id.' }, ({ parameters }) =>
      users().revoke(parameters['token'] ?? ''),
    ),
  ];
}

async function put(
  { store, switchboard, here }: PeopleRoutesDeps,
  users: UserAdministration,
  { parameters, body }: Asking,
): Promise<Put> {
  const address = check(NewAddress, parameters['user'], 'user');
  const name = cleanName(check(UserPutting, body).name);
  if (name === undefined) throw new Refusal('name_invalid');
  const before = await store.user(address);
  const made = before === undefined ? await users.make({ address, name }) : {};
  if (before !== undefined && before.name !== name) refuse(await here.rename(before, name));
  const user = await store.user(address);
  if (user === undefined) throw new Refusal('user_not_found');
  return { user: shownUser(switchboard, user), ...made };
}

function refuse(error: ErrorCode | undefined): void {
  if (error !== undefined) throw new Refusal(error);
}

/** People and their devices, for programs. */
import type { ApiDevice, ApiUser } from '@offhook/core';
import { DeviceList, DeviceQuery, OneUser, UserList, UserQuery } from '@offhook/core/protocol';
import { Refusal } from '../ports.ts';
import type { Clock, Store, StoredUser, Switchboard } from '../ports.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, sizeOf } from './routes.ts';
import type { AnsweredRoute } from './routes.ts';

export interface DirectoryDeps {
  readonly store: Store;
  readonly switchboard: Switchboard;
  readonly clock: Clock;
}

export function directoryRoutes({ store, switchboard, clock }: DirectoryDeps): AnsweredRoute[] {
  const shown = (user: StoredUser): ApiUser => shownUser(switchboard, user);
  const find = async (address: string | undefined): Promise<StoredUser> => {
    const user = await store.user(address ?? '');
    if (user === undefined) throw new Refusal('user_not_found');
    return user;
  };
  return [
    {
      scope: 'users.read',
      method: 'GET',
      path: '/users',
      summary: 'People by name.',
      query: UserQuery,
      answers: UserList,
      answer: async ({ query: asked }) => {
        const { query, after, limit } = check(UserQuery, asked, 'query');
        const { people, next } = await store.people(query, after, sizeOf(limit), clock.now());
        return { users: people.map(shown), ...(next !== undefined && { next }) };
      },
    },
    {
      scope: 'users.read',
      method: 'GET',
      path: '/users/:user',
      summary: 'Somebody, and whether they are there.',
      answers: OneUser,
      answer: async ({ parameters }) => ({ user: shown(await find(parameters['user'])) }),
    },
    {
      scope: 'users.read',
      method: 'GET',
      path: '/users/:user/devices',
      summary: 'The browsers and apps of somebody, oldest first.',
      query: DeviceQuery,
      answers: DeviceList,
      answer: async ({ parameters, query }) => {
        const asked = check(DeviceQuery, query, 'query');
        const { address } = await find(parameters['user']);
        const devices = (await store.devices(address)).filter(({ phone }) => phone !== true);
        const { items, next } = pageOf(devices, ({ createdAt, id }) => placeOf(createdAt, id), asked);
        return {
          devices: items.map(({ id, name, createdAt, seenAt }): ApiDevice => ({ id, name, createdAt, seenAt })),
          ...(next !== undefined && { next }),
        };
      },
    },
  ];
}

/** Somebody, as programs see them. */
export function shownUser(switchboard: Switchboard, { address, name, createdAt, seenAt }: StoredUser): ApiUser {
  return {
    address,
    name,
    presence: switchboard.presence(address),
    createdAt,
    ...(seenAt !== undefined && { seenAt }),
  };
}

/** People, their devices and their calls, for programs. */
import { apiLimits } from '@offhook/core';
import type { ApiCall, ApiDevice, ApiUser } from '@offhook/core';
import { CallList, CallQuery, DeviceList, OneCall, OneUser, UserList, UserQuery } from '@offhook/core/protocol';
import { Refusal } from '../ports.ts';
import type { Clock, Store, StoredUser, Switchboard } from '../ports.ts';
import { check } from './routes.ts';
import type { AnsweredRoute } from './routes.ts';

export interface DirectoryDeps {
  readonly store: Store;
  readonly switchboard: Switchboard;
  readonly clock: Clock;
}

export function directoryRoutes({ store, switchboard, clock }: DirectoryDeps): AnsweredRoute[] {
  const shown = ({ address, name, createdAt, seenAt }: StoredUser): ApiUser => ({
    address,
    name,
    presence: switchboard.presence(address),
    createdAt,
    ...(seenAt !== undefined && { seenAt }),
  });
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
        const { query, after, limit } = check(UserQuery, asked);
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
      summary: 'Where somebody is reached.',
      answers: DeviceList,
      answer: async ({ parameters }) => {
        const { address } = await find(parameters['user']);
        const devices = await store.devices(address);
        return { devices: devices.map(({ id, name, createdAt, seenAt }): ApiDevice => ({ id, name, createdAt, seenAt })) };
      },
    },
    {
      scope: 'calls.read',
      method: 'GET',
      path: '/users/:user/calls',
      summary: 'The calls of somebody that are over, newest first, as they were for them.',
      query: CallQuery,
      answers: CallList,
      answer: async ({ parameters, query }) => {
        const { before, limit } = check(CallQuery, query);
        const { address } = await find(parameters['user']);
        const { entries, next } = await store.history(address, before, sizeOf(limit));
        return { calls: entries, ...(next !== undefined && { next }) };
      },
    },
    {
      scope: 'calls.read',
      method: 'GET',
      path: '/calls/:call',
      summary: 'A call that is over, and how it ended.',
      answers: OneCall,
      answer: async ({ parameters }) => {
        const record = await store.record(parameters['call'] ?? '');
        if (record === undefined) throw new Refusal('call_not_found');
        const { call, caller, callee, media, startedAt, connectedAt, endedAt, cause, answeredOn } = record;
        const over: ApiCall = {
          call,
          caller: personOf(caller),
          callee: personOf(callee),
          media,
          startedAt,
          ...(connectedAt !== undefined && { connectedAt }),
          endedAt,
          cause,
          ...(answeredOn !== undefined && { answeredOn }),
        };
        return { call: over };
      },
    },
  ];
}

function personOf({ address, name }: ApiCall['caller']): ApiCall['caller'] {
  return { address, name };
}

function sizeOf(limit: string | undefined): number {
  return limit === undefined ? apiLimits.pageUsual : Number(limit);
}

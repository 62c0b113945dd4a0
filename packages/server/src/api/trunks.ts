/** Trunks, and who may call which telephone numbers. */
import type { Trunk } from '@offhook/core';
import {
  OneTrunk,
  OutgoingSettings,
  TrunkChange,
  TrunkCreation,
  TrunkList,
  TrunkQuery,
  UserOutgoing,
  UserOutgoingView,
} from '@offhook/core/protocol';
import type { TrunkAdministration } from '../ports/trunk-book.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface TrunkRoutesDeps {
  readonly store: Store;
  /** Absent: the server has none. */
  readonly trunks: TrunkAdministration | undefined;
  readonly idempotency: Idempotency;
}

const one = '/trunks/:trunk';
const which = ({ parameters }: Asking): string => parameters['trunk'] ?? '';
const ofUser = '/users/:user/outgoing';

export function trunkRoutes(deps: TrunkRoutesDeps): AnsweredRoute[] {
  const trunks = (): TrunkAdministration => {
    if (deps.trunks === undefined) throw new Refusal('trunks_unavailable');
    return deps.trunks;
  };
  const whose = async ({ parameters }: Asking): Promise<string> => {
    const user = await deps.store.user(parameters['user'] ?? '');
    if (user === undefined) throw new Refusal('user_not_found');
    return user.address;
  };
  return [
    route(
      'trunks.read',
      'GET',
      '/trunks',
      { summary: 'The trunks, oldest first.', query: TrunkQuery, answers: TrunkList },
      async ({ query }) => {
        const asked = check(TrunkQuery, query, 'query');
        const { items, next } = pageOf(trunks().list(), ({ createdAt, trunk }) => placeOf(createdAt, trunk), asked);
        return { trunks: items, ...(next !== undefined && { next }) };
      },
    ),
    route('trunks.read', 'GET', one, { summary: 'A trunk as it is now.', answers: OneTrunk }, async (asking) => ({
      trunk: trunks().get(which(asking)),
    })),
    {
      scope: 'trunks',
      method: 'POST',
      path: '/trunks',
      summary: 'Makes a trunk.',
      makes: true,
      isIdempotent: true,
      body: TrunkCreation,
      answers: OneTrunk,
      answer: (asking) => {
        check(TrunkCreation, asking.body);
        const make = async (id: string): Promise<{ trunk: Trunk }> => ({
          trunk: await trunks().create(asking.body as TrunkCreation, id),
        });
        return deps.idempotency.once('trunk', asking, make, async (id) => ({ trunk: trunks().get(id) }));
      },
    },
    route(
      'trunks',
      'PATCH',
      one,
      { summary: 'Changes what is named, for calls from now on.', body: TrunkChange, answers: OneTrunk },
      async (asking) => ({ trunk: await trunks().change(which(asking), check(TrunkChange, asking.body)) }),
    ),
    route('trunks', 'DELETE', one, { summary: 'Removes a trunk. Calls that go by it go on.' }, (asking) =>
      trunks().remove(which(asking)),
    ),
    route(
      'trunks.read',
      'GET',
      '/outgoing',
      { summary: 'Which telephone numbers may be called.', answers: OutgoingSettings },
      async () => trunks().outgoing(),
    ),
    route(
      'trunks',
      'PUT',
      '/outgoing',
      { summary: 'Says which telephone numbers may be called.', body: OutgoingSettings, answers: OutgoingSettings },
      ({ body }) => trunks().setOutgoing(check(OutgoingSettings, body)),
    ),
    route(
      'trunks.read',
      'GET',
      ofUser,
      { summary: 'What somebody may call, as whom, and what they have used.', answers: UserOutgoingView },
      async (asking) => trunks().ofUser(await whose(asking)),
    ),
    route(
      'trunks',
      'PUT',
      ofUser,
      { summary: 'Says what somebody may call, and as whom.', body: UserOutgoing, answers: UserOutgoingView },
      async (asking) => {
        const settings = check(UserOutgoing, asking.body);
        return trunks().setUserOutgoing(await whose(asking), settings);
      },
    ),
  ];
}

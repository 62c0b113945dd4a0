/** SIP phones of people, for programs. */
import type { AddedPhone as Added } from '@offhook/core';
import { AddedPhone, PhoneCreation, PhonePage, PhoneQuery } from '@offhook/core/protocol';
import type { SipPhones } from '../ports/sip-phones.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface PhoneRoutesDeps {
  readonly store: Store;
  /** Absent: the server takes none. */
  readonly sipPhones: SipPhones | undefined;
  readonly idempotency: Idempotency;
}

const path = '/users/:user/phones';

export function phoneRoutes({ sipPhones, store, idempotency }: PhoneRoutesDeps): AnsweredRoute[] {
  const phones = (): SipPhones => {
    if (sipPhones === undefined) throw new Refusal('phones_unavailable');
    return sipPhones;
  };
  const owner = async ({ parameters }: Asking): Promise<string> => {
    const user = await store.user(parameters['user'] ?? '');
    if (user === undefined) throw new Refusal('user_not_found');
    return user.address;
  };
  return [
    route(
      'users.read',
      'GET',
      path,
      { summary: "Somebody's SIP phones, oldest first, and where they register.", query: PhoneQuery, answers: PhonePage },
      async (asking) => {
        const asked = check(PhoneQuery, asking.query, 'query');
        const { server } = phones();
        const all = await phones().list(await owner(asking));
        const { items, next } = pageOf(all, ({ createdAt, id }) => placeOf(createdAt, id), asked);
        return { server, phones: items, ...(next !== undefined && { next }) };
      },
    ),
    {
      scope: 'users',
      method: 'POST',
      path,
      summary:
        'Gives somebody one more SIP phone, with a login of its own. Its password is shown here alone, and again with the same `Idempotency-Key`. It goes as devices do.',
      makes: true,
      isIdempotent: true,
      body: PhoneCreation,
      answers: AddedPhone,
      answer: async (asking) => {
        const { name } = check(PhoneCreation, asking.body);
        const user = await owner(asking);
        const once = { ...asking, body: { user, name } };
        if (asking.idempotencyKey === undefined) return phones().add(user, name);
        const make = (device: string): Promise<Added> => phones().add(user, name, device);
        return idempotency.once('phone', once, make, async (device) => {
          const known = (await phones().list(user)).find(({ id }) => id === device);
          if (known === undefined) throw new Refusal('device_not_found');
          return phones().add(user, known.name, device);
        });
      },
    },
  ];
}

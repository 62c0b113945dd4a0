/** Telephone numbers of ours, and where calls to them lead. */
import { NumberList, NumberQuery, NumberSetting, OneNumber, TelephoneNumber } from '@offhook/core/protocol';
import type { NumberAdministration } from '../ports/numbers.ts';
import { pageOf } from './pages.ts';
import { check, route } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface NumberRoutesDeps {
  readonly numbers: NumberAdministration;
}

const one = '/numbers/:number';

function which({ parameters }: Asking): string {
  return parameters['number'] ?? '';
}

export function numberRoutes({ numbers }: NumberRoutesDeps): AnsweredRoute[] {
  return [
    route(
      'trunks.read',
      'GET',
      '/numbers',
      { summary: 'The numbers of ours, in their order.', query: NumberQuery, answers: NumberList },
      async ({ query }) => {
        const { items, next } = pageOf(numbers.list(), ({ number }) => number, check(NumberQuery, query, 'query'));
        return { numbers: items, ...(next !== undefined && { next }) };
      },
    ),
    route(
      'trunks.read',
      'GET',
      one,
      { summary: 'A number, and where calls to it lead.', answers: OneNumber },
      async (asking) => ({
        number: numbers.get(which(asking)),
      }),
    ),
    route(
      'trunks',
      'PUT',
      one,
      { summary: 'Says where calls to a number lead.', body: NumberSetting, answers: OneNumber },
      async (asking) => {
        const number = check(TelephoneNumber, which(asking), 'number');
        return { number: await numbers.set(number, check(NumberSetting, asking.body)) };
      },
    ),
    route('trunks', 'DELETE', one, { summary: 'Forgets a number: calls to it lead nowhere.' }, (asking) =>
      numbers.remove(which(asking)),
    ),
  ];
}

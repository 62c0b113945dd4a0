/** What happened, for programs: as it happens, and what became of its deliveries. */
import { apiLimits } from '@offhook/core';
import type { Delivery } from '@offhook/core';
import { DeliveryPage, DeliveryQuery, EventQuery, OneDelivery, ReplayOrder } from '@offhook/core/protocol';
import { deliveryState } from '../ports/events.ts';
import type { LoggedEvent } from '../ports/events.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { EventFeed } from './feed.ts';
import { check } from './routes.ts';
import type { ApiRoute } from './routes.ts';

/** What brings events to the webhook, if there is one. */
export interface Deliveries {
  attempts(position: number): number | undefined;
  again(from: number, to: number): Promise<void>;
}

export interface EventRoutesDeps {
  readonly store: Store;
  readonly feed: EventFeed;
  readonly deliveries: Deliveries | undefined;
}

export function eventRoutes({ store, feed, deliveries }: EventRoutesDeps): ApiRoute[] {
  const sender = (): Deliveries => {
    if (deliveries === undefined) throw new Refusal('not_found', 'This server has no webhook.');
    return deliveries;
  };
  const shown = (event: LoggedEvent): Delivery => {
    const { position, settled } = event;
    const attempts = settled?.attempts ?? deliveries?.attempts(position) ?? 0;
    return {
      id: String(position),
      webhookId: `${event.about}_${position}`,
      type: event.event,
      about: event.about,
      at: event.at,
      state: deliveryState(event),
      attempts,
      ...(settled !== undefined && { settledAt: settled.at }),
      ...(settled?.error !== undefined && { error: settled.error }),
      body: JSON.parse(event.body) as Delivery['body'],
    };
  };
  const find = async (id: string | undefined): Promise<LoggedEvent> => {
    const position = Number(check(ReplayOrder.shape.from, id));
    const [event] = await store.events(position - 1, 1);
    if (event?.position !== position) throw new Refusal('event_not_found');
    return event;
  };
  return [
    {
      scope: 'events',
      method: 'GET',
      path: '/events',
      summary: 'What happens, as server-sent events. `Last-Event-ID` goes on behind an event.',
      query: EventQuery,
      streams: ({ query, lastEventId }, to) => {
        const { types = '', after: asked } = check(EventQuery, query);
        // Whoever comes back asks for the same page, and says by the header how far they are.
        const after = check(EventQuery.shape.after, lastEventId) ?? asked;
        return feed.listen(
          { after: after === undefined ? undefined : Number(after), types: types.split(',').filter(Boolean) },
          to,
        );
      },
    },
    {
      scope: 'webhooks.read',
      method: 'GET',
      path: '/webhooks/deliveries',
      summary: 'What was and is to be delivered to the webhook, newest first.',
      query: DeliveryQuery,
      answers: DeliveryPage,
      answer: async ({ query }) => {
        const { state, before, limit: asked } = check(DeliveryQuery, query);
        const limit = asked === undefined ? apiLimits.pageUsual : Number(asked);
        const found = await store.deliveries(before === undefined ? Infinity : Number(before), limit + 1, state);
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return {
          deliveries: page.map(shown),
          ...(found.length > limit && last !== undefined && { next: String(last.position) }),
        };
      },
    },
    {
      scope: 'webhooks.read',
      method: 'GET',
      path: '/webhooks/deliveries/:delivery',
      summary: 'One of them.',
      answers: OneDelivery,
      answer: async ({ parameters }) => ({ delivery: shown(await find(parameters['delivery'])) }),
    },
    {
      scope: 'webhooks',
      method: 'POST',
      path: '/webhooks/deliveries/:delivery/replay',
      summary: 'Delivers one once more. One that waits goes on waiting.',
      answers: OneDelivery,
      answer: async ({ parameters }) => {
        const { position } = await find(parameters['delivery']);
        await sender().again(position, position);
        return { delivery: shown(await find(parameters['delivery'])) };
      },
    },
    {
      scope: 'webhooks',
      method: 'POST',
      path: '/webhooks/replay',
      summary: 'Delivers once more all from one on, in order.',
      body: ReplayOrder,
      answer: async ({ body }) => {
        const { position } = await find(check(ReplayOrder, body).from);
        await sender().again(position, Number.MAX_SAFE_INTEGER);
      },
    },
  ];
}

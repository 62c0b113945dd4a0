/** Receivers of webhooks, what became of what they were sent, and once more what they have lost. */
import type { CreatedWebhook, Delivery } from '@offhook/core';
import {
  CreatedWebhook as CreatedWebhookSchema,
  DeliveryPage,
  DeliveryQuery,
  OneDelivery,
  OneWebhook,
  ReplayOrder,
  WebhookChange,
  WebhookCreation,
  WebhookPage,
  WebhookQuery,
  WebhookRotation,
} from '@offhook/core/protocol';
import { deliveryState } from '../ports/events.ts';
import type { Delivery as StoredDelivery } from '../ports/events.ts';
import type { WebhookAdministration } from '../ports/webhooks.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route, sizeOf } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface WebhookRoutesDeps {
  readonly store: Store;
  readonly webhooks: WebhookAdministration;
  readonly idempotency: Idempotency;
}

const one = '/webhooks/:webhook';
const which = ({ parameters }: Asking): string => parameters['webhook'] ?? '';

export function webhookRoutes(deps: WebhookRoutesDeps): AnsweredRoute[] {
  const { webhooks } = deps;
  return [
    {
      scope: 'webhooks',
      method: 'POST',
      path: '/webhooks',
      summary:
        'Makes a receiver, which is told what happens from now on. Its secret is shown here alone, and again with the same `Idempotency-Key`.',
      makes: true,
      isIdempotent: true,
      body: WebhookCreation,
      answers: CreatedWebhookSchema,
      answer: (asking) => create(deps, asking),
    },
    route(
      'webhooks.read',
      'GET',
      '/webhooks',
      {
        summary: 'Who is told what happens, oldest first, the one in the settings among them.',
        query: WebhookQuery,
        answers: WebhookPage,
      },
      async ({ query }) => {
        const asked = check(WebhookQuery, query, 'query');
        const { items, next } = pageOf(webhooks.list(), ({ createdAt, webhook }) => placeOf(createdAt, webhook), asked);
        return { webhooks: items, ...(next !== undefined && { next }) };
      },
    ),
    route('webhooks.read', 'GET', one, { summary: 'A receiver as it is now.', answers: OneWebhook }, async (asking) => ({
      webhook: webhooks.get(which(asking)),
    })),
    route(
      'webhooks',
      'PATCH',
      one,
      { summary: 'Changes what is named; `null` takes it away.', body: WebhookChange, answers: OneWebhook },
      async (asking) => ({ webhook: await webhooks.change(which(asking), check(WebhookChange, asking.body)) }),
    ),
    route('webhooks', 'DELETE', one, { summary: 'Nothing is posted to it any more, and nothing is kept for it.' }, (asking) =>
      webhooks.remove(which(asking)),
    ),
    {
      scope: 'webhooks',
      method: 'POST',
      path: `${one}/rotate`,
      summary:
        'Replaces its secret, which is shown here alone, and again with the same `Idempotency-Key`. For a while the one before signs as well.',
      isIdempotent: true,
      body: WebhookRotation,
      isBodyOptional: true,
      answers: CreatedWebhookSchema,
      answer: (asking) => rotate(deps, asking),
    },
    ...deliveryRoutes(deps),
  ];
}

function deliveryRoutes({ store, webhooks }: WebhookRoutesDeps): AnsweredRoute[] {
  const shown = (webhook: string, delivery: StoredDelivery): Delivery => {
    const { position, settled } = delivery;
    const attempts = settled?.attempts ?? webhooks.attempts(webhook, position) ?? 0;
    return {
      id: String(position),
      webhookId: `${delivery.about}_${position}`,
      type: delivery.event,
      about: delivery.about,
      at: delivery.at,
      state: deliveryState(delivery),
      attempts,
      ...(settled !== undefined && { settledAt: settled.at }),
      ...(settled?.error !== undefined && { error: settled.error }),
      body: JSON.parse(delivery.body) as Delivery['body'],
    };
  };
  const find = async (asking: Asking): Promise<StoredDelivery> => {
    const { webhook } = webhooks.get(which(asking));
    const position = Number(check(ReplayOrder.shape.from, asking.parameters['delivery'], 'delivery'));
    const [delivery] = await store.deliveries(webhook, position + 1, 1);
    if (delivery?.position !== position) throw new Refusal('event_not_found');
    return delivery;
  };
  const ofOne = `${one}/deliveries`;
  return [
    route(
      'webhooks.read',
      'GET',
      ofOne,
      { summary: 'What was and is to be delivered to a receiver, newest first.', query: DeliveryQuery, answers: DeliveryPage },
      async (asking) => {
        const { state, before, limit } = check(DeliveryQuery, asking.query, 'query');
        const { webhook } = webhooks.get(which(asking));
        const size = sizeOf(limit);
        const found = await store.deliveries(webhook, before === undefined ? Infinity : Number(before), size + 1, state);
        const onPage = found.slice(0, size);
        const last = onPage.at(-1);
        return {
          deliveries: onPage.map((delivery) => shown(webhook, delivery)),
          ...(found.length > size && last !== undefined && { next: String(last.position) }),
        };
      },
    ),
    route('webhooks.read', 'GET', `${ofOne}/:delivery`, { summary: 'One of them.', answers: OneDelivery }, async (asking) => ({
      delivery: shown(which(asking), await find(asking)),
    })),
    route(
      'webhooks',
      'POST',
      `${ofOne}/:delivery/replay`,
      { summary: 'Delivers one once more. One that waits goes on waiting.', answers: OneDelivery },
      async (asking) => {
        const { position } = await find(asking);
        await webhooks.again(which(asking), position, position);
        return { delivery: shown(which(asking), await find(asking)) };
      },
    ),
    route(
      'webhooks',
      'POST',
      `${one}/replay`,
      {
        summary: 'Delivers once more all from one event on, in order, also what happened before there was this receiver.',
        body: ReplayOrder,
      },
      async (asking) => {
        const position = Number(check(ReplayOrder, asking.body).from);
        const { webhook } = webhooks.get(which(asking));
        const [event] = await store.events(position - 1, 1);
        if (event?.position !== position) throw new Refusal('event_not_found');
        await webhooks.again(webhook, position, Number.MAX_SAFE_INTEGER);
      },
    ),
  ];
}

function rotate({ webhooks, idempotency }: WebhookRoutesDeps, asking: Asking): Promise<CreatedWebhook> {
  const webhook = which(asking);
  const rotation = check(WebhookRotation, asking.body ?? {});
  // Of another receiver, it is another request.
  return idempotency.once(
    'rotation',
    { ...asking, body: { webhook, ...rotation } },
    () => webhooks.rotate(webhook, rotation),
    async () => webhooks.created(webhook),
  );
}

function create({ webhooks, idempotency }: WebhookRoutesDeps, asking: Asking): Promise<CreatedWebhook> {
  const creation = check(WebhookCreation, asking.body);
  return idempotency.once(
    'webhook',
    asking,
    (id) => webhooks.create(id, creation),
    async (id) => webhooks.created(id),
  );
}

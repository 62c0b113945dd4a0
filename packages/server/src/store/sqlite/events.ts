/** What happened, as statements and as rows. */
import type { Delivery, DeliveryState, EventStore, EventWrite, LoggedEvent } from '../../ports/events.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const eventWrites = {
  outbox: 'INSERT INTO outbox (event, call, at, body) VALUES (?1, ?2, ?3, ?4)',
  settled: `
    UPDATE deliveries SET settled_at = ?3, attempts = ?4, error = ?5
    WHERE webhook = ?1 AND position = ?2 AND settled_at IS NULL`,
  again: `
    UPDATE deliveries SET settled_at = NULL, attempts = 0, error = NULL
    WHERE webhook = ?1 AND position BETWEEN ?2 AND ?3 AND settled_at IS NOT NULL`,
  /** What happened before there was this receiver. */
  again_first: `
    INSERT INTO deliveries (webhook, position)
    SELECT webhooks.id, outbox.position FROM webhooks CROSS JOIN outbox
    WHERE webhooks.id = ?1 AND outbox.position BETWEEN ?2 AND ?3
      AND (webhooks.events IS NULL OR EXISTS (SELECT 1 FROM json_each(webhooks.events) WHERE outbox.event GLOB value))
    ON CONFLICT DO NOTHING`,
  events_gone: 'DELETE FROM outbox WHERE at < ?1',
  old_deliveries_gone: `
    DELETE FROM deliveries
    WHERE webhook IN (SELECT id FROM webhooks) AND position < ifnull((SELECT min(position) FROM outbox), 9007199254740991)`,
} as const;

interface DeliveryRow extends LoggedEvent {
  readonly settledAt: number | null;
  readonly attempts: number;
  readonly error: string | null;
}

export interface EventRows {
  readonly outbox: LoggedEvent;
  readonly events: LoggedEvent;
  readonly deliveries: DeliveryRow;
  readonly deliveries_delivered: DeliveryRow;
  readonly deliveries_failed: DeliveryRow;
  readonly deliveries_waiting: DeliveryRow;
  readonly event_range: { readonly first: number | null; readonly last: number | null };
}

const event = 'outbox.position, event, call AS about, at, body';
const outcome = 'settled_at AS settledAt, attempts, error';
const joined = 'CROSS JOIN outbox ON outbox.position = deliveries.position WHERE deliveries.webhook = ?1';

/** Newest first. */
function deliveriesThat(index: string, are: string): string {
  return `
    SELECT ${event}, ${outcome} FROM deliveries ${index} ${joined} AND deliveries.position < ?2 AND ${are}
    ORDER BY deliveries.position DESC LIMIT ?3`;
}

export const eventReads: Readonly<Record<keyof EventRows, string>> = {
  /** Not by way of all that was delivered, as the planner would have it. */
  outbox: `
    SELECT ${event} FROM deliveries INDEXED BY deliveries_waiting ${joined} AND deliveries.position > ?2 AND settled_at IS NULL
    ORDER BY deliveries.position LIMIT ?3`,
  events: `SELECT ${event} FROM outbox WHERE position > ?1 ORDER BY position LIMIT ?2`,
  deliveries: deliveriesThat('', 'TRUE'),
  deliveries_delivered: deliveriesThat('', 'settled_at IS NOT NULL AND error IS NULL'),
  deliveries_failed: deliveriesThat('INDEXED BY deliveries_failed', 'error IS NOT NULL'),
  deliveries_waiting: deliveriesThat('INDEXED BY deliveries_waiting', 'settled_at IS NULL'),
  event_range: `SELECT (SELECT min(position) FROM outbox) AS first, (SELECT seq FROM sqlite_sequence WHERE name = 'outbox') AS last`,
};

export function encodeEventWrite(write: EventWrite): Statement[] {
  switch (write.type) {
    case 'outbox': {
      const { event: name, about, at, body } = write.entry;
      return [['outbox', name, about, at, body]];
    }
    case 'settled':
      return write.deliveries.map(({ position, at, attempts, error }) => [
        'settled',
        write.webhook,
        position,
        at,
        attempts,
        error ?? null,
      ]);
    case 'again': {
      const { webhook, from, to } = write;
      return [
        ['again', webhook, from, to],
        ['again_first', webhook, from, to],
      ];
    }
    case 'events_gone':
      return [['events_gone', write.before], ['old_deliveries_gone']];
  }
}

export function eventStore(connection: Connection): EventStore {
  return {
    outbox: (webhook, after, limit) => connection.read('outbox', webhook, after, limit),
    events: (after, limit) => connection.read('events', after, limit),
    async deliveries(webhook, before, limit, state?: DeliveryState) {
      const name = state === undefined ? 'deliveries' : (`deliveries_${state}` as const);
      return (await connection.read(name, webhook, before, limit)).map(toDelivery);
    },
    async eventRange() {
      const [row] = await connection.read('event_range');
      return { first: row?.first ?? 0, last: row?.last ?? 0 };
    },
  };
}

function toDelivery({ settledAt, attempts, error, ...logged }: DeliveryRow): Delivery {
  return settledAt === null ? logged : { ...logged, settled: { at: settledAt, attempts, ...(error !== null && { error }) } };
}

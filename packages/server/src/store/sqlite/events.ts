/** What happened, as statements and as rows. */
import type { DeliveryState, EventStore, EventWrite, LoggedEvent, WaitingEvent } from '../../ports/events.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const eventWrites = {
  outbox: 'INSERT INTO outbox (event, call, at, body) VALUES (?1, ?2, ?3, ?4)',
  settled: `
    UPDATE outbox SET settled_at = said.value ->> 'at', attempts = said.value ->> 'attempts', error = said.value ->> 'error'
    FROM json_each(?1) AS said WHERE outbox.position = said.value ->> 'position' AND settled_at IS NULL`,
  again: `
    UPDATE outbox SET settled_at = NULL, attempts = 0, error = NULL
    WHERE position BETWEEN ?1 AND ?2 AND settled_at IS NOT NULL`,
  events_gone: 'DELETE FROM outbox WHERE at < ?1',
} as const;

interface EventRow extends WaitingEvent {
  readonly settledAt: number | null;
  readonly attempts: number;
  readonly error: string | null;
}

export interface EventRows {
  readonly outbox: WaitingEvent;
  readonly events: EventRow;
  readonly deliveries: EventRow;
  readonly event_range: { readonly first: number | null; readonly last: number | null };
}

const waiting = 'position, event, call AS about, at, body';
const all = `${waiting}, settled_at AS settledAt, attempts, error`;

export const eventReads: Readonly<Record<keyof EventRows, string>> = {
  outbox: `SELECT ${waiting} FROM outbox WHERE position > ?1 AND settled_at IS NULL ORDER BY position LIMIT ?2`,
  events: `SELECT ${all} FROM outbox WHERE position > ?1 ORDER BY position LIMIT ?2`,
  deliveries: `
    SELECT ${all} FROM outbox
    WHERE position < ?1
      AND (?3 IS NULL OR ?3 = iif(settled_at IS NULL, 'waiting', iif(error IS NULL, 'delivered', 'failed')))
    ORDER BY position DESC LIMIT ?2`,
  event_range: `SELECT (SELECT min(position) FROM outbox) AS first, (SELECT seq FROM sqlite_sequence WHERE name = 'outbox') AS last`,
};

export function encodeEventWrite(write: EventWrite): Statement {
  switch (write.type) {
    case 'outbox': {
      const { event, about, at, body } = write.entry;
      return ['outbox', event, about, at, body];
    }
    case 'settled':
      return ['settled', JSON.stringify(write.deliveries)];
    case 'again':
      return ['again', write.from, write.to];
    case 'events_gone':
      return ['events_gone', write.before];
  }
}

export function eventStore(connection: Connection): EventStore {
  return {
    outbox: (after, limit) => connection.read('outbox', after, limit),
    async events(after, limit) {
      return (await connection.read('events', after, limit)).map(toEvent);
    },
    async deliveries(before, limit, state?: DeliveryState) {
      return (await connection.read('deliveries', before, limit, state ?? null)).map(toEvent);
    },
    async eventRange() {
      const [row] = await connection.read('event_range');
      return { first: row?.first ?? 0, last: row?.last ?? 0 };
    },
  };
}

function toEvent({ settledAt, attempts, error, ...event }: EventRow): LoggedEvent {
  return settledAt === null ? event : { ...event, settled: { at: settledAt, attempts, ...(error !== null && { error }) } };
}

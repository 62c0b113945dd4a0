/**
 * What was delivered to webhooks is kept for a while, and may be sent once more (packages/server/src/ports/events.ts).
 *
 * outbox.settled_at  when it was delivered or given up; null: it waits
 * outbox.error       why it was given up
 */
export const eventLog = `
  ALTER TABLE outbox ADD COLUMN settled_at REAL;
  ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE outbox ADD COLUMN error TEXT;
  CREATE INDEX outbox_waiting ON outbox (position) WHERE settled_at IS NULL;
  CREATE INDEX outbox_by_age ON outbox (at);
`;

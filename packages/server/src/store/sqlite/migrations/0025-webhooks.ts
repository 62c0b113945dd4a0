/**
 * Several receivers of webhooks, each with what waits for it (packages/server/src/ports/webhooks.ts, events.ts). What became of deliveries so
 * far was about the one in the settings.
 *
 * webhooks.events        names of the events it gets, as JSON; null: all
 * webhooks.webhook       as JSON
 * deliveries.webhook     to which of them
 * deliveries.position    of the event
 * deliveries.settled_at  when it was delivered or given up; null: it waits
 * deliveries.error       why it was given up
 */
export const webhooks = `
  CREATE TABLE webhooks (id TEXT PRIMARY KEY, events TEXT, webhook TEXT NOT NULL) STRICT;
  CREATE TABLE deliveries (
    webhook TEXT NOT NULL,
    position INTEGER NOT NULL,
    settled_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    PRIMARY KEY (webhook, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_waiting ON deliveries (webhook, position) WHERE settled_at IS NULL;
  CREATE INDEX deliveries_failed ON deliveries (webhook, position) WHERE error IS NOT NULL;
  INSERT INTO deliveries SELECT 'configured', position, settled_at, attempts, error FROM outbox;
  INSERT INTO webhooks (id, webhook)
    SELECT 'configured', json_object(
      'id', 'configured', 'url', '', 'secret', '', 'paused', json('false'), 'createdAt', unixepoch() * 1000
    ) WHERE EXISTS (SELECT 1 FROM outbox);
  DROP INDEX outbox_waiting;
  ALTER TABLE outbox DROP COLUMN settled_at;
  ALTER TABLE outbox DROP COLUMN attempts;
  ALTER TABLE outbox DROP COLUMN error;
  CREATE TRIGGER deliveries_begin AFTER INSERT ON outbox BEGIN
    INSERT INTO deliveries (webhook, position)
      SELECT id, NEW.position FROM webhooks
      WHERE events IS NULL OR EXISTS (SELECT 1 FROM json_each(events) WHERE value = NEW.event);
  END;
  CREATE TRIGGER deliveries_go AFTER DELETE ON webhooks BEGIN DELETE FROM deliveries WHERE webhook = OLD.id; END;
`;

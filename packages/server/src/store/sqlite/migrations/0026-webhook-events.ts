/**
 * Receivers of webhooks name events also by what they are about (`isNamed` in packages/server/src/ports/webhooks.ts). No name has any other
 * character that means something to GLOB.
 *
 * webhooks.events  as before, and such as `call.*`
 */
export const webhookEvents = `
  DROP TRIGGER deliveries_begin;
  CREATE TRIGGER deliveries_begin AFTER INSERT ON outbox BEGIN
    INSERT INTO deliveries (webhook, position)
      SELECT id, NEW.position FROM webhooks
      WHERE events IS NULL OR EXISTS (SELECT 1 FROM json_each(events) WHERE NEW.event GLOB value);
  END;
`;

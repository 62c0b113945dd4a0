/** Receivers of webhooks, as statements and as rows. */
import type { StoredWebhook, WebhookStore, WebhookWrite } from '../../ports/webhooks.ts';
import type { Connection } from './connection.ts';
import type { Statement } from './database.ts';

export const webhookWrites = {
  webhook: `
    INSERT INTO webhooks (id, events, webhook) VALUES (?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE SET events = excluded.events, webhook = excluded.webhook`,
  deliveries_gone: 'DELETE FROM deliveries WHERE webhook = ?1 AND position BETWEEN ?2 AND ?3',
  webhook_gone: 'DELETE FROM webhooks WHERE id = ?1',
} as const;

export interface WebhookRows {
  readonly webhooks: { readonly webhook: string };
}

export const webhookReads: Readonly<Record<keyof WebhookRows, string>> = {
  webhooks: 'SELECT webhook FROM webhooks ORDER BY rowid',
};

export function encodeWebhookWrite(write: WebhookWrite): Statement {
  if (write.type === 'webhook_gone') return ['webhook_gone', write.webhook];
  if (write.type === 'deliveries_gone') return ['deliveries_gone', write.webhook, write.from, write.to];
  const { id, events } = write.webhook;
  return ['webhook', id, events === undefined ? null : JSON.stringify(events), JSON.stringify(write.webhook)];
}

export function webhookStore(connection: Connection): WebhookStore {
  return {
    async webhooks() {
      return (await connection.read('webhooks')).map(({ webhook }) => JSON.parse(webhook) as StoredWebhook);
    },
  };
}

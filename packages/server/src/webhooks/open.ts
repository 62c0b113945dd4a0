import { WebhookDesk } from './desk.ts';
import type { WebhookDeskDeps } from './desk.ts';

export interface WebhookSettings {
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly webhookSecretNext: string | undefined;
  /** Origins. */
  readonly webhookAllow: readonly string[];
}

/** Reads who is told what happens: the receiver in the settings, and those that programs have made. */
export async function openWebhooks(
  settings: WebhookSettings,
  deps: Omit<WebhookDeskDeps, 'configured' | 'allowed'>,
): Promise<WebhookDesk> {
  const { webhookUrl: url, webhookSecret: secret, webhookSecretNext: next, webhookAllow: allowed } = settings;
  const secrets = secret === undefined ? [] : next === undefined ? [secret] : [secret, next];
  const configured = url === undefined || secrets.length === 0 ? undefined : { url, secrets };
  const desk = new WebhookDesk({ ...deps, configured, allowed });
  await desk.open();
  return desk;
}

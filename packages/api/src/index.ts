/**
 * For the server of your application: make tokens with which your people sign in to Offhook, and check the webhooks it posts.
 *
 *     const token = await mintToken({ secret: process.env.OFFHOOK_TOKEN_SECRET, address: 'anna', name: 'Anna Berg' });
 *     const event = await verifyWebhook({ secret: process.env.OFFHOOK_WEBHOOK_SECRET, headers: request.headers, body });
 */
export { mintToken } from './token.ts';
export type { MintOptions, Signer, TokenGrants } from './token.ts';
export { verifyWebhook, WebhookError } from './webhook.ts';
export type { WebhookCall, WebhookErrorCode, WebhookEvent, WebhookOptions } from './webhook.ts';

/**
 * Calls that ring where no page is open: by Web Push, which a service worker shows. An entry of its own, so that pages without a service
 * worker do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { pushOf } from '@offhook/client/push';
 *
 *     const push = pushOf(await connect({ name: 'Anna' }));
 *     button.onclick = async () => {
 *       await push.subscribe(await navigator.serviceWorker.ready, { language: 'en' });
 *       await push.test(5_000);
 *     };
 *
 * What the service worker gets is described in docs/push.md.
 */
export { Push, pushOf, pushSupport } from './push.ts';
export type { PushSupport } from './push.ts';

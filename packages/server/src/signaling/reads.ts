import type { RequestType } from '@offhook/core';

/** These change nothing that lasts: asked again they are answered anew, and no answer is kept. */
export const reads: ReadonlySet<RequestType> = new Set<RequestType>([
  'people',
  'watch',
  'history',
  'devices',
  'ice',
  'conversations',
  'conversation',
  'entries',
  'search',
  'file',
  'look',
  'contacts',
  'blocked',
  'push_key',
  'phones',
  'voicemails',
  'meetings',
]);

/**
 * Which persons of this browser have a tab open. A new tab of somebody who is here already asks who it is for: most people who
 * open a second tab to try a call want to be a second person in it.
 */
import type { Identity } from '@offhook/client';

const lockOf = (identity: Identity): string => `offhook phone ${identity.device.id}`;

/** Says that this tab is that person's, until the function returned is called or the page goes. */
export function useInThisTab(identity: Identity): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Without locks (an insecure origin) nothing is said, and a new tab is the same person.
  void navigator.locks?.request(lockOf(identity), { mode: 'shared' }, () => promise);
  return resolve;
}

/** Whether another tab is that person's. */
export async function isInAnotherTab(identity: Identity): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return locks?.held?.some(({ name }) => name === lockOf(identity)) ?? false;
}

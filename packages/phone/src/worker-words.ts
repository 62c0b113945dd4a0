/** What pages and the service worker say to one another. Both are built with it. */

/** To a version that waits: it may take over. */
export const takeOver = 'offhook take over';

/** From the worker: whose page is this; or somebody has clicked on a notification, and wants that call answered. */
export interface ToPage {
  readonly offhook?: 'whose' | 'called';
  readonly user?: string;
  readonly answer?: string;
}

/** From a page: the calls that were missed, and whether somebody has `looked` at the list of them. */
export interface MissedCalls {
  readonly offhook: 'missed';
  readonly user: string;
  readonly calls: readonly string[];
  readonly looked: boolean;
}

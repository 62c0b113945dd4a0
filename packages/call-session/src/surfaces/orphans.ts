/** What page and service worker agree on, so that no notification outlives its call. */

/** The Web Lock that a page holds while it shows a call: held by nobody, the call is over, or its page has crashed. */
export const lockOf = (id: string): string => `callsession:${id}`;
/** How a call's notification is called. */
export const tagOf = (id: string): string => `cs:${id}`;

/**
 * Chromium forgets a notification that is asked after before the desktop has it, and then nobody can take it away any more. So it is left
 * alone for that long.
 */
export const settleMs = 1500;

/** Answered, where a port comes along, by what the service worker calls the page. */
export type ToWorker =
  | { readonly callSession: 'watch'; readonly id: string }
  | { readonly callSession: 'close'; readonly id: string }
  | { readonly callSession: 'sweep' };

/** Something was pressed. */
export interface FromWorker {
  /** The call. */
  readonly callSession: string;
  readonly action?: string;
}

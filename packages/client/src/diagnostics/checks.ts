/** Apart from what makes them: a page that is not in one may want to know. */
import type { Call } from '../call.ts';

/** What is sent in checks of the connection. */
export const checks: WeakSet<MediaStream> = new WeakSet<MediaStream>();

/** Whether a call is such a check, which nobody is to see or hear. */
export function isConnectionCheck({ localStream }: Call): boolean {
  return checks.has(localStream);
}

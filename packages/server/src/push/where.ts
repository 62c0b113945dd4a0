/** Where may be pushed to, and with which keys. Both are said by browsers, and so by anybody. */
import { createECDH } from 'node:crypto';
import { refusedUrl } from '../ports/public-internet.ts';
import type { PushKeys } from '../ports/push.ts';

/** Why nothing may be pushed to this URL; undefined when it may. `allowed`: origins that the operator trusts, wherever they are. */
export function refusedEndpoint(endpoint: string, allowed: readonly string[]): string | undefined {
  const refused = refusedUrl(endpoint, allowed);
  if (refused !== undefined) return `endpoint: ${refused}`;
  const { port, origin } = new URL(endpoint);
  // No service of a browser has one, and what listens at another port was not meant to be posted to.
  return port !== '' && !allowed.includes(origin) ? 'endpoint: names a port' : undefined;
}

/** What is wrong with keys of a browser (RFC 8291 §3.1, §3.2); undefined when nothing is. */
export function wrongKeys({ p256dh, auth }: PushKeys): string | undefined {
  if (Buffer.from(auth, 'base64url').length !== 16) return 'keys.auth: has 16 bytes';
  try {
    const own = createECDH('prime256v1');
    own.generateKeys();
    // Throws for what is no point on the curve.
    own.computeSecret(Buffer.from(p256dh, 'base64url'));
    return Buffer.from(p256dh, 'base64url').length === 65 ? undefined : 'keys.p256dh: has 65 bytes';
  } catch {
    return 'keys.p256dh: is no point on P-256';
  }
}

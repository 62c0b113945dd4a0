/** Who asks over HTTP: the token that comes along with a request says it. */
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../ports.ts';
import type { Authenticator, Pass } from '../ports.ts';

/** RFC 6750 §2.1. Throws `unauthorized`. */
export function bearer(headers: IncomingHttpHeaders): string {
  const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refusal('unauthorized');
  return token;
}

/** Throws what is wrong with the token, e.g. `token_expired`. */
export async function passOf(authenticator: Authenticator, headers: IncomingHttpHeaders): Promise<Pass> {
  const pass = await authenticator.authenticate(bearer(headers));
  if ('error' in pass) throw new Refusal(pass.error, pass.detail);
  return pass;
}

/** The one shape of errors, whoever noticed what was wrong: a route, Fastify, or Node's parser of HTTP. */
import { errors, wireError } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { refusalText } from '../ports/refusal-text.ts';
import { Refusal, StoreError } from '../ports.ts';

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) return new Refusal('store_failed');
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === errors.too_large.http) return new Refusal('too_large');
  if (status === errors.content_type_refused.http) return new Refusal('content_type_refused');
  // Of the files of the web phone: which of them nobody may look at is not said.
  if (status === errors.not_found.http || status === errors.forbidden.http) return new Refusal('not_found');
  if (typeof status === 'number' && status < 500)
    return new Refusal('bad_message', error instanceof Error ? error.message : undefined);
  return new Refusal('internal');
}

export function refuse(reply: FastifyReply, { code, detail, more }: Refusal): FastifyReply {
  // What was too fast may be said again soon (RFC 9110 §10.2.3).
  if (code === 'rate_limited') reply.header('retry-after', '1');
  return reply.code(errors[code].http).send({ error: { ...wireError(code, detail), ...more } });
}

/** There is nothing here: a page for people, the one shape of errors for programs. */
export function missing(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal = new Refusal('not_found'),
): FastifyReply {
  const isForPeople = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
  if (!isForPeople) return refuse(reply, refusal);
  return reply
    .code(errors.not_found.http)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', "default-src 'none'")
    .send(page);
}

const page = `<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Not found</title>
<h1>There is nothing at this address.</h1>
<p><a href="/">Go to the phone</a></p>
</html>
`;

/** What Node's parser could not make a request of. */
export function refuseSocket(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) socket.write(refusalText(codeOf(error.code)));
  socket.destroy();
}

function codeOf(code: string | undefined): ErrorCode {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'silent';
    case 'HPE_HEADER_OVERFLOW':
      return 'too_large';
    default:
      return 'bad_message';
  }
}

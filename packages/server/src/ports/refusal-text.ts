import { errors, wireError } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';
import { STATUS_CODES } from 'node:http';

/** A refusal as a whole HTTP response, for a connection that nobody else answers. The connection is to be closed after it. */
export function refusalText(code: ErrorCode): string {
  const { http } = errors[code];
  const body = JSON.stringify({ error: wireError(code) });
  return [
    `HTTP/1.1 ${http} ${STATUS_CODES[http] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

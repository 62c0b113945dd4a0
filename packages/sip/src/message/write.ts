/** Messages become texts. */
import type { ByteString } from '../bytes.ts';
import { WriteError } from './errors.ts';
import { field } from './fields.ts';
import type { Message } from './message.ts';
import { isRequest } from './message.ts';
import { token } from './syntax.ts';

/**
 * Fields in their order with their own names, and Content-Length, which is always there and always right (RFC 3261 §18.3, §20.14).
 *
 * @throws WriteError for whatever would be read as something else
 */
export function writeMessage(message: Message): ByteString {
  let text = `${isRequest(message) ? requestLine(message) : statusLine(message)}\r\n`;
  let measured = false;
  for (const { name, key, value } of message.fields) {
    if (key === 'content-length') {
      if (!measured) text += `${name}: ${message.body.length}\r\n`;
      measured = true;
    } else text += `${name}: ${safe(name, value)}\r\n`;
  }
  if (!measured) text += `Content-Length: ${message.body.length}\r\n`;
  if (/[^\0-\xff]/.test(message.body)) throw new WriteError('no bytes in the body: it is given in UTF-8, by toUtf8()');
  return `${text}\r\n${message.body}`;
}

function requestLine({ method, target }: { readonly method: string; readonly target: string }): string {
  if (target === '' || /[^!-~\x80-\xff]|[<>"]/.test(target)) throw new WriteError('a Request-URI that would end its line');
  return `${token(method, 'a method')} ${target} SIP/2.0`;
}

function statusLine({ status, reason }: { readonly status: number; readonly reason: string }): string {
  if (!Number.isInteger(status) || status < 100 || status > 699) throw new WriteError(`no status: ${status}`);
  if (/[\r\n\0]/.test(reason)) throw new WriteError('CR, LF or NUL in a reason phrase');
  return `SIP/2.0 ${status} ${reason}`;
}

/** Fields that were read cannot hold a line break, but a field can be made by hand. */
function safe(name: string, value: string): string {
  return /[\r\n\0]/.test(value) ? field(name, value).value : value;
}

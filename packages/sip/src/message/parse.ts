/**
 * Texts become messages. Tolerant where a message can be read in one way only: folded lines, short forms, any case, white space before
 * colons, empty values in lists, lines that end with LF throughout. Where it could be read in two ways it is refused.
 */
import type { ByteString } from '../bytes.ts';
import { MessageError } from './errors.ts';
import type { Field } from './fields.ts';
import { breaks, keyOf, usualName } from './fields.ts';
import type { MessageLimits } from './limits.ts';
import { messageLimits } from './limits.ts';
import type { Message } from './message.ts';
import { Request, Response } from './message.ts';
import { decimal, isSpace, isToken, shown, trimmed } from './syntax.ts';

/** Why a text is no message. */
export class UnreadableError extends MessageError {
  /** What could be read of a request, for a refusal where its Via, From, To, Call-ID and CSeq can be. */
  readonly request: Request | undefined;

  constructor({ message, status }: MessageError, request?: Request) {
    super(message, status);
    this.request = request;
  }
}

/** Empty lines before a start line mean nothing (RFC 3261 §7.5). Nothing but them keeps a way open (RFC 5626 §3.5.1, and all kinds of phones). */
export function isKeepAlive(text: ByteString): boolean {
  return /^[\r\n\0 ]*$/.test(text);
}

/**
 * One whole message: a datagram, a WebSocket message, or what `StreamFramer` cut out. What follows the body of a datagram is ignored
 * (§18.3).
 *
 * @throws UnreadableError
 */
export function parseMessage(text: ByteString, limits: MessageLimits = messageLimits): Message {
  let from = 0;
  while (text.charCodeAt(from) === 0x0d || text.charCodeAt(from) === 0x0a) from++;
  if (text.charCodeAt(text.indexOf('\n', from) - 1) !== 0x0d) return parseMessage(withLineEnds(text.slice(from)), limits);
  const headEnd = text.indexOf('\r\n\r\n', from);
  if (headEnd === -1) throw new UnreadableError(new MessageError('No end of the headers'));
  const lineEnd = text.indexOf('\r\n', from);
  const fields: Field[] = [];
  const message = startLine(text.slice(from, lineEnd), fields);
  let error = message instanceof MessageError ? message : undefined;
  try {
    if (headEnd - from > limits.head) throw new MessageError('Message Too Large', 513);
    readFields(text, lineEnd + 2, headEnd + 2, fields, limits.fields);
    if (text.includes('\0') && fields.some(({ value }) => breaks.test(value))) throw new MessageError('NUL in a header');
    if (message instanceof Request && message.target.length > limits.requestUri)
      throw new MessageError('Request-URI Too Long', 414);
    const body = bodyOf(text, headEnd + 4, fields, limits.body);
    if (!(message instanceof MessageError)) message.body = body;
  } catch (thrown) {
    error ??= thrown as MessageError;
  }
  if (error === undefined) return message as Message;
  throw new UnreadableError(error, refusable(message, fields));
}

function refusable(message: Message | MessageError, fields: Field[]): Request | undefined {
  if (message instanceof Request) return message;
  return message instanceof StartLineError && message.method !== undefined
    ? new Request(message.method, 'sip:unread', fields)
    : undefined;
}

class StartLineError extends MessageError {
  readonly method: string | undefined;

  constructor(message: string, line: string, status?: 400 | 505) {
    super(message, status);
    const [word = ''] = line.split(' ', 1);
    this.method = isToken(word) ? word : undefined;
  }
}

function startLine(line: string, fields: Field[]): Message | MessageError {
  if (/[\r\n\0\t]/.test(line)) return new StartLineError('Malformed start line', line);
  if (line.startsWith('SIP/')) {
    const [, version, status = '', reason] = /^SIP\/(\d+\.\d+) (\d+)(?: (.*))?$/.exec(line) ?? [];
    const number = decimal(status, 699);
    if (version !== '2.0' || status.length !== 3 || number === undefined || number < 100)
      return new MessageError('Malformed status line');
    // Already bytes; the constructor would take them for text.
    return Object.assign(new Response(number, '', fields), { reason: reason ?? '' });
  }
  const space = line.indexOf(' ');
  const last = line.lastIndexOf(' ');
  const method = line.slice(0, space);
  const target = line.slice(space + 1, last);
  const version = line.slice(last + 1);
  if (space === -1 || !isToken(method)) return new MessageError('Malformed Request-Line');
  if (version !== 'SIP/2.0' && /^SIP\/\d+\.\d+$/i.test(version) && version.slice(4) !== '2.0')
    return new StartLineError('Version Not Supported', line, 505);
  if ((version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') || target === '' || /[\0- <>"\x7f]/.test(target))
    return new StartLineError('Malformed Request-Line', line);
  return new Request(method, target, fields);
}

/** From the first line behind the start line to the empty line. */
function readFields(text: string, from: number, end: number, fields: Field[], most: number): void {
  while (from < end) {
    const lineEnd = text.indexOf('\n', from);
    if (text.indexOf('\r', from) !== lineEnd - 1) throw new MessageError('CR or LF inside of a line');
    let next = lineEnd + 1;
    const colon = text.indexOf(':', from);
    if (colon === -1 || colon > lineEnd) throw new MessageError(`Malformed header: ${shown(text.slice(from, lineEnd - 1))}`);
    let nameEnd = colon;
    while (isSpace(text.charCodeAt(nameEnd - 1)) && nameEnd > from) nameEnd--;
    const usual = usualName(text, from, nameEnd);
    const name = usual?.name ?? text.slice(from, nameEnd);
    const key = usual?.key ?? keyOf(name);
    if (key === undefined) throw new MessageError(`Malformed header: ${shown(name)}`);
    let value = trimmed(text, colon + 1, lineEnd - 1);
    // A line that begins with white space goes on with the one before (§7.3.1).
    if (next < end && isSpace(text.charCodeAt(next))) {
      const lines = [value];
      while (next < end && isSpace(text.charCodeAt(next))) {
        const more = text.indexOf('\n', next);
        if (text.indexOf('\r', next) !== more - 1) throw new MessageError('CR or LF inside of a line');
        lines.push(trimmed(text, next, more - 1));
        next = more + 1;
      }
      // All at once: each put behind those before it takes the square of how many there are.
      value = lines.filter((line) => line !== '').join(' ');
    }
    if (fields.length === most) throw new MessageError('Too many headers');
    fields.push({ name, key, value, read: undefined });
    from = next;
  }
}

function bodyOf(text: string, from: number, fields: readonly Field[], most: number): ByteString {
  const there = text.length - from;
  const length = contentLength(fields) ?? there;
  if (length > most) throw new MessageError('Request Entity Too Large', 413);
  if (length > there) throw new MessageError('Content-Length beyond the end of the message');
  return text.slice(from, from + length);
}

/** @throws MessageError where it is no number, or there are several, even of the same (which end is meant?) */
export function contentLength(fields: readonly Field[]): number | undefined {
  let length: number | undefined;
  for (const { key, value } of fields) {
    if (key !== 'content-length') continue;
    if (length !== undefined) throw new MessageError('Several Content-Length');
    length = decimal(value, 2 ** 31);
    if (length === undefined) throw new MessageError('Malformed Content-Length');
  }
  return length;
}

/** All lines of a message whose first one ends with LF alone do; a CR in them has no meaning then, and is refused further on. */
function withLineEnds(text: string): string {
  const end = text.indexOf('\n\n');
  if (end === -1) throw new UnreadableError(new MessageError('No end of the headers'));
  return `${text.slice(0, end + 2).replaceAll('\n', '\r\n')}${text.slice(end + 2)}`;
}

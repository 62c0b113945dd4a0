/** Streams become messages: TCP and TLS carry them one after the other, cut anywhere (RFC 3261 §18.3). A WebSocket carries one at a time and needs none of this. */
import type { ByteString } from '../bytes.ts';
import { isOf, skip } from './characters.ts';
import { MessageError } from './errors.ts';
import { keyOf } from './fields.ts';
import type { MessageLimits } from './limits.ts';
import { messageLimits } from './limits.ts';
import { decimal, isSpace, skipSpace, trimmed } from './syntax.ts';

export type Frame =
  /** The text of one message, for `parseMessage`. */
  | { readonly type: 'message'; readonly text: ByteString }
  /** CRLF CRLF: to be answered with CRLF (RFC 5626 §4.4.1). */
  | { readonly type: 'ping' }
  /** CRLF by itself: the answer to a ping of ours. */
  | { readonly type: 'pong' }
  /**
   * Where the next message begins cannot be known any more: answer `text`, as far as it could be cut out, with the status of the error,
   * and close the connection. Nothing that comes after is read.
   */
  | { readonly type: 'lost'; readonly error: MessageError; readonly text: ByteString };

export class StreamFramer {
  readonly #limits: MessageLimits;
  #buffered = '';
  /** How far the end of the headers has been looked for. */
  #searched = 0;
  /** Of the message at the beginning of the buffer, once its headers are there. */
  #length: number | undefined;
  #lost = false;

  constructor(limits: MessageLimits = messageLimits) {
    this.#limits = limits;
  }

  /** Bytes that wait for the rest of their message. */
  get pending(): number {
    return this.#buffered.length;
  }

  push(chunk: ByteString): readonly Frame[] {
    if (this.#lost) return [];
    this.#buffered += chunk;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      frames.push(frame);
      if (frame.type === 'lost') {
        this.#lost = true;
        this.#buffered = '';
        break;
      }
    }
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#length === undefined) {
      const empty = this.#emptyLines();
      if (empty !== undefined) return { type: empty };
      const frame = this.#measure();
      if (frame !== undefined || this.#length === undefined) return frame;
    }
    if (this.#buffered.length < this.#length) return undefined;
    const text = this.#buffered.slice(0, this.#length);
    this.#cut(this.#length);
    return { type: 'message', text };
  }

  /**
   * One CRLF alone is taken as an answer: a ping is written in one piece, while two answers that came one after the other would look
   * like one.
   */
  #emptyLines(): 'ping' | 'pong' | undefined {
    if (this.#buffered.startsWith('\r\n\r\n')) {
      this.#cut(4);
      return 'ping';
    }
    if (this.#buffered === '\r\n') {
      this.#cut(2);
      return 'pong';
    }
    if (this.#buffered.startsWith('\r\n') && this.#buffered.length > 3) this.#cut(2);
    return undefined;
  }

  /** Sets the length of the message in front, where its headers are complete. */
  #measure(): Frame | undefined {
    const end = this.#buffered.indexOf('\r\n\r\n', this.#searched);
    this.#searched = Math.max(0, this.#buffered.length - 3);
    if ((end === -1 ? this.#buffered.length : end) > this.#limits.head) return this.#stray('Message Too Large', 513);
    if (end === -1) return undefined;
    const head = this.#buffered.slice(0, end);
    const lengths = contentLengths(head).map((value) => decimal(value, 2 ** 31));
    const [length, ...more] = lengths;
    if (lengths.length === 0) return this.#stray('Missing Content-Length', 400, end + 4);
    if (length === undefined || more.length > 0) return this.#stray('Malformed Content-Length', 400, end + 4);
    if (length > this.#limits.body) return this.#stray('Request Entity Too Large', 413, end + 4);
    this.#length = end + 4 + length;
    return undefined;
  }

  #stray(message: string, status: 400 | 413 | 513, end = this.#limits.head): Frame {
    return { type: 'lost', error: new MessageError(message, status), text: this.#buffered.slice(0, end) };
  }

  #cut(length: number): void {
    this.#buffered = this.#buffered.slice(length);
    this.#searched = 0;
    this.#length = undefined;
  }
}

/**
 * One that goes on in the next line is found missing: nobody means well who writes a number so. Whoever sends this is a stranger still: each
 * character is looked at once or twice, whatever stands there.
 */
function contentLengths(head: ByteString): readonly ByteString[] {
  const found: ByteString[] = [];
  for (let from = 0; from < head.length;) {
    const feed = head.indexOf('\n', from);
    const next = feed === -1 ? head.length : feed + 1;
    const nameEnd = skip(head, from, next, isOf.token);
    const colon = skipSpace(head, nameEnd);
    if (head.charCodeAt(colon) === 0x3a && !isSpace(head.charCodeAt(next)) && isContentLength(head.slice(from, nameEnd))) {
      const end = feed === -1 ? next : head.charCodeAt(feed - 1) === 0x0d ? feed - 1 : feed;
      found.push(trimmed(head, colon + 1, end));
    }
    from = next;
  }
  return found;
}

function isContentLength(name: string): boolean {
  return (name.length === 1 || name.length === 14) && keyOf(name) === 'content-length';
}

/** What can be wrong with a message, and what a server should answer. */

/** Where the number is one of RFC 3261 §21, the words are those of the RFC unless the error says something more exact. */
export type RefusalStatus = 400 | 413 | 414 | 416 | 505 | 513;

/**
 * A message that cannot be read. For a request `status` is what a server should answer, with `message` in the status line; a response
 * with such an error is dropped (RFC 3261 §18.1.2).
 */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly status: RefusalStatus;

  constructor(message: string, status: RefusalStatus = 400) {
    super(message);
    this.status = status;
  }
}

/** What cannot be written, because it would be read as something else: a line break in a name, a space in a tag. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
}

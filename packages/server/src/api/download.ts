/** What is read by programs as it is, not as JSON. */
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import type { ByteRange } from '../ports/files.ts';

export interface DownloadOptions {
  readonly type: string;
  readonly name: string;
  /** Of all of it. */
  readonly bytes: number;
  /** The part that is asked for. */
  readonly range: ByteRange | 'unsatisfiable' | undefined;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A file, or a part of it. */
export class Download {
  readonly #options: DownloadOptions;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  send(reply: FastifyReply): FastifyReply {
    const { type, name, bytes, range, content } = this.#options;
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
    if (range !== undefined) void reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`);
    return reply
      .type(type)
      .headers({
        'accept-ranges': 'bytes',
        'content-length': range === undefined ? bytes : range.end - range.start + 1,
        'content-disposition': `attachment; filename="${name}"`,
        'content-security-policy': "sandbox; default-src 'none'",
      })
      .send(Readable.from(content));
  }
}

import { cleanName, conversationLimits } from '@offhook/core';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { passOf } from '../ports/bearer.ts';
import { Buckets } from '../ports/bucket.ts';
import { FilesError } from '../ports/files.ts';
import { Refusal } from '../ports.ts';
import type { Authenticator, Clock } from '../ports.ts';
import { readRange } from '../ports/range.ts';
import { shown, unknownType } from './sniff.ts';
import type { Uploads } from './uploads.ts';

const whole = z.coerce.number().pipe(z.int().min(0));
const PieceQuery = z.object({
  upload: z.string().regex(/^[\w-]{16,64}$/),
  name: z.string().max(conversationLimits.fileNameLength * 4),
  bytes: whole,
  at: whole,
});
const LinkQuery = z.object({ until: whole, key: z.string().max(128) });

export interface FileRoutesDeps {
  readonly uploads: Uploads;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
}

/** Counted in pieces. */
const rate = {
  perSecond: conversationLimits.fileBytesPerMinute / 60 / conversationLimits.filePieceBytes,
  burst: conversationLimits.fileBytesBurst / conversationLimits.filePieceBytes,
};
const pieceType = 'application/octet-stream';

/**
 * Below `/v1`: `POST files?upload=&name=&bytes=&at=` takes a piece, `GET files/:file?until=&key=` gives a file out,
 * `GET pictures/:picture` the picture of a person. Pieces are so small that each arrives within the time of a request, and is sent
 * again alone if it does not.
 */
export function fileRoutes(v1: FastifyInstance, { uploads, authenticator, clock }: FileRoutesDeps): void {
  const buckets = new Buckets(rate);

  v1.addContentTypeParser(pieceType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  v1.post('/files', { bodyLimit: conversationLimits.filePieceBytes }, async (request) => {
    const { user } = await passOf(authenticator, request.headers);
    const { data, success } = PieceQuery.safeParse(request.query);
    const name = success ? fileName(data.name) : undefined;
    if (!success || name === undefined) throw new Refusal('bad_message', 'upload, name, bytes and at say which piece this is.');
    if (data.bytes > conversationLimits.fileBytes) throw new Refusal('file_too_large');
    if (!buckets.take(user, clock.now())) throw new Refusal('rate_limited');
    const content = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    try {
      return await uploads.take(user, { ...data, name, content });
    } catch (error) {
      throw error instanceof FilesError ? new Refusal(error.code) : error;
    }
  });

  v1.get<{ Params: { picture: string } }>('/pictures/:picture', async (request, reply) => {
    const found = await uploads.picture(request.params.picture);
    if (found === undefined) throw new Refusal('file_not_found');
    const { file, content } = found;
    return reply
      .type(file.type)
      .headers({ ...pictureHeaders, 'content-length': file.bytes })
      .send(Readable.from(content));
  });

  v1.get<{ Params: { file: string } }>('/files/:file', async (request, reply) => {
    const { data, success } = LinkQuery.safeParse(request.query);
    if (!success) throw new Refusal('file_not_found');
    const file = await uploads.find(request.params.file, data.until, data.key);
    // The file never changes, so `If-Range` holds whatever it says.
    const range = readRange(request.headers.range, file.bytes);
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.bytes}`).send();
    const content = await uploads.read(file, range);
    const isShown = shown.has(file.type);
    if (range !== undefined) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`);
    return reply
      .type(isShown ? file.type : unknownType)
      .headers({
        'accept-ranges': 'bytes',
        'content-length': range === undefined ? file.bytes : range.end - range.start + 1,
        'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(file.name)}`,
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'cross-origin',
        'cache-control': 'private, max-age=31536000, immutable',
      })
      .send(Readable.from(content));
  });
}

/** What a picture is sent out with: browsers keep it, as another one has another address. */
const pictureHeaders = {
  'content-disposition': 'inline',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'private, max-age=31536000, immutable',
};

/** A name without folders, as it may be shown. */
function fileName(given: string): string | undefined {
  const name = given.split(/[/\\]/).at(-1) ?? '';
  return cleanName([...name].slice(-conversationLimits.fileNameLength / 2).join(''));
}

/** RFC 8187 §3.2.1. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

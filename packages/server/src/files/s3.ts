/**
 * Files in a bucket of a service that speaks as S3 does: Amazon's, or one of the many others.
 *
 *      piece ──► spool (disk) ──► … ──► all there ──► bucket ──► no longer in the spool
 *
 * Objects there cannot grow, and parts of an upload have 5 MB at least: what is not finished stays on the disk of this server. Files
 * leave the bucket through this server only, so that whose they are, what they may be shown as and how long an address holds is decided
 * in one place; what lies there is nothing that a browser would show, whatever the bucket lets the world do.
 */
import { AwsClient } from 'aws4fetch';
import type { Instant, Milliseconds } from '@offhook/core';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FilesError } from '../ports/files.ts';
import type { ByteRange, Files } from '../ports/files.ts';

export interface BucketOptions {
  /** Of the service, e.g. `https://s3.eu-central-1.amazonaws.com`. The bucket is named in the path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Thrown with one sentence for people where the bucket cannot be used at all. */
export class BucketError extends Error {
  override readonly name = 'BucketError';
}

/** Where files lie in the bucket, which may be used for other things as well. */
const folder = 'files/';
const answerMs: Milliseconds = 30_000;
/** What is sent may take so much longer: 256 KB a second get through. */
const slowestBytesPerMs = 256;
/** After answers that may be others a moment later (429 and 5xx), each time twice as long. */
const patience = { retries: 4, initRetryMs: 100 };
const idForm = /^[\w-]{1,64}$/;

export class S3Files implements Files {
  readonly #client: AwsClient;
  readonly #bucket: string;
  readonly #spool: Files;

  private constructor({ endpoint, bucket, ...credentials }: BucketOptions, spool: Files) {
    this.#client = new AwsClient({ ...credentials, service: 's3', ...patience });
    this.#bucket = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`;
    this.#spool = spool;
  }

  /** Looks whether the bucket is there and lets us in. `spool` keeps what is not finished. Throws a BucketError. */
  static async open(options: BucketOptions, spool: Files): Promise<S3Files> {
    const files = new S3Files(options, spool);
    const name = `The bucket ${options.bucket} at ${options.endpoint}`;
    try {
      const response = await files.#ask('GET', listing('', 1));
      const answer = await response.text();
      if (response.ok) return files;
      const [, code = response.statusText] = /<Code>(\w+)<\/Code>/.exec(answer) ?? [];
      throw new BucketError(`${name} cannot be used: ${response.status} ${code}.`);
    } catch (error) {
      if (error instanceof BucketError) throw error;
      throw new BucketError(`${name} does not answer. Check --s3-endpoint and the network.`, { cause: error });
    }
  }

  begun(id: string): Promise<number> {
    return this.#spool.begun(id);
  }

  append(id: string, piece: Uint8Array): Promise<number> {
    return this.#spool.append(id, piece);
  }

  async finish(id: string, headBytes: number): Promise<Uint8Array> {
    const head = await this.#spool.finish(id, headBytes);
    try {
      const content = await buffer((await this.#spool.read(id)) ?? Readable.from([]));
      const headers = {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        // So that it is part of what is signed: over HTTP nobody changes it on its way.
        'x-amz-content-sha256': createHash('sha256').update(content).digest('hex'),
      };
      await this.#change('PUT', id, { body: content, headers }, content.length);
    } finally {
      // Sent once more, it begins anew.
      await this.#spool.remove(id);
    }
    return head;
  }

  async read(id: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
    const response = await this.#ask('GET', keyOf(id), { headers }).catch(fail);
    if (response.status === (range === undefined ? 200 : 206) && response.body !== null) return Readable.fromWeb(response.body);
    await response.body?.cancel();
    return response.status === 404 ? undefined : fail(response.status);
  }

  async remove(id: string): Promise<void> {
    await this.#spool.remove(id);
    // What is not there is no error (DeleteObject).
    await this.#change('DELETE', id);
  }

  async list(before: Instant): Promise<readonly string[]> {
    const ids = [...(await this.#spool.list(before))];
    for (let after: string | undefined = ''; after !== undefined;) {
      const response: Response = await this.#ask('GET', listing(after)).catch(fail);
      const page: string = await response.text().catch(fail);
      if (!response.ok) fail(response.status);
      const objects = [...page.matchAll(/<Contents>([^]*?)<\/Contents>/g)].map(([, object = '']) => object);
      for (const object of objects) {
        const id = textIn(object, 'Key')?.slice(folder.length) ?? '';
        if (idForm.test(id) && Date.parse(textIn(object, 'LastModified') ?? '') < before) ids.push(id);
      }
      after = textIn(page, 'IsTruncated') === 'true' ? textIn(objects.at(-1) ?? '', 'Key') : undefined;
    }
    return ids;
  }

  async #change(method: 'PUT' | 'DELETE', id: string, init: RequestInit = {}, bytes = 0): Promise<void> {
    const response = await this.#ask(method, keyOf(id), init, bytes).catch(fail);
    await response.body?.cancel();
    if (!response.ok) fail(response.status);
  }

  /** The time is for what is sent to arrive and the answer to begin; what is read may take longer. */
  async #ask(method: string, path: string, init: RequestInit = {}, bytes = 0): Promise<Response> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), answerMs + bytes / slowestBytesPerMs);
    try {
      return await this.#client.fetch(`${this.#bucket}${path}`, { ...init, method, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  }
}

function keyOf(id: string): string {
  if (!idForm.test(id)) throw new Error(`${JSON.stringify(id)} is no id of a file`);
  return `/${folder}${id}`;
}

/** ListObjects in its first version: its pages go on behind a key, which every service understands alike, without a token of its own. */
function listing(after: string, most?: number): string {
  const query = new URLSearchParams({ prefix: folder, marker: after, ...(most !== undefined && { 'max-keys': String(most) }) });
  return `?${query.toString()}`;
}

/** What is in an element of XML. */
function textIn(xml: string, name: string): string | undefined {
  const [, text] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return text && text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '');
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function fail(cause: unknown): never {
  throw new FilesError('store_failed', { cause });
}

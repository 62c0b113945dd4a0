/** A bucket at a service that speaks as S3 does and checks signatures. */
import { AwsClient } from 'aws4fetch';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import type { BucketOptions } from '../../packages/server/src/files/s3.ts';

/** The only ones that this service knows. */
const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const name = 'offhook-files';

export class Bucket {
  readonly #directory = mkdtempSync(join(tmpdir(), 'offhook-s3-'));
  readonly #client = new AwsClient({ ...keys, service: 's3', region: 'us-east-1' });
  #port = 0;
  #server: S3rver;

  private constructor() {
    this.#server = this.#make();
  }

  static async start(): Promise<Bucket> {
    const bucket = new Bucket();
    await bucket.reopen();
    return bucket;
  }

  get options(): BucketOptions {
    return { endpoint: `http://127.0.0.1:${this.#port}`, bucket: name, region: 'us-east-1', ...keys };
  }

  /** How it is reached, with nothing in it. */
  async empty(): Promise<BucketOptions> {
    this.#server.reset();
    await this.#server.configureBuckets();
    return this.options;
  }

  get(key: string): Promise<Response> {
    return this.#client.fetch(this.#address(key));
  }

  async put(all: readonly string[]): Promise<void> {
    const waiting = all.values();
    const worker = async (): Promise<void> => {
      for (const key of waiting) await this.#client.fetch(this.#address(key), { method: 'PUT', body: 'x' });
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  }

  /** The service goes away, with its data kept. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  /** It is back, where it was. */
  async reopen(): Promise<void> {
    this.#server = this.#make();
    this.#port = (await this.#server.run()).port;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #make(): S3rver {
    return new S3rver({
      address: '127.0.0.1',
      port: this.#port,
      silent: true,
      directory: this.#directory,
      configureBuckets: [{ name, configs: [] }],
    });
  }

  #address(key: string): string {
    return `${this.options.endpoint}/${name}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }
}

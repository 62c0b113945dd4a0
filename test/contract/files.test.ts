/** What every adapter of the Files port does. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DiskFiles } from '../../packages/server/src/files/disk.ts';
import { MemoryFiles } from '../../packages/server/src/files/memory.ts';
import { S3Files } from '../../packages/server/src/files/s3.ts';
import type { Files } from '../../packages/server/src/ports/files.ts';
import { Bucket } from '../support/bucket.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'offhook-files-')), 'files');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let bucket: Bucket;
beforeAll(async () => {
  bucket = await Bucket.start();
});
afterAll(async () => {
  await bucket.close();
  bucket.remove();
});

const adapters: readonly (readonly [string, () => Files | Promise<Files>])[] = [
  ['memory', () => new MemoryFiles()],
  ['disk', () => new DiskFiles(folder)],
  ['bucket', async () => S3Files.open(await bucket.empty(), new DiskFiles(folder))],
];
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function contentOf(files: Files, id: string): Promise<string | undefined> {
  const content = await files.read(id);
  return content && (await buffer(content)).toString();
}

describe.each(adapters)('files: %s', (_, make) => {
  it('grow by pieces, and are read once they are finished', async () => {
    const files = await make();
    expect(await files.begun('a')).toBe(0);
    expect(await files.append('a', bytes('one '))).toBe(4);
    expect(await files.append('a', bytes('two'))).toBe(7);
    expect(await files.begun('a')).toBe(7);
    expect(await files.read('a')).toBeUndefined();
    expect(Buffer.from(await files.finish('a', 5)).toString()).toBe('one t');
    expect(await contentOf(files, 'a')).toBe('one two');
    expect(await files.begun('a')).toBe(0);
  });

  it('are read in part', async () => {
    const files = await make();
    await files.append('a', bytes('0123456789'));
    await files.finish('a', 1);
    const part = async (start: number, end: number): Promise<string> =>
      (await buffer((await files.read('a', { start, end })) ?? Readable.from([]))).toString();
    expect([await part(0, 1), await part(3, 5), await part(9, 9), await part(0, 9)]).toEqual(['01', '345', '9', '0123456789']);
    expect(await files.read('b', { start: 0, end: 0 })).toBeUndefined();
  });

  it('may be empty', async () => {
    const files = await make();
    expect(await files.finish('a', 64)).toHaveLength(0);
    expect(await contentOf(files, 'a')).toBe('');
  });

  it('are removed, finished or not, also when they are not there', async () => {
    const files = await make();
    await files.append('a', bytes('x'));
    await files.append('b', bytes('x'));
    await files.finish('b', 1);
    for (const id of ['a', 'b', 'c']) await files.remove(id);
    expect([await files.begun('a'), await files.read('b'), await files.list(Infinity)]).toEqual([0, undefined, []]);
  });

  it('are listed by when something was last added', async () => {
    const files = await make();
    await files.append('a', bytes('x'));
    await files.append('b', bytes('x'));
    await files.finish('b', 1);
    expect([...(await files.list(Date.now() + 10_000))].sort((x, y) => (x < y ? -1 : 1))).toEqual(['a', 'b']);
    expect(await files.list(Date.now() - 10_000)).toEqual([]);
  });
});

describe('files in a bucket', () => {
  it('outlive the server as far as they have come, and leave nothing on its disk once they are finished', async () => {
    const options = await bucket.empty();
    await (await S3Files.open(options, new DiskFiles(folder))).append('a', bytes('one '));
    const files = await S3Files.open(options, new DiskFiles(folder));
    expect(await files.begun('a')).toBe(4);
    await files.append('a', bytes('two'));
    await files.finish('a', 1);
    expect(readdirSync(folder)).toEqual([]);
    expect(await contentOf(await S3Files.open(options, new MemoryFiles()), 'a')).toBe('one two');
  });

  it('lie there as nothing that a browser would show', async () => {
    const files = await S3Files.open(await bucket.empty(), new MemoryFiles());
    await files.append('a', bytes('<script>alert(1)</script>'));
    await files.finish('a', 1);
    const { headers } = await bucket.get('files/a');
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      'attachment',
    ]);
  });

  it('are listed over many pages, and none that is not ours', { timeout: 60_000 }, async () => {
    const files = await S3Files.open(await bucket.empty(), new MemoryFiles());
    // A page has a thousand at most.
    const names = Array.from({ length: 1_003 }, (_, n) => `file-${n}`);
    await bucket.put([...names.map((name) => `files/${name}`), 'files/not/ours', 'files/not ours & <others>', 'other']);
    expect([...(await files.list(Date.now() + 60_000))].toSorted()).toEqual(names.toSorted());
  });

  it.each(['../a', '..', '', 'a/b', 'a?b', 'a#b', '%2e%2e', 'a'.repeat(65)])(
    'never lead out of their folder: %j',
    async (id) => {
      const files = await S3Files.open(await bucket.empty(), new DiskFiles(folder));
      for (const attempt of [
        files.append.bind(files, id, bytes('x')),
        files.read.bind(files, id),
        files.remove.bind(files, id),
      ])
        await expect((async () => attempt())()).rejects.toThrow('no id of a file');
    },
  );

  it('are refused, and lost nowhere, while the service is away', async () => {
    const files = await S3Files.open(await bucket.empty(), new MemoryFiles());
    await files.append('a', bytes('kept'));
    await files.finish('a', 1);
    await bucket.close();
    await files.append('b', bytes('x'));
    for (const attempt of [() => files.finish('b', 1), () => files.read('a'), () => files.list(0)])
      await expect(attempt()).rejects.toMatchObject({ name: 'FilesError', code: 'store_failed' });
    await bucket.reopen();
    expect(await contentOf(files, 'a')).toBe('kept');
    await files.append('b', bytes('x'));
    await files.finish('b', 1);
    expect(await contentOf(files, 'b')).toBe('x');
  });

  it('need a bucket that is there, and keys that fit: in one sentence', async () => {
    const options = await bucket.empty();
    const open = (change: object) => S3Files.open({ ...options, ...change }, new MemoryFiles());
    await expect(open({ bucket: 'nowhere' })).rejects.toThrow(
      /^The bucket nowhere at http.* cannot be used: 404 NoSuchBucket\.$/,
    );
    await expect(open({ secretAccessKey: 'wrong' })).rejects.toThrow(/cannot be used: 403 SignatureDoesNotMatch\.$/);
    await expect(open({ endpoint: 'http://127.0.0.1:9' })).rejects.toThrow('does not answer. Check --s3-endpoint');
  });
});

describe('files on disk', () => {
  it('outlive the server as far as they have come', async () => {
    await new DiskFiles(folder).append('a', bytes('one '));
    const files = new DiskFiles(folder);
    expect(await files.begun('a')).toBe(4);
    await files.append('a', bytes('two'));
    await files.finish('a', 1);
    expect(await contentOf(new DiskFiles(folder), 'a')).toBe('one two');
  });

  it('are for nobody else to read, and cannot be run', async () => {
    const files = new DiskFiles(folder);
    await files.append('a', bytes('x'));
    await files.finish('a', 1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  it.each(['../a', '..', '.', 'a/b', 'a\\b', '', 'a\0', '/etc/passwd', 'a'.repeat(65), 'a.part'])(
    'never lead out of their folder: %j',
    async (id) => {
      const files = new DiskFiles(folder);
      for (const attempt of [
        files.append.bind(files, id, bytes('x')),
        files.read.bind(files, id),
        files.remove.bind(files, id),
      ]) {
        await expect((async () => attempt())()).rejects.toThrow('no id of a file');
      }
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

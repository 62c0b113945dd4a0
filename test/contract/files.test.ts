/** What every adapter of the Files port does. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { DiskFiles } from '../../packages/server/src/files/disk.ts';
import { MemoryFiles } from '../../packages/server/src/files/memory.ts';
import type { Files } from '../../packages/server/src/ports/files.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'offhook-files-')), 'files');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const adapters: readonly (readonly [string, () => Files])[] = [
  ['memory', () => new MemoryFiles()],
  ['disk', () => new DiskFiles(folder)],
];
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function contentOf(files: Files, id: string): Promise<string | undefined> {
  const content = await files.read(id);
  return content && (await buffer(content)).toString();
}

describe.each(adapters)('files: %s', (_, make) => {
  it('grow by pieces, and are read once they are finished', async () => {
    const files = make();
    expect(await files.begun('a')).toBe(0);
    expect(await files.append('a', bytes('one '))).toBe(4);
    expect(await files.append('a', bytes('two'))).toBe(7);
    expect(await files.begun('a')).toBe(7);
    expect(await files.read('a')).toBeUndefined();
    expect(Buffer.from(await files.finish('a', 5)).toString()).toBe('one t');
    expect(await contentOf(files, 'a')).toBe('one two');
    expect(await files.begun('a')).toBe(0);
  });

  it('may be empty', async () => {
    const files = make();
    expect(await files.finish('a', 64)).toHaveLength(0);
    expect(await contentOf(files, 'a')).toBe('');
  });

  it('are removed, finished or not, also when they are not there', async () => {
    const files = make();
    await files.append('a', bytes('x'));
    await files.append('b', bytes('x'));
    await files.finish('b', 1);
    for (const id of ['a', 'b', 'c']) await files.remove(id);
    expect([await files.begun('a'), await files.read('b'), await files.list(Infinity)]).toEqual([0, undefined, []]);
  });

  it('are listed by when something was last added', async () => {
    const files = make();
    await files.append('a', bytes('x'));
    await files.append('b', bytes('x'));
    await files.finish('b', 1);
    expect([...(await files.list(Date.now() + 10_000))].sort((x, y) => (x < y ? -1 : 1))).toEqual(['a', 'b']);
    expect(await files.list(Date.now() - 10_000)).toEqual([]);
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

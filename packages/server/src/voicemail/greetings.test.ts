import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { voicemailLimits } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { MemoryFiles } from '../files/memory.ts';
import type { Write } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { OwnGreetings } from './greetings.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'offhook-greetings-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A second of WAV in which nothing is said. */
function silence(): Uint8Array {
  const bytes = Buffer.alloc(44 + 16_000);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(16_000, 40);
  return bytes;
}

/** A file that somebody has sent, and said nowhere yet. */
async function upload(disk: MemoryDisk, files: MemoryFiles, id: string, bytes: Uint8Array): Promise<void> {
  await files.append(id, bytes);
  await files.finish(id, 64);
  const file = { file: id, name: 'greeting.wav', type: 'audio/wav', bytes: bytes.length, owner: 'bo', createdAt: 0 };
  disk.apply([{ type: 'file', file }]);
}

/** A store whose disk takes a moment. */
class SlowStore extends MemoryStore {
  override async commit(writes: readonly Write[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return super.commit(writes);
  }
}

it('are one each, however many are sent at once', async () => {
  const [disk, files, clock] = [new MemoryDisk(), new MemoryFiles(), new ManualClock()];
  let ids = 0;
  const greetings = new OwnGreetings({ store: new SlowStore({ disk }), files, clock, newId: () => `file-${++ids}`, folder });
  const sent = [Buffer.from('no sound'), silence(), silence()].map((sound) => greetings.set('bo', sound));
  const [refused] = await Promise.allSettled(sent);
  expect(refused).toMatchObject({ reason: { code: 'greeting_refused' } });
  const last = await greetings.of('bo');
  expect([...disk.files.keys()]).toEqual([last?.file.file]);
  expect(await greetings.sound('bo')).toEqual({ file: join(folder, `${last?.file.file}.ogg`) });
  await greetings.remove('bo');
  expect(await greetings.sound('bo')).toBeUndefined();
  expect([...disk.files.keys()]).toEqual([]);
});

describe('of files that are sent', () => {
  const [disk, files, clock] = [new MemoryDisk(), new MemoryFiles(), new ManualClock()];
  const open = (): OwnGreetings => {
    let ids = 0;
    return new OwnGreetings({ store: new MemoryStore({ disk }), files, clock, newId: () => `file-${++ids}`, folder });
  };

  it('are made once: what is refused is gone', async () => {
    const greetings = open();
    await upload(disk, files, 'words', Buffer.from('no sound'));
    await expect(greetings.take('bo', 'words')).rejects.toMatchObject({ code: 'greeting_refused' });
    expect(await files.read('words')).toBeUndefined();
    expect([...disk.files.keys()]).toEqual([]);
    await expect(greetings.take('bo', 'words')).rejects.toMatchObject({ code: 'file_not_found' });
  });

  it('are only so many a minute', async () => {
    const greetings = open();
    const sent = Array.from({ length: voicemailLimits.greetingBurst + 1 }, (_, n) => `words-${n}`);
    for (const id of sent) await upload(disk, files, id, Buffer.from('no sound'));
    const codes = [];
    for (const id of sent) codes.push(await greetings.take('bo', id).catch(({ code }: { code: string }) => code));
    expect(new Set(codes.slice(0, -1))).toEqual(new Set(['greeting_refused']));
    expect(codes.at(-1)).toBe('rate_limited');
    // It is still there.
    await clock.advance(60_000);
    await expect(greetings.take('bo', sent.at(-1)!)).rejects.toMatchObject({ code: 'greeting_refused' });
  });
});

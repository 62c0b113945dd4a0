import { conversationLimits, defaultSettings } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { MemoryFiles } from './memory.ts';
import { shown, sniff, unknownType } from './sniff.ts';
import { Uploads } from './uploads.ts';

describe('what a file is', () => {
  it.each([
    ['\x89PNG\r\n\x1A\n', 'image/png'],
    ['\xFF\xD8\xFF\xE0', 'image/jpeg'],
    ['GIF89a', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
    ['\0\0\0\x1CftypavifxxxxMORE', 'image/avif'],
    ['\0\0\0\x18ftypmp42', 'video/mp4'],
    ['%PDF-1.7', 'application/pdf'],
    ['<html>', unknownType],
    ['<svg', unknownType],
    ['', unknownType],
    ['MZ', undefined],
    ['\x7FELF', undefined],
    ['#!/bin/sh', undefined],
  ])('is told by its first bytes: %j', (head, type) => {
    expect(sniff(Buffer.from(head, 'latin1'))).toBe(type);
  });

  it('shows nothing that could run', () => {
    expect([...shown].filter((type) => !/^(image\/(png|jpeg|gif|webp|avif)|(audio|video)\/\w+)$/.test(type))).toEqual([]);
  });
});

describe('uploads', () => {
  const clock = new ManualClock();
  let disk: MemoryDisk;
  let files: MemoryFiles;
  let uploads: Uploads;
  let failing: boolean;

  beforeEach(() => {
    failing = false;
    disk = new MemoryDisk();
    disk.apply([{ type: 'new_user', user: { address: 'alice', name: 'Alice', settings: defaultSettings, createdAt: 0 } }]);
    files = new MemoryFiles();
    const store = new MemoryStore({ disk, fails: () => failing });
    uploads = new Uploads({ store, files, clock, hash: new SystemHash('key'), log: quiet, bytesPerUser: 20 });
  });

  const send = (text: string) =>
    uploads.take('alice', {
      upload: `upload-of-${text}`,
      name: 'a.txt',
      bytes: text.length,
      at: 0,
      content: Buffer.from(text),
    });
  const idOf = async (text: string): Promise<string> => {
    const progress = await send(text);
    return 'file' in progress ? progress.file.file : '';
  };

  it('keep nothing of what the store does not know, and take it once more', async () => {
    failing = true;
    await expect(send('one')).rejects.toMatchObject({ code: 'store_failed' });
    expect(await files.list(Infinity)).toEqual([]);
    failing = false;
    expect(await send('one')).toMatchObject({ file: { bytes: 3 } });
  });

  it('of one person are no more than there is room for, also when they come at once, and their room is had again', async () => {
    const twelve = await idOf('twelve bytes');
    await expect(send('nine more')).rejects.toMatchObject({ code: 'files_full' });
    expect(await files.list(Infinity)).toEqual([twelve]);
    // Together too much, whichever is first.
    const both = await Promise.allSettled([send('five '), send('five.')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await files.list(Infinity)).toHaveLength(2);
    disk.apply([{ type: 'file_gone', file: twelve }]);
    expect(await send('nine more')).toMatchObject({ file: { bytes: 9 } });
  });

  it('are swept when no message shows them and when nothing speaks of them, and not before', async () => {
    const [said, unsaid] = [await idOf('said'), await idOf('unsaid')];
    disk.apply([{ type: 'file_said', file: said, conversation: 'everyone' }]);
    await files.append('orphan', Buffer.from('x'));
    await uploads.sweep();
    expect(await files.list(Infinity)).toHaveLength(3);
    await clock.advance(conversationLimits.fileUnsaidMs + 1);
    await uploads.sweep();
    expect(disk.files.has(unsaid)).toBe(false);
    // The clock of files is that of the disk: the contents go a day later.
    const later = new Uploads({
      store: new MemoryStore({ disk }),
      files,
      clock: {
        now: () => Date.now() + 2 * conversationLimits.fileUnsaidMs,
        schedule: (delay, task) => clock.schedule(delay, task),
      },
      hash: new SystemHash('key'),
      log: quiet,
      bytesPerUser: 20,
    });
    later.start();
    await settled();
    later.close();
    expect(await files.list(Infinity)).toEqual([said]);
    expect(clock.waiting).toBe(0);
  });
});

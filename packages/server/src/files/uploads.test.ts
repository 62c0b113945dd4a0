import { conversationLimits, defaultSettings } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../ports.ts';
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
    uploads = uploadsWith(clock);
  });

  function uploadsWith(time: Clock): Uploads {
    const store = new MemoryStore({ disk, fails: () => failing });
    return new Uploads({ store, files, clock: time, hash: new SystemHash('key'), log: quiet, bytesPerUser: 20 });
  }

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

  const piece = (upload: string, content: string, at = 0, bytes = 12) =>
    uploads.take('alice', { upload, name: 'a.txt', bytes, at, content: Buffer.from(content) });
  const kept = async (): Promise<number> => {
    const sizes = await Promise.all((await files.list(Infinity)).map((id) => files.begun(id)));
    return sizes.reduce((sum, size) => sum + size, 0);
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

  describe('that are not finished', () => {
    it('take the room of one person as far as they have arrived', async () => {
      expect(await piece('one', '12345678')).toEqual({ at: 8 });
      expect(await piece('two', '1234')).toEqual({ at: 4 });
      await expect(piece('three', '1')).rejects.toMatchObject({ code: 'files_full' });
      await expect(send('nine more')).rejects.toMatchObject({ code: 'files_full' });
      expect(await kept()).toBe(12);
      // What will find no room is not kept any longer; the others have its room.
      await expect(piece('two', '5', 4, 13)).rejects.toMatchObject({ code: 'files_full' });
      expect(await kept()).toBe(8);
      expect(await piece('one', '9abc', 8)).toMatchObject({ file: { bytes: 12 } });
      expect(await send('8 bytes.')).toMatchObject({ file: { bytes: 8 } });
    });

    it('are no more than there is room for when they come at once', async () => {
      const all = Array.from({ length: 9 }, (_, n) => piece(`at-once-${n}`, '12345678', 0, 9));
      const outcomes = await Promise.allSettled(all);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      expect(await kept()).toBe(16);
    });

    it('take no room of others, nor once they are gone or could not be kept', async () => {
      let now = Date.now();
      const later = { now: () => now, schedule: () => () => undefined };
      uploads = uploadsWith(later);
      const append = files.append.bind(files);
      files.append = () => Promise.reject(new Error('full'));
      await expect(piece('one', '12345678')).rejects.toThrow('full');
      await expect(piece('program', 'MZ', 0, 2)).rejects.toThrow('full');
      files.append = append;
      const finish = files.finish.bind(files);
      files.finish = async (id) => {
        await files.remove(id);
        throw new Error('away');
      };
      await expect(send('12 bytes  12')).rejects.toThrow('away');
      files.finish = finish;
      await expect(piece('program', 'MZ', 0, 2)).rejects.toMatchObject({ code: 'file_refused' });
      expect(await piece('one', '12345678')).toEqual({ at: 8 });
      const bo = { upload: 'of-bo', name: 'a', bytes: 20, at: 0, content: Buffer.from('x') };
      expect(await uploads.take('bo', bo)).toEqual({ at: 1 });
      await expect(piece('other', '1', 0, 20)).rejects.toMatchObject({ code: 'files_full' });
      now = Date.now() + 2 * conversationLimits.fileUnsaidMs;
      await uploads.sweep();
      expect(await piece('other', '1', 0, 20)).toEqual({ at: 1 });
    });

    it('are counted after a restart as soon as they go on', async () => {
      await piece('one', '12345678');
      uploads = uploadsWith(clock);
      expect(await piece('one', '9', 8)).toEqual({ at: 9 });
      await expect(piece('two', '1')).rejects.toMatchObject({ code: 'files_full' });
    });
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

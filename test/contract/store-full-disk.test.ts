/** A disk that is really full: a small file system in memory, which only the test sees (Linux, where mounting is allowed). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FullDisk } from './children/full-disk.ts';
import type { FullDiskFiles } from './children/full-disk-files.ts';
import type { FullDiskRecording } from './children/full-disk-recording.ts';

const namespace = ['--mount', '--map-root-user', 'sh', '-c'];
const mount = 'mount -t tmpfs -o size=8m none "$0"';
const mayMount = spawnSync('unshare', [...namespace, mount, tmpdir()]).status === 0;

/** What a child reports that has a small disk of its own. */
function onSmallDisk(child: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = `${mount} && exec "$1" --conditions=source "$2" "$0"`;
  const file = join(import.meta.dirname, 'children', child);
  const output = execFileSync('unshare', [...namespace, script, folder, process.execPath, file], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return JSON.parse(output);
}

it.runIf(mayMount)(
  'refuses what a full disk cannot hold, keeps what it confirmed, and goes on once there is room',
  { timeout: 40_000 },
  () => {
    const { before, refused, after, codes, found } = onSmallDisk('full-disk.ts') as FullDisk;
    expect(before.length).toBeGreaterThan(10);
    expect(new Set(codes)).toEqual(new Set(['store_failed']));
    expect(after).toHaveLength(15);
    expect(found).toEqual([...before, ...after]);
    expect(found).not.toContain(refused[0]);
  },
);

it.runIf(mayMount)(
  'takes no piece of a file that has no room, loses none it has taken, and goes on',
  { timeout: 40_000 },
  () => {
    const { code, pieces, begun, isWhole } = onSmallDisk('full-disk-files.ts') as FullDiskFiles;
    expect(code).toBe('disk_full');
    expect(pieces).toBeGreaterThan(10);
    expect(begun).toBe(pieces * 64 * 1024);
    expect(isWhole).toBe(true);
  },
);

it.runIf(mayMount)(
  'ends a recording before it uses up what is to stay free, and where there is nothing left',
  { timeout: 40_000 },
  () => {
    const { reserved, filled, refused, kept } = onSmallDisk('full-disk-recording.ts') as FullDiskRecording;
    expect([reserved, filled, refused]).toEqual(['disk_full', 'disk_full', 'disk_full']);
    expect(kept).toBeGreaterThan(1024 * 1024);
  },
);

/** A server whose disk is really full: a small file system in memory, which only the server sees (Linux, where mounting is allowed). */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { root } from '../../scripts/run.ts';
import { claim, entryId, postFile, Wire } from '../support/wire.ts';

const namespace = ['--mount', '--map-root-user', 'sh', '-c'];
const mount = 'mount -t tmpfs -o size=24m none "$0"';
const mayMount = spawnSync('unshare', [...namespace, mount, tmpdir()]).status === 0;

interface SmallServer {
  readonly port: number;
  /** The disk of the server, as it is seen from here. */
  readonly disk: string;
}

async function startOnSmallDisk(): Promise<SmallServer> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-full-'));
  const main = join(root, 'packages/server/src/main.ts');
  const script = `${mount} && exec "$1" --conditions=source "$2" --port 0 --host 127.0.0.1 --data-dir "$0/data"`;
  const server = spawn('unshare', [...namespace, script, folder, process.execPath, main], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  });
  for await (const line of createInterface(server.stdout)) {
    const { event, url } = JSON.parse(line) as { event: string; url: string };
    // `exec` all the way: the process that was started is the server. Its root is where its mounts are seen.
    if (event === 'listening') return { port: Number(new URL(url).port), disk: `/proc/${server.pid}/root${folder}` };
  }
  throw new Error('the server has ended');
}

test.runIf(mayMount)(
  'acknowledges nothing that it cannot keep, says that it is not ready, and goes on once there is room',
  { timeout: 60_000 },
  async () => {
    const { port, disk } = await startOnSmallDisk();
    const ready = async (): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return [response.status, ((await response.json()) as { reason?: string }).reason];
    };
    const [anna, bo] = [await claim(port, 'Anna'), await claim(port, 'Bo')];
    const wire = await Wire.signIn(port, anna);
    const say = async (text: string): Promise<string | undefined> => {
      const message = { type: 'say', in: { user: bo.user.address }, entry: entryId(), text };
      return (await wire.request(message)).error?.code;
    };
    expect(await say('there is room')).toBeUndefined();
    expect(await ready()).toEqual([200, undefined]);

    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(64 * 1024 * 1024))).toThrow('ENOSPC');
    const long = 'x'.repeat(8_000);
    const codes: (string | undefined)[] = [];
    // What the log of the database still has room for is kept; then nothing is.
    for (let tries = 0; tries < 50 && codes.at(-1) === undefined; tries += 1) {
      codes.push(await say(long));
      await vi.waitFor(async () => expect(await say('')).not.toBe('rate_limited'), { timeout: 5_000, interval: 100 });
    }
    expect(codes.at(-1)).toBe('store_failed');
    await vi.waitFor(async () => expect(await ready()).toEqual([503, 'the disk is full']), { timeout: 5_000, interval: 100 });
    const kept = codes.filter((code) => code === undefined).length;
    const { status, body } = await postFile(port, anna.token, Buffer.alloc(500_000));
    expect([status, body.error?.code]).toEqual([507, 'disk_full']);
    // Signalling goes on for those who are here.
    expect((await wire.request({ type: 'people' })).error).toBeUndefined();

    rmSync(filler);
    await vi.waitFor(async () => expect(await ready()).toEqual([200, undefined]), { timeout: 5_000, interval: 100 });
    expect(await say('there is room again')).toBeUndefined();
    const { ok = {} } = await wire.request({ type: 'entries', in: { user: bo.user.address } });
    expect((ok['entries'] as { text: string }[]).map(({ text }) => text)).toEqual([
      'there is room',
      ...Array<string>(kept).fill(long),
      'there is room again',
    ]);
  },
);

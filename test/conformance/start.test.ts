import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/run.ts';
import { ServerProcess } from '../support/server-process.ts';

const starts = { timeout: 60_000 };

test('what is wrong with the settings is said in one sentence', starts, async () => {
  await expect(ServerProcess.start(['--host', '0.0.0.0'])).rejects.toThrow(
    /^did not start: 1 Nobody could sign in at 0\.0\.0\.0\. .*\.\n$/,
  );
  await expect(ServerProcess.start(['--data-dir', '/dev/null/none', '--port', '0'])).rejects.toThrow(/--data-dir\.\n$/);
});

describe('a folder that cannot keep data is named in one sentence', () => {
  test.each([
    ['cannot be made', [], (folder: string) => join(folder, 'file', 'x'), /^The folder .*x could not be made\./],
    ['cannot be made, though its parent is there', [], () => '/proc/x', /^The folder \/proc\/x could not be made\./],
    ['is a file', [], (folder: string) => join(folder, 'file'), /^The folder .*file could not be made\./],
    ['takes no files', [], () => '/proc', /^The folder \/proc (may not be written|cannot be locked|could not be made)/],
    [
      'has something else for a lock',
      [],
      (folder: string) => join(folder, 'locked'),
      /^The folder .*locked cannot be locked: /,
    ],
    [
      'cannot keep the certificate',
      ['--lan'],
      (folder: string) => join(folder, 'lan'),
      /^The certificate could not be kept in /,
    ],
  ])('that %s', starts, async (_, flags, dirIn, sentence) => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-folder-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'locked', 'lock'), { recursive: true });
    mkdirSync(join(folder, 'lan', 'certificate.json'), { recursive: true });
    const said = await ServerProcess.start(['--port', '0', '--data-dir', dirIn(folder), ...flags]).then(
      () => '',
      (error: unknown) => String(error).replace('Error: did not start: 1 ', ''),
    );
    expect(said).toMatch(sentence);
    expect(said).toMatch(/^[^\n]*--data-dir\.\n$/);
  });
});

test(
  'without a terminal the log says where a local network reaches it, and the fingerprint of the certificate',
  starts,
  async () => {
    const server = await ServerProcess.start(['--lan', '--port', '0', '--data-dir', ':memory:']);
    const listening = server.log.find(({ event }) => event === 'listening');
    await server.stop();
    expect([listening?.['url'], listening?.['others']].join(' ')).toContain(`https://localhost:${server.port}`);
    expect(listening?.['fingerprint']).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  },
);

test('what npm has started ends with it', starts, async () => {
  const program =
    "import('./scripts/follow-parent.ts').then(({ followParent }) => { followParent(); console.log(process.pid); }); setInterval(() => {}, 1e6)";
  // As npm does it: by a shell, which does not hand signals on.
  const shell = spawn('sh', ['-c', `"${process.execPath}" -e "${program}"; true`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(shell.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  const isThere = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isThere()).toBe(true);
  shell.kill('SIGTERM');
  await expect.poll(isThere).toBe(false);
});

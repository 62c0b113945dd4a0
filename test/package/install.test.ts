/** What somebody gets who installs the published packages: the tarballs in an empty folder, without this workspace's source. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, run } from '../../scripts/run.ts';
import { launchChromium } from '../browser/harness/browsers.ts';
import { buildPages } from '../browser/harness/pages.ts';
import { Person } from '../browser/harness/person.ts';
import { Server } from '../browser/harness/server.ts';
import { talk } from '../browser/harness/talk.ts';
import { skipped } from '../support/programs.ts';

const packages = ['core', 'sdp', 'sip', 'media', 'api', 'client', 'call-session', 'server'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder: string;
let packed: Packed[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-package-'));
  const built = await run('npm', ['run', 'build'], { output: 'keep' });
  if (!built.ok) throw new Error(built.output);
  const workspaces = packages.flatMap((name) => ['--workspace', `packages/${name}`]);
  packed = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder, ...workspaces)) as Packed[];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(folder, 'install', '--prefer-offline', ...packed.map(({ filename }) => `./${filename}`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the published packages', () => {
  it('hold no tests and no build state', () => {
    const files = packed.flatMap((one) => one.files.map(({ path }) => path));
    expect(files.filter((path) => /\.test\.|tsbuildinfo|node_modules/.test(path))).toEqual([]);
  });

  it('bring the script-tag client and the web phone', () => {
    const files = packed.flatMap((one) => one.files.map(({ path }) => path));
    expect(files).toContain('dist/offhook.min.js');
    expect(files).toContain('dist/phone/index.html');
    expect(files).toContain('dist/phone/client.d.ts');
  });

  it('bring call-session as one file for a script tag, without a second one to load', () => {
    const files = packed.find(({ filename }) => filename.startsWith('call-session'))?.files.map(({ path }) => path);
    expect(files).toContain('dist/call-session.min.js');
    expect(readFileSync(installed('call-session/dist/call-session.min.js'), 'utf8')).not.toMatch(/\bimport\(/);
  });

  it.each(['@offhook/client/dist/offhook.min.js', 'call-session/dist/call-session.min.js'])(
    '%s means the same in a page of any encoding',
    (file) => {
      // Bytes, since what was read as text would have been decoded already.
      expect(readFileSync(installed(file)).filter((byte) => byte > 0x7f)).toHaveLength(0);
    },
  );

  const importable = [
    '@offhook/core',
    '@offhook/core/protocol',
    '@offhook/sip',
    '@offhook/api',
    '@offhook/client',
    'call-session',
    'call-session/worker',
  ];
  it.each(importable)('%s can be imported', (name) => {
    const code = `console.log(Object.keys(await import('${name}')).length > 0)`;
    expect(node('--input-type=module', '--eval', code).trim()).toBe('true');
  });
});

describe('the installed server', () => {
  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/server/package.json'), 'utf8')) as { version: string };
    expect(node(installed('.bin/offhook'), 'version').trim()).toBe(version);
  });

  it('serves the web phone and the script-tag client', async () => {
    const server = await Server.start({ command: [installed('.bin/offhook')] });
    try {
      const page = await fetch(server.url);
      expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
      const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(await page.text()) ?? [];
      expect((await fetch(new URL(script, server.url))).headers.get('content-type')).toMatch(/javascript/);
      const served = await (await fetch(`${server.url}/client.js`)).text();
      const packaged = readFileSync(installed('@offhook/client/dist/offhook.min.js'), 'utf8');
      expect(code(served)).toBe(code(packaged));
    } finally {
      await server.close();
    }
  });

  it.skipIf(skipped.has('browser'))('carries a call between two browsers with the installed client', async () => {
    await using stack = new AsyncDisposableStack();
    const pages = await buildPages(installed('@offhook/client/dist/offhook.min.js'));
    stack.defer(() => pages.remove());
    const server = await Server.start({ command: [installed('.bin/offhook')], pages: pages.folder });
    stack.defer(() => server.close());
    const browser = await launchChromium();
    stack.defer(() => browser.close());
    const enter = async (name: string): Promise<Person> =>
      Person.seat(await server.claim(name), await browser.newProfile(), { url: server.url, relayOnly: false });

    const [anna, bo] = [await enter('Anna'), await enter('Bo')];
    await talk(anna, bo, { video: true });
    await anna.page.hangUp(bo.address);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'hangup' });
    expect(await bo.page.history()).toMatchObject([{ role: 'callee', cause: 'hangup' }]);
  });
});

/** A script without the line that names its source map. */
function code(script: string): string {
  return script.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

function installed(path: string): string {
  return join(folder, 'node_modules', path);
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** As a user's Node runs it: without this workspace's conditions. */
function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
}

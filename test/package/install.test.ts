/** What somebody gets who installs the published packages: the tarballs in an empty folder, without this workspace's source. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, run } from '../../scripts/run.ts';

const packages = ['core', 'client', 'server'];

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
  });

  it.each(['@offhook/core', '@offhook/core/protocol', '@offhook/client'])('%s can be imported', (name) => {
    const code = `console.log(Object.keys(await import('${name}')).length > 0)`;
    expect(node('--input-type=module', '--eval', code).trim()).toBe('true');
  });
});

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

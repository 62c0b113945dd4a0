/**
 * The test pages as files that the server serves in place of the web phone: with the SDK's script-tag file and `window.kit`, and with
 * the SDK's further entries bundled.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { buildClientScript } from '../../../scripts/client-script.ts';
import { root } from '../../../scripts/run.ts';

const page = join(root, 'test/browser/page');

export interface Pages {
  readonly folder: string;
  remove(): void;
}

/** `client`: a built script-tag file; one is made from source if not given. */
export async function buildPages(client?: string): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-pages-'));
  copyFileSync(join(page, 'index.html'), join(folder, 'index.html'));
  if (client === undefined) await buildClientScript(folder, 'client.js');
  else copyFileSync(client, join(folder, 'client.js'));
  copyFileSync(join(page, 'modules.html'), join(folder, 'modules.html'));
  copyFileSync(join(page, 'shown.html'), join(folder, 'shown.html'));
  copyFileSync(join(page, 'sessions.html'), join(folder, 'sessions.html'));
  await bundle('sessions.ts', folder, 'sessions.js');
  await bundle('shown.ts', folder, 'shown.js');
  await bundle('main.ts', folder, 'kit.js');
  await bundle('modules.ts', folder, 'modules.js');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function bundle(entry: string, folder: string, fileName: string): Promise<void> {
  await build({
    root: page,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2024',
      minify: false,
      lib: { entry, formats: ['iife'], name: 'Kit', fileName: () => fileName },
    },
  });
}

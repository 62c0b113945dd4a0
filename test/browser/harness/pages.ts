/** The test page as files that the server serves in place of the web phone: the SDK's script-tag file and `window.kit`. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
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
  if (client === undefined) await bundle(join(root, 'packages/client/src/index.ts'), 'Offhook', folder, 'client.js');
  else copyFileSync(client, join(folder, 'client.js'));
  await bundle(join(page, 'kit.ts'), 'Kit', folder, 'kit.js');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function bundle(entry: string, name: string, folder: string, file: string): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2024',
      minify: false,
      lib: { entry, formats: ['iife'], name, fileName: () => file },
    },
  });
}

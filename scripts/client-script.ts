import { join } from 'node:path';
import { build } from 'vite';
import { root } from './run.ts';

/** The client as one file for a script tag: `<script src="client.js">` defines `Offhook`. */
export async function buildClientScript(outDir: string, fileName: string): Promise<void> {
  await build({
    root: join(root, 'packages/client'),
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2024',
      sourcemap: true,
      lib: { entry: 'src/index.ts', formats: ['iife'], name: 'Offhook', fileName: () => fileName },
    },
  });
}

import { join } from 'node:path';
import { build } from 'vite';
import { root } from './run.ts';

/** The client as one file for a script tag: `<script src="client.js">` defines `Offhook`. */
export async function buildClientScript(outDir: string, fileName: string): Promise<void> {
  await buildScript('client', { entry: 'src/index.ts', name: 'Offhook' }, outDir, fileName);
}

/** `call-session` as one file for a script tag, which defines `navigator.callSession`. */
export async function buildCallSessionScript(outDir: string, fileName: string): Promise<void> {
  await buildScript('call-session', { entry: 'src/polyfill.ts', name: 'CallSessionPolyfill' }, outDir, fileName);
}

interface Script {
  readonly entry: string;
  readonly name: string;
}

async function buildScript(of: string, { entry, name }: Script, outDir: string, fileName: string): Promise<void> {
  await build({
    root: join(root, 'packages', of),
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2024',
      sourcemap: true,
      // A page may not say in which encoding it is, and its scripts with it.
      rolldownOptions: { output: { charset: 'ascii' } },
      lib: { entry, formats: ['iife'], name, fileName: () => fileName },
    },
  });
}

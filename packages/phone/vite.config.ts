import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { serviceWorker } from './service-worker-plugin.ts';

/** Templates are sent as they stand in the source. Their indentation means nothing, but is 3 KB (gzip) of what people load. */
const indentation: Plugin = {
  name: 'indentation',
  enforce: 'pre',
  apply: 'build',
  transform: (code, id) =>
    /\/src\/(elements|styles)\//.test(id) ? { code: code.replace(/\n[ \t]+/g, '\n'), map: null } : undefined,
};

/**
 * Each icon is imported by itself: by way of the index of all of them it would seem to be needed by whatever draws any, and come with the
 * first script.
 */
const icons: Plugin = {
  name: 'icons',
  enforce: 'pre',
  apply: 'build',
  transform: (code, id) =>
    /\/phone\/src\//.test(id)
      ? { code: code.replace(/import \{([^}]+)\} from 'lucide';/g, (_, names: string) => iconImports(names)), map: null }
      : undefined,
};

function iconImports(names: string): string {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => `import ${name} from '${iconFile(name)}';`)
    .join('');
}

const lucide = fileURLToPath(new URL('../esm/lucide.mjs', import.meta.resolve('lucide')));
const index = readFileSync(lucide, 'utf8');

/** An icon may have several names. */
function iconFile(name: string): string {
  const [, file] = new RegExp(`^export \\{[^}]*\\bdefault as ${name}\\b[^}]*\\} from '(.+)';$`, 'm').exec(index) ?? [];
  if (file === undefined) throw new Error(`There is no icon ${name}.`);
  return join(dirname(lucide), file);
}

type Info = (id: string) => { readonly isEntry: boolean; readonly importers: readonly string[] } | null;

/** Whether the page imports it, by whatever way, before anybody does anything. */
function isNeededAtFirst(id: string, info: Info, seen = new Set<string>()): boolean {
  seen.add(id);
  const { isEntry, importers } = info(id) ?? { isEntry: false, importers: [] };
  return isEntry || importers.some((importer) => !seen.has(importer) && isNeededAtFirst(importer, info, seen));
}

export default defineConfig({
  // Relative addresses: the app also works below a path of somebody's own site.
  base: './',
  plugins: [icons, indentation, serviceWorker()],
  resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
  build: {
    target: 'es2024',
    sourcemap: true,
    // The content security policy allows no data: URLs for scripts and styles.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What several parts of the phone need is one file, rather than thirty of a few hundred bytes: beside the first script, where that needs
    // it, too; otherwise with the first part. What calls alone need comes with the first call.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: (id, built) => (isNeededAtFirst(id, (one) => built.getModuleInfo(one)) ? 'shared' : null),
              debugName: 'shared',
              minShareCount: 2,
              priority: 1,
            },
            { name: 'parts', minShareCount: 2, test: /^(?!.*\/call-session\/)/ },
          ],
        },
      },
    },
  },
});

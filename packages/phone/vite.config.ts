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
  plugins: [indentation, serviceWorker()],
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

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
    // What several parts of the phone need is one file beside the first script, rather than thirty of a few hundred bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
  },
});

import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the app also works below a path of somebody's own site.
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
  build: {
    target: 'es2024',
    sourcemap: true,
    // The content security policy allows no data: URLs for scripts and styles.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});

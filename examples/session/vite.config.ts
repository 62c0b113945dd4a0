/** `npx vite examples/session`. The SDK is taken from its source, so that nothing has to be built first. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
  build: { target: 'es2024' },
});

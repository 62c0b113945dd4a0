import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const fileName = 'service-worker.js';

/** Builds the service worker beside the page, and tells it which files belong to this version. */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: '/src/service-worker.ts', fileName });
    },
    generateBundle: {
      // When every other file has its name.
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[fileName];
        if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
        const parts = Object.keys(bundle)
          .filter((name) => name !== fileName && /\.(js|css)$/.test(name))
          .toSorted();
        // Names change with what is in them.
        const version = createHash('sha256').update(`${parts.join()} ${worker.code}`).digest('base64url').slice(0, 12);
        worker.code = `const offhookParts=${JSON.stringify(parts)},offhookVersion=${JSON.stringify(version)};${worker.code}`;
      },
    },
  };
}

import { createHash } from 'node:crypto';
import { build } from 'vite';
import type { Plugin } from 'vite';

const fileName = 'service-worker.js';

/** Builds the service worker beside the page, and tells it which files belong to this version. */
export function serviceWorker(): Plugin {
  let conditions: string[];
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      ({ conditions } = config.resolve);
    },
    generateBundle: {
      // When every other file has its name.
      order: 'post',
      async handler(_options, bundle) {
        const code = await bundleWorker(conditions);
        const parts = Object.keys(bundle)
          .filter((name) => /\.(js|css)$/.test(name))
          .toSorted();
        // Names change with what is in them.
        const version = createHash('sha256').update(`${parts.join()} ${code}`).digest('base64url').slice(0, 12);
        const source = `const offhookParts=${JSON.stringify(parts)},offhookVersion=${JSON.stringify(version)};${code}`;
        this.emitFile({ type: 'asset', fileName, source });
      },
    },
  };
}

/** On its own: in one file with all that it imports, of which the page has a copy of its own. */
async function bundleWorker(conditions: string[]): Promise<string> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    resolve: { conditions },
    build: {
      write: false,
      target: 'es2024',
      rolldownOptions: { input: 'src/service-worker.ts', output: { codeSplitting: false, format: 'iife' } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const [chunk, ...more] = outputs.flatMap((output) => ('output' in output ? output.output : []));
  if (chunk?.type !== 'chunk' || more.length > 0) throw new Error('the service worker was not built as one file');
  return chunk.code;
}

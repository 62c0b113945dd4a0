import { build } from 'vite';

interface BundleOptions {
  /** As one script, which defines this. Vite adds nothing of its own then to what is imported later. */
  readonly script?: string | undefined;
  /** Names of modules that are loaded when they are needed, and left out. */
  readonly later?: RegExp | undefined;
}

/** What a page would load for `code`: everything it imports in one minified file, from the sources of this repository. */
export async function bundle(code: string, { script, later }: BundleOptions = {}): Promise<string> {
  const [entry, inside] = ['the-entry', '\0entry'];
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId(id) {
          if (id.endsWith(entry)) return inside;
          return later?.test(id) === true ? { id, external: true } : undefined;
        },
        load: (id) => (id === inside ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2024',
      minify: true,
      modulePreload: false,
      reportCompressedSize: false,
      ...(script && { lib: { entry, formats: ['iife'], name: script } }),
      rollupOptions: {
        ...(!script && { input: entry, preserveEntrySignatures: 'strict' }),
        output: { codeSplitting: false },
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((output) => ('output' in output ? output.output : []));
  const [chunk, ...more] = chunks.filter((part) => part.type === 'chunk');
  if (chunk === undefined || more.length > 0) throw new Error('expected one module');
  return chunk.code;
}

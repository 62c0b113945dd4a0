import { build } from 'vite';

/** What a page would load for `code`: everything it imports in one minified module, from the sources of this repository. */
export async function bundle(code: string): Promise<string> {
  const entry = '\0entry';
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2024',
      minify: true,
      reportCompressedSize: false,
      rollupOptions: { input: entry, preserveEntrySignatures: 'strict', output: { codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((output) => ('output' in output ? output.output : []));
  const [chunk, ...more] = chunks.filter((part) => part.type === 'chunk');
  if (chunk === undefined || more.length > 0) throw new Error('expected one module');
  return chunk.code;
}

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Packages are tested as source: nothing has to be built first. */
const source = { conditions: ['source', 'module', 'node', 'import', 'default'] };
const workers = Math.min(2, availableParallelism());

interface Layer {
  readonly name: string;
  readonly include: string[];
  /** One file after the other, each with longer time limits: for what starts browsers, servers and packages. */
  readonly heavy?: boolean;
}

/** The order is that of scripts/test.ts. */
const layers: Layer[] = [
  { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'test/conformance/**/*.test.ts'] },
  { name: 'contract', include: ['test/contract/**/*.test.ts'] },
  { name: 'sim', include: ['test/sim/**/*.test.ts', 'test/flows/**/*.test.ts'] },
  { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'] },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], heavy: true },
  { name: 'package', include: ['test/package/**/*.test.ts'], heavy: true },
];

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: layers.map(({ name, include, heavy }) => ({
      resolve: source,
      ssr: { resolve: { ...source, externalConditions: ['source', 'node', 'import', 'default'] } },
      test: {
        name,
        include,
        environment: 'node',
        // For processes and workers that tests start, and for packages that Node itself resolves.
        execArgv: ['--conditions=source'],
        maxWorkers: heavy ? 1 : workers,
        fileParallelism: !heavy,
        testTimeout: heavy ? 60_000 : 10_000,
        hookTimeout: heavy ? 120_000 : 10_000,
        restoreMocks: true,
        unstubGlobals: true,
      },
    })),
  },
});

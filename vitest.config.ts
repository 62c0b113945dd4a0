import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { layers } from './test/layers.ts';

/** Packages are tested as source: nothing has to be built first. */
const conditions = ['source', 'module', 'node', 'import', 'default'];
const workers = Math.min(2, availableParallelism());

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: layers.map(({ name, include, heavy = false }) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        name,
        include: [...include],
        environment: 'node',
        // For what Node itself resolves: threads and processes that tests start.
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

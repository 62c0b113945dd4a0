import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { layers } from './test/layers.ts';

/** Packages are tested as source: nothing has to be built first. Threads that tests start get the same conditions from vitest. */
const conditions = ['source', 'node'];
const workers = Math.min(2, availableParallelism());

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: layers.map(({ name, include, heavy = false }) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: ['source'] } },
      test: {
        name,
        include: [...include],
        environment: 'node',
        maxWorkers: heavy ? 1 : workers,
        fileParallelism: !heavy,
        testTimeout: heavy ? 120_000 : 30_000,
        hookTimeout: heavy ? 120_000 : 30_000,
        // What is waited for may take its time on a machine that is busy; nothing is waited for longer than it takes.
        expect: { poll: { timeout: 40_000 } },
        restoreMocks: true,
        unstubGlobals: true,
      },
    })),
  },
});

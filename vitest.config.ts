import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { layers } from './test/layers.ts';

/** Packages are tested as source: nothing has to be built first. Threads that tests start get the same conditions from vitest. */
const conditions = ['source', 'node'];

/** Each server that a test starts is hundreds of files of TypeScript: the first one leaves them compiled for all others. */
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/offhook/compiled');

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: layers.map(({ name, include, exclude = [], shared = false, patient = false, atOnce = 2, exact = false }) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions, externalConditions: ['source'] } },
      test: {
        name,
        include: [...include],
        exclude: [...exclude],
        globalSetup: name === 'browser' || name === 'media' ? ['test/browser/harness/built.ts'] : [],
        environment: 'node',
        isolate: !shared,
        maxWorkers: atOnce,
        fileParallelism: atOnce > 1,
        testTimeout: patience(patient, exact),
        hookTimeout: patience(patient, exact),
        // What is waited for may take its time on a machine that is busy; nothing is waited for longer than it takes.
        expect: { poll: { timeout: 40_000 } },
        restoreMocks: true,
        unstubGlobals: true,
      },
    })),
  },
});

/** Milliseconds; others may have the processors all the while that something exact is to be run. */
function patience(isPatient: boolean, isExact: boolean): number {
  if (isExact) return 3_600_000;
  return isPatient ? 120_000 : 30_000;
}

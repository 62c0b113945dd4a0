/** The layers of tests, in the order in which `npm test` runs them. vitest.config.ts makes a project of each. */
export interface Layer {
  readonly name: string;
  readonly include: readonly string[];
  /** One file after the other with longer time limits: for what starts browsers, servers and installations. */
  readonly heavy?: boolean;
  /** What fails there fails again: nothing in it depends on the machine. */
  readonly exact?: boolean;
}

export const layers: readonly Layer[] = [
  { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'test/conformance/**/*.test.ts'] },
  { name: 'contract', include: ['test/contract/**/*.test.ts'] },
  { name: 'sim', include: ['test/sim/**/*.test.ts', 'test/flows/**/*.test.ts'], exact: true },
  { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'] },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], heavy: true },
  { name: 'interop', include: ['test/interop/**/*.test.ts'], heavy: true },
  { name: 'package', include: ['test/package/**/*.test.ts'], heavy: true },
];

/** The layers of tests, in the order in which `npm test` runs them. vitest.config.ts makes a project of each. */
export interface Layer {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** Longer time limits: for what starts browsers, servers and installations. */
  readonly patient?: boolean;
  /** One file after the other: for what needs the machine for itself. */
  readonly alone?: boolean;
  /** What fails there fails again: nothing in it depends on the machine. It needs nothing but processors, and takes what others leave of them. */
  readonly exact?: boolean;
  /** Nothing is run beneath it. */
  readonly undisturbed?: boolean;
}

/** Of the tests in browsers, those that measure, or have the pictures of many: what falls behind or has gaps would be the fault of others beside them. */
const measuring = [
  'calls-into-meetings',
  'faults',
  'in-call',
  'losses',
  'media-worker',
  'meeting-of-five',
  'meetings',
  'phone-meetings',
  'recording',
  'reload',
  'rtp',
  'screen',
  'sessions',
  'sessions-sending',
].map((name) => `test/browser/${name}.test.ts`);

export const layers: readonly Layer[] = [
  { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'test/conformance/**/*.test.ts'] },
  { name: 'contract', include: ['test/contract/**/*.test.ts'] },
  { name: 'sim', include: ['test/sim/**/*.test.ts', 'test/flows/**/*.test.ts'], exact: true },
  { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'] },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], exclude: measuring, patient: true },
  { name: 'interop', include: ['test/interop/**/*.test.ts'], patient: true, alone: true },
  { name: 'package', include: ['test/package/**/*.test.ts'], patient: true, alone: true },
  { name: 'media', include: measuring, patient: true, alone: true, undisturbed: true },
];

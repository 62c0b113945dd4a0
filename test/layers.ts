/** The layers of tests, in the order in which `npm test` runs them. vitest.config.ts makes a project of each. */
export interface Layer {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** Longer time limits: for what starts browsers, servers and installations. */
  readonly patient?: boolean;
  /** Its files share what they import, and what they leave there: for many small ones. None of them may replace a module. */
  readonly shared?: boolean;
  /** How many files at once, where that is not two; one for what needs the machine for itself. */
  readonly atOnce?: number;
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

/** Unit tests that need a process each: they replace modules, or keep the threads of their process busy after they are over. */
const apart = [
  'client/src/diagnostics/watch',
  'phone/src/control/calls',
  'phone/src/control/conversations',
  'phone/src/control/inviting',
  'phone/src/control/media',
  'phone/src/control/network',
  'phone/src/control/tracked-call',
  'server/src/**/*',
].map((name) => `packages/${name}.test.ts`);

export const layers: readonly Layer[] = [
  { name: 'unit', include: ['packages/*/src/**/*.test.ts'], exclude: apart, shared: true },
  { name: 'apart', include: apart },
  { name: 'conformance', include: ['test/conformance/**/*.test.ts'] },
  { name: 'contract', include: ['test/contract/**/*.test.ts'] },
  { name: 'sim', include: ['test/sim/**/*.test.ts', 'test/flows/**/*.test.ts'], exact: true },
  { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'] },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], exclude: measuring, patient: true },
  { name: 'interop', include: ['test/interop/**/*.test.ts'], patient: true, atOnce: 1 },
  { name: 'package', include: ['test/package/**/*.test.ts'], patient: true, atOnce: 1 },
  { name: 'media', include: measuring, patient: true, atOnce: 1, undisturbed: true },
];

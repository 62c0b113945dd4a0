import { defineConfig, type OxlintOverride } from 'oxlint';

/**
 * Who may import whom by package name; what goes by path (adapters, tests, what the browser bundle reaches) is checked by
 * scripts/check-imports.ts.
 */
const ours = [
  '@offhook/core',
  '@offhook/sdp',
  '@offhook/sip',
  '@offhook/media',
  '@offhook/api',
  '@offhook/client',
  '@offhook/phone',
  'call-session',
  'offhook',
];
const mayImport: Record<string, string[]> = {
  core: [],
  sdp: [],
  sip: ['@offhook/sdp'],
  media: ['@offhook/core', '@offhook/sdp'],
  api: ['@offhook/core'],
  client: ['@offhook/core'],
  phone: ['@offhook/client', '@offhook/core', 'call-session'],
  'call-session': [],
  server: ['@offhook/core', '@offhook/media', '@offhook/sdp', '@offhook/sip'],
};
const runsInBrowser = new Set(['core', 'client', 'phone', 'call-session']);

/** zod costs every page 92 KB gzip; types alone cost nothing. */
const schemas = {
  regex: '^(zod|@offhook/core/protocol)(/|$)',
  allowTypeImports: true,
  message: 'The browser bundle reaches this file: import types only, or move what it needs out of the schema file.',
};

const layers = Object.entries(mayImport).map(([layer, allowed]): OxlintOverride => ({
  files: [`packages/${layer}/src/**/*.ts`],
  excludeFiles: ['**/*.test.ts', '**/*.fixture.ts', 'packages/core/src/protocol/**'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(${ours.filter((name) => !allowed.includes(name)).join('|')})(/|$)`,
            message: `packages/${layer} imports nothing of ours but: ${allowed.join(', ') || 'nothing'}.`,
          },
          ...(runsInBrowser.has(layer) ? [schemas] : []),
        ],
      },
    ],
  },
}));

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['**/dist/**', '**/public/**', 'docs/**'],
  rules: {
    eqeqeq: 'error',
    'max-lines': ['error', { max: 400 }],
    'no-console': 'error',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'import/no-cycle': 'error',
    'import/no-unassigned-import': 'off',
    // For Express; Fastify awaits its handlers.
    'oxc/no-async-endpoint-handlers': 'off',
    'promise/always-return': 'off',
    'promise/catch-or-return': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    // The compiler's noImplicitReturns knows when a switch is complete.
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    // Spreading a string into its code points is how one counts and cuts names.
    'typescript/no-misused-spread': ['error', { allow: ['string'] }],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  },
  overrides: [
    ...layers,
    {
      // Time, chance and identity are handed to machines; the compiler already denies them timers and I/O.
      files: ['packages/core/src/**/*.ts'],
      excludeFiles: ['**/*.test.ts', '**/*.fixture.ts'],
      rules: {
        'no-restricted-globals': ['error', { name: 'Date', message: 'Time is an argument: use `now`.' }],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Chance is handed in.' }],
      },
    },
    {
      // Stands in for isolatedDeclarations, which core has to leave off for the inferred types of its schemas.
      files: ['packages/core/src/**/*.ts'],
      excludeFiles: ['**/*.test.ts', '**/*.fixture.ts', 'packages/core/src/protocol/**'],
      rules: { 'typescript/explicit-module-boundary-types': 'error' },
    },
    {
      // No windows on the server: its messages go to threads.
      files: ['packages/server/src/**/*.ts'],
      rules: { 'unicorn/require-post-message-target-origin': 'off' },
    },
    {
      // Packets are read byte by byte, after their length was looked at once.
      files: [
        'packages/media/src/rtp/**',
        'packages/media/src/router/**',
        'packages/media/src/recorder/**',
        'packages/media/src/mixing/**',
        'packages/media/src/srtp/**',
        'packages/media/src/transcoding/**',
      ],
      rules: { 'typescript/no-non-null-assertion': 'off' },
    },
    {
      // Of bytes on a wire CR, LF, NUL and their like are what is looked for.
      files: ['packages/sip/src/**/*.ts'],
      rules: { 'no-control-regex': 'off' },
    },
    {
      files: ['examples/**', 'scripts/**', 'bench/**', 'test/**', 'packages/server/src/main.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['**/*.test.ts', '**/*.fixture.ts', 'test/**'],
      rules: {
        'max-lines': 'off',
        'typescript/no-non-null-assertion': 'off',
        'vitest/expect-expect': 'off',
        'vitest/no-conditional-expect': 'off',
        'vitest/no-standalone-expect': 'off',
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
      },
    },
  ],
});

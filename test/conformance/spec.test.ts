/** Both ways: every rule of a SPEC.md is shown by a test that carries its number, and every number in a test is a rule. */
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const specs = globSync(['packages/*/src/**/SPEC.md', 'packages/*/SPEC.md']);
const rules = specs.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map(([, id]) => ({ id: id ?? '', file })),
);
const shown = globSync(['packages/*/src/**/*.test.ts', 'test/**/*.test.ts']).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/['"`]\[([A-Z]\d+)\] /g)].map(([, id]) => ({ id: id ?? '', file })),
);

const ids = (list: readonly { id: string }[]): Set<string> => new Set(list.map(({ id }) => id));

it('finds rules and tests', () => {
  expect(rules.length).toBeGreaterThan(80);
  expect(shown.length).toBeGreaterThan(rules.length);
});

it('gives each rule its own number', () => {
  expect(rules.map(({ id }) => id)).toHaveLength(ids(rules).size);
});

it('has a test for every rule', () => {
  const proven = ids(shown);
  expect(rules.filter(({ id }) => !proven.has(id))).toEqual([]);
});

it('knows every rule that a test names', () => {
  const known = ids(rules);
  expect(shown.filter(({ id }) => !known.has(id))).toEqual([]);
});

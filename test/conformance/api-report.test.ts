import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { apiReport } from '../../scripts/api-report.ts';
import type { ApiReport } from '../../scripts/api-report.ts';
import { root } from '../../scripts/run.ts';

const folder = join(root, 'docs/api');
let report: ApiReport;
beforeAll(async () => {
  report = await apiReport();
}, 120_000);

test('docs/api is what `npm run docs` writes', () => {
  expect(readdirSync(folder).toSorted()).toEqual([...report.files.keys()].toSorted());
  for (const [name, text] of report.files) expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
});

test('everything that applications may use says what it is', () => {
  expect(report.undocumented).toEqual([]);
});

test('what is exported stands in it, and what is hidden does not', () => {
  const phone = report.files.get('client.md') ?? '';
  expect(phone).toMatch(/^## connect$/m);
  expect(phone).toMatch(/^class Phone /m);
  expect(phone).not.toMatch(/#private|constructor\(options: PhoneOptions|z\.infer/);
});

/** What every benchmark promises to whoever reads its output. None is judged by time here. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { median, quantile } from '../../bench/harness/statistics.ts';
import { medianRatio, turnAbout } from '../../bench/harness/turns.ts';
import { root, run } from '../../scripts/run.ts';

describe('npm run bench', () => {
  it('ends with one JSON object, here for the size of the SDK, which is in its budget', { timeout: 60_000 }, async () => {
    const { ok, output } = await run('npm', ['run', '--silent', 'bench', '--', 'size'], { output: 'keep' });
    const verdict = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(Object.keys(verdict)).toEqual(['bench', 'figures', 'ratio', 'budget', 'holds']);
    expect(verdict).toMatchObject({ bench: 'size', budget: 18, holds: true });
    for (const figure of Object.values(verdict['figures'] as object)) expect(figure).toBeGreaterThan(0);
    expect(ok).toBe(true);
  });

  it('is explained for every benchmark there is', () => {
    const readme = readFileSync(join(root, 'bench/README.md'), 'utf8');
    const names = globSync('bench/*.ts', { cwd: root }).map((file) => basename(file, '.ts'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(readme).toContain(`\`${name}\``);
  });
});

describe('rounds', () => {
  it('go turn about, each beginning with another party, and those to warm up do not count', async () => {
    const order: string[] = [];
    const results = await turnAbout(['a', 'b', 'c'], { rounds: 2, warmUp: 1 }, (name) => Promise.resolve(order.push(name)));
    expect(order.join('')).toBe('abcbcacab');
    expect(results).toEqual({ a: [6, 8], b: [4, 9], c: [5, 7] });
  });

  it('are compared one by one, so that what disturbs a whole round disturbs no ratio', () => {
    expect(medianRatio([2, 20, 200], [1, 10, 100], (value) => value)).toBe(2);
  });

  it('are summed up by medians and quantiles', () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(median([1, 2])).toBe(1.5);
    expect(quantile([10, 0], 0)).toBe(0);
    expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

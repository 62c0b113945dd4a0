/** What a page may learn of a call: how it sounds, and that nobody sits between the two. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { talk } from './harness/talk.ts';

const isBetween = (least: number, most: number): unknown =>
  expect.toSatisfy((value: number) => value >= least && value <= most, `is from ${least} to ${most}`);

describe('the quality of a call', () => {
  it('is told every second, and kept in the record as each side heard it', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    // Where a busy machine loses something, it is told: then those that come after are looked at.
    const good = { loss: 0, rating: 'good', mos: isBetween(3.6, 5), roundTripMs: isBetween(0, 100) };
    await expect.poll(() => anna.page.quality(bo.address, 4), { timeout: 40_000 }).toMatchObject([good, good, good, good]);
    await anna.page.hangUp(bo.address);
    await bo.page.until(anna.address, 'ended');
    const [[mine], [theirs]] = [await anna.page.history(), await bo.page.history()];
    expect(mine?.quality?.mos).toBeGreaterThan(3.6);
    // Bo's page has not looked.
    expect(theirs?.quality).toBeUndefined();
  });
});

describe('the safety code', () => {
  it('is the same on both sides of a call, and another one in the next', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    const code = await anna.page.safetyCode(bo.address);
    expect(code).toMatch(/^(?:[0-9]{5} ){3}[0-9]{5}$/);
    expect(await bo.page.safetyCode(anna.address)).toBe(code);
    await anna.page.hangUp(bo.address);
    await bo.page.until(anna.address, 'ended');
    await talk(bo, anna);
    expect(await anna.page.safetyCode(bo.address)).not.toBe(code);
  });

  it('is the same between Chromium and Firefox', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo', { browser: 'firefox' })];
    await talk(anna, bo);
    const code = await anna.page.safetyCode(bo.address);
    expect(code).toBeDefined();
    expect(await bo.page.safetyCode(anna.address)).toBe(code);
    await expect.poll(() => bo.page.quality(anna.address, 2)).toMatchObject([{ rating: 'good' }, { rating: 'good' }]);
  });
});

/** A tab that was duplicated begins with what the first one keeps to take over its connection after a reload. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import { hearEachOther, talk } from './harness/talk.ts';

describe('a duplicated tab', () => {
  it('leaves connection and call to the first one, and has a connection of its own', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna'), await world.person('Bo')];
    await talk(anna, bo);
    const { id } = await anna.page.until(bo.address, 'active');

    const second = await anna.duplicate();
    expect(await second.page.calls(bo.address)).toEqual([]);
    await hearEachOther(anna, bo);

    await anna.reload();
    expect(await anna.page.until(bo.address, 'active')).toMatchObject({ id });
    await hearEachOther(anna, bo);
    expect(await second.page.calls(bo.address)).toEqual([]);
    await second.page.call(bo.address);
    await bo.page.until(anna.address, 'incoming');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { index, page } from './flow.ts';
import { flows } from './flows.ts';
import { named } from './rfc.ts';

const folder = new URL('../../docs/flows/', import.meta.url);

function committed(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

describe('docs/flows', () => {
  it.each(flows)('$name is what `npm run docs` writes', async (flow) => {
    expect(committed(`${flow.name}.md`)).toBe(await page(flow));
  });

  it('is listed by its index', () => {
    expect(committed('README.md')).toBe(index(flows));
  });

  it('has every flow that is named as one of an RFC, and names all of those', () => {
    const names = named.flatMap(({ here }) => here);
    expect(flows.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(named.filter(({ here, why }) => here.length === 0 && why === undefined)).toEqual([]);
  });

  it('has no file that nothing makes any more', () => {
    expect(readdirSync(folder).sort()).toEqual([...flows.map(({ name }) => `${name}.md`), 'README.md'].sort());
  });
});

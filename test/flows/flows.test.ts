import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { index, page } from './flow.ts';
import { flows } from './flows.ts';

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

  it('has no file that nothing makes any more', () => {
    expect(readdirSync(folder).sort()).toEqual([...flows.map(({ name }) => `${name}.md`), 'README.md'].sort());
  });
});

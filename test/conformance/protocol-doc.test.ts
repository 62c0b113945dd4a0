import { readFileSync } from 'node:fs';
import { causes, conversationLimits, errors, limits, serverLimits } from '@offhook/core';
import { ephemerals, events, notices, requests } from '@offhook/core/protocol';
import { describe, expect, it } from 'vitest';
import { protocolDoc } from '../../scripts/protocol-doc.ts';

const committed = readFileSync('docs/protocol.md', 'utf8');

describe('docs/protocol.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(committed).toBe(protocolDoc());
  });

  it('names every message, error, cause and limit', () => {
    const names = [requests, ephemerals, events, notices, errors, causes, limits, serverLimits, conversationLimits].flatMap(
      (table) => Object.keys(table),
    );
    expect(names.filter((name) => !committed.includes(`\`${name}\``))).toEqual([]);
  });

  it('leaves no link without its section', () => {
    const sections = new Set([...committed.matchAll(/^#+ `?([\w ]+)`?$/gm)].map(([, title]) => title?.toLowerCase()));
    const links = [...committed.matchAll(/\]\(#([\w-]+)\)/g)].map(([, link]) => link);
    expect(links.filter((link) => !sections.has(link))).toEqual([]);
  });
});

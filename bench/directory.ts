/** How long it takes to find somebody among 100,000 people as one types, beside what a plain LIKE takes on the same data. */
import { defaultSettings } from '@offhook/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../packages/server/src/store/sqlite/store.ts';
import type { Write } from '../packages/server/src/ports.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { quantile } from './harness/statistics.ts';
import { turnAbout } from './harness/turns.ts';

/** Milliseconds. */
const budget = 10;
const people = 100_000;
const page = 50;
const rounds = 20;
const syllables = ['an', 'be', 'chi', 'do', 'el', 'fa', 'gu', 'ho', 'is', 'jo'];
/** Prefixes that nearly everybody has, that few have and that nobody has; names, later words, addresses. */
const queries = ['a', 'an', 'anan', 'bechi', 'isjofa', 's', 'smith', 'u', 'u9', 'u4711', 'zz', 'smithy'];

const folder = mkdtempSync(join(tmpdir(), 'offhook-bench-'));
const path = join(folder, 'offhook.db');
try {
  printMachine();
  const store = await openSqliteStore({ path });
  for (let from = 0; from < people; from += 5_000)
    await store.commit(Array.from({ length: 5_000 }, (_, index) => newUser(from + index)));
  const plain = new DatabaseSync(path, { readOnly: true });
  const like = plain.prepare(
    'SELECT address, name FROM users WHERE name LIKE ?1 OR name LIKE ?2 OR address LIKE ?1 ORDER BY name LIMIT ?3',
  );
  const search = {
    offhook: async (query: string) => (await store.people(query, undefined, page, Date.now())).people.length,
    like: (query: string) => Promise.resolve(like.all(`${query}%`, `% ${query}%`, page).length),
  };

  const found: Record<string, Set<number>> = {};
  const times = await turnAbout(['offhook', 'like'], { rounds, warmUp: 2 }, async (name) => {
    const taken: number[] = [];
    for (const query of queries) {
      const started = performance.now();
      (found[query] ??= new Set()).add(await search[name](query));
      taken.push(performance.now() - started);
    }
    return taken;
  });
  const different = queries.filter((query) => found[query]?.size !== 1);
  if (different.length > 0) throw new Error(`found different numbers of people for ${different.join(', ')}`);
  plain.close();
  await store.close();

  const [mine, theirs] = [times.offhook.flat(), times.like.flat()];
  printTable([
    ['ms', 'p50', 'p99', 'worst'],
    ...[['Offhook, over the thread of the store', mine] as const, ['LIKE, in this thread', theirs] as const].map(
      ([name, all]) => [name, ...[0.5, 0.99, 1].map((q) => round(quantile(all, q)))],
    ),
  ]);
  const figures = {
    people,
    p50Ms: quantile(mine, 0.5),
    p99Ms: quantile(mine, 0.99),
    likeP50Ms: quantile(theirs, 0.5),
    likeP99Ms: quantile(theirs, 0.99),
  };
  report({ bench: 'directory', figures, ratio: figures.p99Ms, budget });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function newUser(n: number): Write {
  const first = [...String(n).padStart(5, '0')].map((digit) => syllables[Number(digit)]).join('');
  const user = { address: `u${n}`, name: `${first} Smith`, settings: defaultSettings, createdAt: n };
  return { type: 'new_user', user };
}

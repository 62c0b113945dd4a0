/** The catalogue: the same texts in every language, all of them used, and no words anywhere else. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { accounts as arabicAccounts } from './arabic/accounts.ts';
import { arabic } from './arabic/arabic.ts';
import { echo as arabicEcho } from './arabic/echo.ts';
import { meetings as arabicMeetings } from './arabic/meetings.ts';
import { sipPhones as arabicPhones } from './arabic/sip-phones.ts';
import { accounts as englishAccounts } from './english/accounts.ts';
import { english } from './english/english.ts';
import { echo as englishEcho } from './english/echo.ts';
import { meetings as englishMeetings } from './english/meetings.ts';
import { sipPhones as englishPhones } from './english/sip-phones.ts';
import { plurals } from './plural.ts';
import { languageFor, speak, t } from './texts.ts';

const src = join(import.meta.dirname, '..');
const sources = globSync('**/*.ts', { cwd: src, exclude: ['texts/**', '**/*.test.ts', '**/*.fixture.ts'] });

/** Everything in a catalogue by its path, e.g. `calls.hangUp`. Functions get words in the place of names, and a number. */
function leaves(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts) as [string, unknown][]) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'function') found.set(at, said(value as (...parts: unknown[]) => unknown));
    else for (const [deeper, text] of leaves(value as object, at)) found.set(deeper, text);
  }
  // Of the core's table of causes only the sentences are texts.
  return new Map([...found].filter(([at]) => !/\.ended\.\w+\.(sip|q850|http)$/.test(at)));
}

function said(make: (...parts: unknown[]) => unknown): string {
  const text = make('@one', '@two');
  return Array.isArray(text) ? text.join('') : String(text);
}

/** With those that are loaded later: of meetings, the echo test, accounts and SIP phones, read as `m.join`, `e.call`, `a.search`, `p.add`. */
const inEnglish = leaves({ ...english, m: englishMeetings, e: englishEcho, a: englishAccounts, p: englishPhones });

describe('the catalogue in Arabic', () => {
  const inArabic = leaves({ ...arabic, m: arabicMeetings, e: arabicEcho, a: arabicAccounts, p: arabicPhones });

  it('has every text, and no other', () => {
    expect([...inArabic.keys()].toSorted()).toEqual([...inEnglish.keys()].toSorted());
  });

  it('is Arabic, and leaves nothing empty', () => {
    const foreign = [...inArabic].filter(([, text]) => !/\p{Script=Arabic}/u.test(text));
    // What is made only of what it is given.
    expect(foreign.map(([at]) => at)).toEqual([
      'calls.titleActive',
      'conversations.by',
      'general.placeWith',
      'general.moreThan',
      'settings.forwards.about',
    ]);
  });

  it('has each name and number in its sentence that the English one has', () => {
    for (const [at, text] of inEnglish)
      if (gaps(text).includes('@one')) expect(gaps(inArabic.get(at) ?? ''), at).toEqual(gaps(text));
  });

  it('chooses the form of a word by its number', () => {
    const { callCount } = arabic.settings;
    expect([1, 2, 3, 11, 100].map((count) => callCount(count))).toEqual([
      'مكالمة واحدة',
      'مكالمتان',
      '3 مكالمات',
      '11 مكالمة',
      '100 مكالمة',
    ]);
  });
});

describe('texts', () => {
  const all = sources.map((file) => readFileSync(join(src, file), 'utf8')).join('\n');

  function isUsed(key: string): boolean {
    return new RegExp(`\\b${(/^[aemp]\./.test(key) ? key : `t.${key}`).replaceAll('.', '\\.')}\\b`).test(all);
  }

  it('are all used', () => {
    const keys = [...new Set([...inEnglish.keys()].map((path) => path.split('.').slice(0, 2).join('.')))];
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  });

  it.each(sources.filter((file) => /^(elements|control|view)\//.test(file) || !file.includes('/')))(
    'are not written directly in %s',
    (file) => {
      expect(wordsIn(readFileSync(join(src, file), 'utf8'))).toEqual([]);
    },
  );

  it('are found where they are written directly', () => {
    expect(wordsIn('html`<p class="x">Sign in ${name}</p><input aria-label="Your name" />`')).toEqual(['Sign in', 'Your name']);
    expect(wordsIn("const title = 'You are calling';")).toEqual(['You are calling']);
    expect(wordsIn('html`<p class="quiet words" title=${t.a.b}>${text}</p>`; send("more-history")')).toEqual([]);
  });

  it('change with the language', async () => {
    expect(t.general.cancel).toBe('Cancel');
    await speak('ar');
    expect(t.general.cancel).toBe('إلغاء');
    await speak('en');
    expect(t.general.cancel).toBe('Cancel');
  });

  it('are in the language that was asked for last, whichever comes first', async () => {
    await Promise.all([speak('ar'), speak('en')]);
    expect(t.general.cancel).toBe('Cancel');
  });
});

it.each([
  [['ar-EG', 'en'], 'ar'],
  [['de', 'AR'], 'ar'],
  [['de-DE', 'fr'], 'en'],
  [['constructor'], 'en'],
  [[], 'en'],
])('of the browser’s languages %j it speaks %s', (wanted, language) => {
  expect(languageFor(wanted)).toBe(language);
});

it.each([
  [0, 'no calls'],
  [1, '1 call'],
  [1_200, '1,200 calls'],
])('%i in English is “%s”', (count, text) => {
  expect(plurals('en')(count, { one: '# call', other: count === 0 ? 'no calls' : '# calls' })).toBe(text);
});

/** What people would read that stands in a source itself: in templates, in attributes that are read out, in sentences. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  visit(parseSync('source.ts', source).program, (node) => {
    if (node['type'] === 'TaggedTemplateExpression' && (node['tag'] as Node)['name'] === 'html') {
      const { quasis } = node['quasi'] as { quasis: { value: { raw: string } }[] };
      found.push(...wordsOfTemplate(quasis.map(({ value }) => value.raw).join('\0')));
    }
    // A sentence: a capital letter, and more than one word.
    if (node['type'] === 'Literal' && typeof node['value'] === 'string' && /^\p{Lu}[\p{L}’]* \p{L}/u.test(node['value']))
      found.push(node['value']);
  });
  return found.filter((text) => !names.has(text));
}

/** Not to be translated. */
const names = new Set(['Offhook', 'npm start -- --lan', 'SF Mono']);

function wordsOfTemplate(template: string): string[] {
  const attributes = [...template.matchAll(/(?:aria-label|placeholder|title|alt|\blabel)="([^"]*)"/g)].map(
    ([, value = '']) => value,
  );
  const between = template.replaceAll(/<[^>]*>/g, '\n').split(/[\n\0]/);
  return [...between, ...attributes].map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text));
}

type Node = Record<string, unknown>;

function visit(node: unknown, look: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) visit(one, look);
  else if (typeof node === 'object' && node !== null) {
    if (typeof (node as Node)['type'] === 'string') look(node as Node);
    for (const child of Object.values(node)) visit(child, look);
  }
}

/** Where a text says what it is given. */
function gaps(text: string): string[] {
  return (text.match(/@one|@two|\{name\}/g) ?? []).toSorted();
}

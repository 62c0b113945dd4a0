/**
 * What README.md and the guides show is code that works: a block that names a file is found in that file, which is tested as it is, and
 * every other block of TypeScript or JavaScript compiles against the packages that it imports. Links lead somewhere.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EventName } from '@offhook/core/protocol';
import { afterAll, expect, test } from 'vitest';
import { root, run } from '../../scripts/run.ts';

const documents = ['README.md', ...globSync(['docs/guides/*.md', 'packages/*/README.md'], { cwd: root })].toSorted();

interface Block {
  readonly document: string;
  /** Where it begins. */
  readonly line: number;
  readonly language: string;
  /** The file that it is taken from. */
  readonly file: string | undefined;
  readonly code: string;
}

const blocks = documents.flatMap((document): Block[] => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm)].map(
    ({ 1: language = '', 2: file, 3: code = '', index }) => ({
      document,
      line: text.slice(0, index).split('\n').length,
      language,
      file,
      code,
    }),
  );
});

test.each(blocks.filter(({ file }) => file !== undefined))('$document:$line is what stands in $file', ({ file, code }) => {
  expect(readFileSync(join(root, file ?? ''), 'utf8')).toContain(code);
});

test('every event stands in the table of what happens', () => {
  const table = readFileSync(join(root, 'docs/guides/events.md'), 'utf8').match(/^\|.*\|$/gmu) ?? [];
  const named = table.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([\w.]+)`/gu)].map(([, name = '']) => name));
  expect(named.toSorted()).toEqual(EventName.options.toSorted());
});

/** What the guides speak of without saying where it comes from. */
const given = `
import type * as Sdk from '@offhook/client';
import type { OffhookApi } from '@offhook/api';
import type { CallSession } from 'call-session';
declare global {
  const phone: Sdk.Phone;
  const call: Sdk.Call;
  const connection: RTCPeerConnection;
  const session: CallSession;
  const offhook: OffhookApi;
  const audio: HTMLAudioElement;
  const video: HTMLVideoElement;
  const preview: HTMLVideoElement;
  const yes: HTMLButtonElement;
  const no: HTMLButtonElement;
  const url: string;
  const code: string;
  const name: string;
  const secret: string;
  const body: string;
  const request: { readonly headers: Readonly<Record<string, string | undefined>> };
  const process: { readonly env: Readonly<Record<'OFFHOOK_TOKEN_SECRET' | 'OFFHOOK_WEBHOOK_SECRET' | 'OFFHOOK_API_KEY', string>> };
  function hungUp(): void;
  function mute(): void;
  function show(shown: unknown): void;
  function newToken(): Promise<string>;
}
`;

// Inside the tree, so that packages are found.
const folder = join(root, 'node_modules/.cache/offhook/guides');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every other piece of code compiles', { timeout: 60_000 }, async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written = blocks.filter(
    ({ language, file, code }) => /^(ts|js)$/.test(language) && file === undefined && !isSketch(code),
  );
  for (const { document, line, language, code } of written) {
    const name = `${document.replaceAll(/[^\w]+/g, '-')}-${line}.${language === 'ts' ? 'mts' : 'mjs'}`;
    writeFileSync(
      join(folder, name),
      // An import finds the source where nothing has been built yet; a reference to types would not.
      `${language === 'js' ? "import '@offhook/client/global';\n" : ''}${code}\nexport {};\n`,
    );
  }
  writeFileSync(join(folder, 'given.d.mts'), given);
  const compilerOptions = {
    lib: ['es2024', 'dom', 'dom.iterable'],
    // For JsSIP's types alone.
    types: [],
    noEmit: true,
    composite: false,
    isolatedDeclarations: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: true,
  };
  const config = join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['.'] }));
  const { output } = await run('tsc', ['-p', config], { output: 'keep' });
  expect(output.trim()).toBe('');
  expect(written.length).toBeGreaterThan(20);
});

/** With an ellipsis in it, it shows a form and cannot be run. */
function isSketch(code: string): boolean {
  return code.includes('…');
}

test.each(documents)('%s: every link leads somewhere', (document) => {
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/^```[^]*?^```$/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, document) : join(root, dirname(document), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** Of headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

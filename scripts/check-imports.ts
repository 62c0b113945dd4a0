/**
 * What lint cannot say about imports, because it depends on where a path leads:
 *
 * 1. Packages import one another by name, never by path; and never tests, benchmarks or scripts.
 * 2. In the server an adapter (a folder of packages/server/src) imports nothing of the server but itself and ports; only the
 *    wiring (server.ts) imports adapters.
 * 3. Nothing that the browser loads reaches zod, Node or the server. Imports of types alone do not count: they are erased.
 */
import { globSync, readFileSync } from 'node:fs';
import { builtinModules, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { root } from './run.ts';

interface Imports {
  /** Names in import and export declarations and in import(), as written. */
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** The one file of packages/server/src that knows adapters. */
const wiring = 'packages/server/src/server.ts';
/** Folders of packages/server/src that are not adapters. */
const inner = new Set(['engine']);
const notInBrowser = new Set(['zod', 'offhook', ...builtinModules]);

await init;
const problems: string[] = [];
const files = globSync('packages/*/src/**/*.ts', { cwd: root })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !/\.(test|fixture)\.ts$/.test(file));
const imports = new Map(files.map((file) => [file, read(file)]));

for (const [file, { values, types }] of imports) {
  for (const name of [...values, ...types]) {
    if (name.startsWith('.')) checkPath(file, target(file, name));
  }
}
checkBrowser();

for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} forbidden imports`);
process.exitCode = problems.length > 0 ? 1 : 0;

function checkPath(file: string, to: string): void {
  const source = `${file.split('/').slice(0, 2).join('/')}/src/`;
  if (!to.startsWith(source)) problems.push(`${file}: imports ${to}, which is outside of its package`);
  if (/\.(test|fixture)\.ts$/.test(to)) problems.push(`${file}: imports the test ${to}`);
  if (source !== 'packages/server/src/' || file === wiring) return;
  const [from, into] = [file, to].map((path) => adapter(path.slice(source.length)));
  if (into !== undefined && into !== from) problems.push(`${file}: imports the adapter ${to}; only server.ts may`);
  if (from !== undefined && into === undefined && !/^ports[./]/.test(to.slice(source.length))) {
    problems.push(`${file}: an adapter imports ${to}; it may import ports.ts`);
  }
}

/** The adapter that a file of the server belongs to. */
function adapter(path: string): string | undefined {
  const [folder, rest] = path.split('/');
  return rest === undefined || folder === undefined || folder === 'ports' || inner.has(folder) ? undefined : folder;
}

function checkBrowser(): void {
  const entries = files.filter((file) =>
    /^packages\/(client|phone|call-session)\/src\/|^packages\/core\/src\/index\.ts$/.test(file),
  );
  const seen = new Map<string, string | undefined>(entries.map((file) => [file, undefined]));
  for (const file of seen.keys()) {
    for (const name of imports.get(file)?.values ?? []) {
      const to = target(file, name);
      if (name.startsWith('node:') || notInBrowser.has(to.split('/')[0] ?? to)) {
        problems.push(`${chain(seen, file)}: the browser would load ${name}`);
      } else if (imports.has(to) && !seen.has(to)) {
        seen.set(to, file);
      }
    }
  }
}

function chain(seen: ReadonlyMap<string, string | undefined>, file: string): string {
  const before = seen.get(file);
  return before === undefined ? file : `${chain(seen, before)} → ${file}`;
}

/** The file an import leads to; the name itself where that is not in this repository. */
function target(file: string, name: string): string {
  if (name.startsWith('.'))
    return relative(root, join(root, dirname(file), name))
      .split(sep)
      .join('/');
  return workspaceEntry(name) ?? name;
}

function workspaceEntry(name: string): string | undefined {
  const [, scoped, plain, rest = ''] = /^(?:@offhook\/([^/]+)|(call-session))(\/.*)?$/.exec(name) ?? [];
  const folder = scoped ?? plain;
  if (folder === undefined) return undefined;
  const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as {
    exports?: Record<string, { source?: string }>;
  };
  const source = manifest.exports?.[`.${rest}`]?.source;
  return source === undefined ? undefined : `packages/${folder}/${source.slice(2)}`;
}

function read(file: string): Imports {
  const code = readFileSync(join(root, file), 'utf8');
  const [found] = parse(stripTypeScriptTypes(code));
  return {
    values: found.flatMap(({ n: name }) => name ?? []),
    types: [...code.matchAll(/^\s*(?:import|export)\s+type\s[^;'"]*?\sfrom\s+'([^']+)'/gm)].map(([, name]) => name ?? ''),
  };
}

/**
 * Types for pages without a bundler: one file that declares the global `Offhook`, for `/client.d.ts` beside `/client.js`. It is made
 * of what the compiler declares for packages/client; what those declarations refer to in packages/core, where schemas stand behind
 * the types, is written out, so that the file needs nothing but the browser's own types.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API, NodeBuilderFlags, SymbolFlags } from 'typescript/unstable/sync';
import type { Symbol as TypeSymbol } from 'typescript/unstable/sync';
import { root, run } from './run.ts';

const project = join(root, 'packages/client/tsconfig.json');
const index = join(root, 'packages/client/src/index.ts');
const coreIndex = join(root, 'packages/core/src/index.ts');

export async function buildClientTypes(outDir: string, fileName: string): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, 'packages/client/package.json'), 'utf8')) as { version: string };
  const { exported, aliases } = readTypes();
  const declared = await declarations();
  const written = new Map<string, string>();
  const wanted = [...exported];
  for (const name of wanted) {
    const text = written.has(name) ? undefined : writeOut(name, declared.get(name) ?? [], aliases.get(name));
    if (text === undefined) continue;
    written.set(name, text);
    wanted.push(...namesIn(text));
  }
  const missing = exported.filter((name) => !written.has(name));
  if (missing.length > 0) throw new Error(`There are no declarations of ${missing.join(', ')}.`);
  const head = `/** Offhook ${version} for pages that load \`client.js\`: \`/// <reference path="client.d.ts" />\` gives \`Offhook\` its types. */`;
  const body = [...written.values()]
    .join('\n')
    .trimEnd()
    .replaceAll(/^(?=.)/gm, '    ');
  writeFileSync(join(outDir, fileName), `${head}\ndeclare namespace Offhook {\n${body}\n}\n`);
}

interface Alias {
  readonly comment: string;
  /** The type in full. */
  readonly text: string;
}

/** What the SDK exports, and the type aliases of it and of packages/core as the compiler resolves them. */
function readTypes(): { readonly exported: readonly string[]; readonly aliases: ReadonlyMap<string, Alias> } {
  const api = new API({ cwd: root });
  try {
    const opened = api.updateSnapshot({ openProject: project }).getProject(project);
    if (opened === undefined) throw new Error(`${project} could not be opened.`);
    const { program, checker } = opened;
    const exportsOf = (file: string): readonly TypeSymbol[] => {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (module === undefined) throw new Error(`${file} is not a module of ${project}.`);
      return checker.getExportsOfModule(module);
    };
    const ours = exportsOf(index);
    const aliases = new Map<string, Alias>();
    const names = ours.map(({ name }) => name);
    for (const one of [...ours, ...exportsOf(coreIndex).filter(({ name }) => !names.includes(name))]) {
      const symbol = one.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
      if (!(symbol.flags & SymbolFlags.TypeAlias)) continue;
      const text = checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, inFull);
      aliases.set(one.name, { comment: checker.getDocumentationCommentOfSymbol(symbol), text });
    }
    return { exported: names, aliases };
  } finally {
    api.close();
  }
}

const inFull =
  NodeBuilderFlags.NoTruncation |
  NodeBuilderFlags.InTypeAlias |
  NodeBuilderFlags.MultilineObjectLiterals |
  NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope |
  NodeBuilderFlags.UseSingleQuotesForStringLiteralType;

/** What the compiler declares at the top of the files of packages/client, by name. */
async function declarations(): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-types-'));
  try {
    const config = join(folder, 'tsconfig.json');
    const compilerOptions = { composite: false, emitDeclarationOnly: true, rootDir: join(root, 'packages'), outDir: folder };
    writeFileSync(config, JSON.stringify({ extends: project, compilerOptions, files: [index], include: [], references: [] }));
    const emitted = await run('tsc', ['-p', config], { output: 'keep' });
    if (!emitted.ok) throw new Error(emitted.output);
    const files = globSync('client/src/*.d.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
    return Map.groupBy(
      files.flatMap((file) => file.match(declaration) ?? []),
      (text) => heading.exec(text)?.[1] ?? '',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A comment, if there is one, and what follows up to the next line that is not indented. */
const declaration =
  /^(?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?(?:export |declare )*(?:class|interface|type|function|const) [^]*?\n(?=[\w/]|$(?![^]))/gm;
const heading = /^(?:export |declare )*(?:class|interface|type|function|const) (\w+)/m;

function writeOut(name: string, [text, another]: readonly string[], alias: Alias | undefined): string | undefined {
  if (another !== undefined) throw new Error(`${name} is declared in two files of the SDK.`);
  if (text === undefined) return alias && `${alias.comment && `/** ${alias.comment} */\n`}type ${name} = ${alias.text};\n`;
  const plain = text.replace(/^(?:export |declare )+/m, '').replace(hidden, '$1$2protected constructor();');
  // Those with parameters of their own have to stay as they are.
  return alias ? plain.replace(/^(type \w+ = )[^]*/m, (_, begin: string) => `${begin}${alias.text};\n`) : plain;
}

/** Constructors that are not for applications. */
const hidden = /(\/\*\*(?:(?!\*\/)[^])*) @hideconstructor( \*\/\s*)constructor\([^;]*\);/;

function namesIn(text: string): readonly string[] {
  return text.replaceAll(/\/\*\*[^]*?\*\//g, '').match(/\b[A-Z]\w*\b/g) ?? [];
}

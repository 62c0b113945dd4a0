/**
 * The public interface of every package, as text: one file an entry point, made of what the compiler declares. It is committed, so that
 * a change of the interface is seen where it is reviewed, and it is the reference.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { ClassDeclaration, Node } from 'typescript/unstable/ast';
import { isClassDeclaration, isTypeAliasDeclaration, isVariableDeclaration } from 'typescript/unstable/ast';
import { API, NodeBuilderFlags, SymbolFlags } from 'typescript/unstable/sync';
import type { Checker, Symbol as TypeSymbol } from 'typescript/unstable/sync';
import { root, run } from './run.ts';

/** Packages that applications install. */
const packages = ['client', 'api', 'call-session'];

export interface ApiReport {
  /** What each file is called, and what is in it. */
  readonly files: ReadonlyMap<string, string>;
  /** What is exported, or part of something exported, without a word on what it is. */
  readonly undocumented: readonly string[];
}

interface Entry {
  /** As it is imported. */
  readonly name: string;
  readonly source: string;
}

interface Exported {
  readonly name: string;
  readonly text: string;
  readonly undocumented: readonly string[];
}

export async function apiReport(): Promise<ApiReport> {
  const files = new Map<string, string>();
  const undocumented: string[] = [];
  for (const name of packages) {
    for (const [entry, exported] of await readPackage(name)) {
      files.set(fileOf(entry), page(entry, exported));
      undocumented.push(...exported.flatMap((one) => one.undocumented.map((what) => `${entry}: ${what}`)));
    }
  }
  return { files, undocumented };
}

function fileOf(entry: string): string {
  return `${entry.replace('@offhook/', '').replaceAll('/', '-')}.md`;
}

function page(entry: string, exported: readonly Exported[]): string {
  const sections = exported.map(({ name, text }) => `## ${name}\n\n\`\`\`ts\n${text}\n\`\`\`\n`);
  const title = `# ${entry}\n\nEverything that \`import … from '${entry}'\` gives. Written by \`npm run docs\`.\n`;
  return [title, ...sections].join('\n');
}

/** What each entry point of a package exports, by name. */
async function readPackage(name: string): Promise<readonly (readonly [entry: string, exported: readonly Exported[]])[]> {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, { readonly source?: string } | string>>;
  };
  const entries = Object.entries(manifest.exports).flatMap(([path, target]): Entry[] =>
    typeof target === 'object' && target.source !== undefined
      ? [{ name: join(manifest.name, path), source: target.source }]
      : [],
  );
  // Inside the tree, so that what the declarations import is found.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'offhook-api-'));
  try {
    await emit(folder, out);
    return withProject(out, (exportsOf) =>
      entries.flatMap((entry) => {
        const exported = exportsOf(join(out, relative('src', entry.source).replace(/\.ts$/, '.d.ts')));
        // What only declares globals has no exports to report.
        return exported.length === 0 ? [] : [[entry.name, exported] as const];
      }),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function emit(folder: string, out: string): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'offhook-api-'));
  try {
    const config = join(temporary, 'tsconfig.json');
    const extended = join(folder, 'tsconfig.json');
    const compilerOptions = {
      composite: false,
      emitDeclarationOnly: true,
      rootDir: join(folder, 'src'),
      outDir: out,
      // Where packages of others have their types.
      typeRoots: [join(root, 'node_modules/@types')],
    };
    const exclude = [join(folder, 'src/**/*.test.ts'), join(folder, 'src/**/*.fixture.ts')];
    writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, include: [join(folder, 'src')], exclude }));
    const emitted = await run('tsc', ['-p', config], { output: 'keep' });
    if (!emitted.ok) throw new Error(emitted.output);
    const options = { composite: false, noEmit: true, isolatedDeclarations: false, rewriteRelativeImportExtensions: false };
    const project = {
      extends: extended,
      compilerOptions: { ...options, allowImportingTsExtensions: true, rootDir: '/' },
      include: ['.'],
      exclude: [],
      references: [],
    };
    writeFileSync(join(out, 'tsconfig.json'), JSON.stringify(project));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function withProject<T>(folder: string, use: (exportsOf: (file: string) => readonly Exported[]) => T): T {
  const api = new API({ cwd: root });
  try {
    const config = join(folder, 'tsconfig.json');
    const project = api.updateSnapshot({ openProject: config }).getProject(config);
    if (project === undefined) throw new Error(`${config} could not be opened.`);
    const { program, checker } = project;
    return use((file) => {
      const source = program.getSourceFile(file);
      if (source === undefined) throw new Error(`${file} is not part of ${config}.`);
      const module = checker.getSymbolAtLocation(source);
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
      return symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((symbol) => describe(symbol, checker));
    });
  } finally {
    api.close();
  }
}

function describe(exported: TypeSymbol, checker: Checker): Exported {
  const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { name } = exported;
  const declarations = symbol.declarations.map((handle) => handle.resolve()).filter((node) => node !== undefined);
  // A schema and the type that is inferred from it have one name; the schema is not exported here.
  const declaration = declarations.find(isTypeAliasDeclaration) ?? declarations[0];
  if (declaration === undefined) throw new Error(`${name} is declared nowhere.`);
  const comment = checker.getDocumentationCommentOfSymbol(symbol);
  const missing = comment === '' ? [name] : [];
  if (isInferred(declaration)) {
    const type = checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, inFull);
    return { name, text: `${comment && `/** ${comment} */\n`}type ${name} = ${type};`, undocumented: missing };
  }
  const members = isClassDeclaration(declaration) ? undocumentedMembers(name, declaration) : [];
  return { name, text: textOf(declaration), undocumented: [...missing, ...members] };
}

/** Types inferred from schemas, and other names of such, are written out: their readers need no schema. */
function isInferred(declaration: Node): boolean {
  return isTypeAliasDeclaration(declaration) && /= (?:z\.infer<|\w+;$)/.test(declaration.getText());
}

const inFull =
  NodeBuilderFlags.NoTruncation |
  NodeBuilderFlags.InTypeAlias |
  NodeBuilderFlags.MultilineObjectLiterals |
  NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope |
  NodeBuilderFlags.UseSingleQuotesForStringLiteralType;

function textOf(declaration: Node): string {
  const source = declaration.getSourceFile();
  // A constant is declared in a list of a statement, above which its comment stands.
  const whole = isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return source.text
    .slice(whole.getStart(source, true), whole.end)
    .replace(/^(?:export |declare )+/m, '')
    .replaceAll(/^ +(?:#private|private [^\n]*);\n/gm, '')
    .replaceAll(/^ +\/\*\*(?:(?!\*\/)[^])*@hideconstructor \*\/\s*constructor\([^;]*\);\n/gm, '')
    .trimEnd();
}

/** Methods and properties of classes; what interfaces have is said by their names and types where there is no more to say. */
function undocumentedMembers(name: string, { members }: ClassDeclaration): string[] {
  const documented = new Set<string>();
  const all = new Set<string>();
  for (const member of members) {
    const text = member.getText();
    if (/^(?:#|private |protected |constructor\(|readonly name = )/.test(text)) continue;
    const [label = text] = /^[^(:;<?]+/.exec(text) ?? [];
    const what = `${name}.${label.replaceAll(/\b(?:readonly|get|set|static) /g, '').trim()}`;
    all.add(what);
    // One overload speaks for all.
    if ((member.jsDoc?.length ?? 0) > 0) documented.add(what);
  }
  return [...all].filter((what) => !documented.has(what));
}

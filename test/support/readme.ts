/** The code that a document shows, to be run as it stands. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { root } from '../../scripts/run.ts';

/** The blocks of TypeScript in a document, in order. */
export function codeIn(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
}

type Given = Readonly<Record<string, unknown>>;
type Run = (...values: readonly unknown[]) => Promise<Given>;

const AsyncFunction = (async () => undefined).constructor as new (...code: readonly string[]) => Run;

/**
 * Runs a block with what it is `given` by name, and, in the place of what it imports, what `from` has of that name. Resolves with the
 * constants that it has made.
 */
export function runCode(code: string, given: Given, from: Given): Promise<Given> {
  const imported = [...code.matchAll(/^import \{ ([^}]+) \} from .*;$/gm)].flatMap(([, names = '']) => names.split(', '));
  const body = stripTypeScriptTypes(code.replaceAll(/^import .*;\n/gm, ''));
  const made = [...body.matchAll(/^const (?:\{ ([^}]+) \}|(\w+)) =/gm)].flatMap(([, some, one]) =>
    (some ?? one ?? '').split(', '),
  );
  const all = { ...given, ...Object.fromEntries(imported.map((name) => [name, from[name]])) };
  const run = new AsyncFunction(...Object.keys(all), `${body}\nreturn { ${made.join(', ')} };`);
  return run(...Object.values(all));
}

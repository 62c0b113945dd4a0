/** `npm run bench -- NAME [ARGUMENTS]`: runs bench/NAME.ts; without a name, says which there are. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.ts';

const folder = join(root, 'bench');
const [name] = process.argv.splice(2, 1);
const file = join(folder, `${name}.ts`);

if (name !== undefined && existsSync(file)) {
  process.argv[1] = file;
  await import(pathToFileURL(file).href);
} else {
  if (name !== undefined) console.error(`There is no bench/${name}.ts.`);
  for (const found of globSync('*.ts', { cwd: folder }).toSorted())
    console.log(`${basename(found, '.ts').padEnd(16)} ${summary(found)}`);
  process.exitCode = name === undefined ? 0 : 1;
}

/** The first line of the comment that a benchmark opens with. */
function summary(found: string): string {
  return /^\/\*\*\s*(?:\* )?(.*?)\s*(?:\*\/)?$/m.exec(readFileSync(join(folder, found), 'utf8'))?.[1] ?? '';
}

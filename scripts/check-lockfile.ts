/**
 * package-lock.json must hold every platform's variant of a native package, or `npm ci` fails, and no download addresses. When a
 * variant is missing, no registry entry exists for it: take a version of the package that has all of its variants.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

interface Lockfile {
  readonly packages: Record<string, { resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile;
const installed = new Set(
  Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
);

const problems = Object.entries(packages).flatMap(([path, { resolved, link, optionalDependencies = {} }]) => [
  ...(resolved !== undefined && link !== true ? [`${path}: has the download address ${resolved}`] : []),
  ...Object.keys(optionalDependencies)
    .filter((name) => !installed.has(name))
    .map((name) => `${path}: its variant ${name} is missing`),
]);

for (const problem of problems) console.error(problem);
console.log(`${installed.size} packages, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

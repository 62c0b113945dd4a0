import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of the machine that tests drive. The key is also what OFFHOOK_SKIP calls it. */
export const programs = {
  browser: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    override: 'OFFHOOK_CHROMIUM',
    packages: ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'],
  },
  firefox: { names: ['firefox-esr', 'firefox'], override: 'OFFHOOK_FIREFOX', packages: ['firefox-esr'] },
  turn: { names: ['turnserver'], override: 'OFFHOOK_TURNSERVER', packages: ['coturn'] },
} as const;

export type Program = keyof typeof programs;

/** What OFFHOOK_SKIP leaves out: names of layers and of programs. */
export const skipped: ReadonlySet<string> = new Set(
  (process.env['OFFHOOK_SKIP'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

/** The full path of a program, or undefined where the machine has none. */
export function findProgram(program: Program): string | undefined {
  const { names, override } = programs[program];
  const given = process.env[override];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** The full path of a program that the test cannot do without. */
export function program(name: Program): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name}: none of ${programs[name].names.join(', ')} is installed`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

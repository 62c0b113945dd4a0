/** Settings from flags, the environment and a file, in this order of precedence; what nobody names has its default. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contradiction } from './config-contradictions.ts';
import { defaults, metaOf, printable, readSetting, settingNames } from './config.ts';
import type { Config, SettingName } from './config.ts';

/** One sentence that says what is wrong and where it was said. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Command = 'serve' | 'config' | 'api-key' | 'help' | 'version';

export interface Given {
  readonly command: Command;
  readonly config: Config;
  /** Where each value comes from, in words. */
  readonly sources: ReadonlyMap<SettingName, string>;
}

interface Value {
  readonly value: unknown;
  readonly source: string;
}

const defaultFile = 'offhook.json';
const commands: readonly string[] = ['serve', 'config', 'api-key', 'help', 'version'] satisfies Command[];

export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Given {
  const { flags, command, file } = readFlags(args);
  if (command === 'help' || command === 'version' || command === 'api-key')
    return { command, config: defaults, sources: new Map() };
  const path = file ?? nonEmpty(env['OFFHOOK_CONFIG']);
  const stored = readFile(path ?? defaultFile, path !== undefined);

  const values: Record<string, unknown> = {};
  const sources = new Map<SettingName, string>();
  for (const name of settingNames) {
    const given = flags.get(name) ?? readEnv(env, name) ?? stored.get(name);
    sources.set(name, given?.source ?? 'default');
    const read = readSetting(name, given?.value);
    if ('wrong' in read) throw new ConfigError(complaint(name, given, read.wrong));
    values[name] = read.value;
  }
  const config = values as unknown as Config;
  const problem = contradiction(config);
  if (problem !== undefined) throw new ConfigError(problem);
  return { command, config, sources };
}

interface Flags {
  readonly command: Command;
  readonly file: string | undefined;
  readonly flags: ReadonlyMap<string, Value>;
}

function readFlags(args: readonly string[]): Flags {
  const names = settingNames.filter((name) => metaOf(name).fileOnly !== true);
  const options = Object.fromEntries(
    names.map((name) => [flagOf(name), { type: metaOf(name).argument === undefined ? 'boolean' : 'string' } as const]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: { ...options, config: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    allowPositionals: true,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  const known = new Set([...Object.keys(options), 'config', 'help', 'version']);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const isOnOff = options[token.name]?.type === 'boolean' || token.name === 'help' || token.name === 'version';
    if (!known.has(token.name)) throw new ConfigError(`There is no flag ${token.rawName}. offhook --help lists all.`);
    if (!isOnOff && token.value === undefined) throw new ConfigError(`${token.rawName} needs a value.`);
    if (isOnOff && token.value !== undefined && !/^(true|false)$/.test(token.value))
      throw new ConfigError(`${token.rawName} takes no value, but has ${JSON.stringify(token.value)}.`);
  }
  const [word = 'serve', ...more] = positionals;
  if (!commands.includes(word) || more.length > 0)
    throw new ConfigError(
      `offhook does not know what to do with ${[...positionals].join(' ')}. offhook --help says what it does.`,
    );
  const command = values['help'] === true ? 'help' : values['version'] === true ? 'version' : (word as Command);
  const flags = new Map<string, Value>();
  for (const name of names) {
    const value = values[flagOf(name)];
    if (value !== undefined) flags.set(name, { value, source: `--${flagOf(name)}` });
  }
  return { command, file: values['config'] as string | undefined, flags };
}

function readEnv(env: Readonly<Record<string, string | undefined>>, name: SettingName): Value | undefined {
  const variable = variableOf(name);
  const value = metaOf(name).fileOnly === true ? undefined : nonEmpty(env[variable]);
  return value === undefined ? undefined : { value, source: `${variable} in the environment` };
}

/** Files for containers often name variables that they give no value; that is to say nothing. */
function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function readFile(path: string, isNamed: boolean): ReadonlyMap<string, Value> {
  if (!isNamed && !existsSync(path)) return new Map();
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError(`${path} is not JSON: ${error.message}`, { cause: error });
    throw new ConfigError(`${path} could not be read.`, { cause: error });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new ConfigError(`${path} must hold one JSON object with settings.`);
  const known: readonly string[] = settingNames;
  return new Map(
    Object.entries(content).map(([name, value]: [string, unknown]) => {
      if (!known.includes(name)) throw new ConfigError(`${path} names a setting that does not exist: ${name}.`);
      return [name, { value, source: path }];
    }),
  );
}

function complaint(
  name: SettingName,
  given: Value | undefined,
  { path, message }: { readonly path: string; readonly message: string },
): string {
  const shown = metaOf(name).secret === true || path !== name ? '' : `, but is ${printable(name, given?.value)}`;
  return `${path} ${message}${shown} (${given?.source ?? 'default'}).`;
}

/** `dataDir` → `data-dir` */
export function flagOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `dataDir` → `OFFHOOK_DATA_DIR` */
export function variableOf(name: SettingName): string {
  return `OFFHOOK_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}

/** Settings as people read them: the help and `offhook config`. */
import { metaOf, printable, settingNames } from './config.ts';
import type { Config, SettingName } from './config.ts';
import { flagOf } from './config-sources.ts';

export function help(): string {
  const rows = settingNames
    .filter((name) => metaOf(name).fileOnly !== true)
    .map((name): [string, string] => {
      const { argument, description } = metaOf(name);
      return [`--${flagOf(name)}${argument === undefined ? '' : ` ${argument}`}`, description];
    });
  rows.push(
    ['--config FILE', 'read settings from here instead of offhook.json'],
    ['--help', 'this'],
    ['--version', 'the version'],
  );
  return `offhook: the phone system for web applications

  offhook [FLAGS]          starts the server
  offhook config [FLAGS]   prints the settings in effect and where each comes from
  offhook api-key          makes a key for a program that uses the REST API

${columns(rows)}

Each can also be set in offhook.json (dataDir) and in the environment (OFFHOOK_DATA_DIR); flags win over the
environment, the environment over the file.
`;
}

export function describeConfig(config: Config, sources: ReadonlyMap<SettingName, string>): string {
  const rows = settingNames.map((name) => [name, printable(name, config[name]), sources.get(name) ?? 'default']);
  return `${columns(rows)}\n`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, Math.min(cell.length, 48))));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n');
}

import type { Log } from './ports.ts';

export type LogLevel = 'info' | 'warn' | 'error' | 'silent';
type Fields = Readonly<Record<string, unknown>>;

const order: readonly LogLevel[] = ['info', 'warn', 'error', 'silent'];

export interface LogTarget {
  write(text: string): unknown;
}

/** One line an entry: JSON for machines, columns for people. */
export function createLog(level: LogLevel, format: 'json' | 'pretty', target: LogTarget): Log {
  const line = format === 'json' ? jsonLine : prettyLine;
  const at =
    (entry: Exclude<LogLevel, 'silent'>) =>
    (event: string, fields: Fields = {}): void => {
      if (order.indexOf(entry) < order.indexOf(level)) return;
      target.write(line(entry, event, fields, new Date()));
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function jsonLine(level: LogLevel, event: string, fields: Fields, at: Date): string {
  return `${JSON.stringify({ time: at.toISOString(), level, event, ...fields })}\n`;
}

function prettyLine(level: LogLevel, event: string, fields: Fields, at: Date): string {
  const time = at.toTimeString().slice(0, 8);
  const values = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? printable(value) : String(value)}`);
  return `${[time, ...(level === 'info' ? [] : [level.toUpperCase()]), event, ...values].join('  ')}\n`;
}

/** Quoted unless it is one plain word: no value can pass for another field, or move the cursor of a terminal. */
function printable(value: string): string {
  return /^[\w.:@/-]+$/.test(value) ? value : JSON.stringify(value).replace(/[^\x20-\x7e\p{L}\p{M}\p{N}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

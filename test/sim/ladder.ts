/** Ladder diagrams in plain text: a column for everybody, a line for everything said. */
export interface Rung {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const least = 14;

/** `exact`: times in milliseconds, for those who look for a mistake. */
export function ladder(columns: readonly string[], rungs: readonly Rung[], exact = false): string {
  const gaps = columns.slice(1).map((_, i) => gap(columns, rungs, i));
  const at: number[] = [0];
  for (const width of gaps) at.push((at.at(-1) ?? 0) + width);
  const width = (at.at(-1) ?? 0) + 1;
  const lines = [names(columns, at)];
  for (const { at: when, from, to, text } of rungs) {
    const time = exact ? (when / 1000).toFixed(3) : `${(when / 1000).toFixed(1)} s`;
    const row = Array.from({ length: width }, (_, i) => (at.includes(i) ? '│' : ' '));
    const a = at[columns.indexOf(from)] ?? 0;
    const b = at[columns.indexOf(to)] ?? 0;
    const drawn = a === b ? beside(row, a, text) : arrow(row, a, b, text);
    lines.push(`${time.padStart(exact ? 9 : 7)}  ${drawn}`.trimEnd());
  }
  return lines.join('\n');
}

/** The distance to the next column: as far as the longest text between just these two. */
function gap(columns: readonly string[], rungs: readonly Rung[], i: number): number {
  const pair = new Set([columns[i], columns[i + 1]]);
  const texts = rungs
    .filter(({ from, to }) => from !== to && pair.has(from) && pair.has(to))
    .map(({ text }) => text.length + 6);
  const [left, right] = [columns[i]?.length ?? 0, columns[i + 1]?.length ?? 0];
  // The first name begins where its column is.
  const heads = (i === 0 ? left : left / 2) + right / 2 + 2;
  return Math.ceil(Math.max(least, heads, ...texts));
}

function names(columns: readonly string[], at: readonly number[]): string {
  let line = ' '.repeat(9);
  columns.forEach((name, i) => {
    const start = 9 + Math.max(0, (at[i] ?? 0) - Math.floor(name.length / 2));
    line = line.padEnd(start) + name;
  });
  return line;
}

function arrow(row: string[], a: number, b: number, text: string): string {
  const [left, right] = a < b ? [a, b] : [b, a];
  const room = right - left - 1;
  const label = ` ${text} `;
  const shown = label.length > room - 2 ? label.slice(0, Math.max(0, room - 2)) : label;
  const before = Math.floor((room - shown.length) / 2);
  const line = '─'.repeat(before) + shown + '─'.repeat(room - shown.length - before);
  const drawn = a < b ? `${line.slice(0, -1)}►` : `◄${line.slice(1)}`;
  return [...row.slice(0, left + 1), ...drawn, ...row.slice(right)].join('');
}

function beside(row: string[], a: number, text: string): string {
  const rest = row.slice(a + 1).join('');
  return [...row.slice(0, a), `• ${text}`.padEnd(2), text.length + 2 < rest.length ? rest.slice(text.length + 1) : ''].join('');
}

import { cpus, loadavg } from 'node:os';

export interface Verdict {
  readonly bench: string;
  readonly figures: Readonly<Record<string, number>>;
  /** The number that the budget speaks of: the budget holds when it is not above. */
  readonly ratio: number;
  readonly budget: number;
  /** What else the budget asks for, besides `ratio` ≤ `budget`. */
  readonly also?: boolean;
}

/** Numbers right, words left; the first row is the head. */
export function printTable(rows: readonly (readonly (string | number)[])[]): void {
  const cells = rows.map((row) => row.map(String));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd();
  const [head = [], ...body] = cells;
  console.log(['', line(head), widths.map((width) => '─'.repeat(width)).join('───'), ...body.map(line), ''].join('\n'));
}

/** The machine and how busy it is: numbers taken on a loaded machine are worth less. */
export function printMachine(): void {
  const all = cpus();
  console.log(`${all.length} × ${all[0]?.model ?? 'CPU'}, Node ${process.versions.node}, load average ${load()}`);
}

/** Over the last minute, five minutes and fifteen minutes. */
function load(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

/** The sentence people read and, as the last line, the object that programs read. */
export function report({ bench, figures, ratio, budget, also = true }: Verdict): void {
  const holds = ratio <= budget && also;
  console.log(`Load average at the end: ${load()}`);
  console.log(`${bench}: ${round(ratio)} against a budget of ${budget}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  const rounded = Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
  console.log(JSON.stringify({ bench, figures: rounded, ratio: round(ratio), budget, holds }));
  process.exitCode = holds ? 0 : 1;
}

/** Four significant digits; whole numbers stay whole. */
export function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

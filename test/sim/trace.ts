/** What happened in a run, in order; the last of it is kept for the report of a broken law. */
import { ladder } from './ladder.ts';
import type { Rung } from './ladder.ts';

/** One thing said or done. `at`: milliseconds since the beginning; `text`: a message as it was on the wire, or what was done. */
export interface Entry {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

const kept = 3_000;

export class Trace {
  readonly #now: () => number;
  readonly #start: number;
  readonly #all: boolean;
  #entries: Entry[] = [];

  /** `all`: nothing is forgotten. */
  constructor(now: () => number, all: boolean) {
    this.#now = now;
    this.#start = now();
    this.#all = all;
  }

  /** `text` may be a message as it was on the wire. */
  add(from: string, to: string, text: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#entries.push({ at: this.#now() - this.#start, from, to, text, fields });
    if (!this.#all && this.#entries.length >= 2 * kept) this.#entries = this.#entries.slice(-kept);
  }

  /** All that is kept, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  rungs(): Rung[] {
    return this.#entries.map(({ at, from, to, text, fields }) => ({
      at,
      from,
      to,
      text: `${text.startsWith('{') ? brief(text) : text}${fields === undefined ? '' : ` ${values(fields)}`}`,
    }));
  }

  /** The last of what these have said and done, as a ladder; of everybody, as a list, when nobody is named. */
  tell(who: readonly string[], last: number): string {
    const rungs = this.rungs();
    if (who.length === 0) return rungs.slice(-last).map(line).join('\n');
    const columns = [...who, 'server'];
    const among = rungs.filter(({ from, to }) => columns.includes(from) && columns.includes(to));
    return ladder(columns, among.slice(-last), true);
  }
}

function line({ at, from, to, text }: Rung): string {
  return `${(at / 1000).toFixed(3).padStart(9)}  ${from === to ? from : `${from} → ${to}`}  ${text}`;
}

function values(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

/** A message by its type and what tells it from others of its type. */
function brief(text: string): string {
  const message = JSON.parse(text) as Record<string, unknown>;
  const { type, call, epoch, re, ok, error, cause, state, side, answer, description, view, seq, calls, media } =
    message as Record<string, Record<string, unknown> | undefined>;
  const parts = [
    typeof message['type'] === 'string'
      ? message['type']
      : re === undefined
        ? '?'
        : error === undefined
          ? 'ok'
          : `error ${String(error['code'])}`,
    ok?.['resumed'] !== undefined &&
      `resumed=${String(ok['resumed'] === true)} calls=${String((ok['calls'] as unknown[]).length)}`,
    ok?.['merged'] !== undefined && `merged ${idOf((ok['merged'] as { call: unknown }).call)}`,
    idOf(call ?? view?.['call']),
    (epoch ?? view?.['epoch']) !== undefined && `e${String(epoch ?? view?.['epoch'])}`,
    description !== undefined && String(description['type']),
    answer !== undefined && '+answer',
    typeof cause === 'string' && cause,
    typeof state === 'string' && state,
    typeof media === 'object' && media['video'] === true && 'video',
    side !== undefined && sideOf(side),
    (type as unknown as string) === 'hello' &&
      `resume=${String(message['resume'] !== undefined)} seq=${String(message['seq'])} calls=${String((calls as unknown as unknown[] | undefined)?.length ?? 0)}`,
    type !== undefined && re === undefined && seq !== undefined && typeof seq === 'number' && `#${String(seq)}`,
  ];
  return parts.filter((part) => part !== false && part !== undefined && part !== '').join(' ');
}

function idOf(call: unknown): string {
  return typeof call === 'string' ? call.slice(0, 4) : '';
}

function sideOf(side: Record<string, unknown>): string {
  const on = ['held', 'muted', 'camera'].filter((name) => side[name] === true);
  return `n=${String(side['n'])}${on.length > 0 ? ` ${on.join(' ')}` : ''}`;
}

/** The beginning of an id, as it is told. */
export function short(id: string): string {
  return id.slice(0, 4);
}

import type { Entry, FileInfo, MessageEntry } from '@offhook/core';
import type { OffhookError } from '../errors.ts';

/** A message of one's own that the server has not stored yet, or has refused. */
export interface Outgoing {
  readonly kind: 'outgoing';
  readonly id: string;
  readonly text: string;
  /** The position of the entry it replies to. */
  readonly reply?: number | undefined;
  /** Files that it shows. */
  readonly files?: readonly FileInfo[] | undefined;
  /** When it was said, by this device's clock; milliseconds since the Unix epoch. */
  readonly at: number;
  /** `failed`: the server will not take it as it is; see `error`. */
  readonly state: 'sending' | 'failed';
  readonly error?: OffhookError | undefined;
  /** The entry, once it is stored; rejects with `error`. Nobody has to listen. */
  readonly sent: Promise<MessageEntry>;
}

/** What one sees in a conversation, oldest first: entries, then what is on its way. */
export type TimelineEntry = Entry | Outgoing;

/**
 * The part of a conversation that is loaded: entries without gaps, mostly up to the newest. What does not join on to it is left
 * to whoever loads.
 */
export class Timeline {
  #entries: Entry[] = [];
  /** The position of the newest entry that was heard of. */
  #last = 0;

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The position of the first that is loaded; undefined when none is. */
  get first(): number | undefined {
    return this.#entries[0]?.position;
  }

  /** The position behind which the next one belongs. */
  get end(): number {
    return this.#entries.at(-1)?.position ?? 0;
  }

  get last(): number {
    return this.#last;
  }

  /** Everything up to the newest is loaded. */
  get isAtEnd(): boolean {
    return this.end >= this.#last;
  }

  /** Takes the place of all that was loaded. */
  replace(entries: readonly Entry[], last: number): void {
    this.#entries = [...entries];
    this.#last = Math.max(last, this.end);
  }

  /** A page that was loaded before or behind what is here; one that does not join on takes its place. */
  join(entries: readonly Entry[], last: number): void {
    const [head] = entries;
    const tail = entries.at(-1);
    this.#last = Math.max(this.#last, last);
    if (head === undefined || tail === undefined) return;
    const { first = head.position, end } = this;
    if (this.#entries.length > 0 && (tail.position < first - 1 || head.position > end + 1)) return this.replace(entries, last);
    const news = new Map(entries.map((entry) => [entry.position, entry]));
    const before = entries.filter(({ position }) => position < first);
    const behind = entries.filter(({ position }) => position > end);
    const kept = this.#entries.map((entry) => news.get(entry.position) ?? entry);
    this.#entries = this.#entries.length === 0 ? [...entries] : [...before, ...kept, ...behind];
  }

  /**
   * An entry that was told. `gap`: between it and what is loaded there are others. `elsewhere`: it is neither here nor does it
   * join on, as the newest are not loaded.
   */
  tell(entry: Entry): 'taken' | 'gap' | 'elsewhere' {
    const wasAtEnd = this.isAtEnd;
    this.#last = Math.max(this.#last, entry.position);
    const at = entry.position - (this.first ?? Infinity);
    if (at >= 0 && at < this.#entries.length) {
      this.#entries = this.#entries.with(at, entry);
      return 'taken';
    }
    if (!wasAtEnd || entry.position <= this.end) return 'elsewhere';
    if (entry.position > this.end + 1) return 'gap';
    this.#entries = [...this.#entries, entry];
    return 'taken';
  }
}

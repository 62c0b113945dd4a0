import { serverLimits } from '@offhook/core';

interface Kept {
  readonly seq: number;
  readonly json: string;
}

/** The events of one connection that its page may not have seen, for a resume. Bounded: beyond the limits the oldest go. */
export class Backlog {
  #events: Kept[] = [];
  #length = 0;

  add(seq: number, json: string): void {
    this.#events.push({ seq, json });
    this.#length += json.length;
    while (this.#events.length > serverLimits.resumeEvents || this.#length > serverLimits.resumeBytes) this.#shift();
  }

  /** Everything up to this one has arrived. */
  trim(seq: number): void {
    while ((this.#events[0]?.seq ?? Infinity) <= seq) this.#shift();
  }

  /** The events after `seq`; undefined when some of them are no longer here. `last` is the newest number ever given. */
  after(seq: number, last: number): readonly Kept[] | undefined {
    const missing = last - seq;
    const kept = this.#events.filter((event) => event.seq > seq);
    return missing >= 0 && kept.length === missing ? kept : undefined;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  #shift(): void {
    this.#length -= this.#events.shift()?.json.length ?? 0;
  }
}

/** What DNS says of servers, kept for as long as it may be. Names come from whoever calls, so that what is kept and waited for is bounded. */
import { lookup as lookupHosts, Resolver } from 'node:dns/promises';
import type { Instant } from '@offhook/core';
import type { Lookup, Naptr, Srv } from '@offhook/sip';
import type { Clock } from '../../ports.ts';

export interface DnsOptions {
  readonly clock: Clock;
  /** Whom we can send to: IPv4 goes first. */
  readonly families: readonly (4 | 6)[];
  readonly resolver?: Resolver | undefined;
  readonly limits?: DnsLimits | undefined;
}

export interface DnsLimits {
  /** Answers that are kept. */
  readonly most: number;
  /** Milliseconds until nobody is waited for any more. */
  readonly patienceMs: number;
  /** Milliseconds for which addresses are kept, at least and at most, by what they say themselves. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** Milliseconds for what does not say it: SRV and NAPTR as Node gives them, and that there is nothing. */
  readonly usualMs: number;
}

const usual: DnsLimits = { most: 2_000, patienceMs: 5_000, leastMs: 5_000, mostMs: 3_600_000, usualMs: 60_000 };

interface Kept {
  readonly answer: Promise<Answer<unknown>>;
  until: Instant;
}

interface Answer<T> {
  readonly records: readonly T[];
  readonly ttlMs: number;
}

export class DnsLookup implements Lookup {
  readonly #clock: Clock;
  readonly #families: readonly (4 | 6)[];
  readonly #resolver: Resolver;
  readonly #limits: DnsLimits;
  readonly #kept = new Map<string, Kept>();

  constructor({ clock, families, resolver, limits = usual }: DnsOptions) {
    this.#clock = clock;
    this.#families = families;
    this.#resolver = resolver ?? new Resolver({ timeout: limits.patienceMs / 2, tries: 2 });
    this.#limits = limits;
  }

  naptr(name: string): Promise<readonly Naptr[]> {
    // Some that stand between us and DNS know no NAPTR: SRV has to do then.
    return this.#once(`NAPTR ${name}`, () => this.#records(this.#resolver.resolveNaptr(name), ignorant));
  }

  srv(name: string): Promise<readonly Srv[]> {
    return this.#once(`SRV ${name}`, async () => {
      const { records, ttlMs } = await this.#records(this.#resolver.resolveSrv(name));
      return {
        records: records.map(({ priority, weight, port, name: target }) => ({ priority, weight, port, target })),
        ttlMs,
      };
    });
  }

  addresses(name: string): Promise<readonly string[]> {
    return this.#once(`A ${name}`, () => this.#addresses(name));
  }

  /** Asked once at a time, and not again before it is over. */
  async #once<T>(key: string, ask: () => Promise<Answer<T>>): Promise<readonly T[]> {
    const known = this.#kept.get(key);
    if (known !== undefined && known.until > this.#clock.now()) return (await known.answer).records as readonly T[];
    this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.#limits.most && oldest !== undefined) this.#kept.delete(oldest);
    const kept: Kept = { answer: this.#inTime(ask()), until: Number.POSITIVE_INFINITY };
    this.#kept.set(key, kept);
    try {
      const { records, ttlMs } = await kept.answer;
      kept.until = this.#clock.now() + ttlMs;
      return records as readonly T[];
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }

  async #records<T>(asked: Promise<readonly T[]>, none: ReadonlySet<string> = nothing): Promise<Answer<T>> {
    const { usualMs: ttlMs } = this.#limits;
    try {
      return { records: await asked, ttlMs };
    } catch (error) {
      if (none.has(codeOf(error))) return { records: [], ttlMs };
      throw error;
    }
  }

  async #addresses(name: string): Promise<Answer<string>> {
    const { leastMs, mostMs, usualMs } = this.#limits;
    const asked = await Promise.allSettled(
      this.#families.map((family) =>
        this.#records(
          family === 4 ? this.#resolver.resolve4(name, { ttl: true }) : this.#resolver.resolve6(name, { ttl: true }),
        ),
      ),
    );
    const found = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value.records : []));
    const failure = asked.find((one) => one.status === 'rejected');
    if (found.length > 0) {
      const ttlMs = Math.min(...found.map(({ ttl }) => ttl * 1000));
      return { records: found.map(({ address }) => address), ttlMs: Math.min(mostMs, Math.max(leastMs, ttlMs)) };
    }
    // Names that only this machine knows.
    const local = await lookupHosts(name, { all: true }).catch(() => []);
    const records = this.#families.flatMap((family) => local.flatMap((one) => (one.family === family ? one.address : [])));
    if (records.length === 0 && failure !== undefined) throw failure.reason;
    return { records, ttlMs: usualMs };
  }

  #inTime<T>(asked: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.schedule(this.#limits.patienceMs, () => reject(new Error('DNS does not answer')));
      asked.then(resolve, reject).finally(cancel);
    });
  }
}

/** There is no such name, or nothing of this kind, or it cannot be a name. */
const nothing: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EBADNAME']);
const ignorant: ReadonlySet<string> = new Set([...nothing, 'ENOTIMP', 'EFORMERR', 'EREFUSED']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

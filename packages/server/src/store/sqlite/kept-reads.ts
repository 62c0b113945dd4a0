/**
 * Answers that every call asks for, in memory until a statement changes them. The thread does one thing after the other, and nobody else
 * writes: what is asked after a statement was sent is answered with what holds from then on.
 */
import type { Address } from '@offhook/core';
import { Remembered } from '../../ports/remembered.ts';
import type { Part } from './database.ts';
import { reads, writes } from './statements.ts';
import type { ReadName, Rows, SqlValue, WriteName } from './statements.ts';

/** Each is of one user, who is its only parameter, and comes from one table. */
type Name = 'user' | 'voicemail_count' | 'greeting';
const names: readonly Name[] = ['user', 'voicemail_count', 'greeting'];
/** At which parameter a statement says whose row it changes; others may change those of anybody. */
const whose: Partial<Record<WriteName, number>> = {
  new_user: 1,
  user: 1,
  profile: 1,
  seen: 1,
  voicemail: 2,
  greeting: 1,
  no_greeting: 1,
};

/** What a statement changes, by its name; those that change nothing which is kept are not there. */
const changes: ReadonlyMap<WriteName, Name> = new Map(
  Object.entries(writes).flatMap(([write, sql]) => {
    const table = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)/.exec(sql)?.[1];
    return names.flatMap((name) => (new RegExp(`\\bFROM ${table}\\b`).test(reads[name]) ? [[write as WriteName, name]] : []));
  }),
);

export class KeptReads {
  readonly #kept: { readonly [N in Name]: Remembered<readonly Rows[N][]> };

  constructor(ask: <N extends Name>(name: N, user: Address) => Promise<readonly Rows[N][]>) {
    this.#kept = {
      user: new Remembered((user) => ask('user', user)),
      voicemail_count: new Remembered((user) => ask('voicemail_count', user)),
      greeting: new Remembered((user) => ask('greeting', user)),
    };
  }

  /** Undefined: this is not kept. */
  of(name: ReadName, [user]: readonly SqlValue[]): unknown {
    return isKept(name) ? this.#kept[name].of(String(user)) : undefined;
  }

  /** These statements are being sent. */
  change(parts: readonly Part[]): void {
    for (const { statements } of parts)
      for (const statement of statements) {
        const name = changes.get(statement[0]);
        if (name === undefined) continue;
        const at = whose[statement[0]];
        if (at === undefined) this.#kept[name].forgetAll();
        else this.#kept[name].forget(String(statement[at]));
      }
  }
}

function isKept(name: ReadName): name is Name {
  return names.some((kept) => kept === name);
}

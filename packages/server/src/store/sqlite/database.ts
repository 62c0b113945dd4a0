import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { StoreError } from '../../ports.ts';
import type { CallId } from '@offhook/core';
import type { Refused } from '../refusal.ts';
import { migrate } from './migrations/migrate.ts';
import { reads, writes } from './statements.ts';
import type { ReadName, Rows, SqlValue, WriteName } from './statements.ts';

/** One statement with its parameters. */
export type Statement = readonly [WriteName, ...SqlValue[]];

/**
 * Statements of one transaction that stand or fall together. Those of a part that is `alone` may fail, because of what is there
 * already or an invitation that is used up, without the rest of the transaction; those of a part that is `unless` a call was
 * recorded are left out if it was.
 */
export interface Part {
  readonly statements: readonly Statement[];
  readonly alone?: Exclude<Refused, 'call_exists'> | undefined;
  readonly unless?: CallId | undefined;
}

export type PartOutcome = 'stored' | Refused;

export interface DatabaseOptions {
  /** A file, or `:memory:`. Its folder must exist. */
  readonly path: string;
  /** How long another process may hold the file before this one gives up. */
  readonly lockedMs: number;
  /** How large the file may grow. */
  readonly maxBytes?: number | undefined;
}

/** SQLite's result codes (sqlite.org/rescode.html); the extended ones have the code in their low byte. */
const codes = { busy: 5, locked: 6, readonly: 8, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;
const uniqueViolations = new Set([1555, 2067]);
/** Only an invitation that is used up breaks a check. */
const checkViolation = 275;

/** Copied into the file once the log has this many pages (16 MB): often enough for reads, seldom enough to be cheap. */
const checkpointPages = 4_000;
const cacheKiB = 32_000;

/** The database itself, as the thread that owns it uses it. Everything here blocks until it is done. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #generation: number;
  readonly #owner: StatementSync;
  readonly #probe: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #writes: Readonly<Record<WriteName, StatementSync>>;
  readonly #reads: Readonly<Record<ReadName, StatementSync>>;

  /** Opens the file, brings it up to date and takes it over from its last owner. Throws errors that say what is wrong. */
  constructor(options: DatabaseOptions) {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(options.path, { timeout: options.lockedMs });
      this.#generation = takeOver(db, options);
      this.#owner = db.prepare('SELECT generation FROM owner');
      this.#probe = db.prepare('UPDATE owner SET generation = generation');
      this.#begin = db.prepare('BEGIN IMMEDIATE');
      this.#commit = db.prepare('COMMIT');
      this.#savepoint = db.prepare('SAVEPOINT part');
      this.#release = db.prepare('RELEASE part');
      this.#writes = prepareAll(db, writes);
      this.#reads = prepareAll(db, reads);
      this.#db = db;
    } catch (error) {
      db?.close();
      throw new StoreError('store_failed', `The database ${options.path} cannot be used: ${reason(error, options.path)}.`, {
        cause: error,
      });
    }
  }

  /**
   * One transaction. What it says was stored would survive a power cut; when it throws, nothing was stored. Without a statement it
   * writes what is there already: whoever stores nothing asks whether there is a disk that takes it.
   */
  commit(parts: readonly Part[]): PartOutcome[] {
    try {
      this.#begin.run();
      if (this.#owner.get()?.['generation'] !== this.#generation) {
        throw new StoreError('not_owner', 'Another server has taken over this database.');
      }
      const outcomes = parts.map((part) => (part.alone === undefined ? this.#run(part) : this.#runAlone(part, part.alone)));
      if (parts.every(({ statements }) => statements.length === 0)) this.#probe.run();
      this.#commit.run();
      return outcomes;
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  read<Name extends ReadName>(name: Name, params: readonly SqlValue[]): Rows[Name][] {
    return this.#reads[name].all(...params) as unknown as Rows[Name][];
  }

  close(): void {
    this.#db.close();
  }

  #run(part: Part): PartOutcome {
    if (part.unless !== undefined && this.#reads.record.get(part.unless) !== undefined) return 'call_exists';
    for (const [name, ...params] of part.statements) this.#writes[name].run(...params);
    return 'stored';
  }

  #runAlone(part: Part, refused: Refused): PartOutcome {
    this.#savepoint.run();
    try {
      return this.#run(part);
    } catch (error) {
      const code = errorCode(error);
      if (code !== checkViolation && !uniqueViolations.has(code)) throw error;
      this.#db.exec('ROLLBACK TO part');
      return code === checkViolation ? 'invite_used' : refused;
    } finally {
      if (this.#db.isTransaction) this.#release.run();
    }
  }
}

/** Prepares the file for writing and returns the generation under which this owner writes. */
function takeOver(db: DatabaseSync, { path, maxBytes }: DatabaseOptions): number {
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA cache_size = -${cacheKiB};
  `);
  const mode = db.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
  if (mode !== 'wal' && path !== ':memory:') throw new Error('its file system has no shared memory, which SQLite needs');
  db.exec('BEGIN IMMEDIATE');
  migrate(db);
  const claimed = db.prepare('UPDATE owner SET generation = generation + 1 RETURNING generation').get();
  db.exec('COMMIT');
  if (maxBytes !== undefined) {
    const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
    db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)}`);
  }
  return Number(claimed?.['generation']);
}

function prepareAll<Name extends string>(
  db: DatabaseSync,
  statements: Readonly<Record<Name, string>>,
): Record<Name, StatementSync> {
  const prepared = Object.entries<string>(statements).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Record<Name, StatementSync>;
}

/** What SQLite says, in words for whoever has to mend it. */
function reason(error: unknown, path: string): string {
  switch (errorCode(error) & 0xff) {
    case codes.busy:
    case codes.locked:
      return 'another program has locked it';
    case codes.readonly:
      return 'it may not be written';
    case codes.corrupt:
      return 'it is damaged';
    case codes.full:
      return 'there is no room left for it';
    case codes.cannotOpen:
      return existsSync(dirname(path)) ? 'it may not be opened here' : 'its folder does not exist';
    case codes.notADatabase:
      return 'it is not a database';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** 0 for errors that are not SQLite's. */
function errorCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
}

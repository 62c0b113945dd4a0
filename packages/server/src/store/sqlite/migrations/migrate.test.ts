import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reads, writes } from '../statements.ts';
import { founders } from './0018-founders.ts';
import { webhooks as severalWebhooks } from './0025-webhooks.ts';
import { migrate, migrations } from './migrate.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
});
afterEach(() => db.close());

const schema = (of = db): unknown => of.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all();
const version = (): unknown => db.prepare('PRAGMA user_version').get()?.['user_version'];

/** How SQLite says that it looks at every row of a table; `owner` has one. */
/** `sqlite_sequence` has one row for each table that counts. */
const scans = (sql: string): string[] =>
  plan(sql).filter((detail) => /^SCAN (?!CONSTANT ROW|sqlite_sequence|owner|\(subquery|\w+ VIRTUAL TABLE)/.test(detail));
const plan = (sql: string): string[] =>
  db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row['detail']));

describe('migrate', () => {
  it('makes the schema out of nothing, and then has nothing to do', () => {
    migrate(db);
    expect(version()).toBe(migrations.length);
    const made = schema();
    migrate(db);
    expect(schema()).toEqual(made);
  });

  it.each(Array.from(migrations.keys()))('makes the same schema out of version %i', (from) => {
    migrate(db, migrations.slice(0, from));
    migrate(db);
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh);
    expect(schema()).toEqual(schema(fresh));
    fresh.close();
  });

  it('runs only the steps that a file has not seen, and keeps its data', () => {
    migrate(db);
    db.exec(`INSERT INTO outbox (event, call, at, body) VALUES ('call.ended', 'call-1', 1.5, '{}')`);
    const next = [...migrations, `ALTER TABLE outbox ADD COLUMN colour INTEGER NOT NULL DEFAULT 0`];
    migrate(db, next);
    migrate(db, next);
    expect(version()).toBe(migrations.length + 1);
    expect(db.prepare('SELECT * FROM outbox').get()).toEqual({
      position: 1,
      event: 'call.ended',
      call: 'call-1',
      at: 1.5,
      body: '{}',
      colour: 0,
    });
  });

  it('leaves the file as it was when a step fails and its transaction is rolled back', () => {
    migrate(db);
    const before = schema();
    db.exec('BEGIN');
    expect(() => migrate(db, [...migrations, 'CREATE TABLE extra (x)', 'CREATE TABLE oh no'])).toThrow(/syntax error/);
    db.exec('ROLLBACK');
    expect(schema()).toEqual(before);
    expect(version()).toBe(migrations.length);
  });

  it('refuses files of other programs and of later versions', () => {
    db.exec('PRAGMA user_version = 1');
    expect(() => migrate(db)).toThrow('another program');
    db.exec('PRAGMA user_version = 0; CREATE TABLE theirs (x)');
    expect(() => migrate(db)).toThrow('another program');
    db.exec('DROP TABLE theirs');
    migrate(db);
    expect(() => migrate(db, [])).toThrow('later version');
  });
});

describe('steps', () => {
  it('names the founders of meetings that there are', () => {
    migrate(db, migrations.slice(0, migrations.indexOf(founders)));
    const states = { made: { by: { address: 'anna' }, hosts: ['anna', 'bo'] }, programmed: { hosts: ['cem', 'dan'] } };
    for (const [id, state] of Object.entries(states))
      db.prepare('INSERT INTO meetings (id, state) VALUES (?, ?)').run(id, JSON.stringify(state));
    migrate(db);
    const found = db.prepare('SELECT state FROM meetings ORDER BY id').all();
    expect(found.map(({ state }) => JSON.parse(String(state)) as unknown)).toEqual([
      { ...states.made, founders: ['anna'] },
      { ...states.programmed, founders: ['cem', 'dan'] },
    ]);
  });

  it('keeps for the receiver in the settings what became of its deliveries, and has what waits go on waiting', () => {
    migrate(db, migrations.slice(0, migrations.indexOf(severalWebhooks)));
    db.exec(`INSERT INTO outbox (event, call, at, body, settled_at, attempts, error) VALUES
      ('a', 'call-1', 1, '{}', 2.5, 1, NULL), ('b', 'call-1', 1, '{}', 3, 12, 'HTTP 500'), ('c', 'call-1', 1, '{}', NULL, 0, NULL)`);
    migrate(db);
    const rows = (sql: string): object[] => db.prepare(sql).all();
    expect(rows('SELECT position, settled_at, attempts, error FROM deliveries')).toEqual([
      { position: 1, settled_at: 2.5, attempts: 1, error: null },
      { position: 2, settled_at: 3, attempts: 12, error: 'HTTP 500' },
      { position: 3, settled_at: null, attempts: 0, error: null },
    ]);
    expect(rows('SELECT event FROM outbox ORDER BY position')).toEqual([{ event: 'a' }, { event: 'b' }, { event: 'c' }]);
    expect(
      rows('SELECT DISTINCT deliveries.webhook FROM deliveries JOIN webhooks ON webhooks.id = deliveries.webhook'),
    ).toEqual([{ webhook: 'configured' }]);
  });
});

describe('statements', () => {
  // Read as a whole, when a server starts.
  const {
    calls,
    owed_pushes: owedPushes,
    sessions,
    meetings,
    mails,
    registered_phones: registered,
    trunks,
    webhooks,
    numbers,
    unkept_voicemails: unkept,
    ...others
  } = reads;
  it.each([...Object.entries(others), ...Object.entries(writes)])('%s finds its rows by an index', (_, sql) => {
    migrate(db);
    expect(scans(sql)).toEqual([]);
  });

  it('finds what waits for a receiver, and what becomes of one delivery, without looking at what was delivered', () => {
    migrate(db);
    expect(plan(reads.outbox)[0]).toBe('SEARCH deliveries USING INDEX deliveries_waiting (webhook=? AND position>?)');
    for (const state of ['waiting', 'failed'] as const)
      expect(plan(reads[`deliveries_${state}`])[0]).toBe(
        `SEARCH deliveries USING INDEX deliveries_${state} (webhook=? AND position<?)`,
      );
    expect(plan(writes.settled)).toEqual([expect.stringContaining('(webhook=? AND position=?)')]);
  });

  it('sees a scan when there is one', () => {
    migrate(db);
    expect(scans(calls)).toEqual(['SCAN calls']);
    expect(scans(owedPushes)).toEqual(['SCAN owed_pushes']);
    expect(scans(sessions)).toEqual(['SCAN sessions']);
    expect(scans(meetings)).toEqual(['SCAN meetings']);
    expect(scans(mails)).toEqual(['SCAN mails']);
    expect(scans(registered)).toEqual(['SCAN sip_phones']);
    expect(scans(trunks)).toEqual(['SCAN trunks']);
    expect(scans(webhooks)).toEqual(['SCAN webhooks']);
    expect(scans(numbers)).toEqual(['SCAN numbers']);
    expect(scans(unkept)).toEqual(['SCAN voicemails USING INDEX voicemails_unkept']);
  });
});

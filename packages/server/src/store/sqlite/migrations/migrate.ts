import type { DatabaseSync } from 'node:sqlite';
import { first } from './0001-first.ts';
import { quality } from './0002-quality.ts';
import { descriptions } from './0003-descriptions.ts';
import { seen } from './0004-seen.ts';
import { conversations } from './0005-conversations.ts';
import { accounts } from './0006-accounts.ts';
import { forwards } from './0007-forwards.ts';
import { people } from './0008-people.ts';
import { fileOwners } from './0009-file-owners.ts';
import { passwordLinks } from './0010-password-links.ts';
import { pushes } from './0011-pushes.ts';
import { pushTokens } from './0012-push-tokens.ts';
import { owedPushes } from './0013-owed-pushes.ts';
import { sessions } from './0014-sessions.ts';
import { meetings } from './0015-meetings.ts';
import { recordings } from './0016-recordings.ts';
import { eventLog } from './0017-event-log.ts';
import { founders } from './0018-founders.ts';
import { requests } from './0019-requests.ts';
import { sipPhones } from './0020-sip-phones.ts';
import { trunks } from './0021-trunks.ts';
import { numbers } from './0022-numbers.ts';
import { voicemail } from './0023-voicemail.ts';
import { forgetting } from './0024-forgetting.ts';
import { webhooks } from './0025-webhooks.ts';
import { webhookEvents } from './0026-webhook-events.ts';
import { newestRecordings } from './0027-newest-recordings.ts';

/** The steps from an empty file to the present schema. A step that was released is never changed: add another. */
export const migrations: readonly string[] = [
  first,
  quality,
  descriptions,
  seen,
  conversations,
  accounts,
  forwards,
  people,
  fileOwners,
  passwordLinks,
  pushes,
  pushTokens,
  owedPushes,
  sessions,
  meetings,
  recordings,
  eventLog,
  founders,
  requests,
  sipPhones,
  trunks,
  numbers,
  voicemail,
  forgetting,
  webhooks,
  webhookEvents,
  newestRecordings,
];

/** "OFHK": tells our files from those of other programs (sqlite.org/fileformat2.html §1.3.17). */
const applicationId = 0x4f_46_48_4b;

/**
 * Brings the schema up to date. Must run inside a transaction, so that a failing step leaves the file as it was. The version of a
 * file is the number of steps it has seen. Throws for files of other programs and of later versions of this one.
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  const version = pragma(db, 'user_version');
  const owner = pragma(db, 'application_id');
  const empty = version === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!empty && owner !== applicationId) throw new Error('it belongs to another program');
  if (version > steps.length) throw new Error('it was written by a later version of Offhook');
  if (empty) db.exec(`PRAGMA application_id = ${applicationId}`);
  for (const step of steps.slice(version)) db.exec(step);
  db.exec(`PRAGMA user_version = ${steps.length}`);
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

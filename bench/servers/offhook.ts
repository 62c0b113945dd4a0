/**
 * Offhook as `offhook` runs it, with its default limits, on SQLite with `synchronous=FULL`, the outbox on and a log line per
 * transition (to nowhere). Arguments: how many users, and how many devices each.
 */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '@offhook/core';
import { defaults } from '../../packages/server/src/config.ts';
import { createLog } from '../../packages/server/src/log.ts';
import type { Write } from '../../packages/server/src/ports.ts';
import { createServer } from '../../packages/server/src/server.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import { dataRoot } from '../harness/data.ts';
import { serve } from '../harness/service.ts';
import { nameOf } from './servers.ts';

const [users = 0, devices = 1] = process.argv.slice(2).map(Number);
mkdirSync(dataRoot, { recursive: true });
const dataDir = mkdtempSync(join(dataRoot, 'offhook-'));
const log = createLog('info', 'json', createWriteStream(devNull));
// Nobody listens there: events stay in the outbox, which is what is measured.
const server = await createServer({ ...defaults, port: 0, dataDir, webhookUrl: 'http://127.0.0.1:9/' }, { log });
const tokens = await enroll();

/** Writes people and devices into the store, as claiming a name and joining a device do. */
async function enroll(): Promise<string[]> {
  const hash = new SystemHash('');
  const createdAt = Date.now();
  const given: string[] = [];
  const commits: Promise<void>[] = [];
  for (let user = 0; user < users; user += 1) {
    const address = nameOf(user);
    const writes: Write[] = [{ type: 'new_user', user: { address, name: address, settings: defaultSettings, createdAt } }];
    for (let device = 0; device < devices; device += 1) {
      const token = `token-${user}-${device}`;
      given.push(token);
      const id = `device-${user}-${device}`;
      writes.push({
        type: 'device',
        device: { id, user: address, name: 'Browser', tokenDigest: hash.digest(token), createdAt },
      });
    }
    commits.push(server.store.commit(writes));
  }
  await Promise.all(commits);
  return given;
}

serve({ port: () => server.port, tokens: () => tokens }, async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/**
 * Makes people and devices in a new data folder, as claiming a name and joining a device do. In a process of its own, so that the
 * server under test begins with the memory of a server that has just started. Arguments: how many users, how many devices each.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '@offhook/core';
import { defaults } from '../../packages/server/src/config.ts';
import type { Write } from '../../packages/server/src/ports.ts';
import { createServer } from '../../packages/server/src/server.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import { dataRoot } from '../harness/data.ts';
import { serve } from '../harness/service.ts';
import { nameOf } from './servers.ts';

export interface Enrolled {
  readonly dataDir: string;
  /** The tokens of the devices of the first user, then those of the second … */
  readonly tokens: readonly string[];
}

const [users = 0, devices = 1] = process.argv.slice(2).map(Number);

async function enroll(): Promise<Enrolled> {
  mkdirSync(dataRoot, { recursive: true });
  const dataDir = mkdtempSync(join(dataRoot, 'offhook-'));
  const server = await createServer({ ...defaults, port: 0, dataDir, logLevel: 'warn' });
  const hash = new SystemHash('');
  const createdAt = Date.now();
  const tokens: string[] = [];
  const commits: Promise<void>[] = [];
  for (let user = 0; user < users; user += 1) {
    const address = nameOf(user);
    const writes: Write[] = [{ type: 'new_user', user: { address, name: address, settings: defaultSettings, createdAt } }];
    for (let device = 0; device < devices; device += 1) {
      const token = `token-${user}-${device}`;
      tokens.push(token);
      const id = `device-${user}-${device}`;
      writes.push({
        type: 'device',
        device: { id, user: address, name: 'Browser', tokenDigest: hash.digest(token), createdAt, seenAt: createdAt },
      });
    }
    commits.push(server.store.commit(writes));
  }
  await Promise.all(commits);
  await server.stop();
  return { dataDir, tokens };
}

serve({ enroll });

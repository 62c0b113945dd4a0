/** `npm run build`: everything that is published, from nothing. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildClientScript } from './client-script.ts';
import { phoneDir } from './phone.ts';
import { root, run } from './run.ts';

const dist = (name: string): string => join(root, 'packages', name, 'dist');

// What is no longer in the sources must not be published.
for (const name of ['core', 'api', 'client', 'server', 'phone']) rmSync(dist(name), { recursive: true, force: true });

const compiled = await run('tsc', ['-b', 'packages/core', 'packages/api', 'packages/client', 'packages/server']);
if (!compiled.ok) process.exit(1);

await buildClientScript(dist('client'), 'offhook.min.js');

const phone = await run('node', ['scripts/build-phone.ts']);
if (!phone.ok) process.exit(1);
// The published server brings the web phone along, as dist/phone beside main.js.
cpSync(phoneDir, join(dist('server'), 'phone'), { recursive: true });

/** `npm run build`: everything that is published, from nothing. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildCallSessionScript, buildClientScript } from './client-script.ts';
import { phoneDir } from './phone.ts';
import { root, run } from './run.ts';

const dist = (name: string): string => join(root, 'packages', name, 'dist');

// What is no longer in the sources must not be published.
for (const name of ['core', 'sdp', 'sip', 'media', 'api', 'client', 'call-session', 'server', 'phone'])
  rmSync(dist(name), { recursive: true, force: true });

const compiled = await run('tsc', [
  '-b',
  'packages/core',
  'packages/sdp',
  'packages/sip',
  'packages/media',
  'packages/api',
  'packages/client',
  'packages/call-session',
  'packages/server',
]);
if (!compiled.ok) process.exit(1);

await buildClientScript(dist('client'), 'offhook.min.js');
await buildCallSessionScript(dist('call-session'), 'call-session.min.js');

const phone = await run('node', ['scripts/build-phone.ts']);
if (!phone.ok) process.exit(1);
// The published server brings the web phone along, as dist/phone beside main.js.
cpSync(phoneDir, join(dist('server'), 'phone'), { recursive: true });
// So are the sounds that callers hear.
cpSync(join(root, 'packages/server/src/prompts/sounds'), join(dist('server'), 'prompts/sounds'), { recursive: true });

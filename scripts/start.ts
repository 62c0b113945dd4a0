/**
 * `npm start [-- FLAGS]`: the server from source, with the web phone built beside it when that is missing or older than its
 * sources. The server listens at once; only pages wait:
 *
 * - OFFHOOK_PHONE_DIR tells the server where the web phone's files are (index.html and assets/);
 * - OFFHOOK_PHONE_BUILDING, set only when a build was started, is the path of a file that exists while it goes on. As long as it
 *   exists, the server lets requests for pages wait; when it has gone, DIR is complete, or has no index.html if the build failed
 *   (the reason is on stderr).
 *
 * The server runs in this process: signals, exit code and terminal are its own, and it ends with npm. main.ts therefore starts on import.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { followParent } from './follow-parent.ts';
import { buildingMarker, phoneDir, phoneIsStale } from './phone.ts';
import { root } from './run.ts';

if (process.env['npm_lifecycle_event'] === 'start') followParent();
// What was stripped and compiled once is not at the next start.
enableCompileCache(join(root, 'node_modules/.cache/offhook/compiled'));
if (phoneIsStale()) {
  if (!isBuilding()) build();
  process.env['OFFHOOK_PHONE_BUILDING'] = buildingMarker;
}
// In the environment, so that a flag of the person who starts it comes first.
process.env['OFFHOOK_PHONE_DIR'] ??= phoneDir;
await import('../packages/server/src/main.ts');

function build(): void {
  mkdirSync(dirname(buildingMarker), { recursive: true });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'build-phone.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // The server comes first: it listens while pages are still waited for.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  writeFileSync(buildingMarker, String(child.pid));
  // Also when it could not end in order.
  child.on('exit', () => rmSync(buildingMarker, { force: true }));
  child.unref();
}

/** Another `npm start` may have begun a moment ago. */
function isBuilding(): boolean {
  try {
    return process.kill(Number(readFileSync(buildingMarker, 'utf8')), 0);
  } catch {
    return false;
  }
}

/**
 * Builds the web phone, and beside it the client as a script with its types, into packages/phone/dist; takes the marker away that
 * says so.
 */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { buildClientScript } from './client-script.ts';
import { buildClientTypes } from './client-types.ts';
import { buildingMarker, phoneDir } from './phone.ts';
import { root } from './run.ts';

const started = new Date();
try {
  await build({ root: join(root, 'packages/phone'), logLevel: 'warn' });
  await Promise.all([buildClientScript(phoneDir, 'client.js'), buildClientTypes(phoneDir, 'client.d.ts')]);
  // What changes while it builds is newer than the page and is built again the next time.
  utimesSync(join(phoneDir, 'index.html'), started, started);
} finally {
  rmSync(buildingMarker, { force: true });
}

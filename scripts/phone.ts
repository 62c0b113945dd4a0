import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

/** Where the built web phone is. */
export const phoneDir = join(root, 'packages/phone/dist');

/** Exists while the web phone is being built; holds the id of the process that builds. */
export const buildingMarker = join(root, 'node_modules/.cache/offhook/phone-building');

/** What the web phone is built from. */
const sources = ['package-lock.json', 'packages/{core,client}/{src/**,package.json}', 'packages/phone/{src/**,public/**,*.*}'];

/** Whether the web phone was never built, or something it is made of has changed since. build-phone.ts dates the page. */
export function phoneIsStale(): boolean {
  const built = statSync(join(phoneDir, 'index.html'), { throwIfNoEntry: false });
  if (built === undefined) return true;
  return globSync(sources, { cwd: root }).some((file) => {
    const changed = statSync(join(root, file), { throwIfNoEntry: false });
    return changed !== undefined && changed.mtimeMs > built.mtimeMs;
  });
}

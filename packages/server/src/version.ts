import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of this program, as its package says. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

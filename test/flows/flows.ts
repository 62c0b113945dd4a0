/** All flows, and the files of docs/flows that they make. */
import { index, page } from './flow.ts';
import type { Flow } from './flow.ts';
import { interrupted } from './interrupted.ts';
import { led } from './led.ts';
import { rfc3665 } from './rfc3665.ts';
import { rfc5359 } from './rfc5359.ts';
import { ringing } from './ringing.ts';
import { several } from './several.ts';
import { talking } from './talking.ts';

export const flows: readonly Flow[] = [...ringing, ...several, ...led, ...talking, ...interrupted, ...rfc3665, ...rfc5359];

/** The files by their names. */
export async function files(): Promise<ReadonlyMap<string, string>> {
  const made = new Map([['README.md', index(flows)]]);
  for (const flow of flows) made.set(`${flow.name}.md`, await page(flow));
  return made;
}

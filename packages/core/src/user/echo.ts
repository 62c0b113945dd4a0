import type { Person } from '../protocol/shared.ts';

/** Who is there for those who try their microphone: takes every call at once and says back what they say. In no list of people. */
export const echoPerson: Person = { address: 'echo', name: 'Echo test' };

/** Whether this is the echo test, and not somebody who took its address on a server that has none. */
export function isEcho({ address, name }: Person): boolean {
  return address === echoPerson.address && name === echoPerson.name;
}

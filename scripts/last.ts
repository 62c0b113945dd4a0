/** Processes that only take what nobody else makes use of. */
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const lowest = constants.priority.PRIORITY_LOW;
/** Each leads a group of its own, which nothing ends that ends this process. */
const leaders = new Set<number>();

/** Puts the leader of a group, and with it all that it starts, behind everything else that wants a processor. */
export function putLast(leader: number): void {
  if (leaders.size === 0) endWithThis();
  leaders.add(leader);
  try {
    setPriority(leader, lowest);
    // Where Linux shares processors out among sessions first, priorities count inside of each alone (sched(7), autogroup).
    if (process.platform === 'linux') writeFileSync(`/proc/${leader}/autogroup`, String(lowest));
  } catch {
    // It has ended already, or the machine has no such thing.
  }
}

/** Ends what is left of the group. */
export function endGroup(leader: number): void {
  leaders.delete(leader);
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is.
  }
}

let isEnding = false;

function endWithThis(): void {
  if (isEnding) return;
  isEnding = true;
  process.on('exit', () => leaders.forEach(endGroup));
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => process.exit(code));
}

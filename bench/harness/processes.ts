/** What the operating system counts of a process, whoever made it (Linux: proc(5)). */
import { readFileSync } from 'node:fs';

/** Of the clock in which CPU times are counted; 100 on all common systems (sysconf(3)). */
const ticksPerSecond = 100;

/** CPU time of all its threads so far, user and system, in microseconds; to the nearest 10,000. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name, in parentheses, may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond;
}

/** Resident memory, in bytes. */
export function residentOf(pid: number): number {
  const pages = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(pages?.[1]) * 1_024;
}

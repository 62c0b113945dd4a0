/** Media workers that are killed, and what people are promised then. */
import type { Server } from './server.ts';

/**
 * Whoever talked by a worker that was killed is heard again within this time, in milliseconds. It is the promise itself rather than a measure of
 * speed, and several times what it takes on a machine that does nothing else: browsers that notice by themselves need from seven to twenty seconds.
 */
export const againMs = 3_000;

/** Until it is noticed that a worker says nothing any more, in milliseconds, beside what it takes then. */
export const hangMs = 6_000;

/**
 * The first one of this server, or the latest that has taken its place, as an operating system kills it; `SIGSTOP`: it hangs.
 */
export function killWorker(server: Server, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): void {
  const pid = [...server.log.matchAll(/"media_worker".*?"pid":(\d+)/g)].at(-1)?.[1];
  if (pid === undefined) throw new Error('there is no media worker');
  process.kill(Number(pid), signal);
}

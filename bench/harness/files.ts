import { execFileSync } from 'node:child_process';

/** How many files, sockets among them, a process may open: the hard limit, to which Node raises the soft one by itself. */
export function openFilesLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Infinity : Number(limit);
}

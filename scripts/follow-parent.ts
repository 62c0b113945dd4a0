/** How often it is looked whether the parent is still there. */
const lookMs = 500;

/**
 * Ends this process in order once its parent is gone. npm hands no signal on that it alone is sent, as by `docker stop` or a service
 * manager: it ends, and what it has started would stay behind, on its port.
 */
export function followParent(): void {
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, lookMs);
  looking.unref();
}

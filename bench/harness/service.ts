export interface Question {
  readonly id: number;
  readonly question: string;
  readonly argument?: unknown;
}

export type Answer = { readonly id: number; readonly value?: unknown } | { readonly id: number; readonly error: string };

/** Bytes. */
export interface Memory {
  /** Resident set: what the operating system sees. */
  readonly rss: number;
  /** Live objects of JavaScript, and what they hold outside of its heap. */
  readonly heap: number;
}

/**
 * What a process started by `Child` does: answers its questions, one by one. Each service also answers `cpu` and `memory`, and
 * ends when the benchmark does.
 */
export function serve(answers: Readonly<Record<string, (argument: never) => unknown>>, close?: () => Promise<void>): void {
  const all: Readonly<Record<string, (argument: never) => unknown>> = { cpu, memory, ...answers };
  process.on('message', ({ id, question, argument }: Question) => {
    const answer = async (): Promise<unknown> => all[question]?.(argument as never);
    answer().then(
      (value) => process.send?.({ id, value } satisfies Answer),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => {
    (close?.() ?? Promise.resolve()).then(exit, exit);
  });
}

function exit(): never {
  process.exit();
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function memory(): Promise<Memory> {
  // Finalizers of the first collection free what the second finds; the pages go back after a turn of the event loop.
  for (let time = 0; time < 3; time += 1) {
    global.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}

/** How long a test waits for something that should happen soon, on a machine that is busy with other things. */
export const soonMs = 20_000;
const everyMs = 25;

/** Waits until `look` finds something; fails with what it was waiting for, and `state` of that moment. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  state: () => unknown,
  patienceMs: number = soonMs,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      throw new Error(`not within ${patienceMs} ms: ${what}\n${JSON.stringify(await state(), undefined, 1)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

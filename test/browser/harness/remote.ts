/** An object in a page, as tests use it from here: every method answers with a promise. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** `call` takes the name of a method and its arguments, which must survive JSON. */
export function remote<T>(call: (method: string, args: readonly unknown[]) => Promise<unknown>): Remote<T> {
  return new Proxy({} as Remote<T>, {
    // A promise may be resolved with this, which asks whether it is one itself.
    get: (_, method) =>
      typeof method === 'string' && method !== 'then' ? (...args: unknown[]) => call(method, args) : undefined,
  });
}

/** A function that takes a listener back. */
export type Unsubscribe = () => void;

/** Events by name; each carries the values of its tuple. */
export type EventMap<E> = { readonly [K in keyof E]: readonly unknown[] };

/** Typed events. A listener that throws is reported and disturbs neither the other listeners nor the SDK. */
export class Emitter<E extends EventMap<E>> {
  readonly #listeners = new Map<keyof E, Set<(...values: never) => void>>();
  readonly #report: (error: unknown) => void;

  /** `report` is given what listeners throw. @hideconstructor */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Calls `listener` at each event of this type, in the order of registration. The function returned takes it back. */
  on<K extends keyof E>(type: K, listener: (...values: E[K]) => void): Unsubscribe {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => this.off(type, listener);
  }

  /** Calls `listener` at the next event of this type only. */
  once<K extends keyof E>(type: K, listener: (...values: E[K]) => void): Unsubscribe {
    const off = this.on(type, (...values) => {
      off();
      listener(...values);
    });
    return off;
  }

  /** Takes back a listener given to `on`. */
  off<K extends keyof E>(type: K, listener: (...values: E[K]) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** Whether anybody listens. */
  protected hears(type: keyof E): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  protected emit<K extends keyof E>(type: K, ...values: E[K]): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        (listener as (...values: E[K]) => void)(...values);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

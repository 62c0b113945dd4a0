/** Tokens that expire: their page is warned while there is time for a new one, and loses its socket when there is none left. */
import { serverLimits } from '@offhook/core';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';

export class Expiry {
  readonly #clock: Clock;
  /** What takes back the next step, for connections whose token expires. */
  readonly #next = new Map<Connection, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Goes by the token that the connection has now. */
  watch(connection: Connection): void {
    this.forget(connection);
    const { until } = connection.pass;
    if (until === undefined) return;
    const left = until - this.#clock.now();
    this.#after(connection, Math.max(left / 2, left - serverLimits.tokenWarnMs), () => {
      connection.send(JSON.stringify({ type: 'token_expiring', inMs: Math.max(0, Math.round(until - this.#clock.now())) }));
      // The connection may be resumed with a new token, as after any other loss of its socket.
      this.#after(connection, until - this.#clock.now(), () => connection.link?.close('token_expired'));
    });
  }

  forget(connection: Connection): void {
    this.#next.get(connection)?.();
    this.#next.delete(connection);
  }

  #after(connection: Connection, delay: number, task: () => void): void {
    const cancel = this.#clock.schedule(Math.max(0, delay), () => {
      this.#next.delete(connection);
      task();
    });
    this.#next.set(connection, cancel);
  }
}

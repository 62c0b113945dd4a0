/** What signalling needs of a WebSocket; the simulator brings its own. */
export interface Socket {
  /** Where it comes from. */
  readonly networkAddress: string;
  /** Bytes given to `write` that have not left yet; those of this turn of the event loop may be left out. */
  readonly bufferedAmount: number;
  /** Sends a text message, put together from these pieces. */
  write(...pieces: readonly string[]): void;
  ping(): void;
  close(code: number, reason: string): void;
}

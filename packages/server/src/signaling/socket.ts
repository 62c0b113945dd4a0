/** What signalling needs of a WebSocket; the simulator brings its own. */
export interface Socket {
  /** Bytes given to `write` that have not left yet. */
  readonly bufferedAmount: number;
  /** Sends a text message. */
  write(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
}

/** What signalling needs of a WebSocket. `ws` has this shape; the simulator brings its own. */
export interface Socket {
  /** Bytes given to `send` that have not left yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
}

import type { CallId } from '@offhook/core';

/** A media worker that sends back to callers what they say. */
export interface EchoMedia {
  /** The answer to an offer of a call, for the first time or again. @throws MediaError `bad_description`, `unavailable` */
  echo(call: CallId, offer: string): Promise<string>;
  endEcho(call: CallId): void;
  /** Whether there is a way to the caller; `lost`: there is none until it offers anew, as the worker is gone. */
  onEcho(listener: (call: CallId, state: 'connected' | 'interrupted' | 'lost') => void): void;
}

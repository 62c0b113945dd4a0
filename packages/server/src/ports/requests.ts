/** Requests of programs that may be said again, and were carried out (draft-ietf-httpapi-idempotency-key-header §2). */
import type { Instant } from '@offhook/core';

export interface CarriedOut {
  /** Of what was made. */
  readonly id: string;
  /** Of what was asked for. */
  readonly digest: string;
  readonly at: Instant;
}

export type RequestWrite =
  /** The first with an id holds. */
  | { readonly type: 'request'; readonly request: CarriedOut }
  /** All that were carried out before this. */
  | { readonly type: 'requests_gone'; readonly before: Instant };

export interface RequestStore {
  carriedOut(id: string): Promise<CarriedOut | undefined>;
}

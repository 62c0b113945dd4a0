/** What tests read of a page: calls, and messages of applications. */
import type * as Sdk from '@offhook/client';

/** A call as a test sees it. */
export interface Seen {
  readonly id: string;
  readonly state: Sdk.CallState;
  readonly isIncoming: boolean;
  readonly ringing: boolean;
  readonly early: boolean;
  readonly waiting: boolean;
  readonly held: boolean;
  readonly muted: boolean;
  readonly camera: boolean;
  readonly peerAway: boolean;
  readonly remote: Sdk.RemoteSide;
  /** Who has led these two together. */
  readonly by: string | undefined;
  /** Whom the caller wanted to reach. */
  readonly meant: string | undefined;
  readonly duration: number | undefined;
  readonly cause: Sdk.Cause | undefined;
  readonly causeText: string | undefined;
  readonly answeredOn: string | undefined;
  readonly message: string | undefined;
  readonly error: string | undefined;
  /** Since the Unix epoch, for each state it has had; clocks of pages on one machine agree. */
  readonly since: Partial<Record<Sdk.CallState, number>>;
}

/** What a call should look like, as far as it matters. */
export type Wanted = Partial<Omit<Seen, 'remote'>> & { readonly remote?: Partial<Sdk.RemoteSide> };

/** A message of an application, as it was received. */
export interface Told {
  readonly type: string;
  readonly user: string;
  readonly data: unknown;
}

/** Whether all that stands in the part is so in the whole. */
export function includes(whole: object, part: object): boolean {
  const values = whole as Record<string, unknown>;
  return Object.entries(part).every(([name, value]) => {
    const found = values[name];
    return typeof value === 'object' && typeof found === 'object' && value !== null && found !== null
      ? includes(found, value)
      : found === value;
  });
}

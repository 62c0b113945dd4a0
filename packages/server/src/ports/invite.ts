import type { Origin, RequestOf } from '@offhook/core';

/** What the server knows of an invite; never of the wire. */
export interface About {
  /** How it comes about. */
  readonly origin?: Origin | undefined;
  /** Others are called at the same time, of whom one is to take it: it is forwarded to nobody, and the voicemail does not take it. */
  readonly oneOfSeveral?: true | undefined;
}

/** That somebody calls. */
export type Invite = RequestOf<'invite'> & About;

/** That somebody hangs up. `elsewhere`: who has called several people at once, and was answered by another one; never of the wire. */
export type Leave = RequestOf<'hangup'> & { readonly elsewhere?: true | undefined };

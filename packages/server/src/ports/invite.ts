import type { Origin, RequestOf } from '@offhook/core';

/** That somebody calls. `origin`: how that comes about, as the server knows; never of the wire. */
export type Invite = RequestOf<'invite'> & { readonly origin?: Origin | undefined };

/** That somebody hangs up. `elsewhere`: who has called several people at once, and was answered by another one; never of the wire. */
export type Leave = RequestOf<'hangup'> & { readonly elsewhere?: true | undefined };

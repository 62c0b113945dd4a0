import type { Origin, RequestOf } from '@offhook/core';

/** That somebody calls. `origin`: how that comes about, as the server knows; never of the wire. */
export type Invite = RequestOf<'invite'> & { readonly origin?: Origin | undefined };

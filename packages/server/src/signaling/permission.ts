import { mayCall } from '@offhook/core';
import type { Address, CallView, ErrorCode, Grants, Request } from '@offhook/core';
import type { Application } from './application.ts';

/** Why a token does not allow a request; undefined when it does. */
export function refusedBy(grants: Grants, request: Request): ErrorCode | undefined {
  switch (request.type) {
    case 'invite':
      return mayCall(grants, request.to) ? undefined : 'destination_refused';
    case 'accept':
    case 'reject':
      return grants.incoming ? undefined : 'forbidden';
    case 'rename':
      return grants.rename ? undefined : 'forbidden';
    default:
      return undefined;
  }
}

/** Whoever may call some people only sees no others, and sends messages of applications to no others. */
export function mayKnow(grants: Grants, user: Address): boolean {
  return grants.outgoing === true || mayCall(grants, user);
}

export function maySend(grants: Grants, { user }: Application['to']): boolean {
  return grants.outgoing === true || (typeof user === 'string' && mayCall(grants, user));
}

/** Whether a token lets somebody see this call: one that rings is for those on whose device it may ring. */
export function maySee(grants: Grants, { here, role, stage }: CallView): boolean {
  return here || grants.incoming || role === 'caller' || stage !== 'ringing';
}

import { everyone, mayCall, mayJoin, peopleOfDirect } from '@offhook/core';
import type { Address, CallView, ConversationView, ErrorCode, Event, Grants, Request, Where } from '@offhook/core';
import type { Application } from './application.ts';

/** Why a token does not allow a request; undefined when it does. */
export function refusedBy(grants: Grants, request: Request): ErrorCode | undefined {
  switch (request.type) {
    case 'invite':
      return mayCall(grants, request.to) ? undefined : 'destination_refused';
    case 'transfer':
      return 'call' in request.to || mayCall(grants, request.to.user) ? undefined : 'destination_refused';
    case 'settings':
      return Object.values(request.change.forward ?? {}).every((to) => to === undefined || mayCall(grants, to))
        ? undefined
        : 'destination_refused';
    case 'accept':
    case 'reject':
    case 'push_subscribe':
    case 'greeting':
      return grants.incoming ? undefined : 'forbidden';
    case 'session_join':
      return request.token !== undefined || mayJoin(grants, request.session) ? undefined : 'forbidden';
    case 'meeting_create':
      return grants.sessions === true ? mayInvite(grants, request.plan.users) : 'forbidden';
    case 'meeting_invite':
      return mayInvite(grants, [...(request.users ?? []), ...(request.ring ?? [])]);
    case 'rename':
      return grants.rename ? undefined : 'forbidden';
    case 'say':
    case 'edit':
    case 'delete':
    case 'react':
    case 'read':
    case 'conversation':
    case 'entries':
      return mayTalkIn(grants, request.in) ? undefined : 'forbidden';
    case 'file':
      // Whose conversation a file is in is not known here.
      return grants.outgoing === true ? undefined : 'forbidden';
    case 'search':
      return grants.outgoing === true || (request.in && mayTalkIn(grants, request.in)) ? undefined : 'forbidden';
    case 'contact':
    case 'block':
      return mayKnow(grants, request.user) ? undefined : 'forbidden';
    case 'group':
      return request.people.every((user) => mayKnow(grants, user)) ? undefined : 'forbidden';
    case 'change':
      return request.change.type !== 'joined' || request.change.people.every((user) => mayKnow(grants, user))
        ? undefined
        : 'forbidden';
    default:
      return undefined;
  }
}

function mayInvite(grants: Grants, users: readonly Address[] = []): ErrorCode | undefined {
  return users.every((user) => mayCall(grants, user)) ? undefined : 'destination_refused';
}

/** Whoever may call some people only sees no others, and sends messages of applications to no others. */
export function mayKnow(grants: Grants, user: Address): boolean {
  return grants.outgoing === true || mayCall(grants, user);
}

/** Whoever may call some people only talks to no others, nor in the room; into a group they were taken by somebody who may. */
export function mayTalkIn(grants: Grants, where: Where): boolean {
  if (grants.outgoing === true) return true;
  if ('user' in where) return mayCall(grants, where.user);
  const { conversation } = where;
  return conversation !== everyone && (peopleOfDirect(conversation)?.some((user) => mayCall(grants, user)) ?? true);
}

/** Whether a token lets somebody hear this of their conversations. */
export function mayHear(grants: Grants, event: Event): boolean {
  if (grants.outgoing === true) return true;
  switch (event.type) {
    case 'entries':
      return event.entries.every(({ conversation }) => mayTalkIn(grants, { conversation }));
    case 'conversation':
      return mayTalkIn(grants, { conversation: event.conversation.conversation });
    case 'read':
    case 'typing':
      return mayTalkIn(grants, { conversation: event.conversation });
    default:
      return true;
  }
}

/** A page of conversations without those of which a token does not let somebody know. */
export function visibleIn(grants: Grants, page: Record<string, unknown>): Record<string, unknown> {
  const conversations = page['conversations'] as readonly ConversationView[];
  return { ...page, conversations: conversations.filter(({ conversation }) => mayTalkIn(grants, { conversation })) };
}

export function maySend(grants: Grants, { user }: Application['to']): boolean {
  return grants.outgoing === true || (typeof user === 'string' && mayCall(grants, user));
}

/** Whether a token lets somebody see this call: one that rings is for those on whose device it may ring. */
export function maySee(grants: Grants, { here, role, stage }: CallView): boolean {
  return here || grants.incoming || role === 'caller' || stage !== 'ringing';
}

/** Whom a request rings, or calls without ringing. */
export function calledBy(request: Request): readonly string[] {
  if (request.type === 'meeting_call') return [request.call];
  return request.type === 'meeting_invite' ? (request.ring ?? []) : [];
}

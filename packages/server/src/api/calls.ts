/** Calls, for programs: what there is, and what they may do with them. */
import { isNumber } from '@offhook/core';
import type { ApiCall, ErrorCode } from '@offhook/core';
import {
  CallAnswer,
  CallList,
  CallMove,
  CallPlacing,
  CallQuery,
  CallTransfer,
  LiveCallList,
  LiveCallQuery,
  OneCall,
} from '@offhook/core/protocol';
import type { Answering } from '../ports/answering.ts';
import type { CallAdministration, CallOrder, KnownCall } from '../ports/calls.ts';
import type { MeetingAdministration } from '../ports/meetings.ts';
import { Refusal } from '../ports.ts';
import type { Hash, Random, Store } from '../ports.ts';
import { derived, idOf } from './derived.ts';
import { callFrom, personOf } from './call-views.ts';
import { needScope } from './keys.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route, sizeOf } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface CallRoutesDeps {
  readonly answering: Answering;
  readonly calls: CallAdministration;
  readonly meetings: MeetingAdministration;
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
}

export function callRoutes(deps: CallRoutesDeps): AnsweredRoute[] {
  const { calls, meetings, store } = deps;
  const one = '/calls/:call';
  const known = async (id: string): Promise<KnownCall> => {
    const call = await calls.call(id);
    if (call === undefined) throw new Refusal('call_not_found');
    return call;
  };
  /** The call in which it goes on that has begun under this id. */
  const onward = async ({ parameters }: Asking): Promise<ApiCall> => {
    const call = await calls.onward(parameters['call'] ?? '');
    if (call === undefined) throw new Refusal('call_not_found');
    return callFrom(call);
  };
  const ordered = async (asking: Asking, order: CallOrder): Promise<{ call: ApiCall }> => {
    refuse(await calls.order(asking.parameters['call'] ?? '', order));
    return { call: await onward(asking) };
  };
  return [
    {
      scope: 'calls',
      method: 'POST',
      path: '/calls',
      summary: 'Places a call between two people: the devices of the first ring, and whichever takes it calls the second.',
      makes: true,
      isIdempotent: true,
      body: CallPlacing,
      answers: OneCall,
      answer: (asking) => place(deps, known, asking),
    },
    route(
      'calls.read',
      'GET',
      '/calls',
      { summary: 'The calls that are not over, the oldest first.', query: LiveCallQuery, answers: LiveCallList },
      async ({ query }) => {
        const { user, ...asked } = check(LiveCallQuery, query, 'query');
        const { items, next } = pageOf(calls.live(user), ({ live }) => placeOf(live.startedAt, live.id), asked);
        return { calls: items.map(callFrom), ...(next !== undefined && { next }) };
      },
    ),
    route(
      'calls.read',
      'GET',
      one,
      { summary: 'A call as it is now, or how it ended.', answers: OneCall },
      async ({ parameters }) => ({ call: callFrom(await known(parameters['call'] ?? '')) }),
    ),
    route('calls', 'DELETE', one, { summary: 'Hangs up for both.', answers: OneCall }, (asking) =>
      ordered(asking, { type: 'hangup' }),
    ),
    route(
      'calls',
      'POST',
      `${one}/reject`,
      { summary: 'Declines a call that rings, in the place of whom it rings for.', answers: OneCall },
      (asking) => ordered(asking, { type: 'reject' }),
    ),
    route(
      'calls',
      'POST',
      `${one}/answer`,
      {
        summary:
          'Answers a call that rings, in the place of whom it rings for: the caller takes part in a session, and hears all of it as one sound.',
        body: CallAnswer,
        answers: OneCall,
      },
      async (asking) => {
        // Somebody comes into a session by it.
        needScope(asking.key, 'sessions');
        await deps.answering.answer(asking.parameters['call'] ?? '', check(CallAnswer, asking.body));
        return { call: await onward(asking) };
      },
    ),
    {
      scope: 'calls',
      method: 'POST',
      path: `${one}/transfer`,
      summary:
        'One of the two leaves, and the other one calls somebody else. The answer is the call in which that one goes on.',
      isIdempotent: true,
      body: CallTransfer,
      answers: OneCall,
      answer: async (asking) => {
        const { leaves, to } = check(CallTransfer, asking.body);
        const { hash, random } = deps;
        const id = asking.parameters['call'] ?? '';
        const { idempotencyKey: seed, key } = asking;
        const into = seed === undefined ? random.token(128) : derived(hash, `transfer of ${id}`, key.name, seed);
        const again = await calls.call(into);
        if (again === undefined) {
          const error = await calls.order(id, { type: 'transfer', leaves, to, into });
          refuse(error, error === 'bad_message' ? 'leaves: one of the two who talk' : undefined);
        }
        const call = callFrom(again ?? (await known(into)));
        const isSame = call.transferredBy?.address === leaves && call.callee.address === to;
        if (again !== undefined && !isSame) throw new Refusal('idempotency_mismatch');
        return { call };
      },
    },
    route(
      'calls',
      'POST',
      `${one}/move`,
      {
        summary: 'Asks both into a meeting, without ringing again; the call ends `joined` once they hear each other there.',
        body: CallMove,
        answers: OneCall,
      },
      async (asking) => {
        const { meeting } = check(CallMove, asking.body);
        const { state, caller, callee } = await onward(asking);
        if (meetings.meeting(meeting) === undefined) throw new Refusal('meeting_not_found');
        // Nobody who is asked there waits at its door.
        const whom = { guest: false, emails: [], users: [caller, callee], fresh: deps.random.token(128) };
        if (state === 'active') refuse(await meetings.order(meeting, { type: 'invite', ...whom }));
        return ordered(asking, { type: 'move', meeting });
      },
    ),
    route(
      'calls.read',
      'GET',
      '/users/:user/calls',
      {
        summary: 'The calls of somebody that are over, newest first, as they were for them.',
        query: CallQuery,
        answers: CallList,
      },
      async ({ parameters, query }) => {
        const { before, limit } = check(CallQuery, query, 'query');
        const user = await store.user(parameters['user'] ?? '');
        if (user === undefined) throw new Refusal('user_not_found');
        const { entries, next } = await store.history(user.address, before, sizeOf(limit));
        return { calls: entries, ...(next !== undefined && { next }) };
      },
    ),
  ];
}

async function place(
  deps: CallRoutesDeps,
  known: (id: string) => Promise<KnownCall>,
  asking: Asking,
): Promise<{ call: ApiCall }> {
  const { calls, store } = deps;
  const { from, to, media = { audio: true, video: false } } = check(CallPlacing, asking.body);
  const id = idOf(deps, 'call', asking);
  const [caller, callee] = await Promise.all([
    isNumber(from) ? undefined : store.user(from),
    isNumber(to) ? { address: to, name: to } : store.user(to),
  ]);
  if (caller === undefined || callee === undefined) throw new Refusal('user_not_found', caller === undefined ? from : to);
  const error = await calls.place(id, { caller: personOf(caller), callee: personOf(callee), media });
  const isRepeated = error === 'call_exists' && asking.idempotencyKey !== undefined;
  if (!isRepeated) refuse(error);
  const call = callFrom(await known(id));
  // A number of ours may lead to somebody.
  const isCallee = call.callee.address === to || (isNumber(to) && !isNumber(call.callee.address));
  const isSame = call.caller.address === from && isCallee && call.media.video === media.video;
  if (!isSame) throw new Refusal('idempotency_mismatch');
  return { call };
}

function refuse(error: ErrorCode | undefined, detail?: string): void {
  if (error !== undefined) throw new Refusal(error, detail);
}

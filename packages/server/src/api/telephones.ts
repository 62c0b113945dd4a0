/** Telephones that programs bring into meetings and sessions. */
import { isNumber } from '@offhook/core';
import type { Address, ApiCall, MeetingInfo } from '@offhook/core';
import { CalledAttendee, CallIntoSession, OneCall, OneMeeting, TelephoneCall } from '@offhook/core/protocol';
import type { CallAdministration } from '../ports/calls.ts';
import type { MeetingDoor } from '../ports/meeting-phones.ts';
import type { MeetingAdministration } from '../ports/meetings.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import { callFrom } from './call-views.ts';
import { needScope } from './keys.ts';
import { check, route } from './routes.ts';
import type { ApiRoute, Asking } from './routes.ts';

export interface TelephoneRoutesDeps {
  /** Absent: no telephone comes in. */
  readonly door?: MeetingDoor | undefined;
  readonly calls: CallAdministration;
  readonly meetings: MeetingAdministration;
  readonly store: Pick<Store, 'user'>;
}

export function telephoneRoutes(deps: TelephoneRoutesDeps): ApiRoute[] {
  const { calls, meetings, store } = deps;
  const door = (): MeetingDoor => {
    if (deps.door === undefined) throw new Refusal('trunks_unavailable');
    return deps.door;
  };
  const asked = async ({ key, body }: Asking): Promise<{ readonly to: Address; readonly from: Address }> => {
    // It is a call of somebody, and may cost something.
    needScope(key, 'calls');
    const call = check(TelephoneCall, body);
    // A number that has called is known, and pays for nothing.
    if (isNumber(call.from) || (await store.user(call.from)) === undefined) throw new Refusal('user_not_found', call.from);
    return call;
  };
  const shown = async (id: string): Promise<{ readonly call: ApiCall }> => {
    const call = await calls.call(id);
    if (call === undefined) throw new Refusal('call_not_found');
    return { call: callFrom(call) };
  };
  const meetingOf = ({ parameters }: Asking): string => {
    const meeting = meetings.meeting(parameters['meeting'] ?? '');
    if (meeting === undefined) throw new Refusal('meeting_not_found');
    return meeting.id;
  };
  return [
    {
      scope: 'meetings',
      method: 'POST',
      path: '/meetings/:meeting/calls',
      summary: 'A meeting calls a number, to bring whoever answers in.',
      makes: true,
      body: TelephoneCall,
      answers: CalledAttendee,
      answer: async (asking) => {
        const { to, from } = await asked(asking);
        return { participant: await door().dial(meetingOf(asking), to, undefined, from) };
      },
    },
    route(
      'meetings',
      'POST',
      '/meetings/:meeting/pin',
      { summary: 'Telephones find it by another PIN from now on.', answers: OneMeeting },
      async (asking): Promise<{ readonly meeting: MeetingInfo }> => {
        const id = meetingOf(asking);
        const error = await meetings.renewPin(id);
        const meeting = meetings.meeting(id);
        if (error !== undefined || meeting === undefined) throw new Refusal(error ?? 'meeting_not_found');
        return { meeting: meetings.info(meeting) };
      },
    ),
    {
      scope: 'sessions',
      method: 'POST',
      path: '/sessions/:session/participants/:participant/calls',
      summary:
        'A participant that was added is called at a number: whoever answers comes in, and hears all of it as one sound.',
      makes: true,
      body: TelephoneCall,
      answers: OneCall,
      answer: async (asking) => {
        const { to, from } = await asked(asking);
        const { session = '', participant = '' } = asking.parameters;
        return shown(await door().dialInto({ session, participant }, to, from));
      },
    },
    route(
      'calls',
      'POST',
      '/calls/:call/session',
      {
        summary: 'One of the two leaves, and the other one goes on in a session, and hears all of it as one sound.',
        body: CallIntoSession,
        answers: OneCall,
      },
      async (asking) => {
        // Somebody comes into a session by it.
        needScope(asking.key, 'sessions');
        const { leaves, ...order } = check(CallIntoSession, asking.body);
        const known = await calls.onward(asking.parameters['call'] ?? '');
        if (known === undefined) throw new Refusal('call_not_found');
        return shown(await door().lead(callFrom(known).call, leaves, order));
      },
    ),
  ];
}

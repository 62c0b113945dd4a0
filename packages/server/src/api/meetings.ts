/** Meetings, for programs. */
import { attendeeView, everyone, meetingLimits, meetingStart, peopleOfDirect } from '@offhook/core';
import type { Address, ConversationId, MeetingInfo, Person, StandingMeeting } from '@offhook/core';
import {
  AttendeeList,
  AttendeeQuery,
  MeetingCreation,
  MeetingInvitation,
  MeetingList,
  MeetingQuery,
  MeetingUpdate,
  OneMeeting,
} from '@offhook/core/protocol';
import type { MeetingAdministration, MeetingOrder } from '../ports/meetings.ts';
import { Refusal } from '../ports.ts';
import type { Hash, Random, Store } from '../ports.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf } from './pages.ts';
import { check, route } from './routes.ts';
import type { ApiRoute, Asking } from './routes.ts';

export interface MeetingRoutesDeps {
  readonly meetings: MeetingAdministration;
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
  readonly idempotency: Idempotency;
}

export function meetingRoutes(deps: MeetingRoutesDeps): ApiRoute[] {
  const { meetings, random } = deps;
  const order = async (meeting: string, what: MeetingOrder): Promise<void> => {
    const error = await meetings.order(meeting, what);
    if (error !== undefined) throw new Refusal(error);
  };
  const one = '/meetings/:meeting';
  const attendee = `${one}/attendees/:participant`;
  return [
    {
      scope: 'meetings',
      method: 'POST',
      path: '/meetings',
      summary: 'Makes a meeting, for now or for a time. Those invited by e-mail are written to.',
      makes: true,
      isIdempotent: true,
      body: MeetingCreation,
      isBodyOptional: true,
      answers: OneMeeting,
      answer: (asking) => create(deps, order, asking),
    },
    route(
      'meetings.read',
      'GET',
      '/meetings',
      { summary: 'Those that are not over, the soonest first.', query: MeetingQuery, answers: MeetingList },
      async ({ query }) => {
        const asked = check(MeetingQuery, query, 'query');
        const { items, next } = pageOf(meetings.list(), (meeting) => placeOf(meetingStart(meeting), meeting.id), asked);
        return { meetings: items.map((meeting) => meetings.info(meeting)), ...(next !== undefined && { next }) };
      },
    ),
    route('meetings.read', 'GET', one, { summary: 'A meeting as it is now.', answers: OneMeeting }, ({ parameters }) =>
      Promise.resolve(shown(meetings, parameters)),
    ),
    route(
      'meetings',
      'PATCH',
      one,
      { summary: 'Changes what is named; `null` takes it away.', body: MeetingUpdate, answers: OneMeeting },
      async ({ parameters, body }) => {
        const { locked, ...change } = check(MeetingUpdate, body);
        const { id } = find(meetings, parameters);
        await order(id, { type: 'change', change, fresh: random.token(128) });
        if (locked !== undefined) await order(id, { type: 'lock', locked, fresh: random.token(128) });
        return shown(meetings, parameters);
      },
    ),
    route('meetings', 'DELETE', one, { summary: 'Calls it off; those invited by e-mail are told.' }, ({ parameters }) =>
      order(find(meetings, parameters).id, { type: 'cancel' }),
    ),
    route('meetings', 'POST', `${one}/end`, { summary: 'Ends it for all who are in it.' }, ({ parameters }) =>
      order(find(meetings, parameters).id, { type: 'end' }),
    ),
    route(
      'meetings',
      'POST',
      `${one}/invitations`,
      { summary: 'Invites others, too.', body: MeetingInvitation, answers: OneMeeting },
      async ({ parameters, body }) => {
        const { emails = [], users = [] } = check(MeetingInvitation, body);
        const { id } = find(meetings, parameters);
        const found = await people(deps.store, users);
        await order(id, { type: 'invite', guest: false, emails, users: found, fresh: random.token(128) });
        return shown(meetings, parameters);
      },
    ),
    route(
      'meetings.read',
      'GET',
      `${one}/attendees`,
      {
        summary: 'Who is in it, and who waits, in the order in which they knocked or came in.',
        query: AttendeeQuery,
        answers: AttendeeList,
      },
      async ({ parameters, query }) => {
        const asked = check(AttendeeQuery, query, 'query');
        const meeting = find(meetings, parameters);
        const { items, next } = pageOf(Object.values(meeting.attendees), ({ since, id }) => placeOf(since, id), asked);
        return { attendees: items.map((one) => attendeeView(meeting, one)), ...(next !== undefined && { next }) };
      },
    ),
    route('meetings', 'POST', `${attendee}/admit`, { summary: 'Lets somebody in who waits.' }, ({ parameters }) => {
      const { meeting, participant } = whom(meetings, parameters);
      return order(meeting, { type: 'admit', participant, fresh: random.token(128) });
    }),
    route(
      'meetings',
      'POST',
      `${attendee}/mute`,
      { summary: 'Turns somebody’s microphone off; they may turn it on again.' },
      ({ parameters }) => {
        const { meeting, participant } = whom(meetings, parameters);
        return order(meeting, { type: 'mute', participant });
      },
    ),
    route('meetings', 'POST', `${attendee}/host`, { summary: 'Makes somebody a host, too.' }, ({ parameters }) => {
      const { meeting, participant } = whom(meetings, parameters);
      return order(meeting, { type: 'host', participant });
    }),
    route('meetings', 'POST', `${attendee}/lower`, { summary: 'Lowers a hand that is raised.' }, ({ parameters }) => {
      const { meeting, participant } = whom(meetings, parameters);
      return order(meeting, { type: 'lower', participant });
    }),
    route(
      'meetings',
      'DELETE',
      attendee,
      { summary: 'Takes somebody out, or sends them away who waits; they do not come back.' },
      ({ parameters }) => {
        const { meeting, participant } = whom(meetings, parameters);
        return order(meeting, { type: 'remove', participant });
      },
    ),
  ];
}

/** What was asked for is kept with it, as the request may be said again when it is remembered no longer. */
function create(
  deps: MeetingRoutesDeps,
  order: (meeting: string, what: MeetingOrder) => Promise<void>,
  asking: Asking,
): Promise<{ meeting: MeetingInfo }> {
  const { meetings, store, hash, idempotency } = deps;
  const asked = check(MeetingCreation, asking.body ?? {});
  const { hosts = [], emails = [], users = [], lobby = 'guests', remindMs = meetingLimits.remindMs, ...rest } = asked;
  const make = async (meeting: string): Promise<{ meeting: MeetingInfo }> => {
    await people(store, hosts);
    if (rest.conversation !== undefined && !(await isThere(store, rest.conversation)))
      throw new Refusal('conversation_not_found');
    await order(meeting, {
      type: 'make',
      hosts,
      plan: { ...rest, lobby, remindMs },
      emails,
      users: await people(store, users),
      ...(asking.idempotencyKey !== undefined && { asked: hash.digest(inOneOrder(asked)) }),
    });
    return shown(meetings, { meeting });
  };
  return idempotency.once('meeting', asking, make, async (meeting) => shown(meetings, { meeting }));
}

/** However its members were ordered. */
function inOneOrder(asked: object): string {
  return JSON.stringify(Object.entries(asked).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** All of them, or none and `user_not_found`. */
async function people(store: Store, addresses: readonly Address[]): Promise<Person[]> {
  const users = addresses.length === 0 ? [] : await store.users(addresses);
  if (users.length < new Set(addresses).size) throw new Refusal('user_not_found');
  return users.map(({ address, name }) => ({ address, name }));
}

/** That of two people is there once both are, also before they have written to one another. */
async function isThere(store: Store, conversation: ConversationId): Promise<boolean> {
  if (conversation === everyone || (await store.conversation(conversation)) !== undefined) return true;
  const two = peopleOfDirect(conversation);
  return two !== undefined && (await store.users(two)).length === two.length;
}

function find(meetings: MeetingAdministration, { meeting: id }: Asking['parameters']): StandingMeeting {
  const meeting = meetings.meeting(id ?? '');
  if (meeting === undefined) throw new Refusal('meeting_not_found');
  return meeting;
}

function shown(meetings: MeetingAdministration, parameters: Asking['parameters']): { readonly meeting: MeetingInfo } {
  return { meeting: meetings.info(find(meetings, parameters)) };
}

function whom(
  meetings: MeetingAdministration,
  parameters: Asking['parameters'],
): { readonly meeting: string; readonly participant: string } {
  const meeting = find(meetings, parameters);
  const attendee = meeting.attendees[parameters['participant'] ?? ''];
  if (attendee === undefined) throw new Refusal('attendee_not_found');
  return { meeting: meeting.id, participant: attendee.id };
}

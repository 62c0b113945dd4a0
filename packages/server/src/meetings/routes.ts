/** What whoever has the link of a meeting asks before they come in. Below `/v1`; counted by network address. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { MeetingAdministration } from '../ports/meetings.ts';
import { Refusal } from '../ports.ts';
import type { Clock } from '../ports.ts';
import { calendarEntry, mailto } from './calendar.ts';

export interface LinkRoutesDeps {
  readonly meetings: MeetingAdministration;
  readonly clock: Clock;
  readonly rate: Rate;
  /** The address that letters come from; absent: there are none. */
  readonly organizer?: string | undefined;
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
}

interface Parameters {
  readonly meeting: string;
}

export function linkRoutes(v1: FastifyInstance, { meetings, clock, rate, organizer, networkAddress }: LinkRoutesDeps): void {
  const buckets = new Buckets(rate);
  const find = (request: FastifyRequest<{ Params: Parameters }>): NonNullable<ReturnType<typeof meetings.meeting>> => {
    if (!buckets.take(networkAddress(request.raw), clock.now())) throw new Refusal('rate_limited');
    const meeting = meetings.meeting(request.params.meeting);
    if (meeting === undefined) throw new Refusal('meeting_not_found');
    return meeting;
  };
  v1.get<{ Params: Parameters }>('/meetings/:meeting/look', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return meetings.look(find(request));
  });
  v1.get<{ Params: Parameters }>('/meetings/:meeting/invitation.ics', async (request, reply) => {
    const meeting = find(request);
    void reply.header('cache-control', 'no-store').header('content-disposition', 'attachment; filename="invitation.ics"');
    // RFC 5545 §8.1.
    void reply.type('text/calendar; charset=utf-8; method=PUBLISH');
    const { link, dialIn } = meetings.info(meeting);
    const from = organizer === undefined ? link : mailto(organizer);
    return calendarEntry(meeting, { link, dialIn, method: 'PUBLISH', attendees: [], organizer: from });
  });
}

/** All routes of the REST API. */
import { callRoutes } from './calls.ts';
import type { CallRoutesDeps } from './calls.ts';
import { directoryRoutes } from './directory.ts';
import type { DirectoryDeps } from './directory.ts';
import { eventRoutes } from './events.ts';
import type { EventRoutesDeps } from './events.ts';
import { Idempotency } from './idempotency.ts';
import { messageRoutes } from './messages.ts';
import type { MessageRoutesDeps } from './messages.ts';
import { meetingRoutes } from './meetings.ts';
import type { MeetingRoutesDeps } from './meetings.ts';
import { peopleRoutes } from './people.ts';
import type { PeopleRoutesDeps } from './people.ts';
import { phoneRoutes } from './phones.ts';
import type { PhoneRoutesDeps } from './phones.ts';
import { recordingRoutes } from './recordings.ts';
import type { RecordingRoutesDeps } from './recordings.ts';
import type { ApiRoute } from './routes.ts';
import { rtpRoutes } from './rtp.ts';
import type { RtpRoutesDeps } from './rtp.ts';
import { sessionRoutes } from './sessions.ts';
import type { SessionRoutesDeps } from './sessions.ts';
import { numberRoutes } from './numbers.ts';
import type { NumberRoutesDeps } from './numbers.ts';
import { webhookRoutes } from './webhooks.ts';
import type { WebhookRoutesDeps } from './webhooks.ts';
import { voicemailRoutes } from './voicemails.ts';
import type { VoicemailRoutesDeps } from './voicemails.ts';
import { telephoneRoutes } from './telephones.ts';
import type { TelephoneRoutesDeps } from './telephones.ts';
import { trunkRoutes } from './trunks.ts';
import type { TrunkRoutesDeps } from './trunks.ts';

export type AllDeps = Omit<
  SessionRoutesDeps &
    RtpRoutesDeps &
    MeetingRoutesDeps &
    RecordingRoutesDeps &
    EventRoutesDeps &
    WebhookRoutesDeps &
    DirectoryDeps &
    CallRoutesDeps &
    PeopleRoutesDeps &
    PhoneRoutesDeps &
    TrunkRoutesDeps &
    NumberRoutesDeps &
    TelephoneRoutesDeps &
    VoicemailRoutesDeps &
    MessageRoutesDeps,
  'idempotency'
>;

export function allRoutes(given: AllDeps): ApiRoute[] {
  const deps = { ...given, idempotency: new Idempotency(given) };
  return [
    ...sessionRoutes(deps),
    ...rtpRoutes(deps),
    ...recordingRoutes(deps),
    ...meetingRoutes(deps),
    ...eventRoutes(deps),
    ...webhookRoutes(deps),
    ...directoryRoutes(deps),
    ...peopleRoutes(deps),
    ...phoneRoutes(deps),
    ...trunkRoutes(deps),
    ...numberRoutes(deps),
    ...telephoneRoutes(deps),
    ...voicemailRoutes(deps),
    ...callRoutes(deps),
    ...messageRoutes(deps),
  ];
}

/** All routes of the REST API. */
import { directoryRoutes } from './directory.ts';
import type { DirectoryDeps } from './directory.ts';
import { eventRoutes } from './events.ts';
import type { EventRoutesDeps } from './events.ts';
import { Idempotency } from './idempotency.ts';
import { meetingRoutes } from './meetings.ts';
import type { MeetingRoutesDeps } from './meetings.ts';
import { recordingRoutes } from './recordings.ts';
import type { RecordingRoutesDeps } from './recordings.ts';
import type { ApiRoute } from './routes.ts';
import { sessionRoutes } from './sessions.ts';
import type { SessionRoutesDeps } from './sessions.ts';

export type AllDeps = Omit<SessionRoutesDeps, 'idempotency'> &
  MeetingRoutesDeps &
  RecordingRoutesDeps &
  EventRoutesDeps &
  DirectoryDeps;

export function allRoutes(deps: AllDeps): ApiRoute[] {
  const idempotency = new Idempotency(deps);
  return [
    ...sessionRoutes({ ...deps, idempotency }),
    ...recordingRoutes(deps),
    ...meetingRoutes(deps),
    ...eventRoutes(deps),
    ...directoryRoutes(deps),
  ];
}

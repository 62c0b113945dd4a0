/** All routes of the REST API. */
import { callRoutes } from './calls.ts';
import type { CallRoutesDeps } from './calls.ts';
import { directoryRoutes } from './directory.ts';
import type { DirectoryDeps } from './directory.ts';
import { eventRoutes } from './events.ts';
import type { EventRoutesDeps } from './events.ts';
import { meetingRoutes } from './meetings.ts';
import type { MeetingRoutesDeps } from './meetings.ts';
import { recordingRoutes } from './recordings.ts';
import type { RecordingRoutesDeps } from './recordings.ts';
import type { ApiRoute } from './routes.ts';
import { sessionRoutes } from './sessions.ts';
import type { SessionRoutesDeps } from './sessions.ts';

export type AllDeps = SessionRoutesDeps &
  MeetingRoutesDeps &
  RecordingRoutesDeps &
  EventRoutesDeps &
  DirectoryDeps &
  CallRoutesDeps;

export function allRoutes(deps: AllDeps): ApiRoute[] {
  return [
    ...sessionRoutes(deps),
    ...recordingRoutes(deps),
    ...meetingRoutes(deps),
    ...eventRoutes(deps),
    ...directoryRoutes(deps),
    ...callRoutes(deps),
  ];
}

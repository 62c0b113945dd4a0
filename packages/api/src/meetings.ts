/** Who is in meetings. */
import type { AttendeeList, MeetingId } from '@offhook/core';
import type { PageOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * Who is in a meeting, page by page:
 *
 *     const { attendees, next } = await offhook.meetings.attendees(meeting, { limit: 20 });
 */
export class MeetingsApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /**
   * Who is in it, and who waits, in the order in which they knocked or came in: somebody who is let in between two pages may be on both. Rejects
   * with `meeting_not_found`.
   */
  attendees(meeting: MeetingId, page: PageOptions = {}): Promise<AttendeeList> {
    return this.#rest.ask('GET', `${path`/meetings/${meeting}/attendees`}${query({ ...page })}`);
  }
}

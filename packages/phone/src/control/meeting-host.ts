import type { Notice, Route } from '../view/state.ts';

/** What meetings need of the phone that they are part of. */
export interface MeetingHost {
  changed(): void;
  say(notice: Notice): void;
  /** One is about to talk in a meeting: nobody else is to hear it. */
  holdCalls(): void;
  go(to: Route): void;
}

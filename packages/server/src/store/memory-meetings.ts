import type { MeetingId, StandingMeeting } from '@offhook/core';
import type { MeetingStore, MeetingWrite, StoredMail } from '../ports/meetings.ts';

/** The part of a MemoryDisk that knows meetings and the letters about them. */
export class MemoryMeetings {
  /** As JSON, like calls. */
  readonly #meetings = new Map<MeetingId, string>();
  readonly #mails = new Map<string, StoredMail>();

  write(write: MeetingWrite): void {
    switch (write.type) {
      case 'meeting':
        if (write.state.kind === 'standing') this.#meetings.set(write.state.id, JSON.stringify(write.state));
        else this.#meetings.delete(write.state.id);
        return;
      case 'mail':
        this.#mails.set(write.mail.id, write.mail);
        return;
      case 'mail_gone':
        this.#mails.delete(write.mail);
    }
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof MeetingStore]: (...args: Parameters<MeetingStore[K]>) => Awaited<ReturnType<MeetingStore[K]>>;
  } = {
    meetings: () => Array.from(this.#meetings.values(), (state) => JSON.parse(state) as StandingMeeting),
    mails: () => [...this.#mails.values()],
  };
}

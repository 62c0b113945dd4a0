import type { Phone } from '@offhook/client';
import { inviteToMeeting, mayInviteByEmail } from '@offhook/client/meetings';
import type { MeetingInfo } from '@offhook/client/meetings';
import { meetingLimits } from '@offhook/core';
import type { Person } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { textFor } from '../texts/texts.ts';
import { addressesText } from '../view/meeting-texts.ts';
import type { MailInvites, MeetingState } from '../view/meeting.ts';
import { briefly } from '../view/names.ts';
import type { MeetingHost } from './meeting-host.ts';
import { errorCode } from './problems.ts';

/** How others are brought into the meeting that one is in: it rings at them, or they are written to. */
export class Inviting {
  readonly #phone: Phone;
  readonly #meeting: string;
  readonly #host: Pick<MeetingHost, 'changed' | 'say'>;
  #hasAsked = false;
  #invites: MailInvites | undefined;
  /** Who was invited by e-mail, as the server has said last. */
  #emails: readonly string[] | undefined;

  constructor(phone: Phone, meeting: string, host: Pick<MeetingHost, 'changed' | 'say'>) {
    this.#phone = phone;
    this.#meeting = meeting;
    this.#host = host;
  }

  /** Asks whether one may write to others, once. */
  look(): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    mayInviteByEmail(this.#phone).then(
      (may) => this.#set(may ? { busy: false } : undefined),
      () => {
        // It is asked again the next time.
        this.#hasAsked = false;
      },
    );
  }

  /** For hosts. */
  state(info: MeetingInfo | undefined): Pick<MeetingState, 'invites'> {
    return { invites: info?.isHost === true ? this.#invites : undefined };
  }

  async ring({ address, name }: Person): Promise<void> {
    const { rung } = await inviteToMeeting(this.#phone, this.#meeting, { ring: [address] }).catch(() => ({
      rung: [] as string[],
    }));
    this.#host.say({ text: (rung.includes(address) ? m.rings : m.notRung)(briefly(name)) });
  }

  /** Nobody is written to twice: the server sees to that, and one is told here. */
  async write(emails: readonly string[], info: MeetingInfo | undefined): Promise<void> {
    // The server says no more of it than that the message is none.
    if (emails.length > meetingLimits.invitedMost)
      return this.#set({ busy: false, problem: m.inviteProblems.too_many_invited });
    // Others may have invited somebody since, and the page may not have heard yet of whom one has invited oneself.
    const known = new Set([...(this.#emails ?? []), ...(info?.emails ?? [])].map((email) => email.toLowerCase()));
    const added = emails.filter((email) => !known.has(email.toLowerCase()));
    this.#set({ busy: true });
    try {
      const { meeting } = await inviteToMeeting(this.#phone, this.#meeting, { emails });
      this.#emails = meeting.emails;
      this.#set({ busy: false, done: added.length > 0 ? m.invitationSent(addressesText(added)) : m.invitedBefore });
    } catch (error) {
      this.#set({ busy: false, problem: inviteProblem(error) });
    }
  }

  #set(invites: MailInvites | undefined): void {
    this.#invites = invites;
    this.#host.changed();
  }
}

/** Why nobody was invited by e-mail. */
export function inviteProblem(error: unknown): string {
  const code = errorCode(error);
  return textFor(m.inviteProblems, code) ?? textFor(m.problems, code) ?? m.problems.other;
}

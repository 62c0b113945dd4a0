import type { Call, Phone } from '@offhook/client';
import {
  cancelMeeting,
  changeMeeting,
  createMeeting,
  inviteToMeeting,
  listMeetings,
  mayInviteByEmail,
  onMove,
} from '@offhook/client/meetings';
import type { MeetingInfo } from '@offhook/client/meetings';
import { meetingLimits } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { textFor } from '../texts/texts.ts';
import { meetingTitle } from '../view/meeting-texts.ts';
import type { Follow, MeetingAction, MeetingPlan, MeetingRow, MeetingsState, Planning } from '../view/meeting.ts';
import { inSentence } from '../view/names.ts';
import type { Route } from '../view/state.ts';
import { inviteProblem } from './inviting.ts';
import { keepMeeting } from './kept-meeting.ts';
import type { MeetingHost } from './meeting-host.ts';
import { MeetingControl } from './meeting.ts';
import { errorCode } from './problems.ts';

/** The meetings of somebody: the list, making and changing them, and the one that they are in. */
export class MeetingDesk {
  readonly #phone: Phone;
  readonly #url: string;
  readonly #host: MeetingHost;
  #list: readonly MeetingRow[] | undefined;
  #byEmail: boolean | undefined;
  #made: MeetingRow | undefined;
  #planning: Planning | undefined;
  #meeting: MeetingControl | undefined;
  readonly #off: () => void;
  /** Where the other side of a call has gone, while it is asked whether one goes along. */
  #follow: { readonly call: Call; readonly meeting: string; readonly end: () => void } | undefined;

  constructor(phone: Phone, url: string, host: MeetingHost) {
    this.#phone = phone;
    this.#url = url;
    this.#host = host;
    this.#off = onMove(phone, (call, meeting) => this.#lead(call, meeting));
  }

  get state(): MeetingsState {
    const meeting = this.#meeting;
    return {
      list: this.#list,
      byEmail: this.#byEmail,
      made: this.#made,
      planning: this.#planning,
      meeting: meeting?.state,
      voices: meeting?.voices,
      follow: this.#asked,
    };
  }

  /** What is before the person's eyes now. */
  async look({ section, meeting: id }: Route): Promise<void> {
    const current = this.#meeting;
    if (id === undefined) {
      current?.show(false);
      // Only what one takes part in goes on while one is elsewhere.
      if (current?.isTakenPartIn === false) this.#drop();
    } else if (id === current?.id) {
      current.show(true);
    } else if (current?.isTakenPartIn === true) {
      this.#host.say({ text: m.leaveFirst });
      this.#host.go({ section: 'meetings', meeting: current.id });
    } else {
      this.#drop();
      this.#meeting = new MeetingControl(this.#phone, this.#url, id, this.#host);
    }
    this.#host.changed();
    if (section === 'meetings' && id === undefined) await this.#refresh();
  }

  async run(what: MeetingAction): Promise<void> {
    switch (what.act) {
      case 'start': {
        const { conversation } = what;
        const made = await createMeeting(this.#phone, conversation === undefined ? {} : { conversation });
        return this.#host.go({ section: 'meetings', meeting: made.meeting });
      }
      case 'take':
        if (this.#meeting?.id !== what.meeting) {
          await this.#meeting?.run({ act: 'leave' });
          this.#drop();
        }
        // Whoever says so is heard at once, and seen when they want to be.
        keepMeeting(what.meeting, { microphone: true, camera: false });
        return this.#host.go({ section: 'meetings', meeting: what.meeting });
      case 'move': {
        const call = this.#phone.calls.find(({ id }) => id === what.call);
        if (call === undefined) return;
        const current = this.#meeting;
        if (current?.isTakenPartIn === true) return void (await current.bring(call));
        const made = await createMeeting(this.#phone, { users: [call.peer.address] });
        return this.#move(call, made.meeting);
      }
      case 'plan':
        return this.#plan(async () => {
          this.#made = rowOf(await createMeeting(this.#phone, said(what.plan)));
        });
      case 'change': {
        const { title, passcode, startsAt, durationMs, lobby, emails } = what.plan;
        const change = { title: title === '' ? null : title, passcode: passcode ?? null, lobby };
        return this.#plan(async () => {
          await changeMeeting(this.#phone, what.meeting, {
            ...change,
            startsAt: startsAt ?? null,
            durationMs: durationMs ?? null,
          });
          if (emails.length > 0) await this.#write(what.meeting, emails);
        });
      }
      case 'cancel':
        await cancelMeeting(this.#phone, what.meeting.id);
        this.#host.say({ text: m.cancelled(meetingTitle({ title: what.meeting.title, hostName: undefined })) });
        return this.#refresh();
      case 'follow': {
        const follow = this.#follow;
        this.#follow?.end();
        return follow !== undefined && what.yes ? this.#move(follow.call, follow.meeting) : undefined;
      }
      case 'put-made-away':
        this.#made = undefined;
        this.#planning = undefined;
        return this.#host.changed();
      case 'close':
        return this.#host.go({ section: 'meetings' });
      default:
        return this.#meeting?.run(what);
    }
  }

  /** What is refused is told where it was said, for it to be said otherwise. */
  async #plan(done: () => Promise<void>): Promise<void> {
    if (this.#planning?.kind === 'busy') return;
    this.#set({ kind: 'busy' });
    try {
      await done();
    } catch (error) {
      return this.#set({ kind: 'failed', problem: textFor(m.problems, errorCode(error)) ?? m.problems.other });
    }
    this.#set(undefined);
    await this.#refresh();
  }

  #set(planning: Planning | undefined): void {
    this.#planning = planning;
    this.#host.changed();
  }

  /** What was changed holds in any case. */
  async #write(meeting: string, emails: readonly string[]): Promise<void> {
    try {
      await inviteToMeeting(this.#phone, meeting, { emails });
    } catch (error) {
      this.#host.say({ text: inviteProblem(error) });
    }
  }

  /** Whether one is asked to go along. */
  get #asked(): Follow | undefined {
    const state = this.#meeting?.state;
    if (this.#follow === undefined || state === undefined) return undefined;
    const { id, peer } = this.#follow.call;
    return { call: id, name: inSentence(peer.name), title: meetingTitle(state) };
  }

  close(): void {
    this.#off();
    this.#follow?.end();
    this.#meeting?.close();
  }

  /** Whoever is in a meeting is asked before they leave it; the other side waits no longer than this. */
  #lead(call: Call, meeting: string): void {
    this.#follow?.end();
    if (this.#meeting?.isTakenPartIn !== true || this.#meeting.id === meeting) return void this.#move(call, meeting);
    const end = (): void => {
      clearTimeout(timer);
      off();
      this.#follow = undefined;
      this.#host.changed();
    };
    const timer = setTimeout(end, meetingLimits.moveMs);
    const off = call.on('ended', end);
    this.#follow = { call, meeting, end };
    this.#host.changed();
  }

  /** One is in the meeting what one is in the call. */
  async #move(call: Call, id: string): Promise<void> {
    if (this.#meeting?.isTakenPartIn === true && this.#meeting.id !== id) await this.#meeting.run({ act: 'leave' });
    // Before the other is kept: what is dropped is forgotten.
    this.#drop();
    keepMeeting(id, { microphone: !call.muted, camera: call.camera });
    this.#meeting = new MeetingControl(this.#phone, this.#url, id, this.#host, call);
    this.#host.go({ section: 'meetings', meeting: id });
  }

  #drop(): void {
    this.#meeting?.close();
    this.#meeting = undefined;
  }

  async #refresh(): Promise<void> {
    this.#byEmail ??= await mayInviteByEmail(this.#phone);
    this.#list = (await listMeetings(this.#phone)).map(rowOf);
    this.#host.changed();
  }
}

function rowOf(info: MeetingInfo): MeetingRow {
  const {
    meeting,
    link,
    calendarUrl,
    dialIn,
    title = '',
    startsAt,
    durationMs,
    lobby,
    by,
    isHost,
    people,
    emails = [],
    passcode,
  } = info;
  return {
    id: meeting,
    url: link,
    calendarUrl,
    dialIn,
    title,
    startsAt,
    durationMs,
    lobby,
    passcode,
    emails,
    by: isHost ? undefined : by?.name,
    isHost,
    isGoing: people > 0,
    people,
  };
}

function said({ title, startsAt, durationMs, passcode, lobby, emails }: MeetingPlan): Parameters<typeof createMeeting>[1] {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    ...(title !== '' && { title }),
    ...(startsAt !== undefined && { startsAt, zone: timeZone }),
    ...(durationMs !== undefined && { durationMs }),
    ...(passcode !== undefined && { passcode }),
    ...(emails.length > 0 && { emails: [...emails] }),
    lobby,
  };
}

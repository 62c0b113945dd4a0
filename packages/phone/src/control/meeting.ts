import type { Call, OffhookErrorCode, Phone, Unsubscribe } from '@offhook/client';
import { conversationsOf } from '@offhook/client/conversations';
import type { Conversation } from '@offhook/client/conversations';
import { changeMeeting, enterMeeting, lookAtMeeting, moveCall } from '@offhook/client/meetings';
import type { Meeting, MeetingInfo, MeetingLook } from '@offhook/client/meetings';
import type { RemoteStream, Session, SessionParticipant } from '@offhook/client/session';
import type { MeetingAttendee, ParticipantId } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import { textFor } from '../texts/texts.ts';
import { largeTile } from '../view/meeting-tiles.ts';
import type { MeetingAction, MeetingEnd, MeetingState, MeetingStage, MeetingsState } from '../view/meeting.ts';
import { inSentence } from '../view/names.ts';
import { attendeesOf, notComing, outside } from './attendees.ts';
import { Inviting } from './inviting.ts';
import { forgetMeeting, keepMeeting, keptMeeting } from './kept-meeting.ts';
import type { MeetingHost } from './meeting-host.ts';
import { NetworkTrial } from './network.ts';
import { OwnMedia } from './own-media.ts';
import { errorCode, meetingClosedBy } from './problems.ts';
import { followRecording, record } from './recording.ts';

/** How wide the picture in the bar is seen. */
const barWidth = 160;
/** Who has spoken before that is no longer of interest. */
const spokeMost = 25;

/** One meeting: the way in, what goes on in it, and how it ended. */
export class MeetingControl {
  readonly id: string;
  readonly #phone: Phone;
  readonly #url: string;
  readonly #host: MeetingHost;
  readonly #own: OwnMedia;
  readonly #trial: NetworkTrial;
  readonly #inviting: Inviting;
  readonly #offs: Unsubscribe[] = [];
  #from: Call | undefined;
  #look: MeetingLook | undefined;
  #stage: MeetingStage = { kind: 'looking' };
  #passcode: MeetingState['passcode'];
  #meeting: Meeting | undefined;
  #session: Session | undefined;
  #spoke: readonly ParticipantId[] = [];
  #layout: MeetingState['layout'] = 'grid';
  #pinned: string | undefined;
  #panel: MeetingState['panel'];
  #isMutedByHost = false;
  /** As one knew last. */
  #isHost = false;
  #isClosed = false;
  #chat: Conversation | undefined;
  #isPoor = false;
  /** Fills the window. */
  #isFull = true;
  /** How wide each tile is seen, while it does. */
  #widths: ReadonlyMap<string, number> = new Map();
  /** What the session was told last of it. */
  readonly #looked = new Map<RemoteStream, number>();

  /** `url`: of the server. `from`: the call that goes on in it. */
  constructor(phone: Phone, url: string, id: string, host: MeetingHost, from?: Call) {
    this.id = id;
    this.#phone = phone;
    this.#url = url;
    this.#host = host;
    this.#from = from;
    const kept = keptMeeting(id);
    this.#own = new OwnMedia(phone, kept ?? { microphone: true, camera: true }, () => host.changed());
    this.#trial = new NetworkTrial(phone, url, () => host.changed());
    this.#inviting = new Inviting(phone, id, host);
    void this.#begin(kept !== undefined);
  }

  /** Part of it, or about to be. */
  get isTakenPartIn(): boolean {
    return this.#stage.kind === 'in' || this.#stage.kind === 'lobby';
  }

  get state(): MeetingState {
    const info = this.#meeting?.info;
    const { title, startsAt, durationMs } = info ?? this.#look ?? {};
    return {
      id: this.id,
      title: title ?? '',
      url: info?.link ?? new URL(`#meeting=${this.id}`, this.#url).href,
      stage: this.#stage,
      isHost: info?.isHost ?? false,
      leads: info?.isHost === true || info?.standsIn === true,
      passcode: this.#passcode,
      startsAt,
      durationMs,
      hostName: info?.by?.name ?? this.#look?.hostName,
      lobby: info?.lobby ?? 'off',
      locked: info?.locked ?? false,
      people: this.#meeting ? attendeesOf(this.#meeting, this.#session, this.#own) : [],
      speaker: this.#session?.activeSpeaker?.participant,
      spoke: this.#spoke,
      ...outside(this.#meeting),
      ...this.#inviting.state(info),
      microphone: this.#own.on.microphone,
      camera: this.#own.on.camera,
      open: this.#own.streams,
      problems: this.#own.problems,
      ...this.#trial.state,
      isDown: this.#phone.state !== 'online',
      poor: this.#isPoor,
      silenced: false,
      layout: this.#layout,
      pinned: this.#pinned,
      panel: this.#panel,
      chat: this.#meeting?.conversation,
      unread: this.#panel === 'chat' ? 0 : (this.#chat?.unread ?? 0),
      mutedByHost: this.#isMutedByHost,
      recording: this.#session?.recording?.state,
      mayRecord: this.#session?.mayRecord,
    };
  }

  /** What the others say. */
  get voices(): MeetingsState['voices'] {
    return (this.#session?.streams ?? [])
      .filter(({ stream }) => stream.getAudioTracks().length > 0)
      .map(({ participant, alias, stream }) => ({ id: `${participant} ${alias ?? ''}`, remote: stream }));
  }

  /** It fills the window, or is a bar above the rest. */
  show(isFull: boolean): void {
    if (this.#isFull === isFull) return;
    this.#isFull = isFull;
    this.#tellLooks();
  }

  async run(what: MeetingAction): Promise<void> {
    const meeting = this.#meeting;
    switch (what.act) {
      case 'join':
        return this.#join(what.passcode);
      case 'again':
        return this.#begin(false);
      case 'leave':
        return meeting?.leave();
      case 'microphone':
        this.#isMutedByHost = false;
        await this.#own.turn('microphone', what.on);
        return this.#keep();
      case 'camera':
        await this.#own.turn('camera', what.on);
        return this.#keep();
      case 'screen':
        return this.#own.show(what.on);
      case 'hand':
        return meeting?.raiseHand(what.on);
      case 'layout':
        this.#layout = what.layout;
        this.#pinned = undefined;
        return this.#host.changed();
      case 'pin':
        this.#pinned = what.tile;
        return this.#host.changed();
      case 'panel':
        this.#panel = what.panel;
        return this.#host.changed();
      case 'look':
        this.#widths = what.widths;
        return this.#tellLooks();
      case 'admit':
      case 'refuse':
      case 'mute':
      case 'remove':
        return meeting?.[what.act](what.id);
      case 'make-host':
        return meeting?.makeHost(what.id);
      case 'lower-hand':
        return meeting?.lowerHand(what.id);
      case 'lock':
        return meeting?.lock(what.on);
      case 'set-lobby':
        return void (await changeMeeting(this.#phone, this.id, { lobby: what.lobby }));
      case 'record': {
        const problem = await record(this.#session, what.to);
        return problem === undefined ? undefined : this.#host.say({ text: problem });
      }
      case 'call':
        return void (await meeting?.call());
      case 'end':
        return meeting?.endForAll();
      case 'ring':
        return this.#inviting.ring(what.person);
      case 'write':
        return this.#inviting.write(what.emails, meeting?.info);
      default:
        // Of the list, not of one meeting.
        return;
    }
  }

  /** Nothing of it is wanted any more. */
  close(): void {
    this.#isClosed = true;
    for (const off of this.#offs.splice(0)) off();
    void this.#meeting?.leave().catch(() => undefined);
    this.#meeting = undefined;
    this.#session = undefined;
    this.#trial.stop();
    this.#own.close();
    forgetMeeting();
  }

  /** `isBack`: the page was loaded anew while one was in it. */
  async #begin(isBack: boolean): Promise<void> {
    this.#set({ kind: 'looking' });
    const look = lookAtMeeting(this.#url, this.id);
    try {
      this.#look = await look;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'meeting_not_found') return this.#set({ kind: 'closed', why: 'unknown' });
      // Whoever joins is told.
    }
    if (this.#isClosed) return;
    this.#passcode = undefined;
    this.#set({ kind: 'before', busy: isBack, waits: false });
    const opened = this.#own.begin();
    if (isBack) return this.#join(undefined);
    await this.#trial.begin(opened.then(() => this.#own.streams.microphone?.getAudioTracks()[0]));
  }

  async #join(passcode: string | undefined): Promise<void> {
    if (this.#stage.kind === 'before' && this.#stage.busy && this.#meeting !== undefined) return;
    this.#trial.stop();
    this.#set({ kind: 'before', busy: true, waits: false });
    if (this.#from === undefined) this.#host.holdCalls();
    try {
      const meeting = await enterMeeting(this.#phone, this.id, passcode === undefined ? {} : { passcode });
      this.#follow(meeting);
    } catch (error) {
      this.#refused(errorCode(error));
    }
  }

  #refused(code: OffhookErrorCode): void {
    forgetMeeting();
    const why = meetingClosedBy[code];
    if (why !== undefined) {
      this.#own.close();
      return this.#set({ kind: 'closed', why });
    }
    const isPasscode = code === 'passcode_needed' || code === 'passcode_wrong';
    if (isPasscode) this.#passcode = code === 'passcode_wrong' ? 'wrong' : 'wanted';
    const problem = isPasscode ? undefined : (textFor(m.problems, code) ?? m.problems.other);
    this.#set({ kind: 'before', busy: false, waits: false, problem });
  }

  #follow(meeting: Meeting): void {
    // Whoever has gone elsewhere while this was on its way does not come.
    if (this.#isClosed) return void meeting.leave().catch(() => undefined);
    this.#meeting = meeting;
    this.#isHost = meeting.isHost;
    this.#offs.push(
      meeting.on('state', () => this.#take(meeting)),
      meeting.on('changed', (info) => this.#changed(info)),
      meeting.on('attendee', (change, attendee) => this.#attendee(change, attendee)),
      meeting.on('session', (session) => this.#use(session)),
      meeting.on('call', ({ peer }) => this.#host.go({ section: 'people', person: peer.address })),
      meeting.on('ended', (cause) => this.#ended(cause)),
    );
    if (meeting.session !== undefined) this.#use(meeting.session);
    this.#take(meeting);
    const from = this.#from;
    this.#from = undefined;
    if (from !== undefined) void this.#come(from, meeting);
  }

  #changed({ isHost }: MeetingInfo): void {
    if (isHost && !this.#isHost && this.#stage.kind === 'in') this.#host.say({ text: m.youAreHost });
    this.#isHost = isHost;
    this.#host.changed();
  }

  /** A call goes on here. Where its other side does not come, it goes on as it was, and the person is told. */
  async bring(call: Call): Promise<boolean> {
    const meeting = this.#meeting;
    if (meeting === undefined) return false;
    try {
      await moveCall(this.#phone, call, meeting, { publish: false });
      return true;
    } catch {
      this.#host.say({ text: m.staysAway(inSentence(call.peer.name)) });
      return false;
    }
  }

  /** One comes from a call, and is here for it alone. */
  async #come(call: Call, meeting: Meeting): Promise<void> {
    if (!(await this.bring(call))) await meeting.leave();
  }

  /** As far as one has come. */
  #take(meeting: Meeting): void {
    if (meeting.state === 'over') return;
    if (meeting.state === 'waiting') return this.#set({ kind: 'lobby' });
    this.#keep();
    this.#inviting.look();
    void this.#openChat(meeting.conversation).catch(() => undefined);
    this.#set({ kind: 'in', since: this.#stage.kind === 'in' ? this.#stage.since : performance.now() });
  }

  #use(session: Session): void {
    this.#session = session;
    this.#looked.clear();
    this.#offs.push(
      session.on('streamAvailable', () => this.#streams()),
      session.on('streamUnavailable', () => this.#streams()),
      session.on('participant', () => this.#streams()),
      session.on('activeSpeaker', (speaker) => this.#speaks(speaker)),
      session.on('quality', ({ sends, receives }) => {
        this.#isPoor = [sends, receives].some((quality) => quality?.rating === 'bad');
        this.#host.changed();
      }),
      followRecording(session, (text) => this.#host.say({ text })),
      session.on('muted', () => {
        this.#isMutedByHost = true;
        this.#own.silenced();
        this.#keep();
      }),
    );
    this.#own.use(session);
    this.#tellLooks();
  }

  #streams(): void {
    this.#tellLooks();
    this.#host.changed();
  }

  #speaks(speaker: SessionParticipant | undefined): void {
    if (speaker !== undefined) {
      const { participant } = speaker;
      this.#spoke = [participant, ...this.#spoke.filter((id) => id !== participant)].slice(0, spokeMost);
    }
    this.#streams();
  }

  #attendee(change: 'joined' | 'left' | 'changed', attendee: MeetingAttendee): void {
    const { place, participant, user } = attendee;
    this.#host.changed();
    const text = notComing(attendee);
    if (text !== undefined) return this.#host.say({ text });
    if (change !== 'joined' || place !== 'waiting' || this.#isFull) return;
    this.#host.say({
      text: m.knocks(inSentence(user.name)),
      action: { label: m.admit, command: { type: 'meeting', what: { act: 'admit', id: participant } } },
    });
  }

  #ended(why: MeetingEnd): void {
    const { stage } = this.state;
    for (const off of this.#offs.splice(0)) off();
    this.#session = undefined;
    this.#isPoor = false;
    this.#own.close();
    forgetMeeting();
    this.#set({ kind: 'ended', why, durationMs: stage.kind === 'in' ? performance.now() - stage.since : undefined });
  }

  async #openChat(id: string | undefined): Promise<void> {
    if (id === undefined || this.#chat?.id === id) return;
    const chat = await conversationsOf(this.#phone).open({ conversation: id });
    this.#chat = chat;
    this.#offs.push(chat.on('changed', () => this.#host.changed()));
    this.#host.changed();
  }

  /** Of what is not seen, nothing is to be sent. */
  #tellLooks(): void {
    const streams = this.#session?.streams ?? [];
    for (const remote of this.#looked.keys()) if (!streams.includes(remote)) this.#looked.delete(remote);
    const bar = this.#isFull ? undefined : largeTile({ ...this.state, layout: 'speaker' })?.key;
    for (const remote of streams) {
      if (remote.stream.getVideoTracks().length === 0) continue;
      const key = remote.alias === 'screen' ? `${remote.participant}:screen` : remote.participant;
      const width = this.#isFull ? (this.#widths.get(key) ?? 0) : key === bar ? barWidth : 0;
      if (this.#looked.get(remote) === width) continue;
      this.#looked.set(remote, width);
      remote.look(width);
    }
  }

  #keep(): void {
    if (this.#meeting?.state === 'in') keepMeeting(this.id, this.#own.on);
  }

  #set(stage: MeetingStage): void {
    this.#stage = stage;
    this.#host.changed();
  }
}

import type {
  MeetingAct,
  MeetingAttendee,
  MeetingCause,
  MeetingEvent,
  MeetingId,
  MeetingInfo,
  ParticipantId,
  ReplyOf,
} from '@offhook/core';
import { openCall } from '../call.ts';
import type { Call } from '../call.ts';
import { Emitter } from '../emitter.ts';
import { OffhookError } from '../errors.ts';
import type { PhoneLink } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { join } from '../session/session.ts';
import type { Session } from '../session/session.ts';
import type { SessionEnd } from '../session/types.ts';
import { goOver } from './onward.ts';

/** Where one is: in the lobby, in the meeting, or in it no longer. */
export type MeetingStage = 'waiting' | 'in' | 'over';

/** Why one is in a meeting no longer: what the server has said, or `left` by oneself. */
export type MeetingEnd = MeetingCause;

/** What a meeting tells. */
export interface MeetingEvents {
  state: [state: MeetingStage];
  /** Something of the meeting itself: its title, whether it is locked, whether one is a host. */
  changed: [info: MeetingInfo];
  /**
   * Somebody else has come, has gone, or is otherwise. To hosts also those who wait, whose place is `waiting`; of a telephone that is called the place is
   * `ringing`, and one that does not come leaves with a `cause`.
   */
  attendee: [change: 'joined' | 'left' | 'changed', attendee: MeetingAttendee];
  /** One has joined its session, for the first time or anew: everything seen and heard is there. */
  session: [session: Session];
  /** It goes on as this call with the other one who is in it, which is active on both sides. The meeting ends, `left`, once the call is heard. */
  call: [call: Call];
  /** One is in it no longer. With an error where one could not come back into it. */
  ended: [cause: MeetingEnd, error: OffhookError | undefined];
}

/** How to come in. */
export interface EnterOptions {
  readonly passcode?: string | undefined;
}

type Entered = ReplyOf<'meeting_enter'>;
type Inside = Omit<Entered, 'state'>;

/**
 * Knocks, or comes in: then the session is joined at once (event `session`). A ring that asks to it stops on all
 * one's devices. Rejects e.g. with `meeting_not_found`, `passcode_needed`,
 * `passcode_wrong`, `meeting_locked`, `meeting_full`, `meeting_removed`.
 */
export async function enterMeeting(phone: Phone, id: MeetingId, { passcode }: EnterOptions = {}): Promise<Meeting> {
  const link: PhoneLink = { ...openPhone(phone), user: () => phone.user };
  const asked = { meeting: id, ...(passcode !== undefined && { passcode }) };
  // Its events may follow in the same moment.
  const early: MeetingEvent[] = [];
  const listen = (told: object): void => {
    if (isOf(told, id)) early.push(told);
  };
  link.parts.add(listen);
  try {
    const entered = await link.connection.request('meeting_enter', asked);
    for (const call of phone.calls)
      if (call.state === 'incoming' && call.meeting?.meeting === id) openCall(call).input({ type: 'reject', reason: 'joined' });
    return new Meeting(link, phone, asked, entered, early);
  } finally {
    link.parts.delete(listen);
  }
}

/** One's part in a meeting. Made by `enterMeeting()`. */
export class Meeting extends Emitter<MeetingEvents> {
  /** By which its link is made. */
  readonly id: MeetingId;
  readonly #link: PhoneLink;
  readonly #phone: Phone;
  readonly #asked: { readonly meeting: MeetingId; readonly passcode?: string };
  readonly #attendees = new Map<ParticipantId, MeetingAttendee>();
  readonly #stop: () => void;
  #info: MeetingInfo;
  #me: ParticipantId;
  #state: MeetingStage;
  #conversation: string | undefined;
  #session: Session | undefined;
  /** What the session was joined with. */
  #joined: string | undefined;
  #cameBack: Promise<void> | undefined;
  /** Those that began before, and those as which it goes on. */
  readonly #calls = new Set<Call>();

  /** Meetings are made by `enterMeeting()`. @hideconstructor */
  constructor(
    link: PhoneLink,
    phone: Phone,
    asked: { readonly meeting: MeetingId; readonly passcode?: string },
    entered: Entered,
    early: readonly MeetingEvent[],
  ) {
    super((error) => link.platform.report(error));
    this.id = asked.meeting;
    this.#link = link;
    this.#phone = phone;
    this.#asked = asked;
    this.#info = entered.meeting;
    this.#me = entered.participant;
    this.#state = entered.state;
    this.#show(entered);
    for (const call of phone.calls) this.#calls.add(call);
    const tell: Parameters<typeof link.parts.add>[0] = (told) => {
      if (isOf(told, this.id)) this.#told(told);
      // What was told meanwhile is lost, and perhaps the server was begun anew.
      else if (!('type' in told) && !told.resumed) void this.#comeBack();
    };
    link.parts.add(tell);
    const offs = [phone.on('closed', (error) => this.#over('lost', error)), phone.on('calls', (calls) => this.#goOn(calls))];
    this.#stop = () => {
      link.parts.delete(tell);
      for (const off of offs) off();
    };
    // Whoever awaits `enterMeeting()` listens before anything is told.
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (entered.state === 'in') void this.#join(entered);
        for (const event of early) this.#told(event);
      }),
    );
  }

  /** What the meeting is, as one may see it. */
  get info(): MeetingInfo {
    return this.#info;
  }

  /** Whether one waits, is in it, or is in it no longer. */
  get state(): MeetingStage {
    return this.#state;
  }

  /** One's own id in it, and in its session. */
  get me(): ParticipantId {
    return this.#me;
  }

  /** Whether one may do what hosts do. */
  get isHost(): boolean {
    return this.#info.isHost;
  }

  /** Once one is in: what is published, seen and heard. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** All who are in it, oneself included, in the order in which they came. */
  get attendees(): readonly MeetingAttendee[] {
    return [...this.#attendees.values()].filter(({ place }) => place === 'in');
  }

  /** Those who wait to be let in, for hosts. */
  get waiting(): readonly MeetingAttendee[] {
    return [...this.#attendees.values()].filter(({ place }) => place === 'waiting');
  }

  /** The telephones of those whom it calls. Hosts end that by `remove`. */
  get ringing(): readonly MeetingAttendee[] {
    return [...this.#attendees.values()].filter(({ place }) => place === 'ringing');
  }

  /** What is said in it, to be opened with `@offhook/client/conversations`, while one is in. */
  get conversation(): string | undefined {
    return this.#conversation;
  }

  /** Raises one's hand, or lowers it. */
  raiseHand(raised: boolean): Promise<void> {
    return this.#act({ type: 'hand', raised });
  }

  /** Lets somebody in who waits. This and all that follows is for hosts: to others it rejects with `forbidden`. */
  admit(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'admit', participant });
  }

  /** Sends somebody away who waits. They cannot knock again. */
  refuse(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'refuse', participant });
  }

  /** Takes somebody out, who cannot come back unless they are invited. */
  remove(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'remove', participant });
  }

  /** Turns the microphone of somebody off, who may turn it on again. */
  mute(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'mute', participant });
  }

  /** Lowers the hand that somebody has raised. */
  lowerHand(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'lower', participant });
  }

  /** Makes somebody a host beside those who are. */
  makeHost(participant: ParticipantId): Promise<void> {
    return this.#act({ type: 'host', participant });
  }

  /** While it is locked nobody comes in, not even into the lobby. */
  lock(locked: boolean): Promise<void> {
    return this.#act({ type: 'lock', locked });
  }

  /** Ends it for all who are in it. Before its time it can still take place then; otherwise its link leads nowhere any more. */
  endForAll(): Promise<void> {
    return this.#act({ type: 'end' });
  }

  /**
   * Goes on as a call with the other one who is in it, without ringing and without a gap (event `call`, on both sides). Rejects with
   * `wrong_state` unless two are in it, both with an account and on the line.
   */
  async call(): Promise<Call> {
    const asked = { meeting: this.id, call: this.#link.platform.random.token(128) };
    const { call: id } = await this.#link.connection.request('meeting_call', asked);
    const call = this.#phone.calls.find((one) => one.id === id);
    if (call === undefined) throw new OffhookError('media_unavailable');
    return call;
  }

  /** Leaves it, or its lobby. What was opened for its session is closed at once; resolves once the server knows. */
  async leave(): Promise<void> {
    if (this.#state === 'over') return;
    const left = this.#link.connection.request('meeting_leave', { meeting: this.id });
    this.#over('left', undefined);
    await left;
  }

  async #join({ session: id, token }: Inside): Promise<void> {
    if (id === undefined || token === undefined || this.#state === 'over' || this.#joined === token) return;
    this.#joined = token;
    try {
      const session = await join(this.#phone, id, { token });
      if (this.state === 'over') return await session.leave();
      this.#session = session;
      session.on('ended', (cause) => this.#sessionEnded(session, cause));
      this.emit('session', session);
    } catch (error) {
      // Nobody is there in one's place.
      if (!this.isOver) this.#letGo();
      this.#over('lost', error instanceof OffhookError ? error : new OffhookError('unreachable', { cause: error }));
    }
  }

  /** Also after an await: what was seen before it may hold no longer. */
  private get isOver(): boolean {
    return this.#state === 'over';
  }

  /** The server need not wait for one. */
  #letGo(): void {
    this.#link.connection.request('meeting_leave', { meeting: this.id }).catch(() => undefined);
  }

  #goOn(calls: readonly Call[]): void {
    const isOfThis = (call: Call): boolean => call.meeting?.meeting === this.id && call.state !== 'incoming';
    const call = calls.find((one) => isOfThis(one) && !this.#calls.has(one));
    if (call === undefined || this.isOver) return;
    this.#calls.add(call);
    goOver(this.#link.platform.clock, this, call);
    this.emit('call', call);
  }

  async #act(act: MeetingAct): Promise<void> {
    await this.#link.connection.request('meeting_act', { meeting: this.id, act });
  }

  /** Of what comes of the meeting itself the server tells apart; else one goes on in another session, or cannot. */
  #sessionEnded(session: Session, cause: SessionEnd): void {
    if (this.#session !== session || this.#state === 'over') return;
    this.#session = undefined;
    this.#joined = undefined;
    if (cause === 'lost' || cause === 'empty' || cause === 'timeout') void this.#comeBack();
  }

  /** Enters once more, as the same or, where too much time has passed, as if for the first time. */
  #comeBack(): Promise<void> {
    this.#cameBack ??= this.#enterAgain().finally(() => (this.#cameBack = undefined));
    return this.#cameBack;
  }

  async #enterAgain(): Promise<void> {
    if (this.#state === 'over') return;
    try {
      const entered = await this.#link.connection.request('meeting_enter', this.#asked);
      // One has left meanwhile: not to be there again.
      if (this.isOver) return this.#letGo();
      this.#me = entered.participant;
      this.#show(entered);
      this.emit('changed', this.#info);
      this.#become(entered.state);
      if (entered.state === 'in') await this.#join(entered);
    } catch (error) {
      this.#over('lost', error instanceof OffhookError ? error : new OffhookError('unreachable', { cause: error }));
    }
  }

  #show({ meeting, attendees, conversation }: Inside): void {
    this.#info = meeting;
    this.#conversation = conversation;
    const before = new Map(this.#attendees);
    this.#attendees.clear();
    for (const one of attendees) this.#attendees.set(one.participant, one);
    for (const [id, one] of before) if (!this.#attendees.has(id)) this.emit('attendee', 'left', one);
    for (const [id, one] of this.#attendees) this.emit('attendee', before.has(id) ? 'changed' : 'joined', one);
  }

  #become(state: 'waiting' | 'in'): void {
    if (this.#state === state || this.#state === 'over') return;
    this.#state = state;
    this.emit('state', state);
  }

  #told(event: MeetingEvent): void {
    if (this.#state === 'over') return;
    switch (event.type) {
      case 'meeting_changed':
        this.#info = event.meeting;
        return this.emit('changed', event.meeting);
      case 'meeting_attendee': {
        const { change, attendee } = event;
        if (change === 'left') this.#attendees.delete(attendee.participant);
        else this.#attendees.set(attendee.participant, attendee);
        return this.emit('attendee', change, attendee);
      }
      case 'meeting_admitted':
        this.#show(event);
        this.#become('in');
        return void this.#join(event);
      case 'meeting_over':
        return this.#over(event.cause, undefined);
    }
  }

  #over(cause: MeetingEnd, error: OffhookError | undefined): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#stop();
    const session = this.#session;
    this.#session = undefined;
    // It closes what it has opened; the server knows already, or cannot be told.
    session?.leave().catch(() => undefined);
    this.emit('state', 'over');
    this.emit('ended', cause, error);
  }
}

function isOf(told: object, id: MeetingId): told is MeetingEvent {
  if (!('type' in told) || typeof told.type !== 'string' || !told.type.startsWith('meeting_')) return false;
  const { meeting } = told as MeetingEvent;
  return (typeof meeting === 'string' ? meeting : meeting.meeting) === id;
}

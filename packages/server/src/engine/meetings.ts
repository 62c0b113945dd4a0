/**
 * Drives the machines of meetings.
 *
 *      request, order, socket, deadline ──► queue of the meeting ──► step ──► store (state, letters, outbox: one transaction)
 *                                                  ▲                             │
 *                                                  │                             ▼
 *                                                  │        reply, events, the session of the meeting, what is said in it
 *                                                  └── joined, left, session_over
 */
import { meetingMachine, meetingStart, meetingTag, newMeeting, unreachable } from '@offhook/core';
import type {
  Address,
  ErrorCode,
  Instant,
  MeetingEffect,
  MeetingId,
  MeetingInfo,
  MeetingInput,
  MeetingLook,
  MeetingRequest,
  MeetingState,
  ParticipantId,
  SessionAsk,
  SessionId,
  StandingMeeting,
} from '@offhook/core';
import type { Asker, Letters, MeetingAdministration, MeetingOrder, Meetings } from '../ports/meetings.ts';
import type { MeetingTalk } from '../ports/conversations.ts';
import type { SessionAdministration, SessionNewsOf } from '../ports/sessions.ts';
import type { Bus, Clock, Hash, Log, Store, Write } from '../ports.ts';
import { MeetingIndex } from './meeting-index.ts';
import { PhonesOfMeetings } from './meeting-phones.ts';
import { MeetingRequests } from './meeting-requests.ts';
import type { Dial, GoOn, Ring } from './meeting-requests.ts';
import { meetingAnnouncement, MeetingViews } from './meeting-views.ts';
import { Passcodes } from './passcodes.ts';
import { Queues } from './queues.ts';
import type { Entry, Respond, Stepped } from './queues.ts';

export interface MeetingsDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly hash: Hash;
  /** Unguessable. */
  readonly newId: () => string;
  readonly publicUrl: () => string;
  readonly sessions: SessionAdministration;
  readonly talk: MeetingTalk;
  readonly ring: Ring;
  readonly goOn: GoOn;
  readonly dial: Dial;
  /** Digits that nobody can guess. */
  readonly newPin: () => string;
  /** The numbers by which this meeting is reached. */
  readonly numbers: (meeting: MeetingId) => readonly string[];
  /** Absent: no e-mail is sent. */
  readonly letters?: Letters | undefined;
  /** Whether what happens is written to the outbox for webhooks. */
  readonly outbox: boolean;
}

/** A store that fails is given so long. */
const againMs = 1_000;

type MeetingEntry = Entry<MeetingState, MeetingInput>;

export class MeetingDesk implements Meetings, MeetingAdministration {
  /** What telephones ask. */
  readonly phones: PhonesOfMeetings;
  readonly #deps: MeetingsDeps;
  readonly #queues: Queues<MeetingState, MeetingInput, MeetingEffect>;
  readonly #views: MeetingViews;
  readonly #index = new MeetingIndex();
  readonly #requests: MeetingRequests;
  /** What sessions were asked for last, until they have answered. */
  readonly #asking = new Map<SessionId, Promise<void>>();
  /** What sessions are to be asked for once more; each takes that back. */
  readonly #again = new Set<() => void>();

  constructor(deps: MeetingsDeps) {
    this.#deps = deps;
    this.#views = new MeetingViews(deps);
    this.#queues = new Queues(deps, {
      name: 'meeting',
      machine: meetingMachine,
      tick: { type: 'tick' },
      unmade: newMeeting,
      isLive: ({ kind }) => kind === 'standing',
      writes: (state, step, now) => this.#writes(state, step, now),
      advanced: (...step) => this.#advanced(...step),
    });
    const passcodes = new Passcodes(deps);
    this.#requests = new MeetingRequests({ ...deps, passcodes, index: this.#index, desk: this });
    this.phones = new PhonesOfMeetings({ ...deps, passcodes, index: this.#index, desk: this });
    deps.sessions.onNews((news) => this.#told(news));
  }

  /**
   * Takes up those that are not over, after the sessions: whoever is in none any more has left. Sessions that are of none of them, and
   * participants who are in none any more, are what a server has left that stopped before it could end them.
   */
  async start(): Promise<void> {
    for (const state of await this.#deps.store.meetings()) {
      const entry = this.#queues.add(state);
      this.#index.changed(undefined, state);
      if (state.pin === undefined) this.#queues.feed(entry, { type: 'pin', pin: this.#freshPin() });
      for (const { id, place } of Object.values(state.attendees))
        if (place === 'ringing') this.#queues.feed(entry, { type: 'unreached', participant: id, cause: 'unreachable' });
      if (state.session === undefined) continue;
      const session = this.#deps.sessions.session(state.session);
      if (session === undefined) this.#queues.feed(entry, { type: 'session_over', session: state.session });
      for (const participant of Object.keys(session?.participants ?? {})) {
        if (state.attendees[participant] === undefined) this.#ask(state.id, state.session, { type: 'remove', participant });
      }
      for (const { id, here } of Object.values(state.attendees)) {
        if (here && session !== undefined && session.participants[id]?.here === undefined)
          this.#queues.feed(entry, { type: 'left', session: session.id, participant: id });
      }
    }
    for (const { id, tag } of this.#deps.sessions.list()) {
      const isOfMeeting = tag?.startsWith(meetingTag('')) === true;
      if (isOfMeeting && this.#index.meetingOf(id) === undefined)
        this.#ask(tag.slice(meetingTag('').length), id, { type: 'end' });
    }
  }

  close(): Promise<void> {
    for (const takeBack of this.#again) takeBack();
    return this.#queues.close();
  }

  /** For metrics. */
  get standing(): number {
    return this.#queues.size;
  }

  request(asker: Asker, request: MeetingRequest, respond: Respond): void {
    this.#requests.handle(asker, request, respond);
  }

  gone(connection: string): void {
    for (const id of this.#index.waitingAt(connection)) this.feed(id, { type: 'gone', connection });
  }

  meeting(id: MeetingId): StandingMeeting | undefined {
    const state = this.#queues.get(id)?.state;
    return state?.kind === 'standing' ? state : undefined;
  }

  list(): readonly StandingMeeting[] {
    return soonest([...this.#queues.entries()].flatMap(({ state }) => (state.kind === 'standing' ? state : [])));
  }

  /** Those that somebody has made, hosts, or was invited to. */
  listOf(user: Address): MeetingInfo[] {
    const found = [...this.#index.meetingsOf(user)].flatMap((id) => this.meeting(id) ?? []);
    return soonest(found).map((meeting) => this.#views.info(meeting, user));
  }

  info(meeting: StandingMeeting): MeetingInfo {
    return this.#views.info(meeting, undefined);
  }

  look(meeting: StandingMeeting): MeetingLook {
    return this.#views.look(meeting);
  }

  order(meeting: MeetingId, order: MeetingOrder): Promise<ErrorCode | undefined> {
    if ('emails' in order && order.emails.length > 0 && this.#deps.letters === undefined)
      return Promise.resolve('mail_unavailable');
    return new Promise((resolve) =>
      this.feed(meeting, order, (outcome) => resolve('error' in outcome ? outcome.error : undefined)),
    );
  }

  /** Resolves once a session has done all that it was asked for so far. */
  async asked(session: SessionId): Promise<void> {
    await this.#asking.get(session);
  }

  renewPin(meeting: MeetingId): Promise<ErrorCode | undefined> {
    const pin = this.#freshPin();
    return new Promise((resolve) =>
      this.feed(meeting, { type: 'pin', pin }, (outcome) => resolve('error' in outcome ? outcome.error : undefined)),
    );
  }

  /** That no other meeting has. */
  #freshPin(): string {
    for (;;) {
      const pin = this.#deps.newPin();
      if (this.#index.meetingByPin(pin) === undefined) return pin;
    }
  }

  /** To one that is there, or that this input makes. */
  feed(meeting: MeetingId, input: MeetingInput, respond?: Respond): void {
    this.#queues.feedId(meeting, input.type === 'make' ? { ...input, pin: this.#freshPin() } : input, respond);
  }

  /** What is stored of a step: all that must not be lost should the server stop before it has told anybody. */
  #writes(state: MeetingState, { effects }: Stepped<MeetingInput, MeetingEffect>, now: Instant): readonly Write[] {
    const { clock, hash, letters, outbox } = this.#deps;
    const writes: Write[] = [{ type: 'meeting', state }];
    const before = this.meeting(state.id);
    const shown = state.kind === 'standing' ? state : before;
    for (const effect of effects) {
      if (effect.type === 'token' && effect.is) {
        const tokenDigest = hash.digest(this.#views.token(effect.participant));
        const participant = {
          id: effect.participant,
          tokenDigest,
          publish: ['audio', 'video'],
          record: state.kind === 'standing' && isHostOf(state, effect.participant),
          madeAt: clock.now(),
        } as const;
        writes.push({ type: 'participant', participant });
      }
      if (effect.type === 'token' && !effect.is) writes.push({ type: 'participant_gone', participant: effect.participant });
      if (shown === undefined) continue;
      if (effect.type === 'mail' && letters !== undefined)
        writes.push(...letters.write(effect, shown, this.#views.info(shown, undefined), now));
      if (effect.type === 'announce' && outbox) {
        const entry = meetingAnnouncement(effect.event, this.#views.info(shown, undefined), effect.attendee, now);
        writes.push({ type: 'outbox', entry });
      }
    }
    return writes;
  }

  #advanced(
    entry: MeetingEntry,
    before: MeetingState,
    { effects }: Stepped<MeetingInput, MeetingEffect>,
    respond: Respond | undefined,
  ): void {
    const { state } = entry;
    if (state !== before) this.#index.changed(before, state);
    for (const effect of effects) this.#carryOut(state, effect, respond);
    if (effects.some(({ type }) => type === 'mail')) this.#deps.letters?.post();
  }

  #carryOut(state: MeetingState, effect: MeetingEffect, respond: Respond | undefined): void {
    const { bus, log, talk } = this.#deps;
    switch (effect.type) {
      case 'reply':
        return respond?.({ ok: { ...this.#answer(state, effect.ok) } });
      case 'refuse':
        return respond?.({ error: effect.code });
      case 'send':
        return bus.publish(effect.to.user, { event: effect.event, connection: effect.to.connection });
      case 'show': {
        if (state.kind !== 'standing') return;
        const { user, connection } = effect.to;
        return bus.publish(user, { event: { type: 'meeting_changed', meeting: this.#views.info(state, user) }, connection });
      }
      case 'admitted': {
        const attendee = state.kind === 'standing' ? state.attendees[effect.participant] : undefined;
        if (attendee === undefined || state.kind !== 'standing') return;
        const { person, connection } = attendee;
        return bus.publish(person.address, {
          event: { type: 'meeting_admitted', ...this.#views.inside(state, attendee) },
          connection,
        });
      }
      case 'session':
        return this.#ask(state.id, effect.session, effect.ask);
      case 'chat':
        return talk.gather(this.#views.conversation(state), titleOf(state), effect.joined, effect.left);
      case 'entry':
        return talk.meeting(effect.conversation, effect.from, {
          meeting: state.id,
          ...(state.kind === 'standing' && { title: state.plan.title, startsAt: state.plan.startsAt }),
          isOver: effect.over,
        });
      case 'announce': {
        const { attendee } = effect;
        return log.info(effect.event, { meeting: state.id, ...(attendee && { participant: attendee.id }) });
      }
      case 'token':
      case 'mail':
        return;
      default:
        return unreachable(effect);
    }
  }

  #answer(state: MeetingState, ok: Extract<MeetingEffect, { type: 'reply' }>['ok']): object {
    if (ok === 'nothing' || state.kind !== 'standing') return {};
    // As whoever asks sees it: `MeetingRequests` knows who that is.
    if (ok === 'meeting') return { meeting: state };
    const attendee = state.attendees[ok.entered];
    return attendee === undefined ? {} : { state: attendee.place, ...this.#views.inside(state, attendee) };
  }

  /** As somebody sees it. */
  infoFor(meeting: StandingMeeting, user: Address): MeetingInfo {
    return this.#views.info(meeting, user);
  }

  #ask(meeting: MeetingId, session: SessionId, ask: SessionAsk): void {
    const answered = this.#deps.sessions.order(session, ask).then(
      (error) => {
        if (error === undefined) return;
        if (ask.type === 'create' || (ask.type === 'add' && error === 'session_not_found'))
          return this.feed(meeting, { type: 'session_over', session });
        // Only they cannot come in. Whoever was removed or muted may have left by themselves.
        if (ask.type === 'add') this.feed(meeting, { type: 'left', session, participant: ask.participant.id });
        if (error === 'store_failed') this.#askAgain(meeting, session, ask);
      },
      (error: unknown) => this.#deps.log.error('meeting', { meeting, error: String(error) }),
    );
    this.#asking.set(session, answered);
    void answered.then(() => {
      if (this.#asking.get(session) === answered) this.#asking.delete(session);
    });
  }

  /** Nobody stays where they were removed, and nothing goes on that was ended, as a store failed once. */
  #askAgain(meeting: MeetingId, session: SessionId, ask: SessionAsk): void {
    if (ask.type !== 'remove' && ask.type !== 'end') return;
    const takeBack = this.#deps.clock.schedule(againMs, () => {
      this.#again.delete(takeBack);
      // Who was let in again meanwhile, stays.
      const isBack = ask.type === 'remove' && this.meeting(meeting)?.attendees[ask.participant] !== undefined;
      if (!isBack && this.#deps.sessions.session(session) !== undefined) this.#ask(meeting, session, ask);
    });
    this.#again.add(takeBack);
  }

  #told({ event, session, participant }: SessionNewsOf): void {
    const id = this.#index.meetingOf(session);
    if (id === undefined) return;
    if (event === 'session.ended') return this.feed(id, { type: 'session_over', session });
    if (participant === undefined) return;
    if (event === 'participant.left') return this.feed(id, { type: 'left', session, participant });
    const here = this.#deps.sessions.session(session)?.participants[participant]?.here;
    if (event === 'participant.joined' && here !== undefined)
      this.feed(id, { type: 'joined', session, participant, connection: here.from.connection });
  }
}

function isHostOf({ attendees, hosts }: StandingMeeting, participant: ParticipantId): boolean {
  const address = attendees[participant]?.person.address;
  return address !== undefined && hosts.includes(address);
}

function titleOf(state: MeetingState): string {
  return (state.kind === 'standing' ? state.plan.title : undefined) ?? 'Meeting';
}

/** In one order, always. */
function soonest(meetings: readonly StandingMeeting[]): StandingMeeting[] {
  return meetings.toSorted((a, b) => meetingStart(a) - meetingStart(b) || (a.id < b.id ? -1 : 1));
}

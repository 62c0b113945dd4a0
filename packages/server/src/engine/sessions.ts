/**
 * Drives the machines of sessions.
 *
 *      request, order, socket, deadline ──► queue of the session ──► step ──► store ──► reply, events, media worker
 *                                                  ▲                                              │
 *                                                  └── published, offer, transport, speaker, lost ┘
 *
 * Who is in a session and what they may is stored before anybody hears of it. Media live as long as this process: after a restart those
 * who come back join anew.
 */
import { newSession, participantOf, sessionLimits, sessionMachine, unreachable } from '@offhook/core';
import type {
  Address,
  ErrorCode,
  From,
  OpenSession,
  ParticipantId,
  RecordingId,
  RequestOf,
  SessionEffect,
  SessionEphemeral,
  SessionId,
  SessionInput,
  SessionRequest,
  SessionState,
} from '@offhook/core';
import type { CallMedia } from '../ports/answering.ts';
import type { Media, StreamMeter } from '../ports/media.ts';
import type { RtpMedia } from '../ports/rtp.ts';
import type { SessionAdministration, SessionNewsOf, SessionOrder, Sessions, StreamInSession } from '../ports/sessions.ts';
import type { Bus, Clock, Hash, Log, Outcome, Store, Write } from '../ports.ts';
import { announcedBy, completedAnnouncement } from './announce-session.ts';
import { Carried, carrierOf } from './carried.ts';
import { Queues } from './queues.ts';
import type { Entry, Respond, Stepped } from './queues.ts';
import { SessionMedia } from './session-media.ts';
import { addedTo, pagesOf } from './session-places.ts';
import { RtpDesk } from './session-rtp.ts';

type SessionEntry = Entry<SessionState, SessionInput>;

export interface SessionsDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly hash: Hash;
  /** Whether what happens is written to the outbox, for webhooks and the feed. */
  readonly outbox: boolean;
  /** Unguessable, for those who join as themselves. */
  readonly newId: () => string;
  /** Absent: nobody can join. */
  readonly media?: Media | undefined;
  /** Absent: nobody comes by plain RTP. */
  readonly rtp?: RtpMedia | undefined;
  /** Absent: nobody comes by a call. */
  readonly calls?: CallMedia | undefined;
  /** Absent: nothing is known of how streams come in. */
  readonly meter?: StreamMeter | undefined;
  /** Where the files of a recording are to lie; absent: nothing is recorded. */
  readonly folderOf?: ((recording: RecordingId) => string) | undefined;
}

/** Who is in a session, and what they may: all else is gone with the media when the server is, and is stored only with what announces it. */
const lasting = new Set<SessionInput['type']>([
  'create',
  'add',
  'subscribe',
  'remove',
  'lock',
  'record',
  'end',
  'join',
  'leave',
  'gone',
  'tick',
]);

export class SessionDesk implements Sessions, SessionAdministration {
  /** Those who come by plain RTP. */
  readonly rtp: RtpDesk;
  /** Those who come by calls. */
  readonly carried: Carried;
  readonly #deps: SessionsDeps;
  readonly #queues: Queues<SessionState, SessionInput, SessionEffect>;
  readonly #media: SessionMedia;
  /** In which sessions the page of a connection is. */
  readonly #pages = new Map<string, Set<SessionEntry>>();
  /** In how many sessions somebody is. */
  readonly #joined = new Map<Address, number>();
  /** Where those are who were added, or are about to be. */
  readonly #places = new Map<ParticipantId, SessionId>();
  /** Connections that are about to join somewhere, and what became of their sockets meanwhile. */
  readonly #joining = new Set<Joining>();
  readonly #listeners: ((news: SessionNewsOf) => void)[] = [];

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    this.#queues = new Queues(deps, {
      name: 'session',
      machine: sessionMachine,
      tick: { type: 'tick' },
      unmade: newSession,
      isLive: ({ kind }) => kind === 'open',
      writes: (state, { effects, input }, now, before) => {
        const more = [...keptBy(effects), ...(deps.outbox ? announcedBy(effects, before, state, now) : [])];
        return lasting.has(input.type) || more.length > 0 ? [{ type: 'session', state }, ...more] : [];
      },
      // What the worker has done is done.
      stands: ({ type }) => !lasting.has(type),
      advanced: (...step) => this.#advanced(...step),
    });
    this.#media = new SessionMedia({ ...deps, completed: (...which) => this.#completed(...which) }, this.#queues);
    this.rtp = new RtpDesk(deps, this.#queues);
    this.carried = new Carried(this.#queues);
  }

  /** Takes up the sessions that were not over when the last owner of the store stopped. Whoever was there has yet to come back. */
  async start(): Promise<void> {
    const now = this.#deps.clock.now();
    // Whoever was still writing has ended with the server.
    for (const { id } of await this.#deps.store.incompleteRecordings()) await this.#completed(id, undefined);
    for (const state of await this.#deps.store.liveSessions()) {
      const entry = this.#queues.add(state);
      this.#keepPages(entry, undefined, state);
      for (const effect of sessionMachine.recover(state, now))
        if (effect.type === 'media') this.#media.ask(entry, state, effect.ask, undefined);
      this.#queues.feed(entry, { type: 'lost' });
      // Whoever has no page comes again when a program says so.
      for (const connection of pagesOf(state).keys())
        this.#queues.feed(entry, { type: carrierOf(connection) === undefined ? 'away' : 'gone', connection });
    }
  }

  get #records(): boolean {
    return this.#deps.media !== undefined && this.#deps.folderOf !== undefined;
  }

  close(): Promise<void> {
    return this.#queues.close();
  }

  /** For metrics. */
  get live(): number {
    return this.#queues.size;
  }

  request(from: From, request: SessionRequest, respond: Respond): void {
    if (request.type === 'session_join') return this.#joins(from, request, respond);
    this.#inTurn(from, request.session, () => this.#say(from, request, respond));
  }

  #say(from: From, request: Exclude<SessionRequest, { type: 'session_join' }>, respond: Respond): void {
    const entry = this.#queues.get(request.session);
    if (entry === undefined) return respond(request.type === 'session_leave' ? { ok: {} } : { error: 'session_not_found' });
    const feed = (input: SessionInput): void => this.#queues.feed(entry, input, respond);
    switch (request.type) {
      case 'session_publish':
        return feed({ type: 'publish', from, offer: request.offer, streams: request.streams });
      case 'session_answer':
        return feed({ type: 'answer', from, revision: request.revision, answer: request.answer });
      case 'session_restart':
        return feed({ type: 'restart', from });
      case 'session_update':
        return feed({ type: 'update', from, mid: request.mid, muted: request.muted, n: request.n });
      case 'session_record': {
        if (!this.#records) return respond({ error: 'recording_unavailable' });
        const wishes = { mix: 'together', streams: true } as const;
        return feed({ type: 'record', from, to: request.to, id: this.#deps.newId(), wishes });
      }
      case 'session_leave':
        return feed({ type: 'leave', from });
      default:
        return unreachable(request);
    }
  }

  ephemeral(from: From, message: SessionEphemeral): void {
    this.#inTurn(from, message.session, () => this.#mention(from, message));
  }

  #mention(from: From, message: SessionEphemeral): void {
    const entry = this.#queues.get(message.session);
    if (entry === undefined) return;
    if (message.type === 'session_look')
      this.#queues.feed(entry, { type: 'look', from, stream: message.stream, width: message.width });
    else this.#queues.feed(entry, { type: 'data', from, to: message.to, data: message.data });
  }

  connection(connection: string, state: 'away' | 'left' | 'back' | 'gone'): void {
    for (const joining of this.#joining) if (joining.connection === connection) joining.since.push(state);
    for (const entry of this.#pages.get(connection) ?? [])
      this.#queues.feed(
        entry,
        state === 'away' || state === 'left'
          ? { type: 'away', connection, left: state === 'left' }
          : { type: state, connection },
      );
  }

  session(id: SessionId): OpenSession | undefined {
    const state = this.#queues.get(id)?.state;
    return state?.kind === 'open' ? state : undefined;
  }

  sessionOf(participant: ParticipantId): OpenSession | undefined {
    const place = this.#places.get(participant);
    const state = place === undefined ? undefined : this.session(place);
    return state === undefined || participantOf(state, participant) === undefined ? undefined : state;
  }

  streams(id: SessionId): Promise<readonly StreamInSession[] | undefined> {
    return this.#media.streams(() => this.session(id));
  }

  list(): readonly OpenSession[] {
    return [...this.#queues.entries()].flatMap(({ state }) => (state.kind === 'open' ? state : []));
  }

  onNews(listener: (news: SessionNewsOf) => void): void {
    this.#listeners.push(listener);
  }

  written(recording: RecordingId): Promise<void> {
    return this.#media.written(recording);
  }

  async order(session: SessionId, order: SessionOrder): Promise<ErrorCode | undefined> {
    if (order.type === 'record' && order.to === 'recording' && !this.#records) return 'recording_unavailable';
    const added = order.type === 'add' ? order.participant.id : undefined;
    const place = added === undefined ? undefined : this.#places.get(added);
    if (place !== undefined && place !== session) return 'participant_elsewhere';
    if (added !== undefined) this.#places.set(added, session);
    const outcome = await new Promise<Outcome>((resolve) => this.#queues.feedId(session, order, resolve));
    if (!('error' in outcome)) return undefined;
    if (added !== undefined && place === undefined) this.#places.delete(added);
    return outcome.error;
  }

  /** What a page says of a session that it is about to join is said once it has. */
  #inTurn({ connection }: From, session: SessionId, act: () => void): void {
    const joining = this.#joiningOf(connection, session);
    if (joining === undefined) act();
    else joining.after.push(act);
  }

  #joiningOf(connection: string, session: SessionId): Joining | undefined {
    return [...this.#joining].findLast((one) => one.connection === connection && one.session === session);
  }

  /** A socket that is lost while its page comes in is lost to the session, too. */
  #joins(from: From, request: RequestOf<'session_join'>, respond: Respond): void {
    const { connection } = from;
    const { session } = request;
    const joining: Joining = { user: from.person.address, connection, session, since: [], after: [] };
    const join = (): void =>
      void this.#join(from, request, (outcome) => {
        this.#joining.delete(joining);
        respond(outcome);
        for (const state of joining.since) this.connection(connection, state);
        for (const act of joining.after) act();
      });
    const before = this.#joiningOf(connection, session);
    this.#joining.add(joining);
    if (before === undefined) join();
    else before.after.push(join);
  }

  /** As a participant that was made for this token, or as oneself. */
  async #join(from: From, { session, token, data }: RequestOf<'session_join'>, respond: Respond): Promise<void> {
    const { store, hash, media, newId, clock } = this.#deps;
    const user = from.person.address;
    if (media === undefined) return respond({ error: 'media_unavailable' });
    const isIn = this.#isIn(from.connection, session);
    if (!isIn && (this.#joined.get(user) ?? 0) + this.#comingIn(user) > sessionLimits.sessionsPerUser)
      return respond({ error: 'too_many_sessions' });
    if (token === undefined)
      return this.#queues.feedId(session, { type: 'join', from, as: 'guest', id: newId(), data }, respond);
    try {
      const participant = await store.participantOf(hash.digest(token));
      const isOver = participant === undefined || participant.madeAt < clock.now() - sessionLimits.participantMs;
      if (isOver) return respond({ error: 'session_not_found' });
      this.#queues.feedId(session, { type: 'join', from, as: 'added', id: participant.id, data }, respond);
    } catch (error) {
      this.#deps.log.error('request', { request: 'session_join', error: String(error) });
      respond({ error: 'store_failed' });
    }
  }

  /** Sessions that somebody is on the way into, and not in yet. */
  #comingIn(user: Address): number {
    return [...this.#joining].filter((one) => one.user === user && !this.#isIn(one.connection, one.session)).length;
  }

  #isIn(connection: string, session: SessionId): boolean {
    return [...(this.#pages.get(connection) ?? [])].some(({ state }) => state.id === session);
  }

  #advanced(
    entry: SessionEntry,
    before: SessionState,
    { effects }: Stepped<SessionInput, SessionEffect>,
    respond: Respond | undefined,
  ): void {
    const { state } = entry;
    if (state !== before) this.#keepPages(entry, before, state);
    for (const effect of effects) {
      switch (effect.type) {
        case 'reply':
          respond?.({ ok: { ...effect.ok } });
          break;
        case 'refuse':
          respond?.({ error: effect.code });
          break;
        case 'send':
          this.#deps.bus.publish(effect.to.user, { event: effect.event, connection: effect.to.connection });
          break;
        case 'media':
          this.#media.ask(entry, before, effect.ask, respond);
          break;
        case 'keep':
          // Stored with the step.
          break;
        case 'announce':
          this.#deps.log.info(effect.event, {
            session: state.id,
            participant: effect.participant,
            ...(effect.stream !== undefined && { stream: effect.stream.mid, kind: effect.stream.kind }),
            ...(state.kind === 'over' && { cause: state.cause }),
          });
          for (const tell of this.#listeners) tell({ event: effect.event, session: state.id, participant: effect.participant });
          break;
        default:
          unreachable(effect);
      }
    }
  }

  /** Told once: of one that is there, and of which that was not said yet. */
  async #completed(recording: RecordingId, tag: string | undefined): Promise<void> {
    const { store, clock, outbox, log } = this.#deps;
    try {
      const recorded = await store.recording(recording);
      if (recorded?.isComplete !== false) return;
      const entry = completedAnnouncement(recorded, tag, clock.now());
      await store.commit([{ type: 'recording_complete', recording }, ...(outbox ? [{ type: 'outbox', entry } as const] : [])]);
      log.info('recording.completed', { session: recorded.session, recording });
    } catch (error) {
      log.warn('recording', { recording, error: String(error) });
    }
  }

  /** Which pages are in a session, how many sessions somebody is in, and where those are who were added. */
  #keepPages(entry: SessionEntry, before: SessionState | undefined, after: SessionState): void {
    const [old, now] = [pagesOf(before), pagesOf(after)];
    for (const [connection, user] of old) if (!now.has(connection)) this.#leftPage(entry, connection, user);
    for (const [connection, user] of now) {
      if (old.has(connection)) continue;
      this.#pages.set(connection, (this.#pages.get(connection) ?? new Set()).add(entry));
      this.#joined.set(user, (this.#joined.get(user) ?? 0) + 1);
    }
    const added = addedTo(after);
    for (const id of addedTo(before)) if (!added.has(id)) this.#places.delete(id);
    for (const id of added) this.#places.set(id, after.id);
  }

  #leftPage(entry: SessionEntry, connection: string, user: Address): void {
    const entries = this.#pages.get(connection);
    entries?.delete(entry);
    if (entries?.size === 0) this.#pages.delete(connection);
    const others = (this.#joined.get(user) ?? 1) - 1;
    if (others === 0) this.#joined.delete(user);
    else this.#joined.set(user, others);
  }
}

function keptBy(effects: readonly SessionEffect[]): Write[] {
  return effects.flatMap((effect) => (effect.type === 'keep' ? [{ type: 'recording', recording: effect.recording }] : []));
}

interface Joining {
  readonly user: Address;
  readonly connection: string;
  readonly session: SessionId;
  /** What its page has said of the session since. */
  readonly after: (() => void)[];
  /** What has become of its socket since, in order. */
  readonly since: ('away' | 'left' | 'back' | 'gone')[];
}

/** What the machines of sessions say to the media worker, and what it says to them. */
import { participantIn, wanted } from '@offhook/core';
import type {
  ErrorCode,
  MediaAsk,
  OpenSession,
  ParticipantId,
  RecordingId,
  SessionEffect,
  SessionInput,
  SessionState,
} from '@offhook/core';
import { MediaError } from '../ports/media.ts';
import type { Media, MediaEvent, StreamMeter } from '../ports/media.ts';
import type { CallMedia } from '../ports/answering.ts';
import type { RtpMedia } from '../ports/rtp.ts';
import type { StreamInSession } from '../ports/sessions.ts';
import type { Log } from '../ports.ts';
import { carrierIn, carrierOf, isPlain } from './carried.ts';
import { namedStream, nameOf, whose } from './media-names.ts';
import type { Entry, Queues, Respond } from './queues.ts';

type SessionEntry = Entry<SessionState, SessionInput>;

export interface SessionMediaDeps {
  readonly log: Log;
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
  /** Nothing is written to the files of a recording any more. */
  readonly completed: (recording: RecordingId, tag: string | undefined) => Promise<void>;
}

type Carrying = { readonly begin: RtpMedia['attach'] } & Pick<RtpMedia, 'receive'>;

export class SessionMedia {
  readonly #deps: SessionMediaDeps;
  readonly #queues: Queues<SessionState, SessionInput, SessionEffect>;
  /** Recordings that have ended, and whose files are not complete yet. */
  readonly #ending = new Map<RecordingId, Promise<void>>();

  constructor(deps: SessionMediaDeps, queues: Queues<SessionState, SessionInput, SessionEffect>) {
    this.#deps = deps;
    this.#queues = queues;
    deps.media?.onEvent((event) => this.#carried(event));
  }

  /** To the worker: who leaves, as they were before. `respond` waits for what it says to an offer or an answer. */
  ask(entry: SessionEntry, before: SessionState, ask: MediaAsk, respond: Respond | undefined): void {
    const { media } = this.#deps;
    const session = entry.state.id;
    if (media === undefined) return this.#unasked(entry, ask, respond);
    const { state } = entry;
    switch (ask.type) {
      case 'publish': {
        const { participant, joins, asked } = ask;
        const published = { type: 'published', participant, joins, asked } as const;
        this.#published(media, state, ask).then(
          (outcome) => this.#queues.feed(entry, { ...published, outcome }, respond),
          (error: unknown) => this.#queues.feed(entry, { ...published, outcome: { error: this.#codeOf(error) } }, respond),
        );
        return;
      }
      case 'answer':
        media.answer(session, nameOf(ask.participant, state), ask.revision, ask.answer).then(
          () => respond?.({ ok: {} }),
          (error: unknown) => respond?.({ error: this.#codeOf(error) }),
        );
        return;
      case 'subscribe': {
        const streams = ask.streams.map((stream) => namedStream(stream, state));
        const name = nameOf(ask.participant, state);
        const carrier = this.#carrierOf(ask.participant, state);
        return carrier === undefined ? media.subscribe(session, name, streams) : carrier.receive(session, name, streams);
      }
      case 'admit':
        return media.admit(session, nameOf(ask.participant, state), ask.mids);
      case 'hear': {
        const from = ask.from.map((one) => nameOf(one, state));
        return media.hear(session, nameOf(ask.participant, state), ask.participant, from);
      }
      case 'restart':
        return media.restart(session, nameOf(ask.participant, state));
      case 'look':
        return media.look(session, nameOf(ask.participant, state), namedStream(ask.stream, state), ask.width);
      case 'record':
        return this.#record(entry, ask, respond);
      case 'record_pause':
        return media.pauseRecording(session, ask.recording, ask.isPaused);
      case 'record_stop':
        this.#stopped(media, before, ask.recording).then(
          () => ask.answers && respond?.({ ok: {} }),
          (error: unknown) => ask.answers && respond?.({ error: this.#codeOf(error) }),
        );
        return;
      case 'leave':
        return media.leave(session, nameOf(ask.participant, before));
      case 'close': {
        const recording = before.kind === 'open' ? before.recording : undefined;
        // Before its worker lets go of it: else nobody hears when its files are complete.
        if (recording !== undefined) void this.#stopped(media, before, recording.id);
        return media.close(session);
      }
    }
  }

  /** What is published once the worker has said how it comes in; undefined where the session is over by then. */
  async streams(session: () => OpenSession | undefined): Promise<readonly StreamInSession[] | undefined> {
    const asked = session();
    const measured = (asked && (await this.#deps.meter?.measured(asked.id))) ?? [];
    const state = session();
    return (
      state &&
      Object.values(state.participants).flatMap(({ id, here }) => {
        if (here === undefined) return [];
        const name = nameOf(id, state);
        return here.streams.map((stream) => ({
          participant: id,
          user: here.from.person,
          stream,
          measured: measured.find(({ participant, mid }) => participant === name && mid === stream.mid),
        }));
      })
    );
  }

  /** What brings the media of those who have no page. */
  #carrierOf(participant: ParticipantId, state: SessionState): Carrying | undefined {
    const { calls, rtp } = this.#deps;
    switch (carrierIn(state, participant)) {
      case 'rtp':
        return rtp && { begin: (...order) => rtp.attach(...order), receive: (...order) => rtp.receive(...order) };
      case 'mix':
        return (
          rtp && {
            begin: (session, name, order) => rtp.attach(session, name, { ...order, mixes: true }),
            receive: (...order) => rtp.receive(...order),
          }
        );
      case 'call':
        return calls && { begin: (...order) => calls.call(...order), receive: (...order) => calls.receive(...order) };
      default:
        return undefined;
    }
  }

  /** Without a page, somebody receives from the same moment on. */
  #published(
    media: Media,
    state: SessionState,
    { participant, offer, allowed }: Extract<MediaAsk, { type: 'publish' }>,
  ): ReturnType<Media['publish']> {
    const name = nameOf(participant, state);
    const who = participantIn(state, participant);
    const carrier = this.#carrierOf(participant, state);
    if (carrier === undefined || state.kind !== 'open' || who === undefined)
      return media.publish(state.id, name, offer, allowed);
    const streams = wanted(state, who).map((stream) => namedStream(stream, state));
    return carrier.begin(state.id, name, { offer, allowed: allowed.filter((kind) => kind !== 'data'), streams });
  }

  /** Resolves once nothing is written any more to the files of a recording that has ended, and that is stored. */
  async written(recording: RecordingId): Promise<void> {
    await this.#ending.get(recording);
  }

  /** Resolves once its files are complete, and that is stored. */
  #stopped(media: Media | undefined, state: SessionState, recording: RecordingId): Promise<void> {
    const stop = async (): Promise<void> => {
      await media?.stopRecording(state.id, recording);
      await this.#deps.completed(recording, state.kind === 'open' ? state.tag : undefined);
    };
    const ending = stop().finally(() => this.#ending.delete(recording));
    this.#ending.set(recording, ending);
    return ending;
  }

  /** Without a worker: nobody waits for it, and what was recorded before is over. */
  #unasked(entry: SessionEntry, ask: MediaAsk, respond: Respond | undefined): void {
    if (ask.type === 'record') return this.#record(entry, ask, respond);
    if (ask.type !== 'record_stop') return;
    void this.#stopped(undefined, entry.state, ask.recording).then(() => ask.answers && respond?.({ ok: {} }));
  }

  /** What cannot be recorded is over at once. */
  #record(
    entry: SessionEntry,
    { recording, part, mix, streams }: Extract<MediaAsk, { type: 'record' }>,
    respond: Respond | undefined,
  ): void {
    const { media, folderOf } = this.#deps;
    const folder = folderOf?.(recording);
    const failed = (fault: 'disk_full' | 'failed', error: ErrorCode): void => {
      this.#queues.feed(entry, { type: 'recording_failed', recording, fault });
      respond?.({ error });
    };
    if (media === undefined || folder === undefined) return failed('failed', 'recording_unavailable');
    const order = { recording, folder, part, streams, mix: mix === 'none' ? undefined : mix };
    media.record(entry.state.id, order).then(
      () => respond?.({ ok: {} }),
      (error: unknown) => {
        const code = this.#codeOf(error);
        failed(code === 'disk_full' ? 'disk_full' : 'failed', code);
      },
    );
  }

  #carried(event: MediaEvent): void {
    const entry = this.#queues.get(event.session);
    // One that is being made anew by the same name has nothing yet: what is said is of the one before.
    if (entry === undefined || entry.state.kind === 'unmade') return;
    const { state } = entry;
    this.#queues.feed(entry, said(event));
    if (event.type !== 'lost' || state.kind !== 'open') return;
    // Nobody is behind a connection by plain RTP who could publish anew: its program hears that it has left.
    for (const { here } of Object.values(state.participants))
      if (here !== undefined && isPlain(carrierOf(here.from.connection)))
        this.#queues.feed(entry, { type: 'gone', connection: here.from.connection });
  }

  #codeOf(error: unknown): ErrorCode {
    if (error instanceof MediaError) return mediaCodes[error.code];
    this.#deps.log.error('media', { error: String(error) });
    return 'internal';
  }
}

/** It knows those who take part by the names that they had when it was told of them. */
function said(event: MediaEvent): SessionInput {
  switch (event.type) {
    case 'lost':
      return { type: 'lost' };
    case 'speaker':
      return { type: 'speaker', ...(event.participant !== undefined && whose(event.participant)) };
    case 'transport':
      return { type: 'transport', ...whose(event.participant), side: event.side, state: event.state };
    case 'quality':
      return { type: 'quality', ...whose(event.participant), quality: event.quality };
    case 'dropped':
      return { type: 'dropped', ...whose(event.participant), mid: event.mid, code: event.code };
    case 'watched':
      return { type: 'watched', ...whose(event.participant), mid: event.mid, encodings: event.encodings };
    case 'digit':
      return { type: 'digit', ...whose(event.participant), digit: event.digit };
    case 'offer': {
      const streams = event.streams.map((one) => ({ ...one, participant: whose(one.participant).participant }));
      return { type: 'offer', ...whose(event.participant), revision: event.revision, offer: event.offer, streams };
    }
    case 'recorded': {
      const { recording, file } = event;
      const participant = file.participant && whose(file.participant).participant;
      return { type: 'recorded', recording, file: { ...file, ...(participant !== undefined && { participant }) } };
    }
    case 'recording_failed':
      return { type: 'recording_failed', recording: event.recording, fault: event.fault };
  }
}

const mediaCodes = {
  bad_description: 'description_refused',
  stale: 'stale_offer',
  unavailable: 'media_unavailable',
  no_port: 'rtp_full',
  disk_full: 'disk_full',
  recording_failed: 'recording_unavailable',
} as const satisfies Record<MediaError['code'], ErrorCode>;

import type { Allowed } from '../ports/media.ts';
import { MediaError } from '../ports/media.ts';
import type { Media, MediaEvent, PublishedStream, RecordingOrder, StreamRef } from '../ports/media.ts';

/** A worker in memory. An offer names its streams, `0:audio 1:video`; what a receiver gets is offered by words, too: `anna/0`. */
export class WordsMedia implements Media {
  /** What each receiver gets at the moment, by session and participant. */
  readonly receives = new Map<string, string[]>();
  /** What was asked of it, in order. */
  readonly asked: string[] = [];
  /** The sections of each that others may have. */
  readonly admits = new Map<string, readonly string[]>();
  readonly #published = new Map<string, readonly PublishedStream[]>();
  readonly #revisions = new Map<string, number>();
  #listener: (event: MediaEvent) => void = () => undefined;
  /** Holds what is published until it is called. */
  gate: Promise<void> = Promise.resolve();

  async publish(
    session: string,
    participant: string,
    offer: string,
    allowed: readonly Allowed[],
  ): ReturnType<Media['publish']> {
    this.asked.push(`publish ${participant}`);
    await this.gate;
    if (offer === 'nonsense') throw new MediaError('bad_description', 'It cannot be read.');
    const streams = offer.split(' ').flatMap((stream): PublishedStream[] => {
      const [mid = '', kind] = stream.split(':');
      return kind === 'audio' || kind === 'video' ? (allowed.includes(kind) ? [{ mid, kind }] : []) : [];
    });
    this.#published.set(`${session} ${participant}`, streams);
    return { answer: `answer to ${offer}`, streams };
  }

  subscribe(session: string, participant: string, streams: readonly StreamRef[]): void {
    const key = `${session} ${participant}`;
    const named = streams.map((stream) => `${stream.participant}/${stream.mid}`);
    this.asked.push(`subscribe ${participant}: ${named.length}`);
    this.receives.set(key, named);
    this.#offer(session, participant, streams);
  }

  admit(session: string, participant: string, mids: readonly string[]): void {
    this.admits.set(`${session} ${participant}`, mids);
  }

  hear(_session: string, participant: string, as: string, from: readonly string[]): void {
    this.asked.push(`hear ${participant} as ${as}: ${from.join(' ')}`);
  }

  answer(session: string, participant: string, revision: number): Promise<void> {
    const isStale = revision !== this.#revisions.get(`${session} ${participant}`);
    return isStale ? Promise.reject(new MediaError('stale', 'It was replaced.')) : Promise.resolve();
  }

  restart(session: string, participant: string): void {
    this.#offer(session, participant, []);
  }

  look(_session: string, participant: string, stream: StreamRef, width: number): void {
    this.asked.push(`look ${participant}: ${stream.participant}/${stream.mid} ${width}`);
  }

  /** Why nothing can be recorded, if so. */
  recordingFault: 'disk_full' | undefined;

  record(_session: string, { recording, part, mix }: RecordingOrder): Promise<void> {
    this.asked.push(`record ${recording} ${part} ${mix ?? 'none'}`);
    const fault = this.recordingFault;
    return fault === undefined ? Promise.resolve() : Promise.reject(new MediaError(fault, 'It is full.'));
  }

  pauseRecording(_session: string, recording: string, isPaused: boolean): void {
    this.asked.push(`${isPaused ? 'pause' : 'resume'} ${recording}`);
  }

  stopRecording(_session: string, recording: string): Promise<void> {
    this.asked.push(`stop ${recording}`);
    return Promise.resolve();
  }

  leave(session: string, participant: string): void {
    this.asked.push(`leave ${participant}`);
    this.#forget(`${session} ${participant}`);
  }

  close(session: string): void {
    this.asked.push(`close ${session}`);
    for (const key of this.receives.keys()) if (key.startsWith(`${session} `)) this.#forget(key);
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  tell(event: MediaEvent): void {
    this.#listener(event);
  }

  #forget(key: string): void {
    for (const map of [this.receives, this.admits, this.#published, this.#revisions]) map.delete(key);
  }

  #offer(session: string, participant: string, streams: readonly StreamRef[]): void {
    const key = `${session} ${participant}`;
    const revision = (this.#revisions.get(key) ?? 0) + 1;
    this.#revisions.set(key, revision);
    const offer = this.receives.get(key)?.join(' ') ?? '';
    this.tell({
      type: 'offer',
      session,
      participant,
      revision,
      offer,
      streams: streams.map((one, at) => ({ ...one, section: String(at) })),
    });
  }
}

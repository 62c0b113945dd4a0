import type { ParticipantId, Recorded, RecordingId, SessionId, SessionState } from '@offhook/core';
import type { SessionStore, SessionWrite, StoredParticipant } from '../ports/sessions.ts';

/** The part of a MemoryDisk that knows sessions and those for whom tokens were made. */
export class MemorySessions {
  /** As JSON, like calls. */
  readonly #sessions = new Map<SessionId, string>();
  readonly #participants = new Map<ParticipantId, StoredParticipant>();
  /** As JSON, too. */
  readonly #recordings = new Map<RecordingId, string>();

  write(write: SessionWrite): void {
    switch (write.type) {
      case 'session':
        if (write.state.kind === 'open') this.#sessions.set(write.state.id, JSON.stringify(write.state));
        else this.#sessions.delete(write.state.id);
        return;
      case 'participant':
        this.#participants.set(write.participant.id, write.participant);
        return;
      case 'recording':
        this.#recordings.set(write.recording.id, JSON.stringify(write.recording));
        return;
      case 'recording_complete': {
        const known = this.#recordings.get(write.recording);
        if (known === undefined) return;
        this.#recordings.set(write.recording, JSON.stringify({ ...(JSON.parse(known) as Recorded), isComplete: true }));
        return;
      }
      case 'recording_gone':
        this.#recordings.delete(write.recording);
        return;
      case 'participant_gone':
        this.#participants.delete(write.participant);
        return;
      case 'participants_gone':
        for (const { id, madeAt } of this.#participants.values()) if (madeAt < write.before) this.#participants.delete(id);
    }
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof SessionStore]: (...args: Parameters<SessionStore[K]>) => Awaited<ReturnType<SessionStore[K]>>;
  } = {
    liveSessions: () => Array.from(this.#sessions.values(), (state) => JSON.parse(state) as SessionState),
    participant: (id: ParticipantId) => this.#participants.get(id),
    participantOf: (digest: string) => [...this.#participants.values()].find(({ tokenDigest }) => tokenDigest === digest),
    recording: (id: RecordingId) => {
      const known = this.#recordings.get(id);
      return known === undefined ? undefined : (JSON.parse(known) as Recorded);
    },
    recordings: (before: Parameters<SessionStore['recordings']>[0], limit: number) =>
      this.#sorted(
        ({ startedAt, id }) =>
          before === undefined || startedAt < before.startedAt || (startedAt === before.startedAt && id < before.id),
      )
        .toReversed()
        .slice(0, limit),
    recordingsOf: (session: SessionId) => this.#sorted((one) => one.session === session),
    incompleteRecordings: () => this.#sorted(({ isComplete }) => isComplete === false),
  };

  /** From the first. */
  #sorted(fits: (one: Recorded) => boolean): Recorded[] {
    return Array.from(this.#recordings.values(), (recording) => JSON.parse(recording) as Recorded)
      .filter(fits)
      .toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  }
}

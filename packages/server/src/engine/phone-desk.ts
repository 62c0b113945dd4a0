/** Phones that dial the token of a participant: they come into its session by plain RTP, and hear it as one sound. */
import { sessionLimits } from '@offhook/core';
import type { ParticipantId } from '@offhook/core';
import type { Dialled, PhoneCalls } from '../ports/phone-calls.ts';
import type { SessionRtp } from '../ports/rtp.ts';
import type { SessionAdministration, SessionStore } from '../ports/sessions.ts';
import type { Clock, Hash } from '../ports.ts';

export interface PhoneDeskDeps {
  readonly store: Pick<SessionStore, 'participantOf'>;
  readonly hash: Hash;
  readonly clock: Clock;
  readonly sessions: SessionAdministration;
  readonly rtp: SessionRtp;
}

export class PhoneDesk implements PhoneCalls {
  readonly #deps: PhoneDeskDeps;

  constructor(deps: PhoneDeskDeps) {
    this.#deps = deps;
  }

  async dialled(user: string): Promise<Dialled | undefined> {
    const { clock, hash, sessions, store } = this.#deps;
    const known = await store.participantOf(hash.digest(user));
    if (known === undefined || known.madeAt < clock.now() - sessionLimits.participantMs) return undefined;
    const session = sessions.sessionOf(known.id);
    return session && { session: session.id, participant: known.id };
  }

  async comeIn({ session, participant }: Dialled, offer: string, name: string, at: string): Promise<string> {
    return (await this.#deps.rtp.attach(session, participant, { offer, name, at, mix: true })).answer;
  }

  offer({ session, participant }: Dialled, name: string, at: string): Promise<string> {
    return this.#deps.rtp.offer(session, participant, { name, at });
  }

  answered({ session, participant }: Dialled, answer: string): Promise<void> {
    return this.#deps.rtp.answered(session, participant, answer);
  }

  leave({ session, participant }: Dialled): void {
    // Where it has left already, there is nothing to leave.
    this.#deps.rtp.detach(session, participant).catch(() => undefined);
  }

  onLeft(listener: (participant: ParticipantId) => void): void {
    this.#deps.sessions.onNews(({ event, participant }) => {
      if (event === 'participant.left' && participant !== undefined) listener(participant);
    });
  }
}

/** Phones that come into sessions: what their calls need of the server. */
import type { ParticipantId, SessionId } from '@offhook/core';

/** As whom a phone takes part, by what it has dialled. */
export interface Dialled {
  readonly session: SessionId;
  readonly participant: ParticipantId;
}

export interface PhoneCalls {
  /** Undefined: nobody is reached so. */
  dialled(user: string): Promise<Dialled | undefined>;
  /** Takes part, or begins anew. `at`: the phone's address. Resolves with the answer to what it offers. @throws Refusal */
  comeIn(who: Dialled, offer: string, name: string, at: string): Promise<string>;
  /** The same of one that is to be offered something. Resolves with the offer. @throws Refusal */
  offer(who: Dialled, name: string, at: string): Promise<string>;
  /** What that is answered. @throws Refusal; it takes part without a sound then */
  answered(who: Dialled, answer: string): Promise<void>;
  leave(who: Dialled): void;
  /** Told of everybody who takes part no longer. */
  onLeft(listener: (participant: ParticipantId) => void): void;
}

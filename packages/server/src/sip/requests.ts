/**
 * What phones ask of the engine in their calls. What cannot be done at the moment, such as while the disk is full, is asked again until it
 * can, as pages do it: nobody at a phone would. An invite alone is for its person to try again.
 */
import { passing } from '@offhook/core';
import type { From, Milliseconds, Outgoing } from '@offhook/core';
import type { CallRequestType, Clock, Outcome, Switchboard } from '../ports.ts';
import type { Invite } from '../ports/invite.ts';

/** `origin`: of an invite. */
export type Asked = Extract<Outgoing, { type: CallRequestType }> & Pick<Invite, 'origin'>;

export interface PhoneRequestsDeps {
  readonly switchboard: Switchboard;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** The first time is waited for so long, then twice as long each time, up to the longest. */
const firstMs: Milliseconds = 500;
const longestMs: Milliseconds = 16_000;

export class PhoneRequests {
  readonly #deps: PhoneRequestsDeps;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(deps: PhoneRequestsDeps) {
    this.#deps = deps;
  }

  ask(from: From, message: Asked, settle: (outcome: Outcome) => void): void {
    this.#ask(from, message, settle, firstMs);
  }

  /** Nothing is asked again. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }

  #ask(from: From, message: Asked, settle: (outcome: Outcome) => void, wait: Milliseconds): void {
    const { switchboard, clock, newId } = this.#deps;
    switchboard.request(from, { ...message, id: newId() }, (outcome) => {
      const passes = 'error' in outcome && message.type !== 'invite' && passing.has(outcome.error);
      if (!passes || this.#isClosed) return settle(outcome);
      const cancel = clock.schedule(wait, () => {
        this.#waiting.delete(cancel);
        this.#ask(from, message, settle, Math.min(2 * wait, longestMs));
      });
      this.#waiting.add(cancel);
    });
  }
}

/**
 * What phones ask of the engine in their calls. What cannot be done at the moment, such as while the disk is full, is asked again until it
 * can, as pages do it: nobody at a phone would. An invite alone is for its person to try again.
 */
import { passing } from '@offhook/core';
import type { From, Milliseconds, Outgoing } from '@offhook/core';
import type { CallRequestType, Clock, Outcome, Switchboard } from '../ports.ts';
import type { About, Leave } from '../ports/invite.ts';

/** `About`: of an invite. `elsewhere`: of a hangup. */
export type Asked = Extract<Outgoing, { type: CallRequestType }> & About & Pick<Leave, 'elsewhere'>;

const durable: Readonly<Record<string, true>> = {
  invite: true,
  reoffer: true,
  accept: true,
  answer: true,
  reject: true,
  hangup: true,
  describe: true,
  transfer: true,
  move: true,
  update: true,
} satisfies Record<Asked['type'], true>;

/** What has to be answered, of what an endpoint says. */
export function isAsked(message: Outgoing): message is Extract<Outgoing, { type: CallRequestType }> {
  return Object.hasOwn(durable, message.type);
}

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

/** A phone of which nothing arrives any more, not even reports: where it does not hold the call, it is gone in the end. */
import type { Milliseconds } from '@offhook/core';
import type { Clock } from '../ports.ts';
import type { PhoneCall } from './phone-call.ts';

/** After the worker has missed it for some time: silence suppression is no end. */
const silentMs: Milliseconds = 30_000;
/** From when it is taken: with what the worker waits, after the last packet, it is as long. */
const neverMs: Milliseconds = 45_000;

export class Silence {
  readonly #clock: Clock;
  readonly #call: Pick<PhoneCall, 'isHolding' | 'isOver' | 'leg' | 'hangUp'>;
  #cancel: (() => void) | undefined;
  #isHeard = false;

  constructor(clock: Clock, call: Pick<PhoneCall, 'isHolding' | 'isOver' | 'leg' | 'hangUp'>) {
    this.#clock = clock;
    this.#call = call;
  }

  /** Packets of the phone arrive, or do no longer. */
  hear(state: 'connected' | 'disconnected' | 'failed'): void {
    if (state === 'connected') this.#isHeard = true;
    if (state === 'connected' || this.#call.isOver) this.end();
    else this.#begin();
  }

  /** It is taken: something is to come, where nothing has so far. `sends`: whether it says that it sends anything. */
  expect(sends: () => boolean): void {
    if (this.#isHeard) return;
    this.end();
    const look = (): void => {
      if (sends()) this.#missed();
      else this.#cancel = this.#clock.schedule(silentMs, look);
    };
    this.#cancel = this.#clock.schedule(neverMs, look);
  }

  #begin(): void {
    this.end();
    this.#cancel = this.#clock.schedule(silentMs, () => this.#missed());
  }

  /** A phone that holds the call may say nothing for as long as it likes: whether it is there is asked. */
  #missed(): void {
    if (!this.#call.isHolding) return this.#call.hangUp();
    this.#call.leg?.say('OPTIONS', {}).catch(() => undefined);
    this.#begin();
  }

  /** It is heard, or nobody waits for it any more. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

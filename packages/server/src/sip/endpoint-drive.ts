/** The machine of one call at a phone, with what drives it: inputs one after the other, and its deadline. */
import { endpointMachine, newEndpoint } from '@offhook/core';
import type { EndpointEffect, EndpointInput, EndpointState } from '@offhook/core';
import type { Clock } from '../ports.ts';

export interface Driven {
  /** Before what follows from it is done. */
  stepped(before: EndpointState): void;
  perform(effect: EndpointEffect): void;
}

export class EndpointDrive {
  readonly #clock: Clock;
  readonly #driven: Driven;
  readonly #inputs: EndpointInput[] = [];
  #state: EndpointState;
  #isStepping = false;
  #timer: (() => void) | undefined;

  constructor(clock: Clock, call: string, driven: Driven) {
    this.#clock = clock;
    this.#driven = driven;
    this.#state = newEndpoint(call);
  }

  get state(): EndpointState {
    return this.#state;
  }

  /** Takes an input in, after those that are being worked on. */
  input(input: EndpointInput): void {
    this.#inputs.push(input);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  #step(input: EndpointInput): void {
    const before = this.#state;
    const { state, effects } = endpointMachine.step(before, input, this.#clock.now());
    this.#state = state;
    this.#driven.stepped(before);
    for (const effect of effects) this.#driven.perform(effect);
    this.#timer?.();
    const at = endpointMachine.deadline(state);
    this.#timer =
      at === undefined
        ? undefined
        : this.#clock.schedule(Math.max(0, at - this.#clock.now()), () => this.input({ type: 'tick' }));
  }
}

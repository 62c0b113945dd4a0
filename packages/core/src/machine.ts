/**
 * The one contract of every machine in Offhook (calls, endpoints, users, later sessions, queues and flows).
 *
 *     step(state, input, now) → { state, effects }      what happens
 *     deadline(state)         → instant | undefined     when it wants to be asked again
 *     recover(state, now)     → effects                 what a crash after the last stored state may have lost
 *
 * A machine knows no clock, timer, randomness, promise or socket: time is an argument, everything else is an effect whose
 * outcome comes back as a later input. Whoever drives a machine stores the new state first and carries out the effects
 * after that, in order. An input which a state does not name changes nothing and yields nothing.
 */

/** Milliseconds since the Unix epoch, from a clock that never runs backwards. */
export type Instant = number;

/** A span of time in milliseconds. */
export type Milliseconds = number;

export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export interface Machine<State, Input, Effect> {
  step(state: State, input: Input, now: Instant): Step<State, Effect>;
  deadline(state: State): Instant | undefined;
  recover(state: State, now: Instant): readonly Effect[];
}

/** Every machine is asked again with this input once its deadline has passed. */
export interface Tick {
  readonly type: 'tick';
}

/** Closes a switch over a union: a forgotten case does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/**
 * Which of the tabs of a device rings aloud. Each tab has a bell; between them are a lock that one of them can have (W3C Web Locks), and
 * a channel on which they hear each other (HTML §9.5, BroadcastChannel).
 *
 *              something rings: "Who rings?"              the lock is granted
 *      silent ───────────────────────────────► waiting ───────────────────────────► ringing: says "I ring"
 *        ▲                     "I ring", by one │ ▲  │ nobody says it                 │ │
 *        │                     that is as fit   │ │  │ for `takeMs`,   the lock is    │ │ over
 *        │                                      ▼ │  │ or one less fit lost: waiting ◄┘ ▼
 *        │                              following ┘  ▼                                 fading: keeps the lock for `fadeMs`,
 *        │          for `checkMs`: "Who rings?"    taking ──► the lock is              so that no tab that hears later of
 *        │          at once, when it is granted:              granted: ringing         the end rings for what is over
 *        │          ringing                                                            │
 *        └────────────── over, or off, from everywhere ────────────────────────────────┘
 *
 * A tab that is closed gives the lock back by itself, and the next in its queue is granted it. One that sleeps without having said so
 * holds it and says nothing: it is taken from it, which it hears of when it wakes.
 */
import { unreachable } from '../machine.ts';
import type { Instant, Machine, Milliseconds, Step, Tick } from '../machine.ts';

/** Within this time somebody has said that they ring, or another one takes the lock. */
export const takeMs: Milliseconds = 300;
/** Whoever follows makes sure this often that somebody still rings. */
export const checkMs: Milliseconds = 3_000;
/** So much later than the first tab the last one may hear that nothing rings any more. */
export const fadeMs: Milliseconds = 1_000;

/**
 * How good it would be if this tab rang, the least first. `mute`: as far as is known it may make no sound. `hidden`, `seen`, `used`: where
 * it is. `talking`: somebody talks here, who hears from here that there is another call.
 */
export const fitnesses = ['mute', 'hidden', 'seen', 'used', 'talking'] as const;
export type Fitness = (typeof fitnesses)[number];

export type BellState =
  | { readonly kind: 'silent' }
  | { readonly kind: 'waiting'; readonly fitness: Fitness; readonly until: Instant }
  /** It takes the lock, and has only to hear that it has it. */
  | { readonly kind: 'taking'; readonly fitness: Fitness; readonly until: Instant }
  /** Another tab rings, which is as fit as `of`. */
  | { readonly kind: 'following'; readonly fitness: Fitness; readonly of: Fitness; readonly until: Instant }
  | { readonly kind: 'ringing'; readonly fitness: Fitness }
  | { readonly kind: 'fading'; readonly until: Instant };

export type BellInput =
  /** Something rings at this device. */
  | { readonly type: 'ring'; readonly fitness: Fitness }
  | { readonly type: 'fitness'; readonly fitness: Fitness }
  /** Nothing rings any more. */
  | { readonly type: 'over' }
  /** The page goes, or to sleep. */
  | { readonly type: 'off' }
  | { readonly type: 'granted' }
  /** Another tab has taken the lock. */
  | { readonly type: 'lost' }
  /** Another tab says "I ring". */
  | { readonly type: 'said'; readonly fitness: Fitness }
  /** Another tab wants to know who rings. */
  | { readonly type: 'asked' }
  | Tick;

export type BellEffect =
  | { readonly type: 'sound' }
  | { readonly type: 'hush' }
  /** "I ring." */
  | { readonly type: 'say'; readonly fitness: Fitness }
  /** "Who rings?" */
  | { readonly type: 'ask' }
  /** Waits for the lock, in the place of whatever was asked of it before; so does the next one. */
  | { readonly type: 'queue' }
  /** Takes the lock from whoever has it. */
  | { readonly type: 'take' }
  /** Gives the lock back, or waits for it no more. */
  | { readonly type: 'release' };

export const silent: BellState = { kind: 'silent' };

type To = Step<BellState, BellEffect>;

export const bellMachine: Machine<BellState, BellInput, BellEffect> = {
  step(state, input, now) {
    switch (input.type) {
      case 'ring':
        return ring(state, input.fitness, now);
      case 'fitness':
        return change(state, input.fitness, now);
      case 'over':
        return over(state, now);
      case 'off':
        return off(state);
      case 'granted':
        return 'until' in state && state.kind !== 'fading' ? begin(state.fitness) : to(state);
      case 'lost':
        return lost(state, now);
      case 'said':
        return said(state, input.fitness, now);
      case 'asked':
        return state.kind === 'ringing' ? to(state, { type: 'say', fitness: state.fitness }) : to(state);
      case 'tick':
        return tick(state, now);
      default:
        return unreachable(input);
    }
  },

  deadline: (state) => ('until' in state ? state.until : undefined),

  /** A page keeps nothing over its end. */
  recover: () => [],
};

function ring(state: BellState, fitness: Fitness, now: Instant): To {
  if (state.kind === 'fading') return begin(fitness);
  return state.kind === 'silent' ? compete(fitness, now) : to(state);
}

function change(state: BellState, fitness: Fitness, now: Instant): To {
  if (!('fitness' in state) || state.fitness === fitness) return to(state);
  const next = { ...state, fitness };
  if (next.kind === 'ringing') return to(next, { type: 'say', fitness });
  return next.kind === 'following' && isNeeded(fitness, next.of) ? take(fitness, now) : to(next);
}

function over(state: BellState, now: Instant): To {
  if (state.kind === 'ringing') return to({ kind: 'fading', until: now + fadeMs }, { type: 'hush' });
  return state.kind === 'fading' ? to(state) : off(state);
}

function off(state: BellState): To {
  if (state.kind === 'silent') return to(state);
  return to(silent, ...(state.kind === 'ringing' ? [{ type: 'hush' } as const] : []), { type: 'release' });
}

function lost(state: BellState, now: Instant): To {
  if (state.kind === 'silent') return to(state);
  if (state.kind === 'fading') return to(silent);
  const next = compete(state.fitness, now);
  return state.kind === 'ringing' ? to(next.state, { type: 'hush' }, ...next.effects) : next;
}

/** Whoever rings, or takes the lock, hears from the lock whether another one does. */
function said(state: BellState, of: Fitness, now: Instant): To {
  if (state.kind !== 'waiting' && state.kind !== 'following') return to(state);
  const { kind, fitness } = state;
  const isBetter = kind === 'waiting' ? isFitter(fitness, of) : isNeeded(fitness, of);
  return isBetter ? take(fitness, now) : to({ kind: 'following', fitness, of, until: now + checkMs });
}

function tick(state: BellState, now: Instant): To {
  if (!('until' in state) || now < state.until) return to(state);
  switch (state.kind) {
    case 'waiting':
    case 'taking':
      return take(state.fitness, now);
    case 'following':
      return to(wait(state.fitness, now), { type: 'ask' });
    case 'fading':
      return off(state);
  }
}

function begin(fitness: Fitness): To {
  return to({ kind: 'ringing', fitness }, { type: 'sound' }, { type: 'say', fitness });
}

function compete(fitness: Fitness, now: Instant): To {
  return to(wait(fitness, now), { type: 'queue' }, { type: 'ask' });
}

function take(fitness: Fitness, now: Instant): To {
  return to({ kind: 'taking', fitness, until: now + takeMs }, { type: 'take' });
}

function wait(fitness: Fitness, now: Instant): BellState {
  return { kind: 'waiting', fitness, until: now + takeMs };
}

/** At the beginning, when hardly anything was heard, the better one has it. */
function isFitter(mine: Fitness, theirs: Fitness): boolean {
  return fitnesses.indexOf(mine) > fitnesses.indexOf(theirs);
}

/** Later a sound goes on where it is, whatever one looks at, unless it is not heard there or disturbs a call. */
function isNeeded(mine: Fitness, theirs: Fitness): boolean {
  return theirs === 'mute' ? mine !== 'mute' : mine === 'talking' && theirs !== 'talking';
}

function to(state: BellState, ...effects: BellEffect[]): To {
  return { state, effects };
}

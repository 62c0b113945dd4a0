/** Which inputs have met which states, in the machines of calls, endpoints, users and sessions. */
import {
  callInputs,
  callMachine,
  callStates,
  endpointInputs,
  endpointMachine,
  endpointStates,
  presenceOf,
  sessionInputs,
  sessionMachine,
  sessionStates,
  userInputs,
  userMachine,
  userStates,
} from '@offhook/core';
import type { Machine } from '@offhook/core';
import { impossible, seldom } from './impossible.ts';

/** How often, by `machine state input`. */
export type Counts = Record<string, number>;

const machines = {
  call: { states: callStates, inputs: callInputs },
  endpoint: { states: endpointStates, inputs: endpointInputs },
  user: { states: userStates, inputs: userInputs },
  session: { states: sessionStates, inputs: sessionInputs },
} as const;

/** Counts from now on. The function returned ends it. */
export function watch(counts: Counts): () => void {
  const count = (pair: string): void => {
    counts[pair] = (counts[pair] ?? 0) + 1;
  };
  const ends = [
    observe(callMachine, (state, input) => count(`call ${state.kind} ${input.type}`)),
    observe(endpointMachine, (state, input) => count(`endpoint ${state.kind} ${input.type}`)),
    observe(userMachine, (state, input) => count(`user ${presenceOf(state)} ${input.type}`)),
    observe(sessionMachine, (state, input) => count(`session ${state.kind} ${input.type}`)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function observe<S, I, E>(machine: Machine<S, I, E>, saw: (state: S, input: I) => void): () => void {
  const plain = { ...machine };
  const step: typeof plain.step = (state, input, now) => {
    saw(state, input);
    return plain.step(state, input, now);
  };
  Object.assign(machine, { step });
  return () => {
    Object.assign(machine, plain);
  };
}

export function add(to: Counts, more: Counts): void {
  for (const [pair, count] of Object.entries(more)) to[pair] = (to[pair] ?? 0) + count;
}

/** The pairs that have not met though they could, and those that have met though they cannot. */
export function gaps(counts: Counts): { readonly missing: string[]; readonly unexpected: string[] } {
  const missing = pairs().filter((pair) => counts[pair] === undefined && whyNot(pair) === undefined && !isSeldom(pair));
  const unexpected = pairs().filter((pair) => counts[pair] !== undefined && whyNot(pair) !== undefined);
  return { missing, unexpected };
}

function pairs(): string[] {
  return Object.entries(machines).flatMap(([machine, { states, inputs }]) =>
    states.flatMap((state) => inputs.map((input) => `${machine} ${state} ${input}`)),
  );
}

function isSeldom(pair: string): boolean {
  return seldom.some(({ pairs: some }) => some.includes(pair));
}

function whyNot(pair: string): string | undefined {
  return impossible.find(({ pairs: some }) => some.includes(pair))?.why;
}

/** A table for each machine: inputs down, states across; `—` where a pair cannot be. */
export function table(counts: Counts): string {
  return Object.entries(machines)
    .map(([machine, { states, inputs }]) => {
      const width = Math.max(...inputs.map((input) => input.length)) + 2;
      const columns = states.map((state) => Math.max(state.length, 7) + 2);
      const head = machine.padEnd(width) + states.map((state, i) => state.padStart(columns[i] ?? 0)).join('');
      const rows = inputs.map((input) => {
        const cells = states.map((state, i) => {
          const pair = `${machine} ${state} ${input}`;
          return (whyNot(pair) === undefined ? String(counts[pair] ?? 0) : '—').padStart(columns[i] ?? 0);
        });
        return input.padEnd(width) + cells.join('');
      });
      return [head, ...rows].join('\n');
    })
    .join('\n\n');
}

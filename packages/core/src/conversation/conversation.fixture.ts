import type { CallRecord, From } from '../call/call.ts';
import type { Entry, FileInfo, MessageEntry } from '../protocol/conversations.ts';
import type { Person } from '../protocol/signaling.ts';
import { conversationMachine, newDirect } from './conversation.ts';
import type { ConversationEffect, ConversationInput, ConversationState } from './conversation.ts';

export const person = (name: string): Person => ({ address: name.toLowerCase(), name });
export const from = (name: string): From => ({
  person: person(name),
  device: `${name}-device`,
  deviceName: `${name}'s browser`,
  connection: `${name}-tab`,
});
export const anna: From = from('Anna');
export const bo: From = from('Bo');
export const eve: From = from('Eve');

export const direct: ConversationState = newDirect(anna.person, bo.person);
export const unmade: ConversationState = { kind: 'unmade', id: 'group-0123456789-' };

let ids = 0;
export const entryId = (): string => `entry-${String((ids += 1)).padStart(12, '0')}`;

export function record(caller: Person, callee: Person, change: Partial<CallRecord> = {}): CallRecord {
  return {
    call: 'call-0123456789-',
    caller,
    callee,
    media: { audio: true, video: false },
    startedAt: 1_000,
    connectedAt: 2_000,
    endedAt: 62_000.4,
    cause: 'hangup',
    answeredOn: "Bo's browser",
    ...change,
  };
}

type WithoutKnown<I> = I extends unknown ? Omit<I, 'found' | 'known' | 'mark' | 'files'> : never;

/** A conversation with its store: what the machine is handed beside an input is looked up here. */
export class Drive {
  state: ConversationState;
  readonly entries: Entry[] = [];
  readonly marks = new Map<string, number>();
  now = 10_000;
  /** What is said with the next messages. */
  files: readonly FileInfo[] | undefined = [];

  constructor(state: ConversationState) {
    this.state = state;
  }

  /** The effects of one input. */
  input(input: WithoutKnown<ConversationInput>): readonly ConversationEffect[] {
    this.now += 1_000;
    const { state, effects } = conversationMachine.step(this.state, this.#complete(input), this.now);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'made') this.entries.push(effect.entry);
      if (effect.type === 'changed') this.entries[effect.entry.position - 1] = effect.entry;
      if (effect.type === 'mark') this.marks.set(effect.user, effect.read);
    }
    return effects;
  }

  say(who: From, text: string, more: { readonly entry?: string; readonly reply?: number } = {}): readonly ConversationEffect[] {
    return this.input({ type: 'say', from: who, entry: entryId(), text, ...more });
  }

  message(position: number): MessageEntry {
    const entry = this.entries[position - 1];
    if (entry?.kind !== 'message') throw new Error(`no message at ${position}`);
    return entry;
  }

  #known({ person }: Pick<From, 'person'>, entry: string): Entry | undefined {
    return this.entries.find(({ id, from: by }) => id === entry && by.address === person.address);
  }

  #complete(input: WithoutKnown<ConversationInput>): ConversationInput {
    switch (input.type) {
      case 'edit':
      case 'delete':
      case 'react':
        return { ...input, found: this.entries[input.position - 1] };
      case 'say':
        return { ...input, files: this.files, known: this.#known(input.from, input.entry) };
      case 'change':
      case 'leave':
        return { ...input, known: this.#known(input.from, input.entry) };
      case 'meeting':
        return { ...input, found: this.#known({ person: input.by }, input.meeting) };
      case 'voicemail':
        return { ...input, found: this.#known({ person: input.voicemail.from }, input.voicemail.id) };
      case 'read':
        return { ...input, mark: this.marks.get(input.from.person.address) ?? 0 };
      default:
        return input;
    }
  }
}

/** The code with which an input was refused. */
export function refusal(effects: readonly ConversationEffect[]): string | undefined {
  return effects.find((effect) => effect.type === 'refuse')?.code;
}

export function types(effects: readonly ConversationEffect[]): string[] {
  return effects.map(({ type }) => type);
}

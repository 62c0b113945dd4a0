import { conversationOf, unreachable } from '@offhook/core';
import type { Address, ConversationEffect, ConversationState, Event } from '@offhook/core';
import { everybody } from '../ports.ts';
import { areApart } from '../ports/people.ts';
import type { BlockLists } from '../ports/people.ts';
import type { Bus } from '../ports.ts';
import type { Decided } from './queue.ts';

/**
 * Tells everybody concerned of what was decided and stored. Whoever was answered with it hears it no second time. `lists`: who does not
 * want to hear of whoever has read, and the reverse.
 */
export function tell(bus: Bus, { state, effects, from }: Decided, lists: BlockLists): void {
  const isAnswered = effects.some((effect) => effect.type === 'reply' && ('entry' in effect.ok || 'read' in effect.ok));
  const connection = isAnswered ? from?.connection : undefined;
  for (const effect of effects) {
    switch (effect.type) {
      case 'made':
      case 'changed':
        publish(bus, audience(state), { type: 'entries', entries: [effect.entry] }, connection);
        break;
      case 'announce': {
        const conversation = conversationOf(state);
        if (conversation !== undefined) publish(bus, audience(state), { type: 'conversation', conversation });
        break;
      }
      case 'left':
        publish(bus, addresses(effect.people), { type: 'left', conversation: state.id });
        break;
      case 'mark':
        if (effect.told) publish(bus, readers(state, effect, lists), readEvent(state, effect), connection);
        break;
      case 'reply':
      case 'refuse':
      case 'joined':
      case 'files':
        break;
      default:
        unreachable(effect);
    }
  }
}

type Mark = Extract<ConversationEffect, { type: 'mark' }>;

function readEvent({ id }: ConversationState, { user, read }: Mark): Event {
  return { type: 'read', conversation: id, user, read };
}

/** Who hears how far somebody has read: their own devices, and the other side of two. */
function readers(state: ConversationState, { user }: Mark, lists: BlockLists): Address[] {
  return state.kind === 'direct' ? addresses(state.people).filter((address) => !areApart(lists, address)) : [user];
}

/** Whom a conversation concerns. */
export function audience(state: ConversationState): Address[] {
  switch (state.kind) {
    case 'unmade':
      return [];
    case 'room':
      return [everybody];
    case 'direct':
    case 'group':
    case 'meeting':
      return addresses(state.people);
  }
}

function addresses(people: readonly { readonly address: Address }[]): Address[] {
  return people.map(({ address }) => address);
}

function publish(bus: Bus, to: readonly Address[], event: Event, except?: string): void {
  for (const address of to) bus.publish(address, { event, except });
}

import type { Address, MessageEntry, Where } from '@offhook/core';
import type { OffhookError } from '../errors.ts';
import type { PhoneLink } from '../part.ts';
import type { Outgoing } from './timeline.ts';
import type { Unsent, UnsentMessages } from './unsent.ts';

interface Waiting {
  shown: Outgoing;
  readonly resolve: (entry: MessageEntry) => void;
  readonly reject: (error: OffhookError) => void;
}

export interface OutgoingHandlers {
  /** What is on its way has changed. */
  changed(): void;
  /** It is stored. */
  sent(entry: MessageEntry): void;
}

/**
 * The messages of one conversation that are on their way, in the order of saying. One at a time is asked, so that they are stored
 * in this order, over lost connections and a server that refuses some for the moment.
 */
export class OutgoingMessages {
  readonly #link: PhoneLink;
  readonly #where: Where;
  readonly #unsent: UnsentMessages;
  readonly #handlers: OutgoingHandlers;
  readonly #waiting = new Map<string, Waiting>();
  /** The one that is asked. */
  #asked: string | undefined;

  constructor(link: PhoneLink, where: Where, unsent: UnsentMessages, handlers: OutgoingHandlers) {
    this.#link = link;
    this.#where = where;
    this.#unsent = unsent;
    this.#handlers = handlers;
  }

  all(): readonly Outgoing[] {
    return Array.from(this.#waiting.values(), ({ shown }) => shown);
  }

  say({ entry, text, reply, files }: Omit<Unsent, 'in'>): Outgoing {
    const { promise, resolve, reject } = Promise.withResolvers<MessageEntry>();
    promise.catch(() => undefined);
    const shown: Outgoing = {
      kind: 'outgoing',
      id: entry,
      text,
      ...(reply !== undefined && { reply }),
      ...(files !== undefined && { files }),
      at: this.#link.platform.clock.now(),
      state: 'sending',
      sent: promise,
    };
    this.#waiting.set(entry, { shown, resolve, reject });
    this.#unsent.add(this.#message(shown));
    this.#next();
    this.#handlers.changed();
    return shown;
  }

  /** Says one that failed once more. */
  retry(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.shown.state !== 'failed') return;
    this.#waiting.delete(id);
    this.say({ ...waiting.shown, entry: id }).sent.then(waiting.resolve, waiting.reject);
  }

  /** Forgets one that failed. */
  discard(id: string): void {
    if (this.#waiting.get(id)?.shown.state !== 'failed') return;
    this.#waiting.delete(id);
    this.#unsent.remove(id);
    this.#handlers.changed();
  }

  /** An entry was told: perhaps one of these, whose answer is still on its way. */
  told(author: Address, entry: MessageEntry): void {
    if (author === this.#link.user().address) this.#end(entry);
  }

  #next(): void {
    if (this.#asked !== undefined) return;
    const [next] = [...this.#waiting.values()].filter(({ shown }) => shown.state === 'sending');
    if (next === undefined) return;
    const { id } = next.shown;
    this.#asked = id;
    this.#link.connection.ask<'say'>(
      { type: 'say', ...this.#message(next.shown), files: (next.shown.files ?? []).map(({ file }) => file) },
      (outcome) => {
        this.#asked = undefined;
        if ('error' in outcome) this.#fail(id, outcome.error);
        // What is said is a message.
        else this.#sent(outcome.ok.entry as MessageEntry);
        this.#next();
      },
      true,
    );
  }

  #sent(entry: MessageEntry): void {
    this.#end(entry);
    this.#handlers.sent(entry);
  }

  #end(entry: MessageEntry): void {
    const waiting = this.#waiting.get(entry.id);
    if (waiting === undefined) return;
    this.#waiting.delete(entry.id);
    this.#unsent.remove(entry.id);
    waiting.resolve(entry);
    this.#handlers.changed();
  }

  #fail(id: string, error: OffhookError): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#unsent.refused(id);
    waiting.shown = { ...waiting.shown, state: 'failed', error };
    waiting.reject(error);
    this.#handlers.changed();
  }

  #message({ id, text, reply, files }: Outgoing): Unsent {
    return { in: this.#where, entry: id, text, ...(reply !== undefined && { reply }), ...(files !== undefined && { files }) };
  }
}

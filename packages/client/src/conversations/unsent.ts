import type { Address, FileInfo, Where } from '@offhook/core';
import type { PhoneLink } from '../part.ts';
import type { Keep } from '../platform.ts';

/** A message as it has to be said again. */
export interface Unsent {
  readonly in: Where;
  readonly entry: string;
  readonly text: string;
  readonly reply?: number | undefined;
  readonly files?: readonly FileInfo[] | undefined;
}

const key = 'offhook unsent';

/** Messages that were said and not stored yet, kept by the tab, so that a reload loses none. Said again, they are stored once. */
export class UnsentMessages {
  readonly #link: PhoneLink;
  readonly #keep: Keep;
  readonly #user: Address;
  readonly #messages: Map<string, Unsent>;

  constructor(link: PhoneLink) {
    this.#link = link;
    this.#keep = link.platform.tab;
    this.#user = link.user().address;
    this.#messages = new Map(read(this.#keep, this.#user).map((message) => [message.entry, message]));
  }

  all(): readonly Unsent[] {
    return [...this.#messages.values()];
  }

  add(message: Unsent): void {
    this.#messages.set(message.entry, message);
    this.#write();
  }

  remove(entry: string): void {
    if (this.#messages.delete(entry)) this.#write();
  }

  /** It will not be stored. Where only the connection has ended, it is said after the next sign-in of this tab. */
  refused(entry: string): void {
    if (this.#link.connection.state !== 'closed') this.remove(entry);
  }

  #write(): void {
    try {
      if (this.#messages.size === 0) this.#keep.removeItem(key);
      else this.#keep.setItem(key, JSON.stringify({ user: this.#user, messages: this.all() }));
    } catch {
      // A full or forbidden storage keeps nothing over a reload; what is in memory is sent all the same.
    }
  }
}

function read(keep: Keep, user: Address): Unsent[] {
  try {
    const kept = JSON.parse(keep.getItem(key) ?? '{}') as { user?: unknown; messages?: unknown };
    return kept.user === user && Array.isArray(kept.messages) ? (kept.messages as unknown[]).filter(isUnsent) : [];
  } catch {
    return [];
  }
}

function isUnsent(value: unknown): value is Unsent {
  const { in: where, entry, text } = (value ?? {}) as Record<string, unknown>;
  return typeof where === 'object' && where !== null && typeof entry === 'string' && typeof text === 'string';
}

import type { Address, FileInfo, Where } from '@offhook/core';
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
  readonly #keep: Keep;
  readonly #user: Address;
  readonly #messages: Map<string, Unsent>;

  constructor(keep: Keep, user: Address) {
    this.#keep = keep;
    this.#user = user;
    this.#messages = new Map(read(keep, user).map((message) => [message.entry, message]));
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

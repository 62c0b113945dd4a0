import type { Address } from '@offhook/core';
import type { StoredGreeting, StoredVoicemail, VoicemailStore, VoicemailWrite } from '../ports/voicemail.ts';
import { cut, readNumberCursor } from './pages.ts';

interface Numbered {
  readonly number: number;
  readonly voicemail: StoredVoicemail;
}

/** The part of a MemoryDisk that keeps voicemail. */
export class MemoryVoicemails {
  readonly #voicemails = new Map<string, Numbered>();
  readonly #greetings = new Map<Address, StoredGreeting>();
  #numbers = 0;

  write(write: VoicemailWrite): void {
    switch (write.type) {
      case 'voicemail': {
        const { voicemail } = write;
        const number = this.#voicemails.get(voicemail.id)?.number ?? ++this.#numbers;
        this.#voicemails.set(voicemail.id, { number, voicemail });
        return;
      }
      case 'voicemail_gone':
        this.#voicemails.delete(write.voicemail);
        return;
      case 'greeting':
        if (write.greeting === undefined) this.#greetings.delete(write.user);
        else this.#greetings.set(write.user, write.greeting);
    }
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof VoicemailStore]: (...args: Parameters<VoicemailStore[K]>) => Awaited<ReturnType<VoicemailStore[K]>>;
  } = {
    voicemail: (id) => this.#voicemails.get(id)?.voicemail,
    voicemails: (user, before, limit) => {
      const from = readNumberCursor(before);
      if (from === undefined) return { voicemails: [] };
      const found = this.#of(user)
        .filter(({ number }) => number < from)
        .toReversed();
      const { items, next } = cut(
        found.slice(0, limit + 1),
        limit,
        ({ voicemail }) => voicemail,
        ({ number }) => String(number),
      );
      return { voicemails: items, next };
    },
    voicemailCount: (user) => {
      const all = this.#of(user);
      const old = all.filter(({ voicemail: { kept } }) => kept?.heardAt !== undefined).length;
      return { new: all.length - old, old };
    },
    unkeptVoicemails: () =>
      [...this.#voicemails.values()].flatMap(({ voicemail }) => (voicemail.kept === undefined ? voicemail : [])),
    greeting: (user) => this.#greetings.get(user),
  };

  /** Those that are kept, oldest first. */
  #of(user: Address): Numbered[] {
    return [...this.#voicemails.values()].filter(({ voicemail }) => voicemail.user === user && voicemail.kept !== undefined);
  }
}

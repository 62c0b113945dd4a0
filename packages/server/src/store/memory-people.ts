import type { Address } from '@offhook/core';
import type { PeopleStore, PeopleWrite, StoredContact } from '../ports/people.ts';
import type { StoredUser } from '../ports.ts';
import { compareText, searchTerm } from './people.ts';

/** The part of a MemoryDisk that knows what people say of one another. */
export class MemoryPeople {
  readonly #users: Map<Address, StoredUser>;
  /** By user: whom they know, and whether as a favourite. */
  readonly #contacts = new Map<Address, Map<Address, boolean>>();
  readonly #blocks = new Map<Address, Set<Address>>();

  constructor(users: Map<Address, StoredUser>) {
    this.#users = users;
  }

  write(write: PeopleWrite): void {
    const user = this.#users.get(write.user);
    switch (write.type) {
      case 'profile':
        if (user !== undefined) this.#users.set(user.address, { ...user, profile: write.profile });
        return;
      case 'seen':
        if (user !== undefined) this.#users.set(user.address, { ...user, seenAt: write.at });
        return;
      case 'contact':
        this.#contacts.set(write.user, (this.#contacts.get(write.user) ?? new Map()).set(write.contact, write.starred));
        return;
      case 'no_contact':
        this.#contacts.get(write.user)?.delete(write.contact);
        return;
      case 'block': {
        const blocked = this.#blocks.get(write.user) ?? new Set();
        this.#blocks.set(write.user, blocked);
        if (write.on) blocked.add(write.blocked);
        else blocked.delete(write.blocked);
      }
    }
  }

  forget(user: Address): void {
    this.#contacts.delete(user);
    for (const contacts of this.#contacts.values()) contacts.delete(user);
    this.#blocks.delete(user);
    for (const blocked of this.#blocks.values()) blocked.delete(user);
  }

  /** What is read, with the values of this moment. */
  readonly reads: {
    readonly [K in keyof PeopleStore]: (...args: Parameters<PeopleStore[K]>) => Awaited<ReturnType<PeopleStore[K]>>;
  } = {
    contacts: (owner) =>
      [...(this.#contacts.get(owner) ?? [])]
        .flatMap(([address, starred]): StoredContact[] => {
          const user = this.#users.get(address);
          return user === undefined ? [] : [{ user, starred }];
        })
        .sort(byFavourite),
    blocks: (user) => ({
      blocked: [...(this.#blocks.get(user) ?? [])].sort(compareText),
      by: [...this.#blocks].flatMap(([by, blocked]) => (blocked.has(user) ? by : [])).sort(compareText),
    }),
  };
}

function byFavourite(a: StoredContact, b: StoredContact): number {
  return (
    Number(b.starred) - Number(a.starred) ||
    compareText(searchTerm(a.user.name), searchTerm(b.user.name)) ||
    compareText(a.user.address, b.user.address)
  );
}

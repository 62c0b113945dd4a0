/** What is kept up with the other ends of trunks: our registrations there, and whether they are there. */
import type { Hash, Log } from '../../ports.ts';
import type { StoredTrunk } from '../../ports/trunk-store.ts';
import type { SipAgent } from '../agent.ts';
import type { TrunkNews } from './news.ts';
import { TrunkRegistration } from './registration.ts';
import type { RegistrationState } from './registration.ts';
import { TrunkWatch } from './watch.ts';
import type { Health } from './watch.ts';

export interface TrunkLinksDeps {
  readonly hash: Hash;
  readonly news: TrunkNews;
  readonly log: Log;
  /** From 0 to below 1. */
  readonly chance: () => number;
}

export interface LinkState {
  /** Absent: it does not register. */
  readonly registration?: RegistrationState | undefined;
  readonly health: Health;
}

interface Link {
  /** What it was made of. */
  readonly made: string;
  readonly contact: string;
  readonly registration: TrunkRegistration | undefined;
  readonly watch: TrunkWatch | undefined;
}

export class TrunkLinks {
  readonly #deps: TrunkLinksDeps;
  readonly #links = new Map<string, Link>();
  readonly #contacts = new Map<string, string>();
  #agent: SipAgent | undefined;

  constructor(deps: TrunkLinksDeps) {
    this.#deps = deps;
  }

  start(agent: SipAgent, trunks: readonly StoredTrunk[]): void {
    this.#agent = agent;
    for (const trunk of trunks) this.changed(trunk);
  }

  close(): void {
    for (const { registration, watch } of this.#links.values()) {
      registration?.close();
      watch?.close();
    }
  }

  state(trunk: string): LinkState {
    const link = this.#links.get(trunk);
    return { registration: link?.registration?.state, health: link?.watch?.health ?? 'unknown' };
  }

  /** The trunk at which we have said that we are reached by this user part: nobody knows it but who was told there. */
  registeredAs(contact: string): string | undefined {
    return this.#contacts.get(contact);
  }

  /** A trunk is new, or otherwise than before. One that is stored and cannot be used takes nothing away from the others. */
  changed(trunk: StoredTrunk): void {
    try {
      this.#change(trunk);
    } catch (error) {
      this.#deps.log.error('trunk.unusable', { trunk: trunk.id, error: String(error) });
    }
  }

  removed(trunk: string): void {
    const link = this.#links.get(trunk);
    this.#links.delete(trunk);
    if (link === undefined) return;
    this.#contacts.delete(link.contact);
    link.registration?.stop();
    link.watch?.close();
  }

  #change(trunk: StoredTrunk): void {
    const { settings, password } = trunk;
    const { host, port, proxy, transport, username, domain, enabled, register, watchSeconds } = settings;
    const made = JSON.stringify({ host, port, proxy, transport, username, domain, enabled, register, watchSeconds, password });
    const before = this.#links.get(trunk.id);
    if (before?.made === made || this.#agent === undefined) return;
    this.removed(trunk.id);
    if (!enabled) return;
    const { chance, hash, news } = this.#deps;
    const about = { trunk: trunk.id, name: settings.name };
    const agent = this.#agent;
    // The same after a restart, and as long as the other end may remember it.
    const contact = hash.sign(`trunk ${trunk.id}`).slice(0, 32);
    if (register) this.#contacts.set(contact, trunk.id);
    const registration = register
      ? new TrunkRegistration(trunk, contact, {
          agent,
          chance,
          changed: ({ state, status }) =>
            news.tell(state === 'registered' ? 'trunk.registered' : 'trunk.failed', `trunk ${trunk.id}`, { ...about, status }),
        })
      : undefined;
    const watch =
      watchSeconds > 0
        ? new TrunkWatch(trunk, {
            agent,
            changed: (health) => news.tell(health === 'up' ? 'trunk.up' : 'trunk.down', `trunk ${trunk.id}`, about),
          })
        : undefined;
    this.#links.set(trunk.id, { made, contact, registration, watch });
  }
}

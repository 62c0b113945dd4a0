/** Datagrams between the server and phones. Each takes a time of its own, so that they overtake one another; some are lost, some come twice. */
import type { ByteString, Remote } from '@offhook/sip';
import type { Chance } from '../chance.ts';
import type { Scope } from '../time.ts';
import { brief } from './brief.ts';

/** The network of one phone. */
export interface Link {
  isOnline: boolean;
  /** Milliseconds one way, least and most. */
  delay: readonly [number, number];
  /** The shares of datagrams that are lost, and that come twice. */
  loss: number;
  duplicate: number;
}

/** Whoever sends and receives at an address. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** None: it is where nothing happens to datagrams. */
  readonly link: Link | undefined;
  receive(text: ByteString, from: Remote): void;
}

export interface SipNetworkDeps {
  readonly chance: Chance;
  readonly world: Scope;
  /** Told of everything that arrives. */
  readonly seen: (from: string, to: string, what: string) => void;
}

export const sipPort = 5060;

export class SipNetwork {
  readonly #deps: SipNetworkDeps;
  readonly #hosts = new Map<string, Host>();

  constructor(deps: SipNetworkDeps) {
    this.#deps = deps;
  }

  add(host: Host): void {
    this.#hosts.set(host.address, host);
  }

  /** It is reached there no longer. */
  remove(address: string): void {
    this.#hosts.delete(address);
  }

  send(from: Host, to: Remote, text: ByteString): void {
    const { chance } = this.#deps;
    const link = from.link ?? this.#hosts.get(to.address)?.link;
    if (link === undefined || !link.isOnline || chance.is(link.loss)) return;
    const copies = chance.is(link.duplicate) ? 2 : 1;
    for (let n = 0; n < copies; n += 1) this.#carry(from, to, text, link);
  }

  #carry(from: Host, to: Remote, text: ByteString, link: Link): void {
    const { chance, world, seen } = this.#deps;
    world.schedule(chance.between(...link.delay), () => {
      const host = this.#hosts.get(to.address);
      if (host === undefined || !link.isOnline) return;
      seen(from.name, host.name, brief(text));
      host.receive(text, { transport: 'udp', address: from.address, port: sipPort });
    });
  }
}

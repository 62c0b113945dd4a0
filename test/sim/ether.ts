/** Where media would flow: which pages reach each other, and which peer connections have found each other. */
import type { FakePeer } from './peer.ts';
import type { Scope } from './time.ts';

/** A page as the ether knows it. */
export interface Place {
  readonly name: string;
  readonly scope: Scope;
  /** Its network carries media at the moment. */
  isReachable: boolean;
  /** Grows with each change of network: what was gathered at another address leads nowhere. */
  address: number;
}

export class Ether {
  readonly peers = new Set<FakePeer>();
  readonly #listeners: (() => void)[] = [];
  readonly #byUfrag = new Map<string, FakePeer>();
  /** Pairs of places that do not reach each other, by their names. */
  readonly #blocked = new Set<string>();

  add(peer: FakePeer): void {
    this.peers.add(peer);
  }

  name(ufrag: string, peer: FakePeer): void {
    this.#byUfrag.set(ufrag, peer);
  }

  find(ufrag: string): FakePeer | undefined {
    return this.#byUfrag.get(ufrag);
  }

  /** A peer connection was closed. */
  remove(peer: FakePeer): void {
    this.peers.delete(peer);
    this.changed();
  }

  reaches(a: Place, b: Place): boolean {
    return a.isReachable && b.isReachable && !a.scope.isOver && !b.scope.isOver && !this.#blocked.has(pair(a, b));
  }

  block(a: Place, b: Place, blocked: boolean): void {
    if (blocked) this.#blocked.add(pair(a, b));
    else this.#blocked.delete(pair(a, b));
    this.changed();
  }

  heal(): void {
    this.#blocked.clear();
    this.changed();
  }

  /** Something about places or descriptions is not as before. */
  changed(): void {
    for (const peer of this.peers) peer.look();
    for (const listener of this.#listeners) listener();
  }

  /** Tells others whose ways are none of these peer connections'. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

function pair(a: Place, b: Place): string {
  return a.name < b.name ? `${a.name} ${b.name}` : `${b.name} ${a.name}`;
}

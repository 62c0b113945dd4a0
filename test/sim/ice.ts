/** ICE and DTLS of one fake peer connection: generations, checks, consent, and what the connection state is because of them. */
import type { Ether, Place } from './ether.ts';
import type { FakePeer } from './peer.ts';

/** Consent is lost after this (RFC 7675 §5.1 has 30 s; browsers tell of a silence after about 5 s and give up after 15 s). */
const disconnectedAfterMs = 5_000;
const failedAfterMs = 15_000;
const checksMs = 15_000;

interface Pair {
  readonly local: string;
  readonly remote: string;
  readonly other: FakePeer;
}

export class FakeIce {
  readonly #ether: Ether;
  readonly #place: Place;
  readonly #changed: () => void;
  readonly #latency: () => number;
  state: RTCPeerConnectionState = 'new';
  /** By user fragment: at which address it was gathered. */
  readonly #addresses = new Map<string, number>();
  /** Candidates of the other side, by user fragment. */
  readonly #remote = new Map<string, number>();
  local: string | undefined;
  remote: string | undefined;
  #selected: Pair | undefined;
  #checked = '';
  #connecting: (() => void) | undefined;
  #timers: (() => void)[] = [];
  #isDown = false;

  constructor(ether: Ether, place: Place, latency: () => number, changed: () => void) {
    this.#ether = ether;
    this.#place = place;
    this.#latency = latency;
    this.#changed = changed;
  }

  /** A new generation is gathered here and now. */
  gathered(ufrag: string): void {
    this.#addresses.set(ufrag, this.#place.address);
  }

  heard(ufrag: string): void {
    this.#remote.set(ufrag, (this.#remote.get(ufrag) ?? 0) + 1);
    this.#ether.changed();
  }

  /** Both descriptions are set. */
  agreed(local: string, remote: string): void {
    this.local = local;
    this.remote = remote;
    const key = `${local} ${remote}`;
    if (key !== this.#checked) {
      this.#checked = key;
      if (this.state !== 'connected') {
        this.#clearTimers();
        this.#isDown = false;
        this.#enter('connecting');
        this.#after(checksMs, () => this.state === 'connecting' && this.#enter('failed'));
      }
    }
    this.#ether.changed();
  }

  /** The peer connection that media flows to and from. */
  get partner(): FakePeer | undefined {
    return this.state === 'connected' && this.#selected !== undefined && this.#works(this.#selected)
      ? this.#selected.other
      : undefined;
  }

  close(): void {
    this.state = 'closed';
    this.#clearTimers();
    this.#connecting?.();
  }

  look(): void {
    if (this.state === 'closed') return;
    const wanted = this.#mutual();
    const isNew = wanted !== undefined && (wanted.local !== this.#selected?.local || wanted.remote !== this.#selected.remote);
    if (isNew && this.#works(wanted) && this.#connecting === undefined) {
      this.#connecting = this.#place.scope.schedule(this.#latency(), () => {
        this.#connecting = undefined;
        const still = this.#mutual();
        if (still === undefined || !this.#works(still)) return this.look();
        this.#selected = still;
        this.#up();
      });
    }
    if (this.#selected === undefined) return;
    const works = this.#works(this.#selected);
    if (works && this.#isDown) this.#recover();
    if (!works && !this.#isDown && (this.state === 'connected' || this.state === 'disconnected')) this.#down();
  }

  #recover(): void {
    this.#isDown = false;
    if (this.state === 'failed' || this.state === 'connecting') return;
    this.#clearTimers();
    this.#after(this.#latency(), () => {
      if (!this.#isDown && this.state === 'disconnected') this.#up();
    });
  }

  #up(): void {
    this.#clearTimers();
    this.#isDown = false;
    this.#enter('connected');
    this.look();
  }

  #down(): void {
    this.#isDown = true;
    this.#clearTimers();
    this.#after(disconnectedAfterMs, () => this.state === 'connected' && this.#enter('disconnected'));
    this.#after(failedAfterMs, () => this.state === 'disconnected' && this.#enter('failed'));
  }

  /** The pair that both sides have agreed on and know candidates for. */
  #mutual(): Pair | undefined {
    const { local, remote } = this;
    if (local === undefined || remote === undefined) return undefined;
    const other = this.#ether.find(remote);
    if (other === undefined || other.ice.local !== remote || other.ice.remote !== local) return undefined;
    if (other.ice.state === 'closed' || !this.#remote.has(remote) || !other.ice.#remote.has(local)) return undefined;
    return { local, remote, other };
  }

  #works({ local, remote, other }: Pair): boolean {
    if (other.ice.state === 'closed' || !this.#ether.reaches(this.#place, other.place)) return false;
    return this.#isAt(local) && other.ice.#isAt(remote);
  }

  #isAt(ufrag: string): boolean {
    return this.#addresses.get(ufrag) === this.#place.address;
  }

  #enter(state: RTCPeerConnectionState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    this.#changed();
  }

  #after(delay: number, task: () => void): void {
    this.#timers.push(this.#place.scope.schedule(delay, task));
  }

  #clearTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
  }
}

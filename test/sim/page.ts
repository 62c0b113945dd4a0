/** One page in one tab: the browser as the SDK sees it, with the SDK in it. It lives until it is reloaded, closed or killed. */
import { connect } from '../../packages/client/src/connect.ts';
import type { Call } from '../../packages/client/src/call.ts';
import type { Phone } from '../../packages/client/src/phone.ts';
import type {
  Keep,
  NetworkEvent,
  PeerConnection,
  PeerHandlers,
  Platform,
  Socket,
  SocketHandlers,
} from '../../packages/client/src/platform.ts';
import type { Chance } from './chance.ts';
import type { Place } from './ether.ts';
import { named } from './named.ts';
import { FakePeer } from './peer.ts';
import type { Scope } from './time.ts';
import { FakeStream, FakeTrack } from './tracks.ts';
import type { Ending, Network } from './wires.ts';
import type { Device, Tab, World } from './world.ts';

export class Page implements Platform, Place {
  readonly tab: Keep;
  readonly browser: Keep;
  readonly name: string;
  readonly scope: Scope;
  readonly device: Device;
  readonly user: string;
  readonly clock: Scope;
  readonly random: { token(bits: number): string; fraction(): number };
  readonly origin = 'http://sim';
  readonly deviceName: string;
  readonly network: Network;
  address = 0;
  isReachable = true;
  phone: Phone | undefined;
  /** The server's id of this page's connection. */
  connection: string | undefined;
  /** Calls that a person is placing or answering here: reasons to ask for the microphone. */
  asking = 0;
  /** The server told this page that it is in a call, as it was before it was loaded again. */
  isInCall = false;
  /** Everything that was opened and not closed. */
  readonly peers = new Set<FakePeer>();
  readonly tracks = new Set<FakeTrack>();
  /** What this page was told of the presence of others. */
  readonly presence = new Map<string, string>();
  readonly lock: (name: string, patience: number) => Promise<(() => void) | undefined>;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #watchers = new Set<(event: NetworkEvent) => void>();
  readonly #locks = new Set<string>();
  #count = 0;

  constructor(world: World, tab: Tab, name: string) {
    const { device } = tab;
    this.#world = world;
    this.#chance = world.chance;
    this.device = device;
    this.user = device.user.address;
    this.name = name;
    this.deviceName = device.name;
    this.network = device.network;
    this.scope = world.time.scope(name, device.skew);
    this.clock = this.scope;
    this.random = { token: (bits) => world.chance.token(bits), fraction: () => world.chance.fraction() };
    this.tab = keep(tab.storage);
    this.browser = keep(device.storage);
    this.lock = (lockName, patience) => this.#lock(lockName, patience);
  }

  /** Signs in. */
  start(): void {
    const { laws } = this.#world;
    connect({ url: this.origin, token: this.device.token, timeout: Infinity }, this).then(
      (phone) => {
        this.phone = phone;
        phone.on('closed', (error) => {
          if (error !== undefined) laws.break('S3', `${this.name} was closed: ${error.code}`);
        });
        phone.on('presence', (people) => {
          for (const { address, presence } of people) this.presence.set(address, presence);
        });
        phone.on('calls', (calls) => this.#world.calls(this, calls));
        phone.on('state', (state) => this.#world.trace.add(this.name, this.name, `is ${state}`));
        this.#world.arrived(this, phone);
      },
      (error: unknown) => laws.break('S3', `${this.name} could not sign in: ${String(error)}`),
    );
  }

  get calls(): readonly Call[] {
    return this.phone?.calls ?? [];
  }

  /** Nothing of this page happens any more. */
  die(how: Ending): void {
    this.scope.end();
    for (const peer of this.peers) peer.close();
    for (const track of this.tracks) track.stop();
    this.#world.wires.of(this)?.pageDied(how);
    for (const name of this.#locks) this.device.locks.release(name, this);
    this.#world.ether.changed();
  }

  tell(event: NetworkEvent): void {
    this.scope.whenAwake(() => {
      for (const listener of this.#watchers) listener(event);
    });
  }

  get isFrozen(): boolean {
    return this.scope.isFrozen;
  }

  /** Its browser lets nothing run here (W3C Page Lifecycle); its sockets stay open, and what comes in waits. */
  freeze(): void {
    this.#world.trace.add(this.name, this.name, 'is frozen');
    this.scope.freeze();
  }

  thaw(): void {
    if (!this.isFrozen) return;
    this.#world.trace.add(this.name, this.name, 'thaws');
    this.scope.thaw();
  }

  // The platform.

  openSocket(_url: string, _protocol: string, handlers: SocketHandlers): Socket {
    return this.#world.wires.connect(this, handlers);
  }

  openPeer(_configuration: RTCConfiguration, handlers: PeerHandlers): PeerConnection {
    const { ether, laws, sessions } = this.#world;
    if (sessions !== undefined) return sessions.openPeer(this, handlers);
    const fails = (): boolean => this.device.fails > 0 && this.#chance.is(this.device.fails / 4);
    if (fails()) throw named('NotSupportedError');
    const peer = new FakePeer(
      { ether, chance: this.#chance, place: this, fails, misused: (what) => laws.break('S14', `${this.name}: ${what}`) },
      { ...handlers, connectionStateChanged: () => this.#stateOf(peer, handlers) },
    );
    for (const closed of this.peers) if (closed.signalingState === 'closed') this.peers.delete(closed);
    this.peers.add(peer);
    return peer as unknown as PeerConnection;
  }

  newStream(): MediaStream {
    this.#count += 1;
    return new FakeStream(`${this.name}-${this.#count}`) as unknown as MediaStream;
  }

  capture({ audio, video }: MediaStreamConstraints): Promise<MediaStream> {
    const { device } = this;
    this.#world.captures(this);
    const kinds = [
      audio !== false && audio !== undefined && 'audio',
      video !== false && video !== undefined && 'video',
    ] as const;
    const wanted = kinds.filter((kind) => kind !== false);
    const isAsked = wanted.some((kind) => device.permissions[kind] === 'prompt');
    const { hangs } = device;
    device.hangs = false;
    const isSlow = this.#chance.is(0.1);
    const delay = hangs ? 12_000 : isAsked || isSlow ? this.#chance.between(300, 4_000) : this.#chance.between(5, 80);
    return new Promise((resolve, reject) => {
      this.scope.schedule(delay, () => {
        for (const kind of wanted) {
          if (device.permissions[kind] === 'prompt')
            device.permissions[kind] = this.#chance.is(device.refuses) ? 'denied' : 'granted';
          if (device.permissions[kind] === 'denied') return reject(named('NotAllowedError'));
          if (!device.has[kind]) return reject(named('NotFoundError'));
        }
        if (hangs || this.#chance.is(device.fails)) return reject(named('NotReadableError'));
        const tracks = wanted.map((kind) => this.#newTrack(kind));
        resolve(new FakeStream(this.name, tracks) as unknown as MediaStream);
      });
    });
  }

  permission(kind: 'microphone' | 'camera'): Promise<PermissionState> {
    return Promise.resolve(this.device.permissions[kind === 'microphone' ? 'audio' : 'video']);
  }

  watchNetwork(listener: (event: NetworkEvent) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  fetch(): Promise<Response> {
    throw new Error('nothing here fetches');
  }

  report(error: unknown): void {
    this.#world.laws.break(
      'S3',
      `${this.name} threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  #stateOf(peer: FakePeer, handlers: PeerHandlers): void {
    this.#world.trace.add(this.name, this.name, `media ${peer.connectionState}`);
    handlers.connectionStateChanged();
  }

  #newTrack(kind: 'audio' | 'video'): FakeTrack {
    this.#count += 1;
    const add = (track: FakeTrack): void => {
      for (const stopped of this.tracks) if (stopped.readyState === 'ended') this.tracks.delete(stopped);
      this.tracks.add(track);
    };
    const track = new FakeTrack(kind, `${this.name}-${this.#count}`, true, add);
    add(track);
    return track;
  }

  async #lock(name: string, patience: number): Promise<(() => void) | undefined> {
    const { locks } = this.device;
    if (!locks.take(name, this)) {
      await new Promise<void>((resolve) => this.scope.schedule(patience, resolve));
      if (!locks.take(name, this)) return undefined;
    }
    this.#locks.add(name);
    return () => {
      this.#locks.delete(name);
      locks.release(name, this);
    };
  }
}

function keep(storage: Map<string, string>): Keep {
  return {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => void storage.set(key, value),
    removeItem: (key) => void storage.delete(key),
  };
}

/** Web Locks of one browser. */
export class Locks {
  readonly #holders = new Map<string, Page>();

  take(name: string, page: Page): boolean {
    const holder = this.#holders.get(name);
    if (holder !== undefined && holder !== page && !holder.scope.isOver) return false;
    this.#holders.set(name, page);
    return true;
  }

  release(name: string, page: Page): void {
    if (this.#holders.get(name) === page) this.#holders.delete(name);
  }
}

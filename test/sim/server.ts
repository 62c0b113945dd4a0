/** The server of a run: the project's own engine and signalling on a disk that outlives it. */
import { ConversationDesk } from '../../packages/server/src/conversations/conversations.ts';
import { DeviceTokens } from '../../packages/server/src/accounts/devices.ts';
import { Blocks } from '../../packages/server/src/people/blocks.ts';
import { Pushes } from '../../packages/server/src/push/book.ts';
import { PushDesk } from '../../packages/server/src/push/desk.ts';
import { Engine } from '../../packages/server/src/engine/engine.ts';
import { MeetingDesk } from '../../packages/server/src/engine/meetings.ts';
import { ring } from '../../packages/server/src/engine/ring.ts';
import { SessionDesk } from '../../packages/server/src/engine/sessions.ts';
import { Registry } from '../../packages/server/src/metrics.ts';
import { LocalBus } from '../../packages/server/src/bus/local.ts';
import type { Log, StoreError, Write } from '../../packages/server/src/ports.ts';
import { Signaling } from '../../packages/server/src/signaling/signaling.ts';
import { MemoryDisk } from '../../packages/server/src/store/memory-disk.ts';
import { MemoryStore } from '../../packages/server/src/store/memory.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import type { SipLife } from './sip/telephony.ts';
import type { Scope } from './time.ts';
import type { Listener } from './wires.ts';
import type { World } from './world.ts';

/** A disk on which every stored change is looked at. */
export class WatchedDisk extends MemoryDisk {
  readonly #stored: (writes: readonly Write[]) => void;

  constructor(stored: (writes: readonly Write[]) => void) {
    super();
    this.#stored = stored;
  }

  override apply(writes: readonly Write[]): StoreError | undefined {
    const refusal = super.apply(writes);
    if (refusal === undefined) this.#stored(writes);
    return refusal;
  }
}

const folderOf = (recording: string): string => `/recordings/${recording}`;
const perPerson = { perSecond: 10, burst: 60 };

/** One life of the server, from its start to its end. */
interface Life extends Listener {
  readonly scope: Scope;
  readonly store: MemoryStore;
  readonly engine: Engine;
  readonly book: Pushes;
  readonly waker: PushDesk;
  readonly sessions: SessionDesk;
  readonly bus: LocalBus;
  readonly metrics: Registry;
  /** Absent: nobody has phones. */
  readonly sip: SipLife | undefined;
}

export class Server {
  readonly disk: WatchedDisk;
  readonly #world: World;
  #life: Life | undefined;
  #isStarting = false;
  #takesConnections = false;
  /** The share of transactions that the disk fails at the moment. */
  failing = 0;
  /** Milliseconds that a transaction takes, least and most. */
  diskDelay: readonly [number, number] = [1, 6];
  /** When it last went down. */
  downSince: number | undefined;
  lives = 0;

  constructor(world: World) {
    this.#world = world;
    this.disk = new WatchedDisk((writes) => {
      world.laws.stored(writes);
      world.sessions?.stored(writes);
      world.pushes.stored(writes);
    });
  }

  get listener(): Listener | undefined {
    return this.#takesConnections ? this.#life : undefined;
  }

  get engine(): Engine | undefined {
    return this.#takesConnections ? this.#life?.engine : undefined;
  }

  /** What whoever runs sessions speaks to. */
  get sessions(): SessionDesk | undefined {
    return this.#takesConnections ? this.#life?.sessions : undefined;
  }

  /** What it knows of phones. */
  get sip(): SipLife | undefined {
    return this.#takesConnections ? this.#life?.sip : undefined;
  }

  /** Which devices ring without a page. */
  get book(): Pushes | undefined {
    return this.#takesConnections ? this.#life?.book : undefined;
  }

  /** What signalling still holds, by name. */
  held(): Record<'sockets' | 'users_here' | 'connections_detached', number> {
    const text = this.#life?.metrics.toString() ?? '';
    const gauge = (name: string): number => Number(new RegExp(`^offhook_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return { sockets: gauge('sockets'), users_here: gauge('users_here'), connections_detached: gauge('connections_detached') };
  }

  async start(): Promise<void> {
    if (this.#life !== undefined || this.#isStarting) return;
    this.#isStarting = true;
    const { time, chance, trace } = this.#world;
    this.lives += 1;
    const scope = time.scope('server');
    const log: Log = {
      info: (event, fields) => trace.add('server', 'server', event, fields),
      warn: (event, fields) => trace.add('server', 'server', event, fields),
      error: (event, fields) => trace.add('server', 'server', event, fields),
    };
    const store = new MemoryStore({
      disk: this.disk,
      schedule: (work, done) =>
        void scope.schedule(work === 'commit' ? chance.between(...this.diskDelay) : chance.between(0, 2), done),
      fails: () => this.failing > 0 && chance.is(this.failing),
    });
    const hash = new SystemHash(await store.secret('signing', () => chance.token(256)));
    const bus = new LocalBus(log);
    const blocks = new Blocks(store);
    const metrics = new Registry();
    const book = new Pushes(store);
    const waker = new PushDesk({
      store,
      book,
      clock: scope,
      hash,
      log,
      metrics,
      web: this.#world.pushes.port(scope),
      relay: undefined,
      publicUrl: () => 'http://sim',
      unpushed: (call, device) => engine.unpushed(call, device),
    });
    const push = { book, waker };
    const newCallId = (): string => chance.token(128);
    let pins = 0;
    const engine: Engine = new Engine({ store, blocks, push, bus, clock: scope, log, newCallId, outbox: true });
    const media = this.#world.sessions?.media();
    const conversations = new ConversationDesk({
      store,
      bus,
      blocks,
      clock: scope,
      log,
      sayRate: perPerson,
      searchRate: perPerson,
      link: (file) => ({ url: file, ttlMs: 1 }),
      forget: () => undefined,
    });
    const sessions = new SessionDesk({ store, bus, clock: scope, log, hash, outbox: true, newId: newCallId, media, folderOf });
    const meetings = new MeetingDesk({
      store,
      bus,
      clock: scope,
      log,
      hash,
      newId: newCallId,
      publicUrl: () => 'http://sim',
      sessions,
      talk: conversations,
      ring: (...whom) => ring(engine, newCallId(), ...whom),
      goOn: (...call) => engine.goOn(...call),
      dial: () => Promise.reject(new Error('no telephones')),
      newPin: () => String(++pins).padStart(10, '0'),
      numbers: () => [],
      outbox: true,
    });
    const signaling = new Signaling({
      authenticator: new DeviceTokens({ store, hash }),
      store,
      bus,
      clock: scope,
      random: chance,
      hash,
      log,
      metrics,
      switchboard: engine,
      blocks,
      forgetFiles: () => undefined,
      conversations,
      sessions,
      meetings,
      ice: () => ({ iceServers: [{ urls: ['turn:sim'], username: 'u', credential: 'c' }], ttlMs: 120_000 }),
      messageRate: { perSecond: 100, burst: 400 },
      inviteRate: { perSecond: 1, burst: 20 },
    });
    const { telephony } = this.#world;
    const sip =
      telephony.phones.length === 0
        ? undefined
        : telephony.open({
            store,
            clock: scope,
            random: chance,
            hash,
            log,
            metrics,
            bus,
            switchboard: engine,
            blocks,
            newId: newCallId,
          });
    this.#life = { scope, store, engine, book, waker, sessions, bus, signaling, metrics, sip };
    engine.onPresence(() => this.#world.laws.news());
    await engine.start();
    await waker.start();
    await sip?.start();
    // Where nobody meets there is nothing to be read.
    if (media !== undefined) await sessions.start();
    this.#isStarting = false;
    if (this.#life?.scope !== scope || scope.isOver) return;
    this.#takesConnections = true;
    this.downSince = undefined;
    trace.add('server', 'server', 'up');
  }

  /** SIGKILL. `landed` transactions on their way reached the disk all the same; `told`: pages see their sockets close. */
  kill(landed: number, told: boolean): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#world.trace.add('server', 'server', 'killed');
    this.#down();
    life.scope.end();
    life.store.crash(landed);
    for (const wire of this.#world.wires.open) wire.serverDied(told);
  }

  /** SIGTERM, as server.ts does it. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (life === undefined || !this.#takesConnections) return;
    this.#world.trace.add('server', 'server', 'stops');
    this.#takesConnections = false;
    await life.signaling.drain(5_000);
    // Sockets get a moment to close.
    await new Promise<void>((resolve) => life.scope.schedule(500, resolve));
    await life.sip?.close();
    await life.sessions.close();
    await life.engine.close();
    await life.waker.close();
    await life.bus.close();
    await life.store.close();
    if (this.#life !== life) return;
    this.#world.laws.expect(life.scope.pending === 0, 'S10', `${life.scope.pending} timers of the server outlive it`);
    this.#down();
    life.scope.end();
    for (const wire of this.#world.wires.open) wire.serverDied(true);
  }

  #down(): void {
    this.#life = undefined;
    this.#isStarting = false;
    this.#takesConnections = false;
    this.downSince = this.#world.time.now;
    this.#world.sessions?.serverDown();
    this.#world.telephony.serverDown();
  }
}

import { defaultSettings, protocolVersion } from '@offhook/core';
import type { ReplyOf, WireError } from '@offhook/core';
import { DeviceTokens } from '../accounts/devices.ts';
import { LocalBus } from '../bus/local.ts';
import { ConversationDesk } from '../conversations/conversations.ts';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import { Blocks } from '../people/blocks.ts';
import { Engine } from '../engine/engine.ts';
import { MeetingDesk } from '../engine/meetings.ts';
import { ring } from '../engine/ring.ts';
import { SessionDesk } from '../engine/sessions.ts';
import { Registry } from '../metrics.ts';
import type { Media } from '../ports/media.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { newPin } from '../ports/pin.ts';
import { SystemRandom } from '../system/random.ts';
import type { Link } from './link.ts';
import { Signaling } from './signaling.ts';
import type { SignalingDeps } from './signaling.ts';
import type { Socket } from './socket.ts';

const unlimited = { perSecond: 1e6, burst: 1e6 };

export interface Received {
  readonly re?: string;
  readonly ok?: Readonly<Record<string, unknown>>;
  readonly error?: WireError;
  readonly seq?: number;
  readonly type?: string;
  readonly [field: string]: unknown;
}

/** A tab whose socket is in the hands of the test. */
export class Tab implements Socket {
  readonly #site: Site;
  readonly link: Link;
  readonly received: Received[] = [];
  readonly networkAddress = '192.0.2.1';
  bufferedAmount = 0;
  pings = 0;
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  #ids = 0;

  constructor(site: Site) {
    this.#site = site;
    this.link = site.signaling.open(this);
  }

  write(...pieces: readonly string[]): void {
    this.received.push(JSON.parse(pieces.join('')) as Received);
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.closedWith = { code, reason };
    queueMicrotask(() => this.#site.signaling.closed(this.link));
  }

  say(message: unknown): void {
    this.#site.signaling.message(this.link, typeof message === 'string' ? message : JSON.stringify(message));
  }

  async ask(message: Readonly<Record<string, unknown>>): Promise<Received | undefined> {
    this.#ids += 1;
    const id = typeof message['id'] === 'string' ? message['id'] : String(this.#ids);
    this.say({ ...message, id });
    await settled();
    return this.received.findLast(({ re }) => re === id);
  }

  async hello(token: string, more: Readonly<Record<string, unknown>> = {}): Promise<ReplyOf<'hello'>> {
    const reply = await this.ask({ type: 'hello', version: protocolVersion, token, ...more });
    if (reply?.ok === undefined) throw new Error(`not welcome: ${JSON.stringify(reply)}`);
    return reply.ok as ReplyOf<'hello'>;
  }

  /** Answers a ping, as browsers do. */
  pong(): void {
    this.#site.signaling.pong(this.link);
  }

  /** The socket is gone. */
  lose(): void {
    this.#site.signaling.closed(this.link);
  }

  /** The page is closed or loaded again, and the browser closes its socket. */
  leave(): void {
    this.#site.signaling.closed(this.link, 1001);
  }

  types(): (string | undefined)[] {
    return this.received.map(({ type }) => type);
  }
}

const hash = new SystemHash('the key of this installation');

/** Signalling and engine on a clock that stands still; people alice, bob and carol, with the tokens `alice-1`, `alice-2` …. */
export class Site {
  readonly clock = new ManualClock();
  readonly disk: MemoryDisk;
  readonly store: MemoryStore;
  readonly metrics = new Registry();
  readonly signaling: Signaling;
  readonly engine: Engine;
  readonly sessions: SessionDesk;
  readonly meetings: MeetingDesk;

  constructor(
    disk: MemoryDisk = new MemoryDisk(),
    { media, ...options }: Partial<SignalingDeps> & { readonly media?: Media } = {},
  ) {
    this.disk = disk;
    this.store = new MemoryStore({ disk });
    const bus = new LocalBus(quiet);
    for (const address of ['alice', 'bob', 'carol']) this.#add(address, 2);
    const { clock, store } = this;
    const blocks = new Blocks(store);
    this.engine = new Engine({
      store,
      blocks,
      bus,
      clock,
      log: quiet,
      newCallId: () => new SystemRandom().token(128),
      outbox: false,
    });
    this.sessions = new SessionDesk({
      store,
      bus,
      clock,
      log: quiet,
      hash,
      outbox: true,
      newId: () => new SystemRandom().token(128),
      media,
    });
    const conversations = new ConversationDesk({
      store,
      bus,
      blocks,
      clock,
      log: quiet,
      sayRate: unlimited,
      searchRate: unlimited,
      link: (file) => ({ url: file, ttlMs: 1 }),
      forget: () => undefined,
    });
    this.meetings = new MeetingDesk({
      store,
      bus,
      clock,
      log: quiet,
      hash,
      newId: () => new SystemRandom().token(128),
      publicUrl: () => 'https://site.test',
      sessions: this.sessions,
      talk: conversations,
      ring: (...whom) => ring(this.engine, new SystemRandom().token(128), ...whom),
      goOn: (...call) => this.engine.goOn(...call),
      dial: () => Promise.reject(new Error('no telephones')),
      newPin: () => newPin(new SystemRandom()),
      numbers: () => [],
      outbox: false,
    });
    this.signaling = new Signaling({
      authenticator: new DeviceTokens({ store, hash }),
      store,
      bus,
      clock,
      random: new SystemRandom(),
      hash,
      log: quiet,
      metrics: this.metrics,
      switchboard: this.engine,
      blocks,
      forgetFiles: () => undefined,
      conversations,
      sessions: this.sessions,
      meetings: this.meetings,
      ice: () => ({ iceServers: [], ttlMs: 1000 }),
      messageRate: { perSecond: 100, burst: 400 },
      inviteRate: { perSecond: 1, burst: 20 },
      ...options,
    });
  }

  open(): Tab {
    return new Tab(this);
  }

  async signIn(token: string, hello: Readonly<Record<string, unknown>> = {}): Promise<Tab & { welcome: ReplyOf<'hello'> }> {
    const tab = this.open();
    const welcome = await tab.hello(token, hello);
    tab.received.length = 0;
    return Object.assign(tab, { welcome });
  }

  /** So many people more, each with one tab. */
  async populate(count: number): Promise<Tab[]> {
    const names = Array.from({ length: count }, (_, n) => `person-${n}`);
    for (const address of names) this.#add(address, 1);
    return Promise.all(names.map((address) => this.signIn(`${address}-1`)));
  }

  #add(address: string, devices: number): void {
    this.disk.apply([
      { type: 'new_user', user: { address, name: address, settings: defaultSettings, createdAt: 0 } },
      ...Array.from({ length: devices }, (_, n) => ({
        type: 'device' as const,
        device: {
          id: `${address}-device-${n + 1}`,
          user: address,
          name: `Browser ${n + 1}`,
          tokenDigest: hash.digest(`${address}-${n + 1}`),
          createdAt: 0,
          seenAt: 1_000_000,
        },
      })),
    ]);
  }

  gauge(name: string): number {
    return Number(new RegExp(`^offhook_${name} (.*)$`, 'm').exec(this.metrics.toString())?.[1]);
  }
}

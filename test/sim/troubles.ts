/** What goes wrong around people: sockets, networks, media paths, devices, the server and its disk. */
import type { Call } from '../../packages/client/src/call.ts';
import { Chance } from './chance.ts';
import type { Page } from './page.ts';
import type { World } from './world.ts';

export type Trouble =
  | 'cut'
  | 'cut_answering'
  | 'cut_others'
  | 'move_calling'
  | 'silence'
  | 'offline'
  | 'move'
  | 'path'
  | 'slow'
  | 'sleep'
  | 'kill_server'
  | 'stop_server'
  | 'disk_fails'
  | 'disk_slow'
  | 'disk_dies'
  | 'late_end'
  | 'late_offer'
  | 'device_lost'
  | 'device_hangs';

/** The kinds of trouble that a run has. */
export const kinds = {
  sockets: ['cut', 'cut_answering', 'cut_others', 'silence', 'slow', 'sleep'],
  networks: ['offline', 'move', 'move_calling'],
  media: ['path'],
  server: ['kill_server', 'stop_server'],
  disk: ['disk_fails', 'disk_slow', 'disk_dies', 'late_end', 'late_offer'],
  devices: ['device_lost', 'device_hangs'],
} as const satisfies Record<string, readonly Trouble[]>;

export type TroubleKind = keyof typeof kinds;

export class Troubles {
  readonly #world: World;
  readonly #chance: Chance;
  #healed = 0;
  readonly #usual = new Map<Page['network'], readonly [number, number]>();

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'troubles');
  }

  make(trouble: Trouble): void {
    const { server, trace, pages } = this.#world;
    const page = this.#anyPage();
    switch (trouble) {
      case 'cut':
        return this.#cut(page, this.#chance.is(0.8) ? ['page', 'server'] : this.#chance.pick([['page'], ['server']]));
      case 'cut_answering':
        return this.#when('answering', 3, (one) => this.#cut(one, ['page', 'server']));
      case 'cut_others':
        return this.#cutOthers(pages);
      case 'move_calling':
        return this.#when('calling', 2, (one) => this.#move(one));
      case 'silence':
        return this.#cut(page, []);
      case 'offline':
        return this.#offline(page);
      case 'move':
        return this.#move(page);
      case 'path':
        return this.#path();
      case 'slow':
        return this.#slow(page);
      case 'sleep':
        trace.add(page?.name ?? '', page?.name ?? '', 'is looked at again');
        page?.thaw();
        return page?.tell('visible');
      case 'kill_server':
        if (server.engine === undefined) return;
        server.kill(this.#chance.between(0, 2), this.#chance.is(0.8));
        return this.#startServer();
      case 'stop_server':
        if (server.engine === undefined) return;
        void server.stop().then(() => this.#startServer());
        return;
      case 'disk_fails':
        trace.add('server', 'server', 'disk fails');
        server.failing = this.#chance.pick([0.3, 1]);
        this.#world.scope.schedule(this.#chance.between(200, this.#chance.is(0.1) ? 60_000 : 4_000), () => {
          server.failing = 0;
        });
        return;
      case 'disk_slow':
        return this.#slowDisk();
      case 'disk_dies':
        return this.#diskDies();
      case 'late_end':
        return this.#lateEnd();
      case 'late_offer':
        return this.#lateOffer();
      case 'device_hangs':
        return this.#when(
          'answering',
          1,
          (one) => this.#cutOff(one, 30_000),
          (one) => {
            one.device.hangs = true;
          },
        );
      case 'device_lost':
        return this.#loseDevice(page);
    }
  }

  /** Everything is well again, at once or in a moment. */
  heal(): void {
    this.#healed += 1;
    const { server, ether, devices } = this.#world;
    ether.heal();
    server.failing = 0;
    server.diskDelay = [1, 6];
    for (const device of devices) {
      device.has.audio = device.has.video = true;
      device.network.delay = this.#usual.get(device.network) ?? device.network.delay;
      this.#online(device.network);
    }
    for (const page of this.#world.pages) page.thaw();
    if (server.engine === undefined) void server.start();
  }

  #anyPage(): Page | undefined {
    const { pages } = this.#world;
    return pages.length === 0 ? undefined : this.#chance.pick(pages);
  }

  #startServer(): void {
    this.#world.scope.schedule(this.#chance.between(100, this.#chance.is(0.2) ? 25_000 : 3_000), () => {
      void this.#world.server.start();
    });
  }

  #cut(page: Page | undefined, told: readonly ('page' | 'server')[], within?: number): void {
    if (page === undefined) return;
    this.#world.trace.add(page.name, page.name, `loses its socket${told.length === 0 ? ' silently' : ''}`);
    this.#world.wires.of(page)?.cut(told, within);
  }

  /** The next so many times that a call comes into this state somewhere, there: `now` at once, `act` in a moment. */
  #when(
    state: 'answering' | 'calling' | 'connecting',
    times: number,
    act: (page: Page) => void,
    now?: (page: Page) => void,
  ): void {
    let left = times;
    const healed = this.#healed;
    const off = this.#world.laws.onState((page, reached) => {
      if (reached !== state || left === 0) return;
      left -= 1;
      if (left === 0) off();
      if (healed !== this.#healed) return;
      now?.(page);
      this.#unlessHealed(this.#chance.between(0, 150), () => page.scope.isOver || act(page));
    });
  }

  #pagesOn(network: Page['network']): Page[] {
    return this.#world.pages.filter((page) => page.network === network);
  }

  #offline(page: Page | undefined): void {
    if (page === undefined || !page.network.isOnline) return;
    const { network } = page;
    network.isOnline = false;
    const knows = this.#chance.is(0.7);
    for (const one of this.#pagesOn(network)) {
      this.#world.trace.add(one.name, one.name, 'is offline');
      one.isReachable = false;
      this.#world.wires.of(one)?.cut(knows ? ['page'] : []);
      if (knows) one.tell('offline');
    }
    this.#world.ether.changed();
    this.#world.scope.schedule(this.#chance.between(300, this.#chance.is(0.15) ? 70_000 : 12_000), () => this.#online(network));
  }

  #online(network: Page['network']): void {
    if (network.isOnline) return;
    network.isOnline = true;
    for (const page of this.#pagesOn(network)) {
      this.#world.trace.add(page.name, page.name, 'is online');
      page.isReachable = true;
      page.tell('online');
    }
    this.#world.ether.changed();
  }

  /** From one network to another: its addresses are others, its sockets are dead. */
  #move(page: Page | undefined): void {
    if (page === undefined) return;
    const { network } = page;
    const knows = this.#chance.is(0.7);
    for (const one of this.#pagesOn(network)) {
      this.#world.trace.add(one.name, one.name, 'changes its network');
      one.address += 1;
      this.#world.wires.of(one)?.cut(this.#chance.is(0.5) ? ['page'] : []);
      if (knows) one.tell('changed');
    }
    this.#world.ether.changed();
  }

  #path(): void {
    const { pages, ether, scope } = this.#world;
    if (pages.length < 2) return;
    const [one, other] = [this.#chance.pick(pages), this.#chance.pick(pages)];
    if (one === other) return;
    this.#world.trace.add(one.name, one.name, `does not reach ${other.name}`);
    ether.block(one, other, true);
    scope.schedule(this.#chance.between(300, this.#chance.is(0.2) ? 90_000 : 20_000), () => ether.block(one, other, false));
  }

  #unlessHealed(delay: number, act: () => void): void {
    const healed = this.#healed;
    this.#world.scope.schedule(delay, () => healed === this.#healed && act());
  }

  /** Those who hear of an answer lose their sockets before it is stored, or before it is complete. */
  #cutOthers(pages: readonly Page[]): void {
    this.#slowDisk();
    for (const state of ['answering', 'connecting'] as const) {
      const cut = (one: Page): void => {
        for (const other of pages) if (other.user === one.user && other !== one) this.#cut(other, ['page', 'server'], 30);
      };
      this.#when(state, 3, () => undefined, cut);
    }
  }

  /** For so long no media comes to this page or from it. */
  #cutOff(page: Page, milliseconds: number): void {
    const { pages, ether, scope } = this.#world;
    for (const other of pages.filter((one) => one !== page)) {
      this.#unlessHealed(1_000, () => ether.block(page, other, true));
      scope.schedule(milliseconds, () => ether.block(page, other, false));
    }
  }

  #slowDisk(): void {
    const { server, scope } = this.#world;
    server.diskDelay = [50, 600];
    scope.schedule(this.#chance.between(500, 5_000), () => {
      server.diskDelay = [1, 6];
    });
  }

  /** Somebody loses patience just before it has rung long enough, and the disk is slow to store that. */
  #lateEnd(): void {
    const { laws, pages, scope, time } = this.#world;
    const rings = pages.flatMap(({ calls }) => calls).find(({ id }) => laws.known(id).state?.kind === 'ringing');
    const state = rings && laws.known(rings.id).state;
    if (state?.kind !== 'ringing') return;
    scope.schedule(Math.max(0, state.ringUntil - time.now - 150), () => {
      this.#slowDisk();
      rings?.hangup();
    });
  }

  /**
   * While it rings the caller's addresses change twice, and the disk is full for so long that the first of the new offers is tried
   * again only when the call is talked already, and has perhaps lost its media.
   */
  #lateOffer(): void {
    const { laws, pages, scope, server, time } = this.#world;
    const isLong = (call: Call): boolean => {
      const { state } = laws.known(call.id);
      return state?.kind === 'ringing' && state.ringUntil > time.now + 12_000;
    };
    const caller = pages.find(({ calls }) => calls.some((call) => call.state === 'calling' && isLong(call)));
    const id = caller?.calls.find((call) => call.state === 'calling' && isLong(call))?.id;
    if (caller === undefined) return;
    server.failing = 1;
    caller.tell('changed');
    this.#unlessHealed(6_000, () => caller.tell('changed'));
    scope.schedule(8_000, () => {
      server.failing = 0;
    });
    this.#unlessHealed(8_300, () => {
      const callee = this.#world.pages.find(({ calls }) => calls.some((call) => call.id === id && call.state === 'incoming'));
      if (callee === undefined) return;
      callee.asking += 1;
      const answering = callee.calls.find((call) => call.id === id)?.answer();
      void Promise.allSettled([answering]).then(() => {
        callee.asking -= 1;
      });
    });
    if (this.#chance.is(0.7)) this.#unlessHealed(this.#chance.between(9_000, 12_000), () => this.#cutOff(caller, 20_000));
  }

  /** The disk is full for longer than clients try, just when somebody presses a button on a call that loses its media. */
  #diskDies(): void {
    const { server, pages, scope, trace } = this.#world;
    trace.add('server', 'server', 'disk is full');
    server.failing = 1;
    scope.schedule(45_000, () => {
      server.failing = 0;
    });
    const talking = pages.find((page) => page.calls.some(({ state }) => state === 'active'));
    if (talking === undefined) return;
    this.#cutOff(talking, 60_000);
    for (const call of talking.calls) call.hold();
  }

  #slow(page: Page | undefined): void {
    if (page === undefined) return;
    const { network } = page;
    if (!this.#usual.has(network)) this.#usual.set(network, network.delay);
    network.delay = [200, 1_500];
    this.#world.scope.schedule(this.#chance.between(1_000, 10_000), () => {
      network.delay = this.#usual.get(network) ?? [5, 40];
    });
  }

  /** A headset is unplugged. */
  #loseDevice(page: Page | undefined): void {
    if (page === undefined) return;
    const kind = this.#chance.pick(['audio', 'video'] as const);
    const { has } = page.device;
    this.#world.trace.add(page.name, page.name, `loses its ${kind} device`);
    const another = this.#chance.is(0.5);
    has[kind] = another;
    for (const track of page.tracks) if (track.kind === kind) track.lose();
    this.#world.scope.schedule(this.#chance.between(500, 5_000), () => {
      has[kind] = true;
    });
  }
}

/** The world of one run: users with devices and tabs, one server, and the networks between them. */
import type { Call } from '../../packages/client/src/call.ts';
import type { Phone } from '../../packages/client/src/phone.ts';
import { defaultSettings } from '@offhook/core';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import type { PeerConnection, PeerHandlers } from '../../packages/client/src/platform.ts';
import type { Media } from '../../packages/server/src/ports/media.ts';
import type { Write } from '../../packages/server/src/ports.ts';
import { Chance } from './chance.ts';
import { Ether } from './ether.ts';
import { Laws } from './laws.ts';
import type { Speaker } from './laws.ts';
import { Locks, Page } from './page.ts';
import { PushService } from './pushes.ts';
import { Server } from './server.ts';
import { Telephony } from './sip/telephony.ts';
import { Time } from './time.ts';
import type { Scope } from './time.ts';
import { Trace } from './trace.ts';
import { Wires } from './wires.ts';
import type { Ending, Meddling, Network } from './wires.ts';

export interface User {
  readonly address: string;
  readonly name: string;
  readonly devices: Device[];
}

type Kind = 'audio' | 'video';

/** A browser profile. */
export interface Device {
  readonly user: User;
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly storage: Map<string, string>;
  readonly locks: Locks;
  readonly tabs: Tab[];
  readonly network: Network;
  /** How far its clock is wrong, in milliseconds. */
  readonly skew: number;
  readonly permissions: Record<Kind, PermissionState>;
  readonly has: Record<Kind, boolean>;
  /** How likely its person refuses when asked, and its devices fail. */
  refuses: number;
  fails: number;
  /** The next time that it is opened it hangs, and then fails. */
  hangs: boolean;
}

/** A tab outlives its pages. */
export interface Tab {
  readonly device: Device;
  readonly number: number;
  /** `sessionStorage`. */
  readonly storage: Map<string, string>;
  page: Page | undefined;
  /** Pages it has had. */
  pages: number;
}

export interface DeviceOptions {
  readonly delay?: readonly [number, number];
  readonly skew?: number;
  readonly permission?: PermissionState;
}

/** What a world has in which people meet in sessions. */
export interface SessionSide {
  /** The media worker of one life of the server. */
  media(): Media;
  /** It ends with the server. */
  serverDown(): void;
  openPeer(page: Page, handlers: PeerHandlers): PeerConnection;
  /** Told of what is on the disk, and of what the server hears and says. */
  stored(writes: readonly Write[]): void;
  heard(speaker: Speaker, text: string): void;
  said(speaker: Speaker, text: string): void;
}

const start = 1_800_000_000_000;

export class World {
  readonly seed: number;
  readonly time: Time = new Time(start);
  readonly chance: Chance;
  readonly scope: Scope = this.time.scope('world');
  readonly trace: Trace;
  readonly laws: Laws;
  readonly ether: Ether = new Ether();
  readonly pushes: PushService;
  readonly server: Server;
  readonly telephony: Telephony;
  readonly wires: Wires;
  readonly meddling: Meddling;
  readonly users: User[] = [];
  readonly sessions: SessionSide | undefined = undefined;
  /** Where somebody speaks the protocol who does not know it. */
  outsiderOn: Device | undefined;
  /** Told of calls that ring on a page. */
  incoming: (page: Page, call: Call) => void = () => undefined;
  /** Told of pages that have signed in. */
  arrival: (page: Page, phone: Phone) => void = () => undefined;

  constructor(
    seed: number,
    { meddling = { duplicate: 0, overtake: 0 }, full = false }: { meddling?: Meddling; full?: boolean } = {},
  ) {
    this.seed = seed;
    this.meddling = meddling;
    this.chance = new Chance(seed);
    this.trace = new Trace(() => this.time.now, full);
    this.laws = new Laws(this);
    this.pushes = new PushService(this);
    this.server = new Server(this);
    this.telephony = new Telephony(this);
    this.wires = new Wires({
      time: this.time,
      chance: new Chance(seed, 'wires'),
      world: this.scope,
      meddling,
      listener: () => this.server.listener,
      seen: (wire, to, text) => {
        if (to === 'server') this.trace.add(wire.page.name, 'server', text);
        else this.trace.add('server', wire.page.name, text);
        if (to === 'server') this.laws.heard(wire.page.user, text);
        if (to === 'server') this.sessions?.heard(wire.page, text);
      },
      said: (wire, text) => {
        this.laws.said(wire.page, text);
        this.sessions?.said(wire.page, text);
      },
    });
  }

  /** All pages that live. It is asked all the time. */
  get pages(): Page[] {
    const pages: Page[] = [];
    for (const { devices } of this.users)
      for (const { tabs } of devices) for (const { page } of tabs) if (page !== undefined) pages.push(page);
    return pages;
  }

  /** Those that their browsers let run. */
  get awake(): Page[] {
    return this.pages.filter(({ isFrozen }) => !isFrozen);
  }

  get tabs(): Tab[] {
    return this.devices.flatMap(({ tabs }) => tabs);
  }

  get devices(): Device[] {
    return this.users.flatMap(({ devices }) => devices);
  }

  addUser(name: string): User {
    const user: User = { address: name.toLowerCase(), name, devices: [] };
    this.users.push(user);
    const stored = { address: user.address, name, settings: defaultSettings, createdAt: start };
    this.server.disk.apply([{ type: 'new_user', user: stored }]);
    return user;
  }

  addDevice(user: User, name: string, { delay = [5, 40], skew = 0, permission = 'granted' }: DeviceOptions = {}): Device {
    const token = this.chance.token(256);
    const device: Device = {
      user,
      id: `${user.address}-${name}`,
      name,
      token,
      storage: new Map(),
      locks: new Locks(),
      tabs: [],
      network: { isOnline: true, delay },
      skew,
      permissions: { audio: permission, video: permission },
      has: { audio: true, video: true },
      refuses: 0,
      fails: 0,
      hangs: false,
    };
    user.devices.push(device);
    const tokenDigest = new SystemHash('').digest(token);
    this.server.disk.apply([
      { type: 'device', device: { id: device.id, user: user.address, name, tokenDigest, createdAt: start, seenAt: start } },
    ]);
    return device;
  }

  addTab(device: Device): Tab {
    const tab: Tab = { device, number: device.tabs.length + 1, storage: new Map(), page: undefined, pages: 0 };
    device.tabs.push(tab);
    return tab;
  }

  /** Loads the page of a tab, for the first time or again. */
  load(tab: Tab): Page {
    const { device } = tab;
    const name = `${device.user.address}/${device.name}${tab.number === 1 ? '' : tab.number}`;
    const page = new Page(this, tab, name);
    tab.pages += 1;
    tab.page = page;
    this.trace.add(name, name, tab.pages === 1 ? 'opens' : 'is loaded again');
    page.start();
    return page;
  }

  /** The page of a tab is gone. */
  unload(tab: Tab, how: Ending): void {
    const { page } = tab;
    if (page === undefined) return;
    this.trace.add(page.name, page.name, how);
    tab.page = undefined;
    page.die(how);
  }

  /** The page of a tab is loaded again, which takes so long. */
  reload(tab: Tab, milliseconds: number, how: Ending = 'leaves'): void {
    this.unload(tab, how);
    this.scope.schedule(milliseconds, () => {
      if (tab.page === undefined) this.load(tab);
    });
  }

  async run(milliseconds: number): Promise<void> {
    await this.time.runUntil(this.time.now + milliseconds);
  }

  // What pages tell.

  arrived(page: Page, phone: Phone): void {
    phone.on('incoming', (call) => this.incoming(page, call));
    this.arrival(page, phone);
    void phone.watch(this.users.map(({ address }) => address)).then(
      (people) => {
        for (const { address, presence } of people) page.presence.set(address, presence);
      },
      () => undefined,
    );
  }

  calls(page: Page, calls: readonly Call[]): void {
    this.laws.calls(page, calls);
  }

  captures(page: Page): void {
    const { calls, asking, isInCall } = page;
    const why = asking > 0 || isInCall || calls.some(({ state }) => state !== 'incoming');
    this.laws.expect(why, 'S6', `${page.name} asks for the microphone without reason`);
  }
}

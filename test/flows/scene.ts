/** The stage of one flow: people with pages in a still world, what they do there, and what must come of it. */
import assert from 'node:assert/strict';
import type { Cause, HistoryEntry } from '@offhook/core';
import type { Call, CallState, Consultation } from '../../packages/client/src/call.ts';
import type { MediaOptions } from '../../packages/client/src/media-options.ts';
import type { Phone } from '../../packages/client/src/phone.ts';
import { rest } from '../sim/calm.ts';
import type { Page } from '../sim/page.ts';
import type { Entry } from '../sim/trace.ts';
import type { Device, Tab, User } from '../sim/world.ts';
import { Desk } from './desk.ts';
import { StillWorld } from './still.ts';

/** Between the looks at what is waited for. */
const lookMs = 5;

/** Where one page is, or will be: a tab of somebody. */
export class Seat {
  readonly tab: Tab;
  readonly scene: Scene;

  constructor(scene: Scene, tab: Tab) {
    this.scene = scene;
    this.tab = tab;
  }

  /** In the trace. */
  get name(): string {
    const { device, number } = this.tab;
    return `${device.user.address}/${device.name}${number === 1 ? '' : number}`;
  }

  get user(): string {
    return this.tab.device.user.address;
  }

  /** How a ladder calls it: the person, with the device or tab where there are several. */
  get label(): string {
    const { user, name, tabs } = this.tab.device;
    const isOneOfMany = user.devices.length > 1 || this.scene.desks.some((desk) => desk.user === user.address);
    return [user.address, ...(isOneOfMany ? [name] : []), ...(tabs.length > 1 ? [`tab ${this.tab.number}`] : [])].join(' ');
  }

  get page(): Page {
    assert(this.tab.page, 'the tab has no page');
    return this.tab.page;
  }

  get phone(): Phone {
    const { phone, name } = this.page;
    assert(phone, `${name} is not signed in`);
    return phone;
  }

  /** The calls of this page, with those that have ended, oldest first. */
  get calls(): readonly Call[] {
    return this.scene.callsOf(this.page);
  }

  /** The latest call of this page, but for one that gave way at once to this page's own. */
  get call(): Call {
    const call = this.calls.findLast(({ cause }) => cause !== 'crossed');
    assert(call, `${this.page.name} has no call`);
    return call;
  }

  /** The states of its calls. */
  get states(): readonly CallState[] {
    return this.calls.map(({ state }) => state);
  }

  /** Calls somebody, and waits until the server has taken it. */
  async dial(to: string, media?: MediaOptions): Promise<Call> {
    this.does(`calls ${to}`);
    return this.#asking(() => this.phone.call(to, media));
  }

  /** Puts a call on hold and calls somebody, to ask whether they take it over. */
  async consult(to: string, call: Call = this.call): Promise<Consultation> {
    this.does(`consults ${to}`);
    return this.#asking(() => call.consult(to));
  }

  async answer(call: Call = this.call, media?: MediaOptions): Promise<void> {
    this.does('answers');
    await this.#asking(() => call.answer(media));
  }

  /** Notes what a person does. */
  does(what: string): void {
    this.scene.note(this, what);
  }

  /** Whether sound or a picture arrives here and is played. */
  receives(kind: 'audio' | 'video', call: Call = this.call): boolean {
    const shown = call.remoteStream.getTracks() as unknown[];
    return [...this.page.peers].some((peer) => {
      const arriving = peer.receives(kind);
      return arriving !== undefined && shown.includes(arriving.received) && arriving.sent.enabled && arriving.received.enabled;
    });
  }

  /** Loads the page again, as its person or the browser does. */
  async reload(): Promise<void> {
    this.scene.world.unload(this.tab, 'leaves');
    await this.scene.pass(600);
    this.scene.world.load(this.tab);
  }

  /** The last call in the history of this person: what the server has stored of it. */
  async last(): Promise<HistoryEntry> {
    const { entries } = await this.scene.wait(this.phone.history({ limit: 1 }));
    const [entry] = entries;
    assert(entry, `${this.page.name} has no history`);
    return entry;
  }

  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    const { page } = this;
    page.asking += 1;
    try {
      return await this.scene.wait(ask());
    } finally {
      page.asking -= 1;
    }
  }
}

export class Scene {
  readonly world: StillWorld = new StillWorld();
  readonly #seats: Seat[] = [];
  readonly #desks: Desk[] = [];
  readonly #calls = new Map<Page, Call[]>();
  readonly #start: number = this.world.time.now;
  #begin: { readonly entries: number; readonly at: number } = { entries: 0, at: 0 };
  #end: number | undefined;

  constructor() {
    const { world } = this;
    world.server.diskDelay = [3, 3];
    world.scope.schedule(500, function look() {
      world.laws.listen();
      world.laws.look();
      world.scope.schedule(500, look);
    });
    world.arrival = (page, phone) => {
      // What a page finds after a reload is there before anybody can listen.
      world.calls(page, phone.calls);
      phone.on('calls', (calls) => this.#found(page, calls));
    };
    world.telephony.rings = (call) => void this.#desks.find(({ phone }) => phone === call.phone)?.calls.push(call);
    void world.server.start();
  }

  /** Somebody with one page, or none yet. */
  person(name: string): Seat {
    return this.page(this.world.addUser(name), 'laptop');
  }

  /** Somebody with one page that the ladder leaves out. */
  aside(name: string): Seat {
    return new Seat(this, this.world.addTab(this.#device(this.world.addUser(name), 'laptop')));
  }

  user(name: string): User {
    return this.world.addUser(name);
  }

  /** A page on another device of somebody, or in another tab of the same device. */
  page(user: User, deviceName: string): Seat {
    const seat = new Seat(this, this.world.addTab(this.#device(user, deviceName)));
    this.#seats.push(seat);
    return seat;
  }

  /** A desk phone of somebody, which is off. `like`: with the login of this one. */
  desk(user: User, name = 'desk', like?: Desk): Desk {
    const phone = this.world.telephony.addPhone(user, name, { delay: [20, 20] }, like?.phone);
    const desk = new Desk(this, phone, `${user.address} ${name}`);
    this.#desks.push(desk);
    return desk;
  }

  get desks(): readonly Desk[] {
    return this.#desks;
  }

  /** These are switched on and register, and the ladder begins. */
  async register(...desks: readonly Desk[]): Promise<void> {
    for (const { phone } of desks) phone.boot();
    await this.until(() => desks.every(({ phone }) => phone.isRegistered), 'all are registered');
    await this.pass(1_000);
    this.begin();
  }

  get now(): number {
    return this.world.time.now;
  }

  get seats(): readonly Seat[] {
    return this.#seats;
  }

  callsOf(page: Page): readonly Call[] {
    this.#found(page, page.calls);
    return this.#calls.get(page) ?? [];
  }

  /** The media epoch of a call, as it is on the server's disk. */
  epoch({ id }: Call): number | undefined {
    const { state } = this.world.laws.known(id);
    return state !== undefined && 'epoch' in state ? state.epoch : undefined;
  }

  /** These sign in, and the ladder begins. */
  async signIn(...seats: readonly Seat[]): Promise<void> {
    for (const { tab } of seats) this.world.load(tab);
    await this.until(() => seats.every(({ page }) => page.phone?.state === 'online'), 'everybody is signed in');
    await this.pass(1_000);
    this.begin();
  }

  /** The ladder begins here, if it has not ended. */
  begin(): void {
    if (this.#end !== undefined) return;
    this.#begin = { entries: this.world.trace.entries.length, at: this.now - this.#start };
  }

  note({ page: { name } }: Seat, what: string): void {
    this.world.trace.add(name, name, what);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.world.run(milliseconds);
  }

  async until(holds: () => boolean, what: string, atMostMs = 60_000): Promise<void> {
    const { time } = this.world;
    const last = time.now + atMostMs;
    while (!holds()) {
      assert(time.now < last, `${what}: not within ${atMostMs / 1000} s`);
      await time.runUntil(time.now + lookMs);
    }
  }

  /** What a promise comes to, while time passes. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await this.until(() => isSettled, 'an answer comes');
    return promise;
  }

  /** Waits until the latest calls of these are in this state. */
  async all(state: CallState, ...seats: readonly Seat[]): Promise<void> {
    await this.until(() => seats.every(({ call }) => call.state === state), `all are ${state}`);
  }

  /** A call from one to the other, up to where both talk and nothing is on its way. */
  async talk(caller: Seat, callee: Seat, media?: MediaOptions): Promise<void> {
    await caller.dial(callee.tab.device.user.address, media);
    await this.until(() => callee.calls.length > 0 && callee.call.state === 'incoming', 'it rings');
    await this.pass(2_000);
    await callee.answer(callee.call, media);
    await this.all('active', caller, callee);
    await this.pass(1_000);
  }

  /** Hangs up, and sees that it ended everywhere and is recorded on both sides as a call that was talked in. */
  async part(one: Seat, other: Seat): Promise<void> {
    await this.pass(2_000);
    one.does('hangs up');
    one.call.hangup();
    await this.ended('hangup', one, other);
    for (const seat of [one, other]) assert(((await seat.last()).durationMs ?? 0) >= 1_000, 'the history has its duration');
  }

  /** Their latest calls have ended by this cause, on the page and in the history of each. */
  async ended(cause: Cause, ...seats: readonly Seat[]): Promise<void> {
    await this.all('ended', ...seats);
    await this.pass(500);
    this.stop();
    for (const seat of seats) {
      assert.equal(seat.call.cause, cause);
      assert.equal((await seat.last()).cause, cause);
    }
  }

  /** The ladder ends here. */
  stop(): void {
    this.#end ??= this.world.trace.entries.length;
  }

  /** Nothing is left behind, and no law of the simulator was broken. */
  async close(): Promise<void> {
    this.stop();
    await rest(this.world);
    assert.deepEqual(this.world.laws.breaches, []);
  }

  /** What was said and done from the beginning of the ladder to its end, in times since its beginning. */
  get entries(): readonly Entry[] {
    const { entries, at } = this.#begin;
    return this.world.trace.entries.slice(entries, this.#end).map((entry) => ({ ...entry, at: entry.at - at }));
  }

  #device(user: User, deviceName: string): Device {
    return user.devices.find(({ name }) => name === deviceName) ?? this.world.addDevice(user, deviceName, { delay: [20, 20] });
  }

  #found(page: Page, calls: readonly Call[]): void {
    const known = this.#calls.get(page) ?? [];
    this.#calls.set(page, [...known, ...calls.filter((call) => !known.includes(call))]);
  }
}

/** Alice and Bob, who talk. */
export async function talking(scene: Scene): Promise<readonly [Seat, Seat]> {
  const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
  await scene.signIn(alice, bob);
  await scene.talk(alice, bob);
  scene.begin();
  return [alice, bob];
}

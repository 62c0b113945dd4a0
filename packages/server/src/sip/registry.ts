/**
 * The registrar (RFC 3261 §10): who the phones of users are, and where they are reached. What they have said is kept in memory and stored
 * before it is answered, so that UDP phones are found after a restart; connections do not outlive one, nor do those who were reached by them.
 *
 *     REGISTER ──► who is it? ──► its own login? ──► bindings, news: here ──► stored? ──► 200
 *                   │ 401          │ 403                                       │ 500
 *     expired, removed, connection closed, signed out ──► news: away, gone
 */
import { sipLimits } from '@offhook/core';
import type { Address, DeviceId, Instant } from '@offhook/core';
import { devices as devicesOf, isSip, MessageError, register, registeredUser, registrarRules, responseTo } from '@offhook/sip';
import type { Binding, RegistrarRules, Remote, Request, Response } from '@offhook/sip';
import type { DeviceWrite, Store, Write } from '../ports.ts';
import type { SipPhone, SipPhoneNews, StoredSipPhone } from '../ports/sip-phones.ts';
import { fromStored, toStored } from './bindings.ts';
import { SipGate } from './gate.ts';
import type { GateDeps, Shown, SignedTrunk } from './gate.ts';
import { SipGuard } from './guard.ts';
import { Latest } from './latest.ts';

export interface RegistryDeps extends Omit<GateDeps, 'find'> {
  readonly store: Store;
  /** Who signs in at the same place, and is no phone. */
  readonly trunk?: ((username: string) => SignedTrunk | undefined) | undefined;
  /** Whether a host, in lower case, is this server (§10.3 step 5). Absent: all are, as its names are not known. */
  readonly isOurs?: ((host: string) => boolean) | undefined;
}

interface Registered {
  phone: SipPhone;
  bindings: readonly Binding[];
}

/** Calls are for people, at all of their devices: no GRUU is given, as none could be called. */
const rules: RegistrarRules = { ...registrarRules, bindings: sipLimits.bindingsPerPhone, gruus: false };
/** Bindings that have expired are looked for no more often. */
const sweepMs = 1_000;

export class SipRegistry {
  readonly #deps: RegistryDeps;
  readonly #guard: SipGuard;
  readonly gate: SipGate;
  readonly #phones = new Map<DeviceId, Registered>();
  /** What their devices want to hear of, as they have said with REGISTER last (Allow-Events, RFC 6665 §8.2.2), in lower case. */
  readonly #events = new Map<DeviceId, ReadonlySet<string>>();
  readonly #byUser = new Map<Address, Set<DeviceId>>();
  readonly #byConnection = new Map<string, Set<DeviceId>>();
  /** Who has shown lately who they are: they may be in calls without being registered. */
  readonly #shown = new Latest<SipPhone>(sipLimits.remembered);
  readonly #listeners: ((news: SipPhoneNews) => void)[] = [];
  readonly #unstored = new Set<DeviceId>();
  /** What is being stored. It never fails. */
  #storing: Promise<unknown> = Promise.resolve();
  /** What will be, once that is over. */
  #batch: Promise<void> | undefined;
  /** Devices that were removed since the start: what was read of one before that is void. */
  #removals = 0;
  #sweep: { readonly at: Instant; readonly cancel: () => void } | undefined;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    this.#guard = new SipGuard(deps);
    const find = async (name: string): ReturnType<GateDeps['find']> => deps.trunk?.(name) ?? deps.store.sipPhone(name);
    this.gate = new SipGate({ ...deps, find }, this.#guard);
    deps.store.onDevice((write) => this.#changed(write));
  }

  /** Finds those again that were registered before, and tells of them: whoever wants to hear it listens by then. */
  async start(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const { phone, bindings } of await this.#deps.store.registeredPhones()) {
      const live = bindings.filter(({ expiresAt, flow }) => expiresAt > now && flow.connection === undefined);
      this.#keep(phone, live.map(fromStored));
    }
  }

  /** Phones that are registered. */
  get size(): number {
    return this.#phones.size;
  }

  /** Whether nothing from this address is to be read: ask before anything else is done with a message. */
  shuns({ address }: Pick<Remote, 'address'>): boolean {
    return this.#guard.shuns(address);
  }

  /** Whether somebody has proven there lately who they are. */
  trusts({ address }: Pick<Remote, 'address'>): boolean {
    return this.#guard.trusts(address);
  }

  /** Somebody there asks, and does not say who they are. */
  noteStranger({ address }: Pick<Remote, 'address'>): void {
    this.#guard.note(address, 'stranger');
  }

  /** Answers a REGISTER. */
  async serve(request: Request, from: Remote): Promise<Response> {
    try {
      const who = await this.#check(request, from);
      if ('refusal' in who) return who.refusal;
      return await this.#register(who.who, request, from);
    } catch (error) {
      if (error instanceof MessageError) return this.gate.refuse(request, 400);
      throw error;
    }
  }

  /** Which phone has sent any other request that needs one, by `Authorization`. */
  async authenticate(request: Request, from: Remote): Promise<{ readonly phone: SipPhone } | { readonly refusal: Response }> {
    const who = await this.#check(request, from);
    if ('refusal' in who) return who;
    const phone = publicOf(who.who);
    this.#shown.set(phone.device, phone);
    return { phone };
  }

  /** Where a phone is reached, the latest first. */
  flows(device: DeviceId): readonly Binding[] {
    const now = this.#deps.clock.now();
    const live = (this.#phones.get(device)?.bindings ?? []).filter(({ expiresAt }) => expiresAt > now);
    return live.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** Whether a phone has said that it understands these events. */
  understands(device: DeviceId, event: string): boolean {
    return this.#events.get(device)?.has(event) === true;
  }

  /** Those that are registered. */
  devices(user: Address): readonly SipPhone[] {
    return [...(this.#byUser.get(user) ?? [])].flatMap((device) => this.#phones.get(device)?.phone ?? []);
  }

  onNews(listener: (news: SipPhoneNews) => void): void {
    this.#listeners.push(listener);
  }

  /** A connection has closed: who was reached by it is not any more. */
  lost(connection: string): void {
    const devices = this.#byConnection.get(connection) ?? [];
    this.#byConnection.delete(connection);
    for (const device of devices) {
      const known = this.#phones.get(device);
      if (known !== undefined)
        this.#keep(
          known.phone,
          known.bindings.filter(({ flow }) => flow.connection !== connection),
        );
    }
  }

  /** Stores what is not yet. */
  async close(): Promise<void> {
    this.#sweep?.cancel();
    await this.#storing;
  }

  async #check(request: Request, from: Remote): Promise<Shown<StoredSipPhone>> {
    const removals = this.#removals;
    const who = await this.gate.check(request, from);
    // It may have been removed while it was looked up. Its nonce is used, so it is asked for another one.
    if ('refusal' in who) return who;
    const phone = 'trunk' in who.who ? undefined : who.who;
    const isHere = removals === this.#removals || (phone && (await this.#deps.store.sipPhone(phone.login))) !== undefined;
    return phone === undefined || !isHere ? { refusal: this.gate.refuse(request, 403) } : { who: phone };
  }

  async #register(phone: StoredSipPhone, request: Request, from: Remote): Promise<Response> {
    const now = this.#deps.clock.now();
    if (registeredUser(request, this.#deps.isOurs ?? (() => true)) === undefined) return this.gate.refuse(request, 404);
    const { uri } = request.to;
    if (!isSip(uri) || uri.user !== phone.login) return this.gate.refuse(request, 403);
    const { status, fields, bindings } = register(
      request,
      from,
      this.#phones.get(phone.device)?.bindings ?? [],
      now,
      isBehindNat(request, from) ? { ...rules, longest: sipLimits.natMs / 1_000 } : rules,
    );
    if (status !== 200) return responseTo(request, status, { toTag: this.#deps.random.token(64), fields });
    if (bindings.length > 0 && request.has('Allow-Events')) this.#events.set(phone.device, eventsOf(request));
    this.#keep(publicOf(phone), bindings);
    try {
      await this.#batch;
    } catch {
      // It is kept all the same: the phone is reached until a restart, and asks again.
      return this.gate.refuse(request, 500);
    }
    // Phones set their clock by it (§10.3 step 8).
    const date = new Date(now).toUTCString();
    return responseTo(request, 200, { toTag: this.#deps.random.token(64), fields: { ...fields, Date: date } });
  }

  #keep(phone: SipPhone, bindings: readonly Binding[]): void {
    const { device, user } = phone;
    const before = this.#phones.get(device)?.bindings ?? [];
    const wasHere = before.length > 0;
    if (!wasHere && bindings.length === 0) return;
    if (bindings.length === 0) this.#forget(phone);
    else {
      this.#phones.set(device, { phone, bindings });
      this.#byUser.set(user, (this.#byUser.get(user) ?? new Set()).add(device));
      for (const { flow } of bindings)
        if (flow.connection !== undefined)
          this.#byConnection.set(flow.connection, (this.#byConnection.get(flow.connection) ?? new Set()).add(device));
      this.#sweepBy(Math.min(...bindings.map(({ expiresAt }) => expiresAt)));
    }
    this.#store(device);
    const isHere = bindings.length > 0;
    if (isHere !== wasHere) this.#tell({ phone, state: isHere ? 'here' : 'away' });
    else if (devicesOf(bindings, 0).length > devicesOf(before, 0).length) this.#tell({ phone, state: 'more' });
  }

  #forget({ device, user }: SipPhone): void {
    this.#phones.delete(device);
    this.#events.delete(device);
    const others = this.#byUser.get(user);
    others?.delete(device);
    if (others?.size === 0) this.#byUser.delete(user);
  }

  /** With all others that change until what is being stored now has been. */
  #store(device: DeviceId): void {
    this.#unstored.add(device);
    if (this.#batch !== undefined) return;
    this.#batch = this.#storing.then(() => this.#storeAll());
    this.#storing = this.#batch.catch((error: unknown) => this.#deps.log.warn('sip', { error: String(error) }));
  }

  async #storeAll(): Promise<void> {
    const { clock, store } = this.#deps;
    const at = clock.now();
    const devices = [...this.#unstored];
    this.#unstored.clear();
    this.#batch = undefined;
    await store.commit(
      devices.flatMap((device): Write[] => {
        const bindings = (this.#phones.get(device)?.bindings ?? []).map(toStored);
        return [
          { type: 'sip_bindings', device, bindings },
          { type: 'device_seen', device, at },
        ];
      }),
    );
  }

  #changed(write: DeviceWrite): void {
    if (write.type === 'device_gone') this.#removals++;
    const known = this.#phones.get(write.device);
    const phone = known?.phone ?? this.#shown.get(write.device);
    if (write.type === 'device_named') {
      if (known !== undefined) known.phone = { ...known.phone, name: write.name };
      return;
    }
    if (phone === undefined) return;
    this.#shown.delete(phone.device);
    this.#forget(phone);
    this.#tell({ phone, state: 'gone' });
  }

  #tell(news: SipPhoneNews): void {
    this.#deps.log.info('sip.phone', { device: news.phone.device, state: news.state });
    for (const listener of this.#listeners) listener(news);
  }

  #sweepBy(at: Instant): void {
    if (this.#sweep !== undefined && this.#sweep.at <= at) return;
    this.#sweep?.cancel();
    const { clock } = this.#deps;
    const cancel = clock.schedule(Math.max(sweepMs, at - clock.now()), () => this.#expire());
    this.#sweep = { at, cancel };
  }

  #expire(): void {
    this.#sweep = undefined;
    const now = this.#deps.clock.now();
    for (const { phone, bindings } of this.#phones.values()) {
      const live = bindings.filter(({ expiresAt }) => expiresAt > now);
      if (live.length < bindings.length) this.#keep(phone, live);
      else this.#sweepBy(Math.min(...live.map(({ expiresAt }) => expiresAt)));
    }
  }
}

/** Without its secrets. */
function publicOf({ device, user, name, login }: StoredSipPhone): SipPhone {
  return { device, user, name, login };
}

/** What cannot be read is nothing that it understands, and no reason not to register it. */
function eventsOf(request: Request): ReadonlySet<string> {
  try {
    return new Set(request.words('Allow-Events').map(({ value }) => value.toLowerCase()));
  } catch (error) {
    if (error instanceof MessageError) return new Set();
    throw error;
  }
}

/** By UDP, and not from where it says that it is: the way back is somebody else's, who forgets it when nothing is said. */
function isBehindNat(request: Request, { address, transport }: Remote): boolean {
  if (transport !== 'udp') return false;
  return request.contacts.some(({ uri }) => isSip(uri) && uri.host.replace(/^\[|\]$/g, '') !== address);
}

import type {
  Address,
  ApplicationDelivery,
  CallView,
  Device,
  EndedCall,
  Event,
  HistoryEntry,
  Milliseconds,
  Person,
  PersonPresence,
  Receiver,
  Settings,
} from '@offhook/core';
import { Call, personOf } from './call.ts';
import { decided } from './endpoint-state.ts';
import { kindsOf } from './media-options.ts';
import type { MediaOptions } from './media-options.ts';
import { Capture } from './capture.ts';
import type { CaptureConstraints } from './capture.ts';
import { Connection } from './connection.ts';
import type { ConnectionOptions, ConnectionState, Welcome } from './connection.ts';
import { Emitter } from './emitter.ts';
import type { Unsubscribe } from './emitter.ts';
import { Endpoint } from './endpoint.ts';
import type { EndpointHost } from './endpoint-host.ts';
import { OffhookError } from './errors.ts';
import { IceServers } from './ice-servers.ts';
import type { Opened, Part } from './part.ts';
import type { Platform } from './platform.ts';

/** What a phone tells. */
export interface PhoneEvents {
  /** `phone.state` has changed. */
  state: [state: ConnectionState];
  /** A call rings here. One that came before anybody listened is told to the first who does. */
  incoming: [call: Call];
  /** `phone.calls` has changed: a call was placed, came in, was found again after a reload, or ended. */
  calls: [calls: readonly Call[]];
  /** People who are watched have come, gone, or do something else. */
  presence: [people: readonly PersonPresence[]];
  /** A message of an application, sent with `phone.send`. */
  message: [message: ApplicationDelivery];
  /** `phone.settings` has changed, here or on another device. */
  settings: [settings: Settings];
  /** `phone.user` has another name, given here or on another device. */
  renamed: [user: Person];
  /** A message that needs no answer could not be delivered, e.g. `not_delivered`; or why `signed_out` follows, e.g. `account_closed`. */
  error: [error: OffhookError];
  /**
   * The token will expire in so many milliseconds. Where `connect` was given a function, it has been asked for a new one already;
   * otherwise call `phone.refresh(token)`, or the phone closes with `token_expired`.
   */
  tokenWillExpire: [inMs: Milliseconds];
  /** The phone is closed for good: by `close()`, or because the server refuses this device (then with an error). */
  closed: [error: OffhookError | undefined];
}

/** What a phone is made of. */
export interface PhoneOptions extends ConnectionOptions, CaptureConstraints {
  /** For peer connections, beside the ICE servers that the server names. */
  readonly rtc: RTCConfiguration;
  /** `token` may give another one when it is asked again. */
  readonly refreshes?: boolean | undefined;
}

/** Whom to call: an address, however a person may spell it (`Bo` for `bo`), or a person one knows by name. */
export type Callee = Address | Person;

/** So many calls that ended here are remembered. */
const overMost = 100;

/** Opens a phone for a further part of the SDK; applications need none of it. */
export let openPhone: (phone: Phone) => Opened;

/** One person's phone in this tab: the connection to the server, and the calls. Made by `connect()`. */
export class Phone extends Emitter<PhoneEvents> {
  readonly #platform: Platform;
  readonly #connection: Connection;
  readonly #host: EndpointHost;
  readonly #calls = new Map<Call, Endpoint>();
  /** The last calls that ended here, so that a late word of the server does not bring them back. */
  readonly #over = new Set<string>();
  /** Calls that ring here and were not told to anybody yet. */
  readonly #untold = new Set<Call>();
  readonly #refreshes: boolean;
  readonly #ice: IceServers;
  readonly #parts = new Set<Part>();
  #welcome: Welcome | undefined;
  #watched: { readonly addresses: Address[]; readonly arrivals: boolean } | undefined;

  static {
    openPhone = (phone) => ({ ...phone.#host, parts: phone.#parts });
  }

  /** Phones are made by `connect()`. @hideconstructor */
  constructor(options: PhoneOptions) {
    const { platform, rtc, audio, video, refreshes = false } = options;
    super((error) => platform.report(error));
    this.#platform = platform;
    this.#refreshes = refreshes;
    this.#connection = new Connection(options, {
      state: (state) => this.emit('state', state),
      welcome: (welcome) => this.#welcomed(welcome),
      event: (event) => this.#happened(event),
      tokenExpiring: (inMs) => this.#tokenExpiring(inMs),
      message: (message) => this.emit('message', message),
      error: (error) => this.emit('error', error),
      networkChanged: () => this.#forEach((endpoint) => endpoint.input({ type: 'network' })),
      closed: (error) => this.#closed(error),
      calls: () => this.calls.map(({ id }) => id),
    });
    this.#ice = new IceServers(platform.clock, this.#connection, () =>
      this.#forEach((endpoint) => endpoint.setIceServers(this.#host.configuration().iceServers ?? [])),
    );
    this.#host = {
      platform,
      connection: this.#connection,
      capture: new Capture(platform, { audio, video }),
      configuration: () => ({ ...rtc, iceServers: [...(rtc.iceServers ?? []), ...this.#ice.servers] }),
      yield: (call) => this.#yield(call),
      call: (to, options) => this.call(to, options),
    };
  }

  /** Who is signed in. */
  get user(): Person {
    return this.#known.user;
  }

  /** This device, as the server keeps it. */
  get device(): { readonly id: string; readonly name: string } {
    return this.#known.device;
  }

  /** Whether the server can be reached at the moment. Calls go on while it cannot. */
  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** The calls that live in this tab, oldest first. */
  get calls(): readonly Call[] {
    return [...this.#calls.keys()];
  }

  /** How this person wants to be called. */
  get settings(): Settings {
    return this.#known.settings;
  }

  /** Why the server could not be asked to sign in, if a token could not be had. */
  get trouble(): unknown {
    return this.#connection.trouble;
  }

  /** Calls `listener` at each event of this type. Calls that ring already are told to the first who listens to `incoming`. */
  override on<K extends keyof PhoneEvents>(type: K, listener: (...values: PhoneEvents[K]) => void): Unsubscribe {
    const off = super.on(type, listener);
    if (type === 'incoming') queueMicrotask(() => this.#tell());
    return off;
  }

  /**
   * Calls somebody. The call is in `phone.calls` at once. Resolves when the server has taken it, without waiting for an answer
   * (it may then have ended already, e.g. because nobody is there: see `call.cause`). Rejects where it cannot be placed, e.g.
   * with `microphone_refused` or `user_not_found`.
   */
  async call(to: Callee, options: MediaOptions = {}): Promise<Call> {
    if (this.state === 'closed') throw new OffhookError('closed');
    const media = kindsOf(options);
    const { call, endpoint } = this.#newCall(this.#platform.random.token(128), false);
    endpoint.use(options.stream, media.audio);
    const person = personOf(to);
    endpoint.input({ type: 'place', to: person.address, name: person.name, media });
    if (!media.audio) call.mute();
    this.#add(call, endpoint);
    await decided(endpoint, (state) => state.kind !== 'opening' && !(state.kind === 'calling' && !state.invited));
    if (call.error !== undefined) throw call.error;
    return call;
  }

  /**
   * A page of the people here, by name. `query`: the beginning of a name or address; `after`: `next` of the page before.
   */
  people(
    page: { query?: string; after?: string; limit?: number } = {},
  ): Promise<{ people: PersonPresence[]; next?: string | undefined }> {
    return this.#connection.request('people', page);
  }

  /**
   * Tells of the presence of these people from now on (event `presence`), at most 200, in place of those watched before.
   * Resolves with their present presence. `arrivals`: also tells of others who come and go while few are here.
   */
  async watch(addresses: readonly Address[], { arrivals = false }: { arrivals?: boolean } = {}): Promise<PersonPresence[]> {
    this.#watched = { addresses: [...addresses], arrivals };
    const { people } = await this.#connection.request('watch', this.#watched);
    return people;
  }

  /** A page of this person's calls, newest first. `before`: `next` of the page before. */
  history(page: { before?: string; limit?: number } = {}): Promise<{ entries: HistoryEntry[]; next?: string | undefined }> {
    return this.#connection.request('history', page);
  }

  /** Changes the name that people see. Rejects with `name_taken` or `name_invalid`. */
  async rename(name: string): Promise<Person> {
    const { user } = await this.#connection.request('rename', { name });
    this.#renamed(user);
    return user;
  }

  /** Changes how this person wants to be called, on all devices. */
  async changeSettings(change: Partial<Settings>): Promise<Settings> {
    const { settings } = await this.#connection.request('settings', { change });
    this.#settled(settings);
    return settings;
  }

  /** The devices on which this person is signed in, this one among them. */
  async devices(): Promise<Device[]> {
    const { devices } = await this.#connection.request('devices', {});
    return devices;
  }

  /**
   * Signs one of this person's devices out for good: its calls end, its phones are closed with `signed_out`, and so is this one if it
   * is its own. Rejects with `device_not_found`.
   */
  async removeDevice(id: string): Promise<void> {
    await this.#connection.request('remove_device', { device: id });
  }

  /**
   * Sends a message of the application to a user, one device of a user, or everyone who is here. Types contain a dot
   * (`acme.cursor`). It is delivered at most once and kept nowhere; false: there is no connection at the moment, it was not
   * sent. Where nobody receives it, `error` tells of it. Throws `too_large` where it is larger than the server takes (64 KiB).
   */
  send(to: Address | Receiver, type: string, data: unknown): boolean {
    return this.#connection.say({ type, to: typeof to === 'string' ? { user: to } : to, data });
  }

  /**
   * Goes on with a new token of the same person; calls are not touched. Without one, the function given to `connect` is asked.
   * Rejects where the server does not take it, e.g. with `token_expired`; the one before is then good as long as it lasts.
   */
  refresh(token?: string): Promise<void> {
    return this.#connection.refresh(token);
  }

  /** Ends all calls and signs off. Resolves once the server knows, or after a moment. */
  async close(): Promise<void> {
    for (const call of this.calls) call.hangup();
    await this.#connection.close();
  }

  get #known(): Welcome {
    if (this.#welcome === undefined) throw new OffhookError('unreachable');
    return this.#welcome;
  }

  #welcomed(welcome: Welcome): void {
    const before = this.#welcome;
    this.#welcome = welcome;
    this.#ice.use(welcome.ice);
    if (before !== undefined && before.user.name !== welcome.user.name) this.emit('renamed', welcome.user);
    if (before !== undefined && !isSame(before.settings, welcome.settings)) this.emit('settings', welcome.settings);
    if (welcome.resumed) this.#forEach((endpoint) => endpoint.input({ type: 'resumed' }));
    else {
      this.#resync(welcome.calls, welcome.ended);
      const watched = this.#watched;
      if (watched)
        this.#connection.ask<'watch'>({ type: 'watch', ...watched }, (outcome) => {
          if ('ok' in outcome) this.emit('presence', outcome.ok.people);
        });
    }
    for (const tell of this.#parts) tell(welcome);
  }

  /** What was told meanwhile is lost: each call is compared with what the server knows of it. */
  #resync(views: readonly CallView[], ended: readonly EndedCall[]): void {
    this.#forEach((endpoint) => {
      const { call } = endpoint.state;
      const view = views.find(
        (one) => one.call === call || (one.here && [one.crossed, ...(one.replaces ?? [])].includes(call)),
      );
      // Only the reply to the invite was lost.
      if (view?.crossed === call) return endpoint.merge(view);
      const { cause, elsewhere } = ended.find((one) => one.call === call) ?? {};
      endpoint.input({ type: 'resync', view, cause, elsewhere });
    });
    for (const view of views) this.#found(view, 'restore');
  }

  #happened(event: Event): void {
    switch (event.type) {
      case 'incoming': {
        const known = this.#find(event.view.call);
        if (known === undefined) return this.#found(event.view, 'incoming');
        // One that was seen at the sign-in is shown once more as it is now: it may have changed since.
        return known.isUndecided ? known.input({ type: 'resync', view: event.view }) : undefined;
      }
      case 'transferred':
      case 'forwarded':
        return this.#find(event.call)?.input({ type: 'resync', view: event.view });
      case 'presence':
        return this.emit('presence', event.people);
      case 'settings':
        return this.#settled(event.settings);
      case 'renamed':
        return this.#renamed(event.user);
      default:
        if ('call' in event) return this.#find(event.call)?.input(event);
        for (const tell of this.#parts) tell(event);
    }
  }

  /** A call of which this page knew nothing: it rings here, or belongs to this tab since before a reload. */
  #found(view: CallView, as: 'incoming' | 'restore'): void {
    if (this.#find(view.call) !== undefined || this.#over.has(view.call)) return;
    const { call, endpoint } = this.#newCall(view.call, view.role === 'callee');
    endpoint.input({ type: as, view });
    // It is of another page.
    if (endpoint.state.kind === 'new') return;
    if (endpoint.state.kind === 'incoming') this.#untold.add(call);
    this.#add(call, endpoint);
    this.#tell();
  }

  #newCall(id: string, isIncoming: boolean): { call: Call; endpoint: Endpoint } {
    const endpoint = new Endpoint(this.#host, id);
    return { endpoint, call: new Call(endpoint, isIncoming, this.#host) };
  }

  #add(call: Call, endpoint: Endpoint): void {
    if (call.state === 'ended') return;
    this.#calls.set(call, endpoint);
    call.on('ended', () => {
      this.#calls.delete(call);
      this.#untold.delete(call);
      this.#over.add(call.id);
      for (const id of this.#over) if (this.#over.size > overMost) this.#over.delete(id);
      this.emit('calls', this.calls);
    });
    this.emit('calls', this.calls);
  }

  /** Tells of calls that ring, once somebody listens. */
  #tell(): void {
    if (!this.hears('incoming')) return;
    for (const call of this.#untold) {
      this.#untold.delete(call);
      this.emit('incoming', call);
    }
  }

  #yield(id: string): boolean {
    const endpoint = this.#find(id);
    if (endpoint !== undefined && endpoint.state.kind !== 'incoming') return false;
    endpoint?.input({ type: 'ended', cause: 'crossed' });
    return true;
  }

  #find(id: string): Endpoint | undefined {
    return [...this.#calls.values()].find(({ state }) => state.call === id);
  }

  #forEach(task: (endpoint: Endpoint) => void): void {
    for (const endpoint of this.#calls.values()) task(endpoint);
  }

  #settled(settings: Settings): void {
    const before = this.#known;
    this.#welcome = { ...before, settings };
    if (!isSame(before.settings, settings)) this.emit('settings', settings);
  }

  #renamed(user: Person): void {
    const before = this.#known;
    this.#welcome = { ...before, user };
    if (before.user.name !== user.name) this.emit('renamed', user);
  }

  #tokenExpiring(inMs: Milliseconds): void {
    if (this.#refreshes) this.refresh().catch((error: unknown) => this.#platform.report(error));
    this.emit('tokenWillExpire', inMs);
  }

  #closed(error: OffhookError | undefined): void {
    for (const call of this.calls) call.hangup();
    this.#ice.close();
    this.emit('closed', error);
  }
}

function isSame(a: Settings, b: Settings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

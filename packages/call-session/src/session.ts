/** A call, as applications have it. */
import type { CallActionEvent } from './action-event.ts';
import { CallSessionContainer } from './container.ts';
import type { Host } from './container.ts';
import type { Core } from './core.ts';
import { observe } from './observe.ts';
import type {
  CallSessionButton,
  CallSessionButtonPatch,
  CallSessionInit,
  CallSessionKind,
  CallSessionPatch,
  CallSessionSending,
  CallSessionState,
  CallSessionSubtext,
  CallSessionSurface,
} from './types.ts';
import { textOf } from './view.ts';

const events = ['statechange', 'action', 'hangup', 'surfacechange'] as const;

/** What each event of a call carries. */
export interface CallSessionEvents {
  readonly statechange: Event;
  readonly action: CallActionEvent;
  readonly hangup: CallActionEvent;
  readonly surfacechange: Event;
}

/** One call. It is shown while one of its connections is up, and by no act of the application. */
export class CallSession extends EventTarget {
  readonly #core: Core;
  readonly #host: Host;
  /** The state has changed. */
  onstatechange: ((event: Event) => void) | null = null;
  /** Something was pressed. Without `preventDefault()`, microphone and camera are turned off or on, a shared screen stops, Hang up ends. */
  onaction: ((event: CallActionEvent) => void) | null = null;
  /** Hang up was pressed. Without `preventDefault()`, the call ends. */
  onhangup: ((event: CallActionEvent) => void) | null = null;
  /** The call is seen somewhere else than before. */
  onsurfacechange: ((event: Event) => void) | null = null;

  /** Sessions are made by `create()`. @hideconstructor */
  constructor(core: Core, host: Host) {
    super();
    this.#core = core;
    this.#host = host;
    for (const type of events)
      this.addEventListener(type, (event) => (this[`on${type}`] as ((event: Event) => void) | null)?.(event));
  }

  /** Calls `listener` at `statechange`, `action`, `hangup` or `surfacechange`. */
  override addEventListener<K extends keyof CallSessionEvents>(
    type: K,
    listener: (event: CallSessionEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: never, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener, options);
  }

  /**
   * Finds peer connections by itself: each that is made from now on belongs to the newest call that has not ended, and if there is none, to
   * one that is made of `init`. To be called before the code that makes them. What is returned stops it.
   */
  static observe(init: CallSessionInit = {}): () => void {
    return observe((connection) => (callSession.newest ?? callSession.create(init)).addPeerConnection(connection));
  }

  /** Names the call in this browser. */
  get id(): string {
    return this.#core.id;
  }

  /** Where the call stands. */
  get state(): CallSessionState {
    return this.#core.state;
  }

  /** What kind of call it is by what is negotiated now; never `auto`. */
  get kind(): CallSessionKind {
    return this.#core.kind;
  }

  /** When the first connection was up, or what the application says of that, on the clock of `performance.now()`. */
  get startTime(): DOMHighResTimeStamp | null {
    return this.#core.start ?? null;
  }

  /** For how long it has been going on, in seconds: from the first connection, through reconnecting and replaced connections. */
  get duration(): number {
    return this.#core.duration;
  }

  /** What others receive at this moment. */
  get sending(): CallSessionSending {
    return this.#core.view.sending;
  }

  /** Where the call is seen right now. */
  get surfaces(): readonly CallSessionSurface[] {
    return this.#core.surfaces;
  }

  /** Why it has ended: what `end()` was given, `hangup` if that was pressed, `closed` if all its connections were. */
  get endReason(): string | undefined {
    const { rule } = this.#core;
    return rule.at === 'ended' ? rule.reason : undefined;
  }

  /** The title of the call. */
  get header(): string {
    return this.#core.view.header;
  }

  set header(header: string) {
    this.update({ header });
  }

  /** The line below; null is the live duration. */
  get subtext(): string | CallSessionSubtext | null {
    return this.#core.init.subtext ?? null;
  }

  set subtext(subtext: string | CallSessionSubtext | null) {
    this.update({ subtext });
  }

  /** The picture. Addresses other than http(s), blob and data of images are left out. */
  get artwork(): readonly MediaImage[] {
    return Object.freeze([...(this.#core.init.artwork ?? [])]);
  }

  set artwork(artwork: readonly MediaImage[]) {
    this.update({ artwork });
  }

  /**
   * Says something else of the call than `create()` was told: whatever is in `patch`, for which undefined is as if it was never said.
   * Throws `TypeError` for what makes no sense, and then changes nothing.
   */
  update(patch: CallSessionPatch): void {
    this.#core.update(patch);
  }

  /** Shows the call while this connection is up. Throws `InvalidStateError` when the call has ended. */
  addPeerConnection(connection: RTCPeerConnection): void {
    this.#core.add(connection);
  }

  /** No longer looks at this connection, which stays as it is. */
  removePeerConnection(connection: RTCPeerConnection): void {
    this.#core.remove(connection);
  }

  /** Replaces the application's buttons. Throws `TypeError` unless each has a title and an action of its own. */
  setButtons(buttons: readonly CallSessionButton[]): void {
    this.update({ buttons });
  }

  /** Changes one of the application's buttons. Throws `NotFoundError` if there is none with this action. */
  updateButton(action: string, patch: CallSessionButtonPatch): void {
    const { buttons = [] } = this.#core.init;
    if (!buttons.some((button) => button.action === action)) throw new DOMException('No such button.', 'NotFoundError');
    this.update({ buttons: buttons.map((button) => (button.action === action ? { ...button, ...patch, action } : button)) });
  }

  /** Turns the microphones off or on that are sent. Rejects with `InvalidStateError` when the call has ended. */
  async setMicrophoneActive(active: boolean): Promise<void> {
    this.#core.enable('microphone', active);
  }

  /** Turns the cameras off or on that are sent. Rejects with `InvalidStateError` when the call has ended. */
  async setCameraActive(active: boolean): Promise<void> {
    this.#core.enable('camera', active);
  }

  /** Pauses a shared screen, or goes on with it. Rejects with `InvalidStateError` when the call has ended. */
  async setScreenshareActive(active: boolean): Promise<void> {
    this.#core.enable('screen', active);
  }

  /** Makes this the call of the page that is shown, where several are up. */
  activate(): void {
    this.#host.show(this.#core);
  }

  /**
   * Shows the call in a small window above others. Only in answer to a click: rejects with `NotAllowedError` otherwise, with
   * `InvalidStateError` while the call is not shown, with `NotSupportedError` where there is no such window.
   */
  openMiniWindow(): Promise<CallSessionSurface> {
    return this.#host.open(this.#core);
  }

  /** Ends the call: it is no longer shown, and its connections are closed. Microphone and camera are the application's to stop. */
  end(reason = 'local'): void {
    this.#core.end(textOf(reason));
  }
}

/** The calls of this page. */
export const callSession: CallSessionContainer = new CallSessionContainer((core, host) => new CallSession(core, host));

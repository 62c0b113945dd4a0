/** One call: its connections, what the application says of it, and the rule. Knows nothing of surfaces. */
import { read, watch } from './connection.ts';
import type { Reading } from './connection.ts';
import { begin, begun, deadline, lasted, step } from './rule.ts';
import type { Rule, RuleInput } from './rule.ts';
import type {
  CallSessionButton,
  CallSessionInit,
  CallSessionPatch,
  CallSessionSending,
  CallSessionState,
  CallSessionSurface,
} from './types.ts';
import { kindOf, safeArtwork, textOf, viewOf } from './view.ts';
import type { View } from './view.ts';

const usualGrace = 30;
/** A timer that is set for longer goes off at once (HTML, timer initialization steps; a signed number of 32 bits in all browsers). */
const longestTimerMs = 2 ** 31 - 1;
const ownActions = new Set(['hangup', 'togglemicrophone', 'togglecamera', 'togglescreenshare']);

export class Core {
  readonly id: string = crypto.randomUUID();
  readonly #changed: () => void;
  readonly #connections = new Map<RTCPeerConnection, () => void>();
  #init: CallSessionInit;
  #rule: Rule = begin;
  #readings: readonly Reading[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isShown = false;
  #surfaces: readonly CallSessionSurface[] = Object.freeze([]);
  /** The state the application was told last. */
  #told: CallSessionState = 'pending';

  constructor(init: CallSessionInit, changed: () => void) {
    this.#init = checked(init);
    this.#changed = changed;
  }

  /** What the application says of the call. */
  get init(): CallSessionInit {
    return this.#init;
  }

  /** Says something else of the call. Throws `TypeError` for what makes no sense; then nothing has changed. */
  update(patch: CallSessionPatch): void {
    this.#init = checked({ ...this.#init, ...patch } as CallSessionInit);
    this.look();
  }

  get rule(): Rule {
    return this.#rule;
  }

  get state(): CallSessionState {
    const { at } = this.#rule;
    if (at === 'ended') return at;
    return this.#isShown && this.up ? (at as 'active' | 'reconnecting') : 'pending';
  }

  get up(): boolean {
    return this.#rule.at === 'active' || this.#rule.at === 'reconnecting';
  }

  get held(): boolean {
    return this.init.held ?? this.#readings.every(({ held }) => held);
  }

  get readings(): readonly Reading[] {
    return this.#readings;
  }

  get kind(): ReturnType<typeof kindOf> {
    return kindOf(this.init, this.#readings);
  }

  /** On the clock of `performance.now()`. */
  get start(): number | undefined {
    const start = begun(this.#rule);
    return start === undefined ? start : (this.init.startTime ?? start);
  }

  /** In seconds. */
  get duration(): number {
    return lasted(this.#rule, performance.now(), this.start) / 1000;
  }

  get view(): View {
    const { id, state, duration, readings } = this;
    return viewOf(this.init, { id, state, duration, readings, report });
  }

  /** Where it is seen. */
  get surfaces(): readonly CallSessionSurface[] {
    return this.#surfaces;
  }

  /** Whether it is the call of the page that is shown. */
  set isShown(isShown: boolean) {
    this.#isShown = isShown;
  }

  /** Says where it is seen now; whether that is somewhere else than before. */
  see(surfaces: readonly CallSessionSurface[]): boolean {
    if (String(this.#surfaces) === String(surfaces)) return false;
    this.#surfaces = Object.freeze(surfaces);
    return true;
  }

  /** Whether the state has changed since this was asked last. */
  hasMoved(): boolean {
    return this.#told !== (this.#told = this.state);
  }

  add(connection: RTCPeerConnection): void {
    this.#mustGoOn();
    mustBeConnection(connection);
    if (this.#connections.has(connection)) return;
    this.#connections.set(
      connection,
      watch(connection, () => this.look()),
    );
    this.look();
  }

  remove(connection: RTCPeerConnection): void {
    this.#connections.get(connection)?.();
    if (this.#connections.delete(connection)) this.look();
  }

  /** Ends the call: its connections are closed. */
  end(reason: string): void {
    this.#step({ type: 'end', reason });
    for (const connection of this.#connections.keys()) connection.close();
    this.#changed();
  }

  /** Looks at the connections: something may have changed that no event tells of. */
  look(): void {
    const seen = new Map([...this.#connections.keys()].map((connection) => [connection, read(connection)]));
    this.#readings = [...seen.values()];
    this.#step({ type: 'looked', connections: seen });
    this.#changed();
  }

  /** Turns what is attached to be sent on or off, for all connections. */
  enable(what: keyof CallSessionSending, active: boolean): void {
    this.#mustGoOn();
    for (const track of this.#readings.flatMap((reading) => reading[what])) track.enabled = active;
    this.look();
  }

  #mustGoOn(): void {
    if (this.#rule.at === 'ended') throw new DOMException('The call has ended.', 'InvalidStateError');
  }

  #step(input: RuleInput): void {
    const now = performance.now();
    this.#rule = step(this.#rule, input, now, (this.init.reconnectGrace ?? usualGrace) * 1000);
    clearTimeout(this.#timer);
    const at = deadline(this.#rule);
    if (at !== undefined) this.#timer = setTimeout(() => this.look(), Math.min(at - now, longestTimerMs));
    if (this.#rule.at === 'ended') for (const stop of this.#connections.values()) stop();
  }
}

/** What a function of the application throws is an error of the page, and disturbs nothing here. */
export function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

const safe = (images: readonly MediaImage[] | undefined): MediaImage[] =>
  safeArtwork(images, globalThis.document?.baseURI ?? 'https://localhost/');

function mustBeConnection(connection: RTCPeerConnection): void {
  if (typeof connection?.getTransceivers !== 'function') throw new TypeError('Not an RTCPeerConnection');
}

/** Applications are not all in TypeScript: what they say is copied, and made what it is said to be. */
function checked(init: CallSessionInit): CallSessionInit {
  if (typeof init !== 'object' || init === null) throw new TypeError('Not an object');
  const { peer, hangup, startTime, peerConnections = [], reconnectGrace = usualGrace } = init;
  if (!(reconnectGrace >= 0)) throw new TypeError('Not a reconnectGrace');
  if (!Number.isFinite(startTime ?? 0)) throw new TypeError('Not a startTime');
  const connections = [...peerConnections];
  connections.forEach(mustBeConnection);
  return {
    ...init,
    peerConnections: connections,
    ...(peer && { peer: { name: textOf(peer.name), avatar: safe(peer.avatar) } }),
    ...(hangup && { hangup: { ...hangup } }),
    texts: Object.fromEntries(
      Object.entries(init.texts ?? {}).flatMap(([name, text]) => (text === undefined ? [] : [[name, textOf(text)]])),
    ),
    artwork: safe(init.artwork),
    buttons: checkedButtons(init.buttons ?? []),
  };
}

function checkedButtons(buttons: readonly CallSessionButton[]): CallSessionButton[] {
  // Applications in JavaScript may say anything.
  const list = [...buttons].map((button) => ({ ...button, priority: Number((button.priority as unknown) ?? 0) }));
  for (const [at, { action, title }] of list.entries()) {
    const isTaken = ownActions.has(action) || list.findIndex((other) => other.action === action) !== at;
    if (typeof action !== 'string' || action === '' || typeof title !== 'string' || isTaken)
      throw new TypeError('Not an action and a title');
  }
  return list;
}

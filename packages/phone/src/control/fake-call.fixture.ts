/** A call of the SDK without media, of which a test says what becomes of it. */
import type { Call, CallEvents, CallState } from '@offhook/client';
import type { Cause, Media, Person } from '@offhook/core';

type Listener = (...values: unknown[]) => void;

const side = { held: false, muted: false, camera: false, screen: false };
const stream = { getTracks: () => [] };

export class FakeCall {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly isIncoming: boolean;
  id: string;
  peer: Person;
  state: CallState;
  duration: number | undefined;
  cause: Cause | undefined;
  /** It rings for this one. */
  meeting: { readonly meeting: string } | undefined;
  readonly placed = false;
  readonly media: Media = { audio: true, video: false };
  readonly held = side.held;
  readonly muted = side.muted;
  readonly camera = side.camera;
  readonly remote = side;
  readonly peerAway = false;
  readonly localStream = stream;
  readonly remoteStream = stream;

  constructor(name: string, state: CallState, isIncoming = false) {
    this.id = `with-${name}`;
    this.peer = { address: name, name };
    this.state = state;
    this.isIncoming = isIncoming;
    this.duration = state === 'active' ? 5_000 : undefined;
  }

  /** As the SDK gives it. */
  get call(): Call {
    return this as unknown as Call;
  }

  on(type: keyof CallEvents, listener: Listener): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  become(state: CallState): void {
    this.state = state;
    this.#tell('state', state);
    this.#tell('change');
  }

  end(cause: Cause): void {
    this.cause = cause;
    this.become('ended');
    this.#tell('ended', cause);
  }

  /** Goes on with somebody else, as another call that rings first. */
  leadOn(name: string): void {
    const by = this.peer;
    this.id = `with-${name}`;
    this.peer = { address: name, name };
    this.duration = undefined;
    this.state = 'calling';
    this.#tell('transferred', this.peer, by);
    this.#tell('state', this.state);
    this.#tell('change');
  }

  hold(): void {}

  #tell(type: keyof CallEvents, ...values: unknown[]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(...values);
  }
}

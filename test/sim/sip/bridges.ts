/** The media worker of one life of the server, as far as phones need it: bridges between the sound of phones and peer connections of browsers. */
import type { PeerHandlers } from '../../../packages/client/src/platform.ts';
import type { BridgeEvent, BridgeMedia, BridgeSide, Meanwhile } from '../../../packages/server/src/ports/bridge.ts';
import { MediaError } from '../../../packages/server/src/ports/media.ts';
import { read, write } from '../description.ts';
import type { Place } from '../ether.ts';
import { FakePeer } from '../peer.ts';
import type { Scope } from '../time.ts';
import { FakeTrack } from '../tracks.ts';
import type { World } from '../world.ts';
import { soundIn, soundSdp } from './sound.ts';
import type { Sound, SoundEnd } from './sound.ts';

/** How long a phone is not missed of which nothing comes. */
const missedMs = 15_000;
const workerAddress = '192.0.2.8';

type State = Extract<BridgeEvent, { type: 'media' }>['state'];

export class Bridges implements BridgeMedia, Place {
  readonly name = 'worker';
  readonly scope: Scope;
  readonly isReachable = true;
  readonly address = 0;
  readonly world: World;
  readonly sound: Sound;
  readonly #bridges = new Map<string, Bridge>();
  readonly #ended = new Set<string>();
  /** Tells whoever waits for it that it is gone. */
  #gone = goneOne();
  #listener: (event: BridgeEvent) => void = () => undefined;
  #ports = 20_000;

  constructor(world: World, sound: Sound) {
    this.world = world;
    this.sound = sound;
    this.scope = world.time.scope('worker');
  }

  get open(): readonly Bridge[] {
    return [...this.#bridges.values()];
  }

  offer(bridge: string, side: BridgeSide): Promise<string> {
    return this.#ask(bridge, (one) => one.offer(side));
  }

  answerOffer(bridge: string, side: BridgeSide, offer: string): Promise<string> {
    return this.#ask(bridge, (one) => one.answer(side, offer));
  }

  accept(bridge: string, side: BridgeSide, answer: string): Promise<void> {
    return this.#ask(bridge, (one) => one.accept(side, answer));
  }

  lead(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  press(): void {}

  playMeanwhile(bridge: string, what: Meanwhile | undefined): void {
    this.world.laws.expect(!this.#ended.has(bridge), 'S24', `bridge ${bridge} is held after its end`);
    const one = this.#bridges.get(bridge);
    if (one !== undefined) one.plays = what;
  }

  endBridge(bridge: string): void {
    this.world.laws.expect(!this.#ended.has(bridge), 'S24', `bridge ${bridge} is ended twice`);
    this.#ended.add(bridge);
    this.#bridges.get(bridge)?.close();
    this.#bridges.delete(bridge);
  }

  onBridge(listener: (event: BridgeEvent) => void): void {
    this.#listener = listener;
  }

  tell(event: BridgeEvent): void {
    if (!this.scope.isOver) this.#listener(event);
  }

  /** It dies, and another one comes in its place. */
  crash(): void {
    this.world.trace.add('worker', 'worker', 'crashes');
    const lost = [...this.#bridges];
    this.#let();
    for (const [bridge] of lost) this.scope.schedule(0, () => this.tell({ type: 'lost', bridge }));
  }

  /** It ends with its server. */
  end(): void {
    this.scope.end();
    this.#let();
  }

  #let(): void {
    for (const bridge of this.#bridges.values()) bridge.close();
    this.#bridges.clear();
    this.#gone.reject(new MediaError('unavailable', 'The worker is gone.'));
    this.#gone = goneOne();
  }

  #ask<T>(name: string, work: (bridge: Bridge) => Promise<T>): Promise<T> {
    this.world.laws.expect(!this.#ended.has(name), 'S24', `bridge ${name} is spoken of after its end`);
    return Promise.race([this.#gone.promise, this.#do(name, work)]);
  }

  async #do<T>(name: string, work: (bridge: Bridge) => Promise<T>): Promise<T> {
    const gone = this.#gone;
    await new Promise<void>((resolve) => this.scope.schedule(this.world.chance.between(1, 8), resolve));
    // What was asked before the end, and done after it, is done for nobody.
    if (gone !== this.#gone || this.#ended.has(name)) throw new MediaError('stale', 'It is over.');
    return this.#bridge(name).inOrder(work);
  }

  #bridge(name: string): Bridge {
    const known = this.#bridges.get(name);
    if (known !== undefined) return known;
    this.#ports += 2;
    const bridge = new Bridge(this, name, `${workerAddress}:${this.#ports}`);
    this.#bridges.set(name, bridge);
    return bridge;
  }
}

export class Bridge implements SoundEnd {
  readonly local: string;
  remote: string | undefined;
  /** What the phone hears in the place of the other side. */
  plays: Meanwhile | undefined;
  readonly #name: string;
  readonly #worker: Bridges;
  /** The peer connection towards the browser, and whose it is on the other side. */
  peer: FakePeer | undefined;
  #other: string | undefined;
  /** What the phone says, on its way to the browser. */
  #track: FakeTrack | undefined;
  #work: Promise<unknown> = Promise.resolve();
  /** The phone wants to hear something. */
  #takes = true;
  #isOver = false;
  #arrives = false;
  #cancel: (() => void) | undefined;

  constructor(worker: Bridges, name: string, local: string) {
    this.#worker = worker;
    this.#name = name;
    this.local = local;
    worker.sound.add(this);
  }

  get isThere(): boolean {
    return !this.#isOver;
  }

  get isSending(): boolean {
    return this.#takes && this.peer?.receives('audio')?.sent.enabled === true;
  }

  inOrder<T>(work: (bridge: Bridge) => Promise<T>): Promise<T> {
    const done = this.#work.then(() => work(this));
    this.#work = done.catch(() => undefined);
    return done;
  }

  async offer(side: BridgeSide): Promise<string> {
    if (side === 'phone') return soundSdp({ at: this.local, direction: 'sendrecv' });
    const peer = this.peer ?? this.#open();
    if (this.#other !== undefined) peer.restartIce();
    await peer.setLocalDescription();
    return complete(peer);
  }

  async answer(side: BridgeSide, offer: string): Promise<string> {
    if (side === 'phone') {
      const { direction } = this.#hear(offer);
      const answers = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' } as const;
      return soundSdp({ at: this.local, direction: answers[direction] });
    }
    const isAnother = this.#other !== undefined && this.#other !== ownerOf(offer);
    if (isAnother) this.#shut();
    const peer = this.peer ?? this.#open();
    await agreed(peer.setRemoteDescription({ type: 'offer', sdp: offer }), 'bad_description');
    for (const one of peer.getTransceivers()) if (one.kind === 'video') one.direction = 'inactive';
    await agreed(peer.setLocalDescription(), 'bad_description');
    this.#reached(peer, 'offer', offer);
    return complete(peer);
  }

  async accept(side: BridgeSide, answer: string): Promise<void> {
    if (side === 'phone') return void this.#hear(answer);
    const { peer } = this;
    if (peer === undefined) throw new MediaError('stale', 'Nothing was offered.');
    await agreed(peer.setRemoteDescription({ type: 'answer', sdp: answer }), 'stale');
    this.#reached(peer, 'answer', answer);
  }

  look(): void {
    const from = this.#worker.sound.arriving(this);
    if (this.#track !== undefined) this.#track.enabled = from?.isSending === true;
    const arrives = from !== undefined;
    if (arrives === this.#arrives) return;
    this.#arrives = arrives;
    this.#cancel?.();
    const { world, scope } = this.#worker;
    const after = arrives ? world.chance.between(20, 200) : missedMs;
    this.#cancel = scope.schedule(after, () => this.#tell('phone', arrives ? 'connected' : 'disconnected'));
  }

  close(): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#shut();
    this.#worker.sound.remove(this);
  }

  #open(): FakePeer {
    const { world, sound } = this.#worker;
    const handlers: PeerHandlers = {
      candidate: () => undefined,
      negotiationNeeded: () => undefined,
      track: () => undefined,
      connectionStateChanged: () => {
        const state = peer.connectionState;
        if (peer !== this.peer) return;
        if (state === 'connected' || state === 'disconnected' || state === 'failed') this.#tell('browser', state);
      },
    };
    const deps = {
      ether: world.ether,
      chance: world.chance,
      place: this.#worker,
      fails: () => false,
      misused: () => undefined,
    };
    const peer = new FakePeer(deps, handlers);
    this.#track = new FakeTrack('audio', `${this.#name}-phone`, false);
    peer.addTrack(this.#track);
    this.peer = peer;
    this.#other = undefined;
    sound.changed();
    return peer;
  }

  #shut(): void {
    this.peer?.close();
    this.#track?.stop();
    this.peer = undefined;
  }

  #hear(sdp: string): { readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' } {
    const words = soundIn(sdp);
    if (words === undefined) throw new MediaError('bad_description', 'It has no sound.');
    this.remote = words.at;
    this.#takes = words.direction === 'sendrecv' || words.direction === 'recvonly';
    this.#worker.sound.changed();
    return words;
  }

  /** The browser comes to the worker: its candidates are not waited for. */
  #reached(peer: FakePeer, type: 'offer' | 'answer', sdp: string): void {
    this.#other = ownerOf(sdp);
    peer.ice.heard(read(type, sdp).ufrag);
  }

  #tell(side: BridgeSide, state: State): void {
    this.#worker.tell({ type: 'media', bridge: this.#name, side, state });
  }
}

function goneOne(): PromiseWithResolvers<never> {
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => undefined);
  return gone;
}

/** The peer connection that has made a description. */
function ownerOf(sdp: string): string {
  return read('offer', sdp).id.split('.')[0] ?? '';
}

/** With its one candidate in it, as an agent has it that is reached by everybody (RFC 8445 §2.5). */
function complete(peer: FakePeer): string {
  const { localDescription } = peer;
  if (localDescription === null) throw new MediaError('stale', 'It is over.');
  const { type, sdp } = localDescription;
  return write(read(type, sdp), [`candidate:0 1 udp 1000 ${workerAddress} 4000 typ host`]);
}

async function agreed(done: Promise<void>, code: 'bad_description' | 'stale'): Promise<void> {
  try {
    await done;
  } catch (error) {
    throw new MediaError(code, String(error));
  }
}

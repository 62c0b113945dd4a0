/** RTCPeerConnection as far as the SDK uses it (W3C webrtc-pc §4), with its rules: what they forbid here breaks a law of the simulator. */
import type { PeerConnection, PeerHandlers } from '../../packages/client/src/platform.ts';
import type { Chance } from './chance.ts';
import { common, read, reversed, sendsIn, write } from './description.ts';
import type { Description, Direction, Section } from './description.ts';
import type { Ether, Place } from './ether.ts';
import { FakeIce } from './ice.ts';
import { named } from './named.ts';
import { FakeTrack } from './tracks.ts';
import { FakeSender, FakeTransceiver } from './transceiver.ts';

export interface PeerDeps {
  readonly ether: Ether;
  readonly chance: Chance;
  readonly place: Place;
  /** Asked for each description: whether the browser cannot cope with it. */
  readonly fails: () => boolean;
  /** The peer connection was used in a way it must not be. */
  readonly misused: (what: string) => void;
}

export class FakePeer implements Record<keyof PeerConnection, unknown> {
  readonly place: Place;
  readonly ice: FakeIce;
  readonly id: string;
  readonly #deps: PeerDeps;
  readonly #handlers: PeerHandlers;
  readonly #transceivers: FakeTransceiver[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #operations = 0;
  #adding = 0;
  signalingState: RTCSignalingState = 'stable';
  #current: { readonly local: Description; readonly remote: Description } | undefined;
  #pendingLocal: Description | undefined;
  #pendingRemote: Description | undefined;
  /** An answer that was made and not set. */
  #made: Description | undefined;
  /** Of the present local generation. */
  #gathered: string[] = [];
  #stale = new Set<string>();
  #ufrag: string | undefined;
  #needed = false;
  #count = 0;

  constructor(deps: PeerDeps, handlers: PeerHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
    this.place = deps.place;
    this.id = deps.chance.token(24);
    this.ice = new FakeIce(
      deps.ether,
      deps.place,
      () => deps.chance.between(20, 200),
      () => handlers.connectionStateChanged(),
    );
    deps.ether.add(this);
  }

  get connectionState(): RTCPeerConnectionState {
    return this.ice.state;
  }

  get localDescription(): { type: 'offer' | 'answer'; sdp: string } | null {
    const description = this.#pendingLocal ?? this.#current?.local;
    return description === undefined ? null : { type: description.type, sdp: write(description, this.#gathered) };
  }

  async createAnswer(): Promise<{ type: 'answer'; sdp: string }> {
    await this.#operation('createAnswer', () => {
      this.#made = this.#makeAnswer();
    });
    if (this.#made === undefined) throw named('InvalidStateError');
    return { type: 'answer', sdp: write(this.#made, []) };
  }

  /** `given`: the answer that was made before, as it is. */
  setLocalDescription(given?: { type: 'answer'; sdp: string }): Promise<void> {
    return this.#operation('setLocalDescription', () => {
      if (given !== undefined && (this.#made === undefined || given.sdp !== write(this.#made, [])))
        throw named('InvalidModificationError');
      if (this.signalingState === 'have-remote-offer') this.#answer();
      else this.#offer();
    });
  }

  setRemoteDescription({ type, sdp }: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
    return this.#operation('setRemoteDescription', () => {
      const description = read(type, sdp);
      if (/^a=candidate:/m.test(sdp)) this.ice.heard(description.ufrag);
      if (type === 'offer') return this.#offered(description);
      const offer = this.#pendingLocal;
      if (this.signalingState !== 'have-local-offer' || offer === undefined) throw named('InvalidStateError');
      if (description.to !== offer.id) {
        // What no peer connection has made is for the browser to refuse.
        if (description.to !== undefined) this.#deps.misused('an answer was set that answers another offer');
        throw named('InvalidAccessError');
      }
      this.#settle(offer, description);
    });
  }

  addIceCandidate({ candidate = '', usernameFragment }: RTCIceCandidateInit): Promise<void> {
    if (this.#isClosed('addIceCandidate')) return never;
    const remote = this.#pendingRemote ?? this.#current?.remote;
    const isOthers = (usernameFragment ?? remote?.ufrag) !== remote?.ufrag;
    if (this.#operations > 0) this.#deps.misused('a candidate was added while a description was being set');
    if (remote === undefined) this.#deps.misused('a candidate was added before any description');
    else if (isOthers) this.#deps.misused('a candidate was added that belongs to another generation');
    this.#adding += 1;
    return this.#enqueue(() => {
      this.#adding -= 1;
      if (remote === undefined || isOthers) throw named('OperationError');
      if (candidate !== '') this.ice.heard(remote.ufrag);
    });
  }

  addTransceiver(kind: 'audio' | 'video', { direction = 'sendrecv' }: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = this.#newTransceiver(kind, direction as Direction, false);
    this.#negotiationMayBeNeeded();
    return transceiver;
  }

  addTrack(track: FakeTrack): FakeSender {
    const free = this.#transceivers.find(({ kind, sender }) => kind === track.kind && sender.track === null && !sender.hasSent);
    const transceiver = free ?? this.#newTransceiver(track.kind, 'sendrecv', true);
    transceiver.sender.track = track;
    transceiver.sender.hasSent = true;
    if (free !== undefined && !sendsIn(free.direction))
      free.direction = free.direction === 'recvonly' ? 'sendrecv' : 'sendonly';
    this.#negotiationMayBeNeeded();
    return transceiver.sender;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  restartIce(): void {
    if (this.signalingState === 'closed') return;
    for (const ufrag of [this.#current?.local.ufrag, this.#pendingLocal?.ufrag])
      if (ufrag !== undefined) this.#stale.add(ufrag);
    this.#negotiationMayBeNeeded();
  }

  setConfiguration(): void {
    if (this.signalingState === 'closed') throw named('InvalidStateError');
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as unknown as RTCStatsReport);
  }

  close(): void {
    if (this.signalingState === 'closed') return;
    this.signalingState = 'closed';
    this.ice.close();
    this.#deps.ether.remove(this);
  }

  /** Something in the ether changed. */
  look(): void {
    this.ice.look();
  }

  /** What arrives here of this kind: the track that the other side sends, and the one it comes out of. */
  receives(
    kind: 'audio' | 'video',
  ): { readonly from: FakePeer; readonly sent: FakeTrack; readonly received: FakeTrack } | undefined {
    const from = this.ice.partner;
    for (const { receiver, mid, current } of this.#transceivers) {
      if (from === undefined || receiver.track.kind !== kind || mid === null || !sendsIn(reversed(current))) continue;
      const there = from.#transceivers.find((transceiver) => transceiver.mid === mid);
      const sent = there?.sender.track;
      if (sent?.readyState === 'live' && there !== undefined && sendsIn(there.current))
        return { from, sent, received: receiver.track };
    }
    return undefined;
  }

  #offer(): void {
    const isRestart = this.#ufrag === undefined || this.#stale.has(this.#ufrag);
    if (isRestart) this.#generation();
    for (const transceiver of this.#transceivers) transceiver.mid ??= this.#newMid();
    this.#pendingLocal = this.#describe('offer', undefined, this.#sections());
    this.signalingState = 'have-local-offer';
    if (isRestart) this.#gather();
  }

  #offered(offer: Description): void {
    if (this.signalingState === 'have-local-offer') this.#rollBack();
    if (this.signalingState !== 'stable') throw named('InvalidStateError');
    this.#pendingRemote = offer;
    this.#made = undefined;
    this.signalingState = 'have-remote-offer';
    for (const section of offer.sections) {
      this.#transceiverFor(section);
    }
    this.#receive(offer);
  }

  #answer(): void {
    const offer = this.#pendingRemote;
    const before = this.#current?.local.ufrag;
    const answer = this.#made ?? this.#makeAnswer();
    this.#made = undefined;
    if (offer === undefined) throw named('InvalidStateError');
    this.#settle(answer, offer);
    if (answer.ufrag !== before) this.#gather();
  }

  #makeAnswer(): Description {
    const offer = this.#pendingRemote;
    if (offer === undefined) throw named('InvalidStateError');
    // The other side has restarted ICE (RFC 8445 §9): so does this one.
    const isRestart = this.#current?.remote.ufrag !== offer.ufrag || this.#ufrag === undefined;
    if (isRestart) this.#generation();
    const sections = offer.sections.map((section): Section => {
      const { direction } = this.#transceiverFor(section);
      return { ...section, direction: common(direction, section.direction) };
    });
    return this.#describe('answer', offer.id, sections);
  }

  /** Offer and answer are both set (RFC 8829 §4.1.8.2). */
  #settle(local: Description, remote: Description): void {
    this.#current = { local, remote };
    this.#pendingLocal = this.#pendingRemote = undefined;
    this.signalingState = 'stable';
    const answer = local.type === 'answer' ? local : remote;
    for (const transceiver of this.#transceivers) {
      const section = answer.sections.find(({ mid }) => mid === transceiver.mid);
      if (section !== undefined) transceiver.current = answer === local ? section.direction : reversed(section.direction);
    }
    if (!this.#stale.has(local.ufrag)) this.#stale.clear();
    if (remote.type === 'answer') this.#receive(remote);
    this.ice.agreed(local.ufrag, remote.ufrag);
    this.#needed = false;
    this.#negotiationMayBeNeeded();
  }

  #rollBack(): void {
    this.#pendingLocal = undefined;
    this.signalingState = 'stable';
    this.#ufrag = this.#current?.local.ufrag;
    const known = new Set(this.#current?.local.sections.map(({ mid }) => mid));
    for (const transceiver of this.#transceivers) {
      if (transceiver.mid !== null && !known.has(transceiver.mid)) transceiver.mid = null;
    }
  }

  /** The transceiver of a section that the other side offers (RFC 8829 §5.10). */
  #transceiverFor({ kind, mid }: Section): FakeTransceiver {
    const known = this.#transceivers.find((transceiver) => transceiver.mid === mid);
    if (known !== undefined) return known;
    const free = this.#transceivers.find((one) => one.mid === null && one.kind === kind && one.isByTrack);
    const transceiver = free ?? this.#newTransceiver(kind, 'recvonly', false);
    transceiver.mid = mid;
    return transceiver;
  }

  #receive(remote: Description): void {
    for (const { mid, direction } of remote.sections) {
      const transceiver = this.#transceivers.find((one) => one.mid === mid);
      if (transceiver === undefined) continue;
      const receives = sendsIn(direction);
      if (receives && !transceiver.isReceiving) this.#handlers.track(transceiver.receiver.track as unknown as MediaStreamTrack);
      transceiver.isReceiving = receives;
    }
  }

  #sections(): Section[] {
    return this.#transceivers.map(({ kind, mid, direction }) => ({ kind, mid: mid ?? '', direction }));
  }

  #describe(type: 'offer' | 'answer', to: string | undefined, sections: readonly Section[]): Description {
    for (const transceiver of this.#transceivers) transceiver.agreed = transceiver.direction;
    this.#count += 1;
    return { type, id: `${this.id}.${this.#count}`, to, ufrag: this.#ufrag ?? '', sections };
  }

  #newMid(): string {
    this.#count += 1;
    return `${this.id.slice(0, 3)}${this.#count}`;
  }

  #generation(): void {
    this.#ufrag = this.#deps.chance.token(24);
    this.#deps.ether.name(this.#ufrag, this);
    this.#gathered = [];
  }

  /** Candidates come one after the other, then the news that there are no more. */
  #gather(): void {
    const { chance, place } = this.#deps;
    const ufrag = this.#ufrag ?? '';
    this.ice.gathered(ufrag);
    const { address } = place;
    let delay = 0;
    for (let i = 0; i < 3; i += 1) {
      delay += chance.between(1, 40);
      const candidate = `candidate:${i} 1 udp ${1000 - i} 10.0.0.${address} ${5000 + i} typ host ufrag ${ufrag}`;
      place.scope.schedule(delay, () => this.#tellCandidate(ufrag, candidate));
    }
    place.scope.schedule(delay + 1, () => this.#tellCandidate(ufrag, undefined));
  }

  #tellCandidate(ufrag: string, candidate: string | undefined): void {
    if (this.signalingState === 'closed' || ufrag !== this.#ufrag) return;
    if (candidate === undefined) return this.#handlers.candidate(undefined);
    this.#gathered.push(candidate);
    const mid = this.#transceivers[0]?.mid ?? '0';
    this.#handlers.candidate({ candidate, sdpMid: mid, sdpMLineIndex: 0, usernameFragment: ufrag });
  }

  #newTransceiver(kind: 'audio' | 'video', direction: Direction, isByTrack: boolean): FakeTransceiver {
    this.#count += 1;
    const received = new FakeTrack(kind, `${this.id}-${this.#count}`, false);
    const sender = new FakeSender((self, track) => this.#replaceTrack(self, track));
    const transceiver = new FakeTransceiver(kind, direction, sender, received, isByTrack);
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  #replaceTrack(sender: FakeSender, track: FakeTrack | null): Promise<void> {
    if (this.#isClosed('replaceTrack')) return Promise.reject(named('InvalidStateError'));
    return new Promise((resolve) => {
      this.place.scope.schedule(1, () => {
        if (this.signalingState === 'closed') return;
        sender.track = track;
        if (track !== null) sender.hasSent = true;
        resolve();
      });
    });
  }

  /** webrtc-pc §4.7.3. */
  #negotiationMayBeNeeded(): void {
    if (this.#needed || this.signalingState !== 'stable' || !this.#needsNegotiation()) return;
    this.#needed = true;
    this.place.scope.schedule(0, () => {
      if (this.signalingState === 'closed') return;
      if (this.#operations > 0) {
        this.#needed = false;
        return;
      }
      this.#needed = this.signalingState === 'stable' && this.#needsNegotiation();
      if (this.#needed) this.#handlers.negotiationNeeded();
    });
  }

  #needsNegotiation(): boolean {
    const local = this.#current?.local;
    if (local !== undefined && this.#stale.has(local.ufrag)) return true;
    return this.#transceivers.some(
      ({ mid, direction, agreed }) =>
        mid === null || !(local?.sections.some((section) => section.mid === mid) ?? false) || direction !== agreed,
    );
  }

  #operation(name: string, run: () => void): Promise<void> {
    if (this.#isClosed(name)) return never;
    if (this.#operations > 0 || this.#adding > 0)
      this.#deps.misused(`${name} was called while another operation was under way`);
    this.#operations += 1;
    return this.#enqueue(() => {
      this.#operations -= 1;
      if (this.#deps.fails()) throw named('OperationError');
      run();
      if (this.#operations === 0) this.#negotiationMayBeNeeded();
    });
  }

  /** The operations chain: one after the other, and nothing settles after `close`. */
  #enqueue(run: () => void): Promise<void> {
    const done = this.#queue.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.place.scope.schedule(this.#deps.chance.between(0, 3), () => {
            if (this.signalingState === 'closed') return;
            try {
              run();
              resolve();
            } catch (error) {
              reject(error);
            }
          });
        }),
    );
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #isClosed(name: string): boolean {
    if (this.signalingState !== 'closed') return false;
    this.#deps.misused(`${name} was called after the close`);
    return true;
  }
}

const never: Promise<never> = new Promise(() => undefined);

/**
 * The peer connection of one epoch. Everything that is done to it goes through one queue, so that no operation ever begins
 * while another is under way; nothing is done any more once it is closed.
 *
 * Negotiation is the perfect negotiation of W3C webrtc-pc §10.7. Two of its three flags exist because operations overlap there:
 * `makingOffer` and `isSettingRemoteAnswerPending`. Here they do not, and an offer that finds the signalling state other than
 * stable when its turn comes is the collision.
 */
import type { Answer, Candidate, Description, Early, Media, Offer } from '@offhook/core';
import { LocalCandidates, RemoteCandidates, ufragsIn, withoutCandidates } from './candidates.ts';
import type { PeerConnection, Platform, Transceiver } from './platform.ts';

type Kind = 'audio' | 'video';
/** Of the other side; a `pranswer` may be followed by others. */
type Remote = Description | (Early['description'] & { readonly n?: undefined });

/** What is sent, by kind. */
export interface Sent {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

export interface PeerOptions {
  readonly platform: Platform;
  readonly configuration: RTCConfiguration;
  readonly epoch: number;
  /** Which side gives way when two offers collide. */
  readonly polite: boolean;
  /** The stream that tracks are announced to belong to. */
  readonly stream: MediaStream;
}

export interface PeerObserver {
  /** The first offer of this epoch. */
  offered(offer: Offer): void;
  /** The answer to the first offer, made ahead. */
  answered(answer: Answer): void;
  /** Any later description. */
  described(description: Description): void;
  candidates(candidates: readonly Candidate[], end: boolean): void;
  media(state: 'connected' | 'disconnected' | 'failed'): void;
  /** The tracks of the other side are others than before. */
  tracks(): void;
  /** An operation failed. `fatal`: with the first descriptions, so that this epoch will never carry anything. */
  failed(error: unknown, fatal: boolean): void;
}

export class Peer {
  readonly epoch: number;
  readonly #connection: PeerConnection;
  readonly #configuration: RTCConfiguration;
  readonly #polite: boolean;
  readonly #stream: MediaStream;
  readonly #observer: PeerObserver;
  readonly #local: LocalCandidates;
  readonly #remote: RemoteCandidates;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;
  /** Made ahead, and not set yet. */
  #prepared: Answer | undefined;
  /** The first descriptions of both sides are set. */
  #settled = false;
  /** Offers of this side's own accord may go out: the other side is known to have the first answer. */
  #mayNegotiate = false;
  #negotiationNeeded = false;
  /** The number of this side's newest offer, which answers name: one that was repeated may be answered twice. */
  #offers = 0;
  /** The number of the other side's newest offer; one that comes later and is older says what was. */
  #offered = 0;
  #sent: Sent = { audio: null, video: null };
  readonly #asked = new Map<object, MediaStreamTrack | null>();
  #tracks: MediaStreamTrack[] = [];

  /** `held`: the other side's candidates are not used before `release`. Throws where there is no WebRTC. */
  constructor({ platform, configuration, epoch, polite, stream }: PeerOptions, held: boolean, observer: PeerObserver) {
    this.epoch = epoch;
    this.#configuration = configuration;
    this.#polite = polite;
    this.#stream = stream;
    this.#observer = observer;
    this.#local = new LocalCandidates(platform.clock, (candidates, end) => observer.candidates(candidates, end));
    this.#remote = new RemoteCandidates(held);
    this.#connection = platform.openPeer(configuration, {
      candidate: (candidate) => this.#closed || this.#local.add(candidate),
      negotiationNeeded: () => this.#negotiate(),
      connectionStateChanged: () => this.#media(),
      track: (track) => this.#track(track),
    });
  }

  /** Media flows, or did until an interruption. */
  get isConnected(): boolean {
    return !this.#closed && /connected/.test(this.#connection.connectionState);
  }

  /** The tracks of the other side: at most one of each kind is of use. */
  get tracks(): readonly MediaStreamTrack[] {
    return this.#tracks.filter(({ readyState }) => readyState === 'live');
  }

  /** Makes the first offer. It lets either side send each of these kinds, whether or not there is a track yet. */
  offer(media: Media): void {
    this.#run(async () => {
      const kinds: Kind[] = media.video ? ['audio', 'video'] : ['audio'];
      // What has a track is left to `addTrack`, so that it can be matched when both sides open this epoch at the same moment.
      for (const kind of kinds.filter((one) => this.#sent[one] === null))
        this.#connection.addTransceiver(kind, { direction: 'sendrecv', streams: [this.#stream] });
      this.#place();
      const offer = await this.#describe();
      if (offer?.type === 'offer') this.#observer.offered(offer);
      this.#announced();
    });
  }

  /** Makes the answer to the first offer ahead, without tracks. Until `commit` no packet leaves. */
  prepare(offer: Offer): void {
    const { sdp, candidates } = withoutCandidates(offer.sdp);
    this.#remote.add(candidates, false);
    this.#run(async () => {
      await this.#setRemote({ type: 'offer', sdp });
      if (this.#closed) return;
      this.#openDirections();
      const made = await this.#connection.createAnswer();
      if (this.#closed) return;
      this.#prepared = { type: 'answer', sdp: made.sdp ?? '' };
      this.#observer.answered(this.#prepared);
    });
  }

  /**
   * Sets the answer that was prepared: candidates are gathered from now on. Not before it is needed, as browsers give up when
   * nothing comes of it (Firefox after 5 s), and servers would relay for every device that rings.
   */
  commit(): void {
    this.#run(async () => {
      const answer = this.#prepared;
      if (answer === undefined) return;
      this.#prepared = undefined;
      await this.#describe(answer);
      this.#settled = true;
      this.#announced();
      // Devices may be open already: leave was given for good, or the invites crossed.
      this.#place();
    });
  }

  /** A description of the other side. `first`: the offer that opens this epoch. */
  describe(description: Remote, first: boolean): void {
    this.#run(async () => {
      const { signalingState } = this.#connection;
      if (description.type !== 'offer') {
        // To an offer that was taken back, or answered before.
        if (!/local-offer|pranswer/.test(signalingState) || description.n !== this.#newest) return;
        // Where it cannot be heard yet, it will be once it is taken.
        if (description.type === 'pranswer') return this.#setRemote(description).catch(() => {});
        await this.#setRemote(description);
        this.#settled = true;
        // By an early answer it may have connected already.
        this.#media();
      } else {
        const { n = 0 } = description;
        if (n < this.#offered) return;
        this.#offered = n;
        // webrtc-pc §10.7, `ignoreOffer`: the impolite side's own offer stands. The other may not have heard it, and would wait.
        if (signalingState !== 'stable' && !this.#polite) return this.#offerAgain();
        const answer = await this.#answer(description);
        if (answer !== undefined) this.#observer.described({ ...answer, n: description.n });
        if (first) this.#announced();
      }
      this.#place();
    });
  }

  addCandidates(candidates: readonly Candidate[], end: boolean): void {
    this.#remote.add(candidates, end);
    this.#run(() => this.#applyCandidates());
  }

  /** The call is this device's: the way to the other side may be tried. */
  release(): void {
    this.#remote.release();
    this.#run(() => this.#applyCandidates());
  }

  /** The other side has the first answer, so that offers may follow. Those that are wanted already go out. */
  allowNegotiation(): void {
    this.#mayNegotiate = true;
    if (this.#negotiationNeeded) this.#negotiate();
  }

  /** Sends these tracks. A kind that the peer connection does not know yet is negotiated. */
  send(sent: Sent): void {
    this.#sent = sent;
    if (this.#settled && !this.#closed) this.#place();
  }

  restartIce(): void {
    if (!this.#closed) this.#connection.restartIce();
  }

  /** New servers, used from the next gathering on (W3C webrtc-pc §4.4.1.6). */
  setIceServers(iceServers: RTCIceServer[]): void {
    if (this.#closed) return;
    this.#configuration.iceServers = iceServers;
    this.#connection.setConfiguration(this.#configuration);
  }

  /** The other side may have lost what was said last: the candidates, and with `offer` an offer it has not answered. */
  repeat(offer: boolean): void {
    this.#run(async () => {
      if (offer) this.#offerAgain();
      this.#local.repeat();
    });
  }

  /** As the browser has it. */
  get connection(): RTCPeerConnection {
    return this.#connection as unknown as RTCPeerConnection;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#local.close();
    this.#connection.close();
  }

  #run(operation: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      try {
        await operation();
      } catch (error) {
        if (!this.#closed) this.#observer.failed(error, !this.#settled);
      }
    });
  }

  #negotiate(): void {
    this.#negotiationNeeded = !this.#mayNegotiate;
    if (!this.#mayNegotiate) return;
    this.#run(async () => {
      // Not stable: the browser says it again when it is (webrtc-pc §4.7.3).
      if (this.#connection.signalingState !== 'stable') return;
      const offer = await this.#describe();
      this.#offers += 1;
      if (offer !== undefined) this.#observer.described({ ...offer, n: this.#newest });
    });
  }

  /** An offer that has no answer yet goes out once more. */
  #offerAgain(): void {
    const offer = this.#description();
    if (offer?.type === 'offer' && this.#connection.signalingState === 'have-local-offer')
      this.#observer.described({ ...offer, n: this.#newest });
  }

  /** Sets the description that is due, made by the browser if it is not given. Undefined: closed meanwhile. */
  async #describe(made?: Answer): Promise<Description | undefined> {
    await this.#connection.setLocalDescription(made);
    if (this.#closed) return undefined;
    const description = this.#description();
    if (description !== undefined) this.#local.begin(ufragsIn(description.sdp));
    return description;
  }

  async #answer(offer: Offer): Promise<Description | undefined> {
    await this.#setRemote(offer);
    if (this.#closed) return undefined;
    this.#openDirections();
    const answer = await this.#describe();
    this.#settled = true;
    return answer;
  }

  /** Both directions are agreed on at once; a track put in later needs no further negotiation. */
  #openDirections(): void {
    for (const transceiver of this.#connection.getTransceivers())
      if (transceiver.direction === 'recvonly') transceiver.direction = 'sendrecv';
  }

  async #setRemote(description: Remote): Promise<void> {
    // An offer rolls back an own one that is pending (webrtc-pc §4.4.1.5).
    await this.#connection.setRemoteDescription(description);
    this.#remote.describe(description.sdp);
    await this.#applyCandidates();
  }

  async #applyCandidates(): Promise<void> {
    // One that the browser does not understand, or that belongs to an ignored offer, must not stop the others.
    await Promise.all(
      this.#remote.take().map((one) => this.#connection.addIceCandidate(one as RTCIceCandidateInit).catch(() => {})),
    );
  }

  /** The first description is out: what it says needs no negotiation, and its candidates may follow. */
  #announced(): void {
    this.#negotiationNeeded = false;
    if (!this.#closed) this.#local.open();
  }

  /** On the wire the first one has no number. */
  get #newest(): number | undefined {
    return this.#offers === 0 ? undefined : this.#offers;
  }

  #description(): Description | undefined {
    const { type, sdp } = this.#connection.localDescription ?? {};
    return type === 'offer' || type === 'answer' ? ({ type, sdp } as Description) : undefined;
  }

  /** Puts the tracks to be sent into their senders. */
  #place(): void {
    for (const kind of ['audio', 'video'] as const) {
      const track = this.#sent[kind];
      const sender = this.#transceiver(kind)?.sender;
      if (sender === undefined) {
        // Made by `addTrack`, it can be matched with one that the other side offers at the same moment (RFC 8829 §5.10).
        if (track !== null) this.#asked.set(this.#connection.addTrack(track, this.#stream), track);
      } else if ((this.#asked.has(sender) ? this.#asked.get(sender) : sender.track) !== track) {
        // `sender.track` tells of a replacement only after it is done.
        this.#asked.set(sender, track);
        sender.replaceTrack(track).catch((error: unknown) => this.#closed || this.#observer.failed(error, false));
      }
    }
  }

  #transceiver(kind: Kind): Transceiver | undefined {
    return this.#connection
      .getTransceivers()
      .find(({ direction, receiver }) => direction !== 'stopped' && receiver.track.kind === kind);
  }

  #track(track: MediaStreamTrack): void {
    if (this.#closed) return;
    this.#tracks = [...this.tracks.filter((one) => one !== track), track];
    this.#observer.tracks();
  }

  #media(): void {
    const { connectionState: state } = this.#connection;
    if (!this.#closed && /connected|failed/.test(state)) this.#observer.media(state as 'connected' | 'disconnected' | 'failed');
  }
}

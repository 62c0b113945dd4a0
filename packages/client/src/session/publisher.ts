/** What this page publishes: one peer connection, on which it offers. */
import type { Milliseconds, PublishedSection, SessionId, StreamKind } from '@offhook/core';
import { OffhookError } from '../errors.ts';
import type { DataSender } from './data.ts';
import { Encodings, encodingsOf, isLarge } from './encodings.ts';
import { Latest, openPeer } from './peers.ts';
import { withPauses } from './pauses.ts';
import type { PhoneLink } from '../part.ts';
import type { SessionPeer } from './peers.ts';
import type { VideoCodec } from './types.ts';

/** A published stream: the tracks that were given to one `session.publish()`. */
export interface LocalStream {
  readonly stream: MediaStream;
  /** What the application calls it, e.g. `screen`. */
  readonly alias: string | undefined;
  /** Whether its sound is sent twice, where the browser can. */
  readonly redundant?: boolean | undefined;
  /** Whether its sound is hardly sent while nobody speaks, where the browser can. */
  readonly dtx?: boolean | undefined;
  /** In which layers its picture is sent, where the browser can. */
  readonly scalabilityMode?: string | undefined;
  /** By which codec its picture is sent, where the browser has it. */
  readonly codec?: VideoCodec | undefined;
}

/** One track of a published stream. */
interface Sent {
  readonly of: LocalStream;
  track: MediaStreamTrack;
  /** In several sizes, if nothing else is asked for. */
  readonly isLarge: boolean;
  /** Whose section it is in the present connection. */
  transceiver: RTCRtpTransceiver | undefined;
  /** How it is sent there: another one in its place has to be sent in the same way. */
  shape: string;
}

/** A section of the present connection that nothing is sent in any more. */
interface Free {
  readonly transceiver: RTCRtpTransceiver;
  readonly shape: string;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const bitrateMost = 1_500_000;
/** How often it is looked whether a picture has another size. */
const fitMs: Milliseconds = 1_000;
/** The server begins anew, and so does this page in a moment. */
const begunAnew: ReadonlySet<string> = new Set(['not_joined', 'session_not_found', 'media_unavailable']);

export class Publisher {
  readonly #link: PhoneLink;
  readonly #session: SessionId;
  readonly #data: DataSender | undefined;
  readonly #work = new Latest();
  #sent: readonly Sent[] = [];
  #peer: SessionPeer | undefined;
  /** The one before, until the server has taken what the present one offers. */
  #before: SessionPeer | undefined;
  /** The present connection is to be replaced by a new one: its way is lost, or the server knows nothing of it. */
  #isLost = false;
  /** What the present connection offered first is not answered yet. */
  #isBeginning = false;
  #isClosed = false;
  #isAsking = false;
  /** The server may believe that something is published. */
  #isDoubtful = false;
  #waiting: Waiting[] = [];
  #free: Free[] = [];
  readonly #encodings = new Encodings();
  /** Looks no more whether pictures have another size. */
  #unfit = (): void => undefined;
  /** Whether a track is muted is a value: the highest number wins. */
  #n = 0;

  /** `data`: what goes by data channels, if there are any. */
  constructor(link: PhoneLink, session: SessionId, data: DataSender | undefined) {
    this.#link = link;
    this.#session = session;
    this.#data = data;
  }

  /** There is something to send by data channels. */
  connect(): void {
    if (this.#peer === undefined) this.#negotiate();
  }

  get streams(): readonly LocalStream[] {
    return [...new Set(this.#sent.map(({ of }) => of))];
  }

  /** The one that is sent in this section. */
  at(mid: string | undefined): LocalStream | undefined {
    return mid === undefined ? undefined : this.#sent.find(({ transceiver }) => transceiver?.mid === mid)?.of;
  }

  /** So many encodings of this section are watched. What comes before the first answer is of the connection before. */
  watched(mid: string, encodings: number): void {
    const peer = this.#isBeginning ? undefined : this.#peer;
    const section = peer?.getTransceivers().find((one) => one.mid === mid);
    if (section !== undefined) this.#encodings.watch(section.sender, encodings, () => this.#peer === peer && this.renew());
  }

  /** What was offered last is not answered yet. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Resolves once the server has taken it. Rejects, and publishes nothing of it, where it has not. */
  async add(local: LocalStream): Promise<void> {
    const added = local.stream.getTracks().map((track): Sent => {
      const isSeveral = track.kind === 'video' && local.scalabilityMode === undefined && isLarge(track.getSettings());
      return { of: local, track, isLarge: isSeveral, transceiver: undefined, shape: '' };
    });
    this.#sent = [...this.#sent, ...added];
    try {
      await this.#negotiated();
    } catch (error) {
      this.remove(local);
      throw error;
    }
  }

  remove(local: LocalStream): void {
    const [gone, left] = [this.#sent.filter(({ of }) => of === local), this.#sent.filter(({ of }) => of !== local)];
    if (gone.length === 0) return;
    this.#sent = left;
    for (const one of gone) this.#letGo(one);
    this.#negotiate();
  }

  /** Turns the tracks of this kind on or off, of one stream or of all. */
  enable(kind: StreamKind, on: boolean, only: LocalStream | undefined): void {
    for (const sent of this.#sent) {
      if (sent.track.kind !== kind || (only !== undefined && sent.of !== only) || sent.track.enabled === on) continue;
      sent.track.enabled = on;
      this.#tellMuted(sent);
    }
  }

  /** Its camera is closed; its place is kept. */
  vacate(local: LocalStream): void {
    this.enable('video', false, local);
    for (const { of, track, transceiver } of this.#sent) {
      if (of !== local || track.kind !== 'video') continue;
      track.stop();
      if (!this.#isClosed) void transceiver?.sender.replaceTrack(null);
    }
  }

  /** In the place of one that has ended. False: nothing is published there any more. */
  fill(local: LocalStream, track: MediaStreamTrack): boolean {
    const sent = this.#sent.find(({ of, track: { kind } }) => of === local && kind === 'video');
    if (sent === undefined || this.#isClosed) return false;
    local.stream.removeTrack(sent.track);
    local.stream.addTrack(track);
    sent.track = track;
    void sent.transceiver?.sender.replaceTrack(track);
    this.#fit();
    this.#tellMuted(sent);
    return true;
  }

  /**
   * Others have turned these off, under these numbers. What was said of them meanwhile under a lower one was not heard; what was said under
   * a higher one was, and they stay off all the same.
   */
  silence(streams: readonly { readonly mid: string; readonly n: number }[]): void {
    for (const { mid, n } of streams) {
      const isHeard = this.#n > n;
      this.#n = Math.max(this.#n, n);
      const sent = this.#sent.find(({ transceiver }) => transceiver?.mid === mid);
      if (sent === undefined) continue;
      sent.track.enabled = false;
      if (isHeard) this.#tellMuted(sent);
    }
  }

  /** Publishes all of it by a new connection: not every browser takes another certificate on one that is there. */
  renew(): void {
    if (this.#isIdle) return;
    this.#isLost = true;
    this.#negotiate();
  }

  /** Says what is published, also where it is nothing. */
  clear(): void {
    this.#isDoubtful = true;
    this.#negotiate();
  }

  close(): void {
    this.#isClosed = true;
    this.#unfit();
    this.#peer?.close();
    this.#before?.close();
    this.#settle((one) => one.reject(new OffhookError('closed')));
  }

  get #isIdle(): boolean {
    return this.#sent.length === 0 && this.#data?.isUsed !== true;
  }

  /** Says nothing of what the server does not know yet: the offer will. */
  #tellMuted(sent: Sent): void {
    const mid = sent.transceiver?.mid;
    if (mid === undefined || mid === null) return;
    this.#n += 1;
    const [n, { track }] = [this.#n, sent];
    this.#link.connection.ask<'session_update'>(
      { type: 'session_update', session: this.#session, mid, muted: !track.enabled, n },
      () => undefined,
      true,
    );
  }

  #negotiated(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#negotiate();
    });
  }

  #negotiate(): void {
    this.#work.run(() => this.#offer());
  }

  async #offer(): Promise<void> {
    const isNothing = this.#peer === undefined && this.#isIdle;
    if (this.#isClosed || (isNothing && !this.#isDoubtful)) return;
    this.#isDoubtful = false;
    const waiting = this.#waiting.splice(0);
    const before = this.#peer;
    const isNew = before === undefined || this.#isLost;
    this.#isLost = false;
    const peer = isNew ? openPeer(this.#link, () => this.#peer === peer && this.renew()) : before;
    if (isNew) this.#before = before;
    this.#isBeginning ||= isNew;
    this.#peer = peer;
    const sent = this.#sent;
    try {
      if (isNew) this.#free = [];
      // Before all else: they are there from the first offer on, or never.
      if (isNew) this.#data?.open(peer);
      // A description has at least one section.
      if (isNew && sent.length === 0 && this.#data === undefined) peer.addTransceiver('audio', { direction: 'inactive' });
      for (const one of sent) if (isNew || one.transceiver === undefined) this.#place(one, peer);
      await peer.setLocalDescription();
      await this.#ask(peer, sent);
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      this.#failed(error, waiting);
    } finally {
      this.#before?.close();
      this.#before = undefined;
    }
  }

  async #ask(peer: SessionPeer, sent: readonly Sent[]): Promise<void> {
    const streams = sent.flatMap(({ of, track, transceiver }): PublishedSection[] => {
      const mid = transceiver?.mid;
      if (mid === undefined || mid === null) return [];
      const alias = of.alias === undefined ? {} : { alias: of.alias };
      return [{ mid, kind: track.kind as StreamKind, ...alias, muted: !track.enabled }];
    });
    const offer = peer.localDescription?.sdp ?? '';
    if (this.#isClosed) throw new OffhookError('closed');
    this.#isAsking = true;
    const { answer } = await this.#link.connection
      .request('session_publish', { session: this.#session, offer, streams })
      .finally(() => (this.#isAsking = false));
    this.#isBeginning = false;
    const pausing = new Set(sent.flatMap(({ of, transceiver }) => (of.dtx === true ? (transceiver?.mid ?? []) : [])));
    await peer.setRemoteDescription({ type: 'answer', sdp: withPauses(answer, pausing) });
    // Browsers turn on again what the answer takes.
    this.#fit(true);
    // What was turned on or off meanwhile.
    for (const one of sent) {
      const told = streams.find(({ mid }) => mid === one.transceiver?.mid);
      if (told !== undefined && told.muted === one.track.enabled) this.#tellMuted(one);
    }
  }

  /** Pictures are sent in the sizes for what they measure now, and it is looked again in a moment. */
  #fit(isAnew: boolean = false): void {
    this.#unfit();
    const large = this.#sent.filter((one) => one.isLarge);
    if (this.#isClosed || large.length === 0) return;
    const peer = this.#peer;
    // A section of a connection that begins is as it was offered until it is answered.
    if (!this.#isBeginning && !this.#isAsking)
      for (const { track, transceiver } of large)
        if (transceiver !== undefined)
          this.#encodings.fit(transceiver.sender, track.getSettings(), isAnew, () => this.#peer === peer && this.renew());
    this.#unfit = this.#link.platform.clock.schedule(fitMs, () => this.#fit());
  }

  /** In a section that is free, or a new one. */
  #place(one: Sent, peer: SessionPeer): void {
    const { track, of } = one;
    const mode = track.kind === 'video' ? of.scalabilityMode : undefined;
    const isRedundant = track.kind === 'audio' && of.redundant === true;
    const isPausing = track.kind === 'audio' && of.dtx === true;
    const codec = track.kind === 'video' ? (of.codec ?? (mode === undefined ? undefined : 'VP9')) : undefined;
    one.shape = [track.kind, one.isLarge, isRedundant, isPausing, mode, codec].join(' ');
    const free = this.#free.find(({ shape }) => shape === one.shape);
    if (free === undefined) {
      const transceiver = peer.addTransceiver(track, {
        direction: 'sendonly',
        streams: [of.stream],
        ...(one.isLarge && { sendEncodings: encodingsOf(track.getSettings()) }),
        ...(mode !== undefined && { sendEncodings: [layered(mode)] }),
      });
      if (isRedundant) prefer(transceiver, 'audio/red');
      if (codec !== undefined) prefer(transceiver, `video/${codec.toLowerCase()}`);
      one.transceiver = transceiver;
      return;
    }
    this.#free = this.#free.filter((other) => other !== free);
    free.transceiver.direction = 'sendonly';
    void free.transceiver.sender.replaceTrack(track);
    one.transceiver = free.transceiver;
  }

  #letGo({ transceiver, shape }: Sent): void {
    if (transceiver === undefined) return;
    this.#free.push({ transceiver, shape });
    transceiver.direction = 'inactive';
    void transceiver.sender.replaceTrack(null);
  }

  #failed(error: unknown, waiting: readonly Waiting[]): void {
    // What was offered was not taken, so that another offer would not fit to it.
    this.#isLost = true;
    if (error instanceof OffhookError && begunAnew.has(error.code) && !this.#isClosed) {
      this.#waiting.unshift(...waiting);
      return;
    }
    for (const { reject } of waiting) reject(error);
    if (waiting.length === 0 && !this.#isClosed) this.#link.platform.report(error);
  }

  #settle(how: (one: Waiting) => void): void {
    for (const one of this.#waiting.splice(0)) how(one);
  }
}

/** W3C WebRTC-SVC §4.1, which TypeScript does not have yet. */
interface LayeredEncoding extends RTCRtpEncodingParameters {
  readonly scalabilityMode: string;
}

function layered(scalabilityMode: string): LayeredEncoding {
  return { scalabilityMode, maxBitrate: bitrateMost };
}

/** The server takes what is preferred. Nothing changes where the browser does not have it. */
function prefer(transceiver: RTCRtpTransceiver, type: string): void {
  const { codecs = [] } = RTCRtpReceiver.getCapabilities(type.startsWith('audio') ? 'audio' : 'video') ?? {};
  const first = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === type);
  if (first.length > 0) transceiver.setCodecPreferences([...first, ...codecs.filter((one) => !first.includes(one))]);
}

/**
 * A call that the server itself talks with (RFC 6231): it plays, hears keys and records. One peer connection with the caller; what is played
 * passes the mixing thread, which speaks the caller's codec, and what is recorded the recording thread.
 *
 *      sounds ──► player ──► mixing thread ──► caller ──┬──► keys
 *                                                       └──► recording thread ──► file, how much of it is sound
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { mixedIn } from '../mixing/messages.ts';
import type { MixedCodec } from '../mixing/messages.ts';
import type { Mixer } from '../mixing/mixer.ts';
import { SoundSender } from '../mixing/sound-sender.ts';
import { NegotiationError } from '../negotiation/bundle.ts';
import { readPublishOffer } from '../negotiation/publish.ts';
import type { Published } from '../negotiation/publish.ts';
import type { RecordingOrder } from '../recorder/messages.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { IncomingStream } from '../router/incoming.ts';
import { KeyReader } from '../rtp/key-reader.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { readRtcp, receiverReport } from '../rtp/rtcp.ts';
import { WebRtcTransport } from '../transport/webrtc.ts';
import type { TransportState, WebRtcOptions } from '../transport/webrtc.ts';
import { Player } from './player.ts';
import { packetsOf } from './sounds.ts';
import type { Sound } from './sounds.ts';

const reportMs: Milliseconds = 1_000;

/** Of what is said after a tone: `finalsilence` and `maxtime` of RFC 6231 §4.3.1.4. */
export interface IvrRecording extends Omit<RecordingOrder, 'part' | 'mix' | 'streams' | 'listens'> {
  /** It is over when nothing was heard for so long. */
  readonly silenceMs: Milliseconds;
  readonly mostMs: Milliseconds;
}

export type IvrNews =
  | { readonly type: 'media'; readonly state: TransportState }
  | { readonly type: 'key'; readonly digit: string }
  /** The last of what was played was sent; `play`: as it was asked for. */
  | { readonly type: 'played'; readonly play: number }
  /** A recording is to be ended: nobody speaks any more, it is as long as it may be, or nothing more can be written. */
  | { readonly type: 'recorded'; readonly why: 'silence' | 'limit' | 'failed' };

/** What became of a recording. */
export interface Recorded {
  /** How much of it is sound. */
  readonly heardMs: Milliseconds;
}

export interface IvrDeps {
  readonly transport: WebRtcOptions;
  readonly mixer: Mixer;
  readonly recorder: Recorder;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly onNews: (news: IvrNews) => void;
}

interface Running {
  readonly order: IvrRecording;
  stream: number | undefined;
  heardMs: Milliseconds;
  readonly since: Instant;
  heardAt: Instant;
  isOver: boolean;
}

export class Ivr {
  readonly #deps: IvrDeps;
  readonly #sender: SoundSender;
  readonly #player: Player;
  readonly #packet = new RtpPacket();
  #listener: number | undefined;
  #codec: MixedCodec | undefined;
  /** The mixing thread runs: before that, what is played would be lost. */
  #isMixed = false;
  #transport: WebRtcTransport | undefined;
  /** What the browser says of its transport: another name or certificate is another one. */
  #place = '';
  #published: Published | undefined;
  #stream: IncomingStream | undefined;
  #version = 0;
  #reported: Instant = 0;
  readonly #keys = new KeyReader();
  #recording: Running | undefined;
  /** What was asked for last. */
  #play: number | undefined;
  #isClosed = false;

  constructor(deps: IvrDeps) {
    this.#deps = deps;
    this.#sender = new SoundSender({ random: deps.random, send: (bytes) => void this.#transport?.send(bytes) });
    this.#player = new Player(deps.mixer, deps.clock());
  }

  /** The answer to what a caller offers, for the first time or again. @throws NegotiationError, TransportError */
  answer(text: string): string {
    const offer = readPublishOffer(text, ['audio'], ({ name }) => mixedIn(name) !== undefined);
    const [published] = offer.published;
    const codec = published && mixedIn(published.codec.name);
    if (published === undefined || codec === undefined) throw new NegotiationError('nothing that could be heard');
    const { ice, fingerprint } = offer.transport;
    const place = `${ice.ufrag} ${fingerprint.value}`;
    if (this.#transport === undefined || place !== this.#place) {
      const { clock, onNews, transport: options } = this.#deps;
      const transport: WebRtcTransport = WebRtcTransport.answering(offer.transport, options, {
        onPacket: (bytes) => this.#receive(bytes, clock()),
        onState: (state) => {
          if (this.#transport === transport) onNews({ type: 'media', state });
        },
      });
      this.#transport?.close();
      this.#transport = transport;
      this.#place = place;
    }
    // In another codec it is another stream.
    if (published.codec !== this.#published?.codec) this.#stream = undefined;
    this.#published = published;
    this.#speak(codec, published.source.payloadType);
    return offer.answer(this.#transport.local, ++this.#version, { back: this.#sender.ssrc });
  }

  /** In the place of what is being played; no sounds: nothing. What cannot be played is passed over. */
  async play(play: number, sounds: readonly Sound[]): Promise<void> {
    const { clock, onNews } = this.#deps;
    this.#player.stop();
    this.#play = play;
    const packets = await packetsOf(sounds).catch(() => []);
    if (this.#play === play && !this.#isClosed) this.#player.play(packets, clock(), () => onNews({ type: 'played', play }));
  }

  /** Resolves once it records. @throws RecorderError */
  async record(order: IvrRecording): Promise<void> {
    const { clock, recorder } = this.#deps;
    const { recording, folder, freeBytes } = order;
    const since = clock();
    const running: Running = { order, stream: undefined, heardMs: 0, since, heardAt: since, isOver: false };
    this.#recording = running;
    const how = { recording, folder, freeBytes, part: 1, mix: 'together', streams: false, listens: true } as const;
    await recorder.open(how, since, {
      onFile: () => undefined,
      onPicture: () => undefined,
      onFailed: () => this.#over(running, 'failed'),
      onHeard: (ms) => {
        running.heardMs = ms;
        running.heardAt = clock();
      },
    });
  }

  /** Resolves once its file is complete. */
  async recorded(): Promise<Recorded> {
    const running = this.#recording;
    this.#recording = undefined;
    if (running === undefined) return { heardMs: 0 };
    const { recorder, clock } = this.#deps;
    await recorder.close(running.order.recording, clock());
    return { heardMs: running.heardMs };
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    if (this.#isMixed) this.#player.tick(now);
    this.#sender.tick(now);
    const running = this.#recording;
    if (running !== undefined && now - running.since >= running.order.mostMs) this.#over(running, 'limit');
    else if (running !== undefined && now - running.heardAt >= running.order.silenceMs) this.#over(running, 'silence');
    const report = now - this.#reported < reportMs ? undefined : this.#stream?.report(now);
    if (report === undefined) return;
    this.#reported = now;
    this.#transport?.send(receiverReport(this.#sender.ssrc, [report]));
  }

  close(): void {
    this.#isClosed = true;
    this.#player.close();
    if (this.#listener !== undefined) this.#deps.mixer.forget(this.#listener);
    void this.recorded();
    this.#transport?.close();
    this.#transport = undefined;
  }

  #over(running: Running, why: 'silence' | 'limit' | 'failed'): void {
    if (running.isOver) return;
    running.isOver = true;
    this.#deps.onNews({ type: 'recorded', why });
  }

  #speak(codec: MixedCodec, payloadType: number): void {
    this.#sender.use(codec, payloadType);
    if (codec === this.#codec) return;
    const { mixer, clock } = this.#deps;
    if (this.#listener !== undefined) mixer.forget(this.#listener);
    this.#codec = codec;
    this.#listener = mixer.listen(codec, clock(), (payload, frame) => {
      this.#isMixed = true;
      this.#sender.send(payload, frame);
    });
    mixer.hear(this.#listener, [this.#player.stream]);
  }

  #receive(bytes: Buffer, now: Instant): void {
    if (isRtcp(bytes)) {
      for (const one of readRtcp(bytes)) if (one.type === 'sr') this.#stream?.hear(one.sender, now);
      return;
    }
    const packet = this.#packet;
    const { source, codec, keys } = this.#published ?? {};
    if (!packet.read(bytes) || source === undefined || codec === undefined) return;
    const { payloadType } = packet;
    if (payloadType === keys?.payloadType) return this.#press(packet, now);
    if (payloadType !== source.payloadType) return;
    if (this.#stream?.ssrc !== packet.ssrc) this.#begin(packet.ssrc, codec.clockRate);
    if (this.#stream?.receive(packet, now) !== true) return;
    const running = this.#recording;
    if (running === undefined || running.isOver) return;
    const { recorder } = this.#deps;
    running.stream ??= recorder.addStream(running.order.recording, 'caller', '0', {
      name: codec.name,
      kind: 'audio',
      clockRate: codec.clockRate,
    });
    recorder.packet(running.stream, bytes, now);
  }

  /** Another source, of a caller who has begun anew: with numbers that have nothing to do with those before. */
  #begin(ssrc: number, clockRate: number): void {
    this.#stream = new IncomingStream(ssrc, clockRate, 0, false);
    const running = this.#recording;
    if (running?.stream === undefined) return;
    this.#deps.recorder.removeStream(running.order.recording, running.stream, this.#deps.clock());
    running.stream = undefined;
  }

  #press(packet: RtpPacket, now: Instant): void {
    const digit = this.#keys.read(packet, now);
    if (digit !== undefined) this.#deps.onNews({ type: 'key', digit });
  }
}

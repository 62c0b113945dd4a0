/**
 * Bytes to others by way of the media worker: two data channels on each connection, which both sides know (RFC 8831 §6.6). How messages are
 * wrapped: `packages/media/src/data/relay.ts`.
 */
import { Allowance, dataLimits } from '@offhook/core';
import type { ParticipantId } from '@offhook/core';
import { OffhookError } from '../errors.ts';
import type { Clock } from '../platform.ts';
import type { SessionPeer } from './peers.ts';

/** How bytes are to be sent. */
export interface SendOptions {
  /** They may be lost, and overtake one another, so that nothing waits for what is too late. Without it they arrive, in order. */
  readonly lossy?: boolean | undefined;
  /** To this participant alone. Without it to all who are subscribed to one. */
  readonly to?: ParticipantId | undefined;
}

/** How bytes have come. */
export interface Arrival {
  readonly lossy: boolean;
  /**
   * How many messages to this page should have come before by the same way, from anybody, and were dropped: this page took them too slowly,
   * or somebody sent more than is allowed. Always 0 of what is lossy.
   */
  readonly missed: number;
}

interface Channels {
  readonly reliable: RTCDataChannel;
  readonly lossy: RTCDataChannel;
}

/** On a connection that nothing was negotiated on yet. */
function openChannels(peer: SessionPeer): Channels {
  const channels = {
    reliable: peer.createDataChannel('reliable', { negotiated: true, id: 0 }),
    lossy: peer.createDataChannel('lossy', { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 }),
  };
  for (const channel of Object.values(channels)) channel.binaryType = 'arraybuffer';
  return channels;
}

export class DataSender {
  readonly #clock: Clock;
  readonly #messages = new Allowance(dataLimits.messagesPerSecond, dataLimits.messageBurst);
  readonly #bytes = new Allowance(dataLimits.bytesPerSecond, dataLimits.byteBurst);
  #channels: Channels | undefined;
  /** Until the channel is open. */
  #waiting: { readonly frame: Uint8Array<ArrayBuffer>; readonly lossy: boolean }[] = [];
  #isUsed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was sent: there has to be a connection. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** What is sent goes by this connection from now on. */
  open(peer: SessionPeer): void {
    const channels = openChannels(peer);
    this.#channels = channels;
    for (const channel of Object.values(channels))
      channel.addEventListener('open', () => this.#channels === channels && this.#flush());
  }

  /** @throws OffhookError `too_large`, `rate_limited`; nothing is sent then */
  send(bytes: Uint8Array, { lossy = false, to = '' }: SendOptions): void {
    if (bytes.length > dataLimits.messageBytes) throw new OffhookError('too_large');
    const name = new TextEncoder().encode(to);
    const size = 1 + name.length + bytes.length;
    const now = this.#clock.now();
    const isSlow = !lossy && this.#unsent('reliable') + size > dataLimits.waitingBytes;
    if (isSlow || this.#messages.left(now) < 1 || this.#bytes.left(now) < size)
      throw new OffhookError('rate_limited', { message: 'This is more than can be sent at the moment.' });
    this.#messages.take(1);
    this.#bytes.take(size);
    this.#isUsed = true;
    // As on a channel that is open and slow.
    if (lossy && this.#unsent('lossy') > dataLimits.waitingLossyBytes) return;
    const frame = new Uint8Array(size);
    frame[0] = name.length;
    frame.set(name, 1);
    frame.set(bytes, 1 + name.length);
    this.#waiting.push({ frame, lossy });
    this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      const channel = one.lossy ? this.#channels?.lossy : this.#channels?.reliable;
      if (channel?.readyState !== 'open') this.#waiting.push(one);
      else channel.send(one.frame);
    }
  }

  /** Bytes, also those that wait until there is a channel. */
  #unsent(way: keyof Channels): number {
    const waiting = this.#waiting.filter(({ lossy }) => lossy === (way === 'lossy'));
    return waiting.reduce((sum, { frame }) => sum + frame.length, this.#channels?.[way].bufferedAmount ?? 0);
  }
}

/** Receives what others send, by a connection that nothing was negotiated on yet. */
export function receiveBytes(
  peer: SessionPeer,
  received: (from: ParticipantId, bytes: Uint8Array<ArrayBuffer>, how: Arrival) => void,
): void {
  const channels = openChannels(peer);
  for (const channel of Object.values(channels))
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return;
      const frame = new Uint8Array(data);
      const [missed = 0, length = 0] = frame;
      const from = new TextDecoder().decode(frame.subarray(2, 2 + length));
      received(from, frame.slice(2 + length), { lossy: channel === channels.lossy, missed });
    });
}

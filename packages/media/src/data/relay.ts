/**
 * What participants send one another by data channels, as it passes from one to the others.
 *
 *      from a sender:    length of `to` (1) │ to whom alone; nothing: to all who hear it │ bytes
 *      to a receiver:    missed (1)         │ length of `from` (1) │ who has sent it      │ bytes
 *
 * `missed` counts what should have come before it by the reliable channel and was dropped, up to 255: where a receiver takes it too slowly,
 * or its sender says more than it may.
 */
import { Allowance, dataLimits } from '@offhook/core';
import type { Instant } from '@offhook/core';

export interface Hearing {
  /** By which the others know it. */
  readonly as: string;
  /** Whom it hears, by the names of the worker. */
  readonly from: readonly string[];
}

/** False: it could not be sent, as more than `most` bytes would wait. */
export type SendData = (bytes: Buffer, lossy: boolean, most: number) => boolean;

interface Participant {
  readonly as: string;
  readonly from: ReadonlySet<string>;
  readonly send: SendData;
  missed: number;
  readonly messages: Allowance;
  readonly bytes: Allowance;
}

const missedMost = 255;

export class DataRelay {
  /** What was dropped: as it has no form, was too large, was more than its sender may send, or than its receiver took in time. */
  readonly counters: { malformed: number; limited: number; full: number } = { malformed: 0, limited: 0, full: 0 };
  readonly #participants = new Map<string, Participant>();
  /** By who they are, so that whoever joins anew has not more. */
  readonly #allowances = new Map<string, { readonly messages: Allowance; readonly bytes: Allowance }>();

  /** Somebody has data channels, and hears others by them; said again, it replaces what was said before. */
  hear(name: string, { as, from }: Hearing, send: SendData): void {
    const { messagesPerSecond, messageBurst, bytesPerSecond, byteBurst } = dataLimits;
    const allowance = this.#allowances.get(as) ?? {
      messages: new Allowance(messagesPerSecond, messageBurst),
      bytes: new Allowance(bytesPerSecond, byteBurst),
    };
    this.#allowances.set(as, allowance);
    const { missed = 0 } = this.#participants.get(name) ?? {};
    this.#participants.set(name, { as, from: new Set(from), send, missed, ...allowance });
  }

  has(name: string): boolean {
    return this.#participants.has(name);
  }

  /** Somebody has left. */
  forget(name: string, now: Instant): void {
    this.#participants.delete(name);
    const here = new Set(Array.from(this.#participants.values(), ({ as }) => as));
    const { messageBurst, byteBurst } = dataLimits;
    // Of whoever may send as much as at first there is nothing to remember.
    for (const [as, { messages, bytes }] of this.#allowances)
      if (!here.has(as) && messages.left(now) >= messageBurst && bytes.left(now) >= byteBurst) this.#allowances.delete(as);
  }

  /** Of how many it is known how much they have sent of late. */
  get remembered(): number {
    return this.#allowances.size;
  }

  /** Passes on what somebody has sent. */
  relay(name: string, frame: Buffer, lossy: boolean, now: Instant): void {
    const sender = this.#participants.get(name);
    const start = 1 + (frame[0] ?? 0);
    if (sender === undefined || frame.length < start || frame.length - start > dataLimits.messageBytes) {
      this.counters.malformed++;
      return;
    }
    const to = frame.toString('utf8', 1, start);
    if (sender.messages.left(now) < 1 || sender.bytes.left(now) < frame.length) {
      this.counters.limited++;
      if (!lossy) for (const receiver of this.#receivers(name, to)) miss(receiver);
      return;
    }
    sender.messages.take(1);
    sender.bytes.take(frame.length);
    const from = Buffer.from(sender.as, 'utf8');
    const bytes = Buffer.concat([Buffer.from([0, from.length]), from, frame.subarray(start)]);
    for (const receiver of this.#receivers(name, to)) this.#send(receiver, bytes, lossy);
  }

  *#receivers(name: string, to: string): Iterable<Participant> {
    for (const receiver of this.#participants.values())
      if (receiver.from.has(name) && (to === '' || receiver.as === to)) yield receiver;
  }

  #send(receiver: Participant, bytes: Buffer, lossy: boolean): void {
    bytes[0] = lossy ? 0 : receiver.missed;
    const isSent = receiver.send(bytes, lossy, lossy ? dataLimits.waitingLossyBytes : dataLimits.waitingBytes);
    if (!isSent) this.counters.full++;
    if (lossy) return;
    if (isSent) receiver.missed = 0;
    else miss(receiver);
  }
}

function miss(receiver: Participant): void {
  receiver.missed = Math.min(missedMost, receiver.missed + 1);
}

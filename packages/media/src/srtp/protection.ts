/**
 * Encrypts and proves packets of one direction under keys of one kind, RTP or RTCP (RFC 3711 §3, RFC 7714 §8 and §9):
 *
 *      counter:  │ in the clear │ encrypted │ (RTCP: index) │ HMAC of all that, with the roll-over counter of RTP │
 *      gcm:      │ in the clear │ encrypted, with its tag │ (RTCP: index) │
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionKeys } from './keys.ts';
import type { Suite } from './suites.ts';

const empty = Buffer.alloc(0);
const gcmTag = { authTagLength: 16 } as const;

export class Protection {
  readonly #gcm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #counter: 'aes-128-ctr' | 'aes-256-ctr';
  readonly #isGcm: boolean;
  readonly #keys: SessionKeys;
  readonly #tagLength: number;
  /** One serves all packets. */
  readonly #vector: Buffer;
  readonly #rollover = Buffer.alloc(4);

  constructor(suite: Suite, keys: SessionKeys, tagLength: number) {
    this.#isGcm = suite.mode === 'gcm';
    this.#gcm = suite.keyLength === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
    this.#counter = suite.keyLength === 16 ? 'aes-128-ctr' : 'aes-256-ctr';
    this.#keys = keys;
    this.#tagLength = tagLength;
    this.#vector = Buffer.alloc(this.#isGcm ? 12 : 16);
  }

  /** What is added to a packet. */
  get tagLength(): number {
    return this.#tagLength;
  }

  /** Whether the tag is the last of an RTCP packet, or the index is. */
  get isTagLast(): boolean {
    return !this.#isGcm;
  }

  /** `clear`: as many bytes stay as they are. `index`: of RTP, with the roll-over counter. The tag follows at once. */
  sealRtp(packet: Buffer, clear: number, ssrc: number, index: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + this.#tagLength);
    packet.copy(sealed, 0, 0, clear);
    if (this.#isGcm) {
      const cipher = createCipheriv(this.#gcm, this.#keys.cipher, this.#gcmVector(ssrc, index), gcmTag);
      cipher.setAAD(sealed.subarray(0, clear));
      sealed.set(cipher.update(packet.subarray(clear)), clear);
      cipher.final();
      sealed.set(cipher.getAuthTag(), length);
      return sealed;
    }
    sealed.set(this.#streamed(packet.subarray(clear), ssrc, index), clear);
    this.#rollover.writeUInt32BE(Math.floor(index / 0x1_0000) >>> 0);
    this.#proof(sealed.subarray(0, length), this.#rollover).copy(sealed, length, 0, this.#tagLength);
    return sealed;
  }

  /** The packet without its tag; undefined where it is not genuine. */
  openRtp(sealed: Buffer, clear: number, ssrc: number, index: number): Buffer | undefined {
    const length = sealed.length - this.#tagLength;
    if (length < clear) return undefined;
    const [body, tag] = [sealed.subarray(clear, length), sealed.subarray(length)];
    if (this.#isGcm) return this.#openGcm(sealed.subarray(0, clear), empty, body, tag, this.#gcmVector(ssrc, index));
    this.#rollover.writeUInt32BE(Math.floor(index / 0x1_0000) >>> 0);
    if (!this.#isProven(sealed.subarray(0, length), this.#rollover, tag)) return undefined;
    return joined(sealed.subarray(0, clear), this.#streamed(body, ssrc, index));
  }

  /** `index`: of RTCP, 31 bits; it is sent along (RFC 3711 §3.4). */
  sealRtcp(packet: Buffer, clear: number, ssrc: number, index: number): Buffer {
    const { length } = packet;
    const sealed = Buffer.allocUnsafe(length + this.#tagLength + 4);
    const word = Buffer.allocUnsafe(4);
    word.writeUInt32BE((0x8000_0000 | index) >>> 0);
    packet.copy(sealed, 0, 0, clear);
    if (this.#isGcm) {
      const cipher = createCipheriv(this.#gcm, this.#keys.cipher, this.#gcmVector(ssrc, index), gcmTag);
      cipher.setAAD(joined(sealed.subarray(0, clear), word));
      sealed.set(cipher.update(packet.subarray(clear)), clear);
      cipher.final();
      sealed.set(cipher.getAuthTag(), length);
      sealed.set(word, length + this.#tagLength);
      return sealed;
    }
    sealed.set(this.#streamed(packet.subarray(clear), ssrc, index), clear);
    sealed.set(word, length);
    this.#proof(sealed.subarray(0, length + 4), empty).copy(sealed, length + 4, 0, this.#tagLength);
    return sealed;
  }

  /** `index`: as it was sent along. */
  openRtcp(sealed: Buffer, clear: number, ssrc: number, index: number): Buffer | undefined {
    const length = sealed.length - this.#tagLength - 4;
    if (length < clear) return undefined;
    const [head, body] = [sealed.subarray(0, clear), sealed.subarray(clear, length)];
    if (this.#isGcm) {
      const [tag, word] = [sealed.subarray(length, length + this.#tagLength), sealed.subarray(length + this.#tagLength)];
      return this.#openGcm(head, word, body, tag, this.#gcmVector(ssrc, index));
    }
    if (!this.#isProven(sealed.subarray(0, length + 4), empty, sealed.subarray(length + 4))) return undefined;
    return joined(head, this.#streamed(body, ssrc, index));
  }

  #openGcm(head: Buffer, word: Buffer, body: Buffer, tag: Buffer, vector: Buffer): Buffer | undefined {
    const cipher = createDecipheriv(this.#gcm, this.#keys.cipher, vector, gcmTag);
    cipher.setAAD(word.length === 0 ? head : joined(head, word));
    cipher.setAuthTag(tag);
    const plain = cipher.update(body);
    try {
      cipher.final();
    } catch {
      return undefined;
    }
    return joined(head, plain);
  }

  /** RFC 3711 §4.1.1. */
  #streamed(body: Buffer, ssrc: number, index: number): Buffer {
    const vector = this.#vector;
    vector.fill(0);
    this.#keys.salt.copy(vector);
    mix(vector, 4, ssrc);
    mix(vector, 8, Math.floor(index / 0x1_0000));
    mix(vector, 10, (index & 0xffff) >>> 0);
    return createCipheriv(this.#counter, this.#keys.cipher, vector).update(body);
  }

  /** RFC 7714 §8.1 and §9.1, which differ in nothing but where the index comes from. */
  #gcmVector(ssrc: number, index: number): Buffer {
    const vector = this.#vector;
    this.#keys.salt.copy(vector);
    mix(vector, 2, ssrc);
    mix(vector, 6, Math.floor(index / 0x1_0000));
    mix(vector, 8, (index & 0xffff) >>> 0);
    return vector;
  }

  #proof(bytes: Buffer, more: Buffer): Buffer {
    const hmac = createHmac('sha1', this.#keys.authentication!).update(bytes);
    return (more.length === 0 ? hmac : hmac.update(more)).digest();
  }

  #isProven(bytes: Buffer, more: Buffer, tag: Buffer): boolean {
    return timingSafeEqual(this.#proof(bytes, more).subarray(0, this.#tagLength), tag);
  }
}

/** Adds 32 bits to what stands there, without carrying. */
function mix(vector: Buffer, at: number, value: number): void {
  vector[at] = vector[at]! ^ (value >>> 24);
  vector[at + 1] = vector[at + 1]! ^ (value >>> 16);
  vector[at + 2] = vector[at + 2]! ^ (value >>> 8);
  vector[at + 3] = vector[at + 3]! ^ value;
}

/** In memory of its own: what is received is kept. */
function joined(head: Buffer, rest: Buffer): Buffer {
  const both = Buffer.allocUnsafe(head.length + rest.length);
  head.copy(both);
  rest.copy(both, head.length);
  return both;
}

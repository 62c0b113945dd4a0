/**
 * One RTP packet (RFC 3550 §5.1), read and rewritten in place.
 *
 *      0                   1                   2                   3
 *     |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *     |                           timestamp                           |
 *     |           synchronization source (SSRC) identifier            |
 *     |            contributing sources, CC times                     |
 *     | header extension (RFC 8285), payload, padding                 |
 *
 * One object reads every packet of a transport: nothing is allocated on the way of a packet.
 */

/** Ids of header extensions that are looked for; of others (RFC 8285 §4.3 has up to 255) nothing is known. */
const ids = 16;
const fixedHeader = 12;
/** RFC 8285 §4.2 and §4.3. */
const oneByteProfile = 0xbede;
const twoByteProfile = 0x1000;

/** What a packet has on its way beside its own bytes: the headers of IPv4 and UDP, and the tag by which SRTP proves it (RFC 3711 §4.2). */
export const wayOctets = 38;

/** Whether bytes that arrive where RTP and RTCP are multiplexed are RTCP (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

export class RtpPacket {
  bytes: Buffer = Buffer.alloc(0);
  payloadType = 0;
  marker = false;
  sequence = 0;
  timestamp = 0;
  ssrc = 0;
  payloadStart = 0;
  /** Where padding begins. */
  payloadEnd = 0;
  /** By id, where its value begins; 0 where the packet does not have it. */
  readonly #at: Uint16Array = new Uint16Array(ids);
  readonly #length: Uint8Array = new Uint8Array(ids);
  readonly #hadAt: Uint16Array = new Uint16Array(ids);
  readonly #hadLength: Uint8Array = new Uint8Array(ids);
  #twoByte = false;

  /** False where the bytes are no RTP packet; then nothing else may be asked. The bytes are not copied. */
  read(bytes: Buffer): boolean {
    const size = bytes.length;
    if (size < fixedHeader) return false;
    const first = bytes[0]!;
    if (first >> 6 !== 2) return false;
    const second = bytes[1]!;
    let at = fixedHeader + (first & 0x0f) * 4;
    this.#at.fill(0);
    if ((first & 0x10) !== 0) {
      if (at + 4 > size) return false;
      const profile = bytes.readUInt16BE(at);
      const end = at + 4 + bytes.readUInt16BE(at + 2) * 4;
      if (end > size) return false;
      this.#twoByte = (profile & 0xfff0) === twoByteProfile;
      if (profile === oneByteProfile) this.#readOneByte(bytes, at + 4, end);
      else if (this.#twoByte) this.#readTwoByte(bytes, at + 4, end);
      at = end;
    }
    const padding = (first & 0x20) === 0 ? 0 : bytes[size - 1]!;
    if (at + padding > size || ((first & 0x20) !== 0 && padding === 0)) return false;
    this.bytes = bytes;
    this.marker = (second & 0x80) !== 0;
    this.payloadType = second & 0x7f;
    this.sequence = bytes.readUInt16BE(2);
    this.timestamp = bytes.readUInt32BE(4);
    this.ssrc = bytes.readUInt32BE(8);
    this.payloadStart = at;
    this.payloadEnd = size - padding;
    return true;
  }

  get isExtended(): boolean {
    return (this.bytes[0]! & 0x10) !== 0;
  }

  get payloadLength(): number {
    return this.payloadEnd - this.payloadStart;
  }

  // ── header extensions ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Where the value of an extension begins; 0 where there is none, or it has fewer than `least` bytes. */
  extensionAt(id: number, least = 1): number {
    return this.#length[id]! < least ? 0 : (this.#at[id] ?? 0);
  }

  extensionLength(id: number): number {
    return this.#length[id] ?? 0;
  }

  /** The value as text, such as a mid or a rid; undefined where there is none. */
  extensionText(id: number): string | undefined {
    const at = this.extensionAt(id);
    return at === 0 ? undefined : this.bytes.toString('latin1', at, at + this.extensionLength(id));
  }

  /**
   * Gives extensions other ids: `to[id]` instead of `id`. One that has 0 there is not read any more, here and by receivers.
   */
  renumberExtensions(to: Uint8Array): void {
    const [had, lengths] = [this.#hadAt, this.#hadLength];
    had.set(this.#at);
    lengths.set(this.#length);
    this.#at.fill(0);
    for (let id = 1; id < ids; id++) {
      const at = had[id]!;
      if (at === 0) continue;
      const next = to[id]!;
      if (this.#twoByte) this.bytes[at - 2] = next === 0 ? unread : next;
      else this.bytes[at - 1] = ((next === 0 ? unread : next) << 4) | (lengths[id]! - 1);
      if (next === 0) continue;
      this.#at[next] = at;
      this.#length[next] = lengths[id]!;
    }
  }

  #readOneByte(bytes: Buffer, from: number, end: number): void {
    for (let at = from; at < end;) {
      const id = bytes[at]! >> 4;
      if (id === 0) {
        at++;
        continue;
      }
      const length = (bytes[at]! & 0x0f) + 1;
      // 15 ends the reading (RFC 8285 §4.2).
      if (id === 15 || at + 1 + length > end) return;
      this.#at[id] = at + 1;
      this.#length[id] = length;
      at += 1 + length;
    }
  }

  #readTwoByte(bytes: Buffer, from: number, end: number): void {
    for (let at = from; at + 1 < end;) {
      const id = bytes[at]!;
      if (id === 0) {
        at++;
        continue;
      }
      const length = bytes[at + 1]!;
      if (at + 2 + length > end) return;
      if (id < ids && length > 0) {
        this.#at[id] = at + 2;
        this.#length[id] = length;
      }
      at += 2 + length;
    }
  }
}

/** An id that no description gives to anything; 15 would end the reading of what follows. */
export const unread = 14;

/** The same packet without header extensions, in bytes of its own. */
export function withoutExtensions({ bytes, payloadStart }: RtpPacket): Buffer {
  const header = fixedHeader + (bytes[0]! & 0x0f) * 4;
  const stripped = Buffer.allocUnsafe(header + bytes.length - payloadStart);
  bytes.copy(stripped, 0, 0, header);
  bytes.copy(stripped, header, payloadStart);
  stripped[0] = stripped[0]! & ~0x10;
  return stripped;
}

// ── rewriting ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Writes what differs for a receiver; the marker stays. */
export function rewrite(bytes: Buffer, payloadType: number, sequence: number, timestamp: number, ssrc: number): void {
  bytes[1] = (bytes[1]! & 0x80) | payloadType;
  // By bytes, which a typed array cuts to 8 bits: the methods of Buffer check their arguments, for each packet and receiver.
  bytes[2] = sequence >>> 8;
  bytes[3] = sequence;
  bytes[4] = timestamp >>> 24;
  bytes[5] = timestamp >>> 16;
  bytes[6] = timestamp >>> 8;
  bytes[7] = timestamp;
  bytes[8] = ssrc >>> 24;
  bytes[9] = ssrc >>> 16;
  bytes[10] = ssrc >>> 8;
  bytes[11] = ssrc;
}

export function mark(bytes: Buffer, marker: boolean): void {
  bytes[1] = marker ? bytes[1]! | 0x80 : bytes[1]! & 0x7f;
}

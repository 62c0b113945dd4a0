/** RTCP packets (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.3, draft-alvestrand-rmcat-remb-03): reading compounds, writing what we send. */

/** What a receiver says of one source (RFC 3550 §6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Lost since the last report, from 0 to 255 for all. */
  readonly fractionLost: number;
  /** Lost in all; negative where packets came twice. */
  readonly lost: number;
  /** The highest sequence number, with the cycles in front. */
  readonly highest: number;
  /** In units of the timestamp. */
  readonly jitter: number;
  /** The middle 32 bits of the NTP time of the last sender report; 0 without. */
  readonly lastSr: number;
  /** Since then, in units of 1/65536 s. */
  readonly delay: number;
}

export interface SenderInfo {
  readonly ssrc: number;
  /** Wall clock in NTP time: seconds and their fraction, 32 bits each. */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  /** The timestamp that belongs to it. */
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export type Rtcp =
  | { readonly type: 'sr'; readonly sender: SenderInfo; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] }
  | { readonly type: 'nack'; readonly ssrc: number; readonly sequences: readonly number[] }
  | { readonly type: 'pli'; readonly ssrc: number }
  | { readonly type: 'fir'; readonly ssrcs: readonly number[] }
  /** Bits per second that the receiver believes it can take, of these sources together. */
  | { readonly type: 'remb'; readonly bitrate: number; readonly ssrcs: readonly number[] }
  /** Transport-wide feedback, from its base sequence number on; read by `transport-feedback.ts`. */
  | { readonly type: 'transport'; readonly bytes: Buffer };

const [SR, RR, SDES, BYE, RTPFB, PSFB] = [200, 201, 202, 203, 205, 206] as const;
const reportLength = 24;

/**
 * Whether bytes are RTCP in their outer form (RFC 3550 §A.2): reports first, or feedback that stands alone (RFC 5506 §4.1), of a length that
 * is there.
 */
export function isCompound(bytes: Buffer): boolean {
  if (bytes.length < 8 || bytes[0]! >> 6 !== 2 || bytes[1]! < SR || bytes[1]! > 207) return false;
  return (bytes.readUInt16BE(2) + 1) * 4 <= bytes.length;
}

/** What the first packet of a compound is, and its format where it is feedback. */
export function kindOf(compound: Buffer): {
  readonly type: 'sr' | 'rr' | 'transport' | 'payload' | 'other';
  readonly format: number;
} {
  const type = (
    [
      [SR, 'sr'],
      [RR, 'rr'],
      [RTPFB, 'transport'],
      [PSFB, 'payload'],
    ] as const
  ).find(([one]) => one === compound[1]);
  return { type: type?.[1] ?? 'other', format: compound[0]! & 0x1f };
}

/** Unknown packets are left out; where lengths do not add up, what follows is. */
export function readRtcp(compound: Buffer): readonly Rtcp[] {
  const found: Rtcp[] = [];
  for (let at = 0; at + 4 <= compound.length;) {
    const length = (compound.readUInt16BE(at + 2) + 1) * 4;
    if (compound[at]! >> 6 !== 2 || at + length > compound.length) break;
    const one = readOne(compound.subarray(at, at + length));
    if (one !== undefined) found.push(one);
    at += length;
  }
  return found;
}

function readOne(packet: Buffer): Rtcp | undefined {
  const count = packet[0]! & 0x1f;
  switch (packet[1]) {
    case SR:
      return packet.length < 28
        ? undefined
        : { type: 'sr', sender: readSender(packet), reports: readReports(packet, 28, count) };
    case RR:
      return packet.length < 8
        ? undefined
        : { type: 'rr', ssrc: packet.readUInt32BE(4), reports: readReports(packet, 8, count) };
    case BYE:
      return packet.length < 4 + count * 4
        ? undefined
        : { type: 'bye', ssrcs: Array.from({ length: count }, (_, n) => packet.readUInt32BE(4 + n * 4)) };
    case RTPFB:
      if (packet.length < 12) return undefined;
      if (count === 1) return { type: 'nack', ssrc: packet.readUInt32BE(8), sequences: readNacked(packet) };
      return count === 15 ? { type: 'transport', bytes: packet } : undefined;
    case PSFB:
      if (packet.length < 12) return undefined;
      if (count === 1) return { type: 'pli', ssrc: packet.readUInt32BE(8) };
      if (count === 4) return { type: 'fir', ssrcs: eachOf(packet, 12, 8, (at) => packet.readUInt32BE(at)) };
      return count === 15 ? readRemb(packet) : undefined;
    default:
      return undefined;
  }
}

function readSender(packet: Buffer): SenderInfo {
  return {
    ssrc: packet.readUInt32BE(4),
    ntpSeconds: packet.readUInt32BE(8),
    ntpFraction: packet.readUInt32BE(12),
    timestamp: packet.readUInt32BE(16),
    packets: packet.readUInt32BE(20),
    octets: packet.readUInt32BE(24),
  };
}

function readReports(packet: Buffer, from: number, count: number): readonly ReportBlock[] {
  return eachOf(packet, from, reportLength, (at) => ({
    ssrc: packet.readUInt32BE(at),
    fractionLost: packet[at + 4]!,
    lost: packet.readIntBE(at + 5, 3),
    highest: packet.readUInt32BE(at + 8),
    jitter: packet.readUInt32BE(at + 12),
    lastSr: packet.readUInt32BE(at + 16),
    delay: packet.readUInt32BE(at + 20),
  })).slice(0, count);
}

/** RFC 4585 §6.2.1: a number, and a mask of the sixteen that follow. */
function readNacked(packet: Buffer): readonly number[] {
  return eachOf(packet, 12, 4, (at) => {
    const [first, mask] = [packet.readUInt16BE(at), packet.readUInt16BE(at + 2)];
    const all = [first];
    for (let bit = 0; bit < 16; bit++) if ((mask & (1 << bit)) !== 0) all.push((first + bit + 1) & 0xffff);
    return all;
  }).flat();
}

function readRemb(packet: Buffer): Rtcp | undefined {
  if (packet.length < 20 || packet.toString('latin1', 12, 16) !== 'REMB') return undefined;
  const mantissa = ((packet[17]! & 0x03) << 16) | packet.readUInt16BE(18);
  const bitrate = mantissa * 2 ** (packet[17]! >> 2);
  return { type: 'remb', bitrate, ssrcs: eachOf(packet, 20, 4, (at) => packet.readUInt32BE(at)).slice(0, packet[16]) };
}

function eachOf<T>(packet: Buffer, from: number, size: number, read: (at: number) => T): T[] {
  const found: T[] = [];
  for (let at = from; at + size <= packet.length; at += size) found.push(read(at));
  return found;
}

// ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function begun(type: number, count: number, size: number): Buffer {
  const packet = Buffer.alloc(size);
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(size / 4 - 1, 2);
  return packet;
}

export function senderReport(sender: SenderInfo, reports: readonly ReportBlock[] = []): Buffer {
  const packet = begun(SR, reports.length, 28 + reports.length * reportLength);
  packet.writeUInt32BE(sender.ssrc, 4);
  packet.writeUInt32BE(sender.ntpSeconds, 8);
  packet.writeUInt32BE(sender.ntpFraction, 12);
  packet.writeUInt32BE(sender.timestamp, 16);
  packet.writeUInt32BE(sender.packets, 20);
  packet.writeUInt32BE(sender.octets, 24);
  writeReports(packet, 28, reports);
  return packet;
}

export function receiverReport(ssrc: number, reports: readonly ReportBlock[]): Buffer {
  const packet = begun(RR, reports.length, 8 + reports.length * reportLength);
  packet.writeUInt32BE(ssrc, 4);
  writeReports(packet, 8, reports);
  return packet;
}

function writeReports(packet: Buffer, from: number, reports: readonly ReportBlock[]): void {
  for (const [n, { ssrc, fractionLost, lost, highest, jitter, lastSr, delay }] of reports.entries()) {
    const at = from + n * reportLength;
    packet.writeUInt32BE(ssrc, at);
    packet[at + 4] = fractionLost;
    packet.writeIntBE(Math.max(-0x80_0000, Math.min(0x7f_ffff, lost)), at + 5, 3);
    packet.writeUInt32BE(highest >>> 0, at + 8);
    packet.writeUInt32BE(jitter >>> 0, at + 12);
    packet.writeUInt32BE(lastSr, at + 16);
    packet.writeUInt32BE(delay >>> 0, at + 20);
  }
}

/** Source description with the canonical name alone (RFC 3550 §6.5.1). */
export function sourceDescription(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, 'utf8').subarray(0, 255);
  // At least one zero ends the items.
  const size = 4 + Math.ceil((4 + 2 + text.length + 1) / 4) * 4;
  const packet = begun(SDES, 1, size);
  packet.writeUInt32BE(ssrc, 4);
  packet[8] = 1;
  packet[9] = text.length;
  text.copy(packet, 10);
  return packet;
}

export function bye(ssrcs: readonly number[]): Buffer {
  const packet = begun(BYE, ssrcs.length, 4 + ssrcs.length * 4);
  for (const [n, ssrc] of ssrcs.entries()) packet.writeUInt32BE(ssrc, 4 + n * 4);
  return packet;
}

function feedback(type: number, format: number, sender: number, media: number, size: number): Buffer {
  const packet = begun(type, format, size);
  packet.writeUInt32BE(sender, 4);
  packet.writeUInt32BE(media, 8);
  return packet;
}

/** Asks for packets again; the numbers in ascending order. */
export function nack(sender: number, media: number, sequences: readonly number[]): Buffer {
  const entries: [first: number, mask: number][] = [];
  for (const sequence of sequences) {
    const last = entries.at(-1);
    const offset = last === undefined ? 0 : (sequence - last[0]) & 0xffff;
    if (last !== undefined && offset >= 1 && offset <= 16) last[1] |= 1 << (offset - 1);
    else entries.push([sequence, 0]);
  }
  const packet = feedback(RTPFB, 1, sender, media, 12 + entries.length * 4);
  for (const [n, [first, mask]] of entries.entries()) {
    packet.writeUInt16BE(first, 12 + n * 4);
    packet.writeUInt16BE(mask, 14 + n * 4);
  }
  return packet;
}

/** Asks for a picture that needs no earlier one (RFC 4585 §6.3.1). */
export function pictureLoss(sender: number, media: number): Buffer {
  return feedback(PSFB, 1, sender, media, 12);
}

export function maximumBitrate(sender: number, bitrate: number, ssrcs: readonly number[]): Buffer {
  const packet = feedback(PSFB, 15, sender, 0, 20 + ssrcs.length * 4);
  packet.write('REMB', 12, 'latin1');
  packet[16] = ssrcs.length;
  let exponent = 0;
  let mantissa = Math.floor(bitrate);
  while (mantissa > 0x3_ffff) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  packet[17] = (exponent << 2) | (mantissa >> 16);
  packet.writeUInt16BE(mantissa & 0xffff, 18);
  for (const [n, ssrc] of ssrcs.entries()) packet.writeUInt32BE(ssrc, 20 + n * 4);
  return packet;
}

/** One section of plain RTP or SRTP: its sockets, to whom it sends, and what it takes. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import type { Instant, Milliseconds } from '@offhook/core';
import type { Place, PlainLocal, PlainSection } from '../negotiation/plain.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { isCompound } from '../rtp/rtcp.ts';
import { SrtpReceiver, SrtpSender } from '../srtp/srtp.ts';
import { isSameKey, masterKey } from '../srtp/suites.ts';
import type { MasterKey } from '../srtp/suites.ts';
import { Latch } from './latch.ts';
import { addressTowards, openSockets } from './ports.ts';
import type { Family, PortRange, Sockets } from './ports.ts';
import type { TransportState } from './webrtc.ts';

export interface UdpOptions {
  readonly ports: PortRange;
  /** The one address to listen on; undefined: all. */
  readonly listen?: string | undefined;
  /** Addresses by which others reach this machine, where they are not its own (behind NAT). */
  readonly announced?: readonly string[] | undefined;
}

export interface UdpDeps {
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  /** Where it is counted as well what was dropped. */
  readonly dropped?: UdpDropped | undefined;
  /** Ports that the other side has been told already: for the first section of this family. Absent: it is told those that are free. */
  readonly reserved?: ((family: Family) => UdpPlace | undefined) | undefined;
}

/** Where somebody is listened to, and by which address they reach it. */
export interface UdpPlace {
  readonly sockets: Sockets;
  readonly address: string;
}

export interface UdpEvents {
  /** RTP or RTCP, in the clear; the bytes are the receiver's to keep and to change. */
  onPacket(bytes: Buffer): void;
  onState(state: TransportState): void;
  /** RTP of a payload type that was not agreed on, of the one who is latched. */
  onOther?(bytes: Buffer): void;
}

/** What both sides have agreed on, later than in the beginning. */
export interface Agreement extends Pick<PlainSection, 'remote' | 'isMuxed'> {
  /** What the other side may send. */
  readonly payloadTypes: ReadonlySet<number>;
  /** Of both sides; absent: nothing is encrypted. */
  readonly keys?: SecretKeys | undefined;
  /** From which address the other side has said so. */
  readonly from?: string | undefined;
}

export interface SecretKeys {
  readonly local: MasterKey;
  readonly remote: MasterKey;
}

interface Secret extends SecretKeys {
  readonly sender: SrtpSender;
  readonly receiver: SrtpReceiver;
}

/** Packets that were dropped. */
export interface UdpDropped {
  /** Of others than the one who is latched. */
  strangers: number;
  /** No RTP or RTCP, or of a payload type that was not agreed on. */
  malformed: number;
  /** Not proven by the key that was agreed on. */
  forged: number;
  replayed: number;
}

/** Packets, and those that were dropped. */
export interface UdpCounters extends UdpDropped {
  received: number;
  sent: number;
}

export interface UdpSection extends Pick<PlainSection, 'family' | 'remote' | 'isMuxed' | 'security' | 'published'> {
  /** The other side is this server itself: no address is announced to it. */
  readonly isLocal?: boolean | undefined;
  /** From which address the other side has said so. */
  readonly from?: string | undefined;
}

type Wish = Pick<UdpSection, 'family' | 'isMuxed' | 'isLocal'> & { readonly towards: string | undefined };

/** Without anything for so long nobody is there; whoever is silent still sends RTCP every few seconds (RFC 3550 §6.2). */
const silentMs: Milliseconds = 15_000;

export class UdpTransport {
  readonly local: PlainLocal;
  readonly counters: UdpCounters = { received: 0, sent: 0, strangers: 0, malformed: 0, forged: 0, replayed: 0 };
  readonly #sockets: Sockets;
  readonly #clock: () => Instant;
  readonly #dropped: UdpDropped | undefined;
  readonly #events: UdpEvents;
  #latch: Latch;
  #controlLatch: Latch;
  #isMuxed: boolean;
  #secret: Secret | undefined;
  /** What the other side may send; undefined: anything. */
  #payloadTypes: ReadonlySet<number> | undefined;
  readonly #packet = new RtpPacket();
  #state: TransportState = 'connecting';
  #heardAt: Instant = 0;

  private constructor(
    section: UdpSection,
    sockets: Sockets,
    local: PlainLocal,
    { clock, dropped }: UdpDeps,
    events: UdpEvents,
  ) {
    const { security, remote, isMuxed, published, from: said } = section;
    this.local = local;
    this.#sockets = sockets;
    this.#clock = clock;
    this.#dropped = dropped;
    this.#events = events;
    this.#payloadTypes = published && new Set([published.source.payloadType]);
    const isProven = security !== undefined;
    this.#isMuxed = isMuxed;
    this.#latch = new Latch(remote.rtp, isProven, said);
    this.#controlLatch = isMuxed ? this.#latch : new Latch(remote.rtcp, isProven, said);
    if (security !== undefined && local.key !== undefined)
      this.#encrypt({ local: masterKey(security.remote.suite, local.key), remote: security.remote });
    sockets.rtp.on('message', (bytes, from) => this.#receive(bytes, from, this.#isMuxed && isRtcp(bytes)));
    sockets.rtcp?.on('message', (bytes, from) => this.#receive(bytes, from, true));
  }

  /** @throws NoPortError */
  static async open(options: UdpOptions, section: UdpSection, deps: UdpDeps, events: UdpEvents): Promise<UdpTransport> {
    const { family, isMuxed, isLocal, remote, security } = section;
    const wish = { family, isMuxed, isLocal, towards: remote.rtp?.address };
    const { sockets, address } = deps.reserved?.(family) ?? (await placeFor(options, wish, deps.random));
    const suite = security?.remote.suite;
    const local: PlainLocal = {
      address,
      port: sockets.rtp.address().port,
      rtcpPort: sockets.rtcp?.address().port,
      key: suite && randomBytes(suite.keyLength + suite.saltLength),
    };
    return new UdpTransport(section, sockets, local, deps, events);
  }

  agree({ remote: { rtp, rtcp }, isMuxed, payloadTypes, keys, from }: Agreement): void {
    this.#payloadTypes = payloadTypes;
    const isProven = keys !== undefined;
    const isOther = isProven !== (this.#secret !== undefined);
    this.#encrypt(keys);
    if (isOther || !this.#latch.isOf(rtp)) this.#latch = new Latch(rtp, isProven, from);
    if (isMuxed) this.#controlLatch = this.#latch;
    else if (isOther || this.#isMuxed || !this.#controlLatch.isOf(rtcp)) this.#controlLatch = new Latch(rtcp, isProven, from);
    this.#isMuxed = isMuxed;
  }

  get state(): TransportState {
    return this.#state;
  }

  /** Where RTP is sent to; undefined until it is known. */
  get target(): Place | undefined {
    return this.#latch.target;
  }

  /** The bytes are the caller's again at once. False where nobody knows where to send it. */
  send(bytes: Buffer): boolean {
    const { target } = this.#latch;
    if (target === undefined) return false;
    // A copy in any case, as the operating system may take it later.
    const sealed = this.#secret === undefined ? Buffer.from(bytes) : this.#secret.sender.rtp(bytes);
    return sealed !== undefined && this.#transmit(this.#sockets.rtp, sealed, target);
  }

  /** `bytes` are not used afterwards. */
  sendControl(bytes: Buffer): boolean {
    const target = this.#controlTarget();
    const sealed = this.#secret === undefined ? bytes : this.#secret.sender.rtcp(bytes);
    if (target === undefined || sealed === undefined) return false;
    return this.#transmit(this.#controlSocket ?? this.#sockets.rtp, sealed, target);
  }

  /** The other side has said goodbye. */
  ended(): void {
    if (this.#state === 'connected') this.#become('disconnected');
  }

  tick(now: Instant): void {
    if (this.#state === 'connected' && now - this.#heardAt >= silentMs) this.#become('disconnected');
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#sockets.rtp.close();
    this.#sockets.rtcp?.close();
  }

  #drop(why: keyof UdpDropped): void {
    this.counters[why]++;
    if (this.#dropped !== undefined) this.#dropped[why]++;
  }

  #receive(bytes: Buffer, from: Place, isControl: boolean): void {
    if (this.#state === 'closed') return;
    const now = this.#clock();
    const latch = isControl ? this.#controlLatch : this.#latch;
    if (!latch.admits(from, now) || !this.#mayBegin(from, isControl)) {
      return this.#drop('strangers');
    }
    const opened = this.#open(bytes, isControl);
    if (typeof opened === 'string') return this.#drop(opened);
    if (!(isControl ? isCompound(opened) : this.#isAgreed(opened))) {
      this.#drop('malformed');
      if (!isControl && this.#latch.isAt(from)) this.#events.onOther?.(opened);
      return;
    }
    latch.take(from, now);
    this.counters.received++;
    this.#heardAt = now;
    if (this.#state !== 'connected') this.#become('connected');
    this.#events.onPacket(opened);
  }

  /** Without keys RTCP, which anybody can write, comes from where RTP comes from, if there is to be any. */
  #mayBegin({ address }: Place, isControl: boolean): boolean {
    if (!isControl || this.#secret !== undefined || this.#payloadTypes === undefined) return true;
    return this.#latch.target?.address === address;
  }

  /** A key that stays goes on with the numbers that were used and seen (RFC 4568 §7.1.4). */
  #encrypt(keys: SecretKeys | undefined): void {
    const before = this.#secret;
    this.#secret = keys && {
      ...keys,
      sender: before !== undefined && isSameKey(before.local, keys.local) ? before.sender : new SrtpSender(keys.local),
      receiver: before !== undefined && isSameKey(before.remote, keys.remote) ? before.receiver : new SrtpReceiver(keys.remote),
    };
  }

  /** Undefined where RTCP goes by the port of RTP. */
  get #controlSocket(): Socket | undefined {
    return this.#isMuxed ? undefined : this.#sockets.rtcp;
  }

  #open(bytes: Buffer, isControl: boolean): Buffer | 'malformed' | 'forged' | 'replayed' {
    if (this.#secret === undefined) return bytes;
    const { receiver } = this.#secret;
    return isControl ? receiver.rtcp(bytes) : receiver.rtp(bytes);
  }

  /** Whoever only receives may send anything, as a sign of where it is (RFC 6263 §4.3). */
  #isAgreed(bytes: Buffer): boolean {
    return this.#packet.read(bytes) && this.#payloadTypes?.has(this.#packet.payloadType) !== false;
  }

  #controlTarget(): Place | undefined {
    if (this.#controlSocket === undefined || this.#controlLatch.current !== undefined) return this.#controlLatch.target;
    // RTP comes from elsewhere than was said, and so will RTCP, probably by the next port.
    const rtp = this.#latch.current;
    const said = this.#controlLatch.target;
    if (rtp === undefined || rtp.address === said?.address) return said;
    return { address: rtp.address, port: rtp.port + 1 };
  }

  #transmit(socket: Socket, bytes: Buffer, { address, port }: Place): boolean {
    if (this.#state === 'closed' || port > 65_535) return false;
    socket.send(bytes, port, address);
    this.counters.sent++;
    return true;
  }

  #become(state: TransportState): void {
    this.#state = state;
    this.#events.onState(state);
  }
}

/** @throws NoPortError */
export async function placeFor(
  options: UdpOptions,
  { family, isMuxed, isLocal, towards }: Wish,
  random: (below: number) => number,
): Promise<UdpPlace> {
  const isOfFamily = (one: string | undefined): boolean => one?.includes(':') === (family === 'IP6');
  const listen = isOfFamily(options.listen) ? options.listen : undefined;
  const sockets = await openSockets(options.ports, family, listen, isMuxed, random);
  const announced = isLocal === true ? undefined : options.announced?.find(isOfFamily);
  return { sockets, address: announced ?? listen ?? (await addressTowards(family, towards)) };
}

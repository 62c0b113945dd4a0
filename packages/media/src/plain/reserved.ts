/**
 * Sound that the worker offers by plain RTP: to whoever asks for an offer instead of making one (RFC 3261 §14.2). Its ports are kept until
 * there is an answer, which is read as if it had been an offer then: a description says what its side receives, whoever spoke first.
 */
import { isIPv6 } from 'node:net';
import { mixedIn } from '../mixing/messages.ts';
import { keysFor, sounds } from '../bridge/sound.ts';
import { writePhone } from '../bridge/phone-description.ts';
import { NegotiationError } from '../negotiation/bundle.ts';
import { placeFor } from '../transport/udp.ts';
import type { UdpDeps, UdpOptions, UdpPlace } from '../transport/udp.ts';
import { NoPortError } from '../transport/ports.ts';
import type { Family } from '../transport/ports.ts';

interface ReservedPlace extends UdpPlace {
  readonly family: Family;
}

export interface Reservation {
  /** An address of whoever is to answer: one of ours is chosen for it. */
  readonly at: string;
  /** Whether they may be heard. */
  readonly sends: boolean;
}

class Reserved {
  readonly offer: string;
  #place: ReservedPlace | undefined;

  private constructor(place: ReservedPlace, offer: string) {
    this.#place = place;
    this.offer = offer;
  }

  /** @throws NoPortError */
  static async open(options: UdpOptions, { at, sends }: Reservation, { random }: Pick<UdpDeps, 'random'>): Promise<Reserved> {
    const family = isIPv6(at) ? 'IP6' : 'IP4';
    const place = await placeFor(options, { family, isMuxed: false, towards: at }, random);
    const { sockets, address } = place;
    // What can be mixed is what can be heard there.
    const codecs = sounds.filter(({ name }) => mixedIn(name) !== undefined);
    const offer = writePhone({
      local: { address, port: sockets.rtp.address().port, rtcpPort: sockets.rtcp?.address().port },
      family,
      origin: { id: random(2 ** 32), version: 0 },
      codecs: [...codecs, ...keysFor(codecs)],
      protocol: 'RTP/AVP',
      keys: [],
      isMuxed: false,
      way: { receives: true, sends },
    });
    return new Reserved({ family, ...place }, offer);
  }

  /** Once. @throws NegotiationError where the answer is of another family than the offer */
  takeFor(family: Family): UdpPlace | undefined {
    const place = this.#place;
    if (place !== undefined && place.family !== family) throw new NegotiationError('an answer by another family of addresses');
    this.#place = undefined;
    return place;
  }

  /** What was not taken. */
  close(): void {
    this.#place?.sockets.rtp.close();
    this.#place?.sockets.rtcp?.close();
    this.#place = undefined;
  }
}

/** Of those who were offered something, and have not answered, by their names. */
export class Reservations {
  readonly #all = new Map<string, Reserved>();

  get size(): number {
    return this.#all.size;
  }

  /** @throws NoPortError */
  async open(who: string, options: UdpOptions | undefined, wish: Reservation, deps: Pick<UdpDeps, 'random'>): Promise<string> {
    if (options === undefined) throw new NoPortError('no ports are set apart for plain RTP');
    const reserved = await Reserved.open(options, wish, deps);
    this.close(who);
    this.#all.set(who, reserved);
    return reserved.offer;
  }

  /** To be closed by whoever takes it. */
  take(who: string): Reserved | undefined {
    const reserved = this.#all.get(who);
    this.#all.delete(who);
    return reserved;
  }

  close(who: string): void {
    this.take(who)?.close();
  }

  closeAll(): void {
    for (const who of this.#all.keys()) this.close(who);
  }
}

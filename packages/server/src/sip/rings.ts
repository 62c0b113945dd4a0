/**
 * A phone that rings, or somebody outside. One login may be in several devices: all of them ring, each with media of its own, and the first
 * that takes the call has it. One that fails takes nothing from the others.
 *
 *           ┌─► INVITE by its first way ── that fails, and it has not rung ──► by its next one, with media of its own where that differs
 *           │                             ── 488: again with what it may have instead
 *   rings ──┤                             ── 4xx, 5xx: out; once all are: refused
 *           │                             ── 6xx: refused for all (RFC 3261 §16.7)
 *           └─► INVITE ── 2xx: taken, and CANCEL to the others
 */
import { sipLimits } from '@offhook/core';
import type { Answer, Candidate, Offer } from '@offhook/core';
import type { Response } from '@offhook/sip';
import type { LegEvents, SipLeg } from './leg.ts';
import type { OutgoingEvents, OutgoingInvite } from './outgoing.ts';
import { reasonOf } from './phone-causes.ts';
import type { PhoneMedia } from './phone-media.ts';

export interface RingsHost<Way> {
  /** The ways to each device that is there now, the best first. */
  devices(): readonly (readonly Way[])[];
  /** Which device it is. Absent: none comes later. */
  readonly nameOf?: (by: Way) => string;
  /** What is to carry the sound of one of them. */
  media(by: Way): PhoneMedia;
  /** The same, where one way after the other is spoken with in another manner; absent: what was to carry it before still is. */
  mediaOfNext?(by: Way): PhoneMedia;
  /** Undefined: there is no room on this way. */
  invite(by: Way, offer: string, events: OutgoingEvents): OutgoingInvite | undefined;
  /** Whether it is the way that has failed: the device has not been asked. Without a response nobody has answered, or nothing can be sent. */
  hasFailed(status: number, response: Response | undefined): boolean;
}

export interface RingsEvents {
  /** Of the dialog with who takes it. */
  readonly talking: LegEvents;
  /** Some of them do. */
  ringing(): void;
  /** One of them is heard already; undefined: no longer, while it rings on. */
  early(heard: EarlyMedia | undefined): void;
  /** Without an answer: it has been settled already. */
  taken(leg: SipLeg, answer: string, media: PhoneMedia): void;
  /** All are out, with the status that says most. */
  refused(status: number): void;
}

export interface EarlyMedia {
  readonly media: PhoneMedia;
  /** By which answer to this offer. @throws Refusal */
  tell(offer: Offer): Promise<Answer | undefined>;
}

/** What rings, as a call sees it. */
export interface Rings {
  /** Resolves once each has been rung, or could not be. */
  start(offer: Offer): Promise<void>;
  candidates(candidates: readonly Candidate[], isEnd: boolean): void;
  /** What was to carry the sound of one of them is gone. */
  lost(media: PhoneMedia): void;
  /** Further devices may be there: they ring as well. Those that are there no longer stop. */
  more(): void;
  cancel(fields: Fields): void;
}

interface Ring<Way> {
  readonly ways: readonly Way[];
  media: PhoneMedia;
  invite: OutgoingInvite | undefined;
  /** With what it was refused. */
  status: number | undefined;
  isOut: boolean;
}

/** Such as Reason (RFC 3326). */
type Fields = Readonly<Record<string, string>>;

export class PhoneRings<Way> implements Rings {
  readonly #host: RingsHost<Way>;
  readonly #events: RingsEvents;
  #rings: readonly Ring<Way>[] = [];
  readonly #candidates: (readonly [readonly Candidate[], boolean])[] = [];
  /** What the caller offers. */
  #offer: Offer | undefined;
  /** That is heard already. */
  #heard: Ring<Way> | undefined;
  /** How often something was heard. */
  #earlies = 0;
  #isOver = false;

  constructor(host: RingsHost<Way>, events: RingsEvents) {
    this.#host = host;
    this.#events = events;
    for (const ways of host.devices()) this.#add(ways);
  }

  async start(offer: Offer): Promise<void> {
    this.#offer = offer;
    if (this.#rings.length === 0) return this.#events.refused(480);
    await Promise.all(this.#rings.map((ring) => this.#start(ring, ring.media.ring(offer), ring.ways)));
  }

  more(): void {
    const offer = this.#offer;
    const { nameOf } = this.#host;
    if (offer === undefined || this.#isOver || nameOf === undefined) return;
    const devices = this.#host.devices().flatMap((ways) => (ways[0] === undefined ? [] : [{ name: nameOf(ways[0]), ways }]));
    this.#keep(new Set(devices.map(({ name }) => name)), nameOf);
    const known = new Set(this.#rings.map(({ ways: [way] }) => way && nameOf(way)));
    for (const { name, ways } of devices) {
      const ring = known.has(name) ? undefined : this.#add(ways);
      if (ring === undefined) continue;
      for (const one of this.#candidates) ring.media.candidates(...one);
      void this.#start(ring, ring.media.ring(offer), ways);
    }
    this.#refusedByAll(480);
  }

  /** Whoever has gone, and comes back, may be rung anew. */
  #keep(here: ReadonlySet<string>, nameOf: (by: Way) => string): void {
    const isHere = ({ ways: [way] }: Ring<Way>): boolean => way !== undefined && here.has(nameOf(way));
    const gone = this.#rings.filter((ring) => !isHere(ring));
    this.#rings = this.#rings.filter(isHere);
    for (const ring of gone) {
      this.#letGo(ring, {});
      this.#unhear(ring);
    }
  }

  #add(ways: readonly Way[]): Ring<Way> | undefined {
    const [first] = ways;
    const most = sipLimits.bindingsPerPhone;
    if (first === undefined || this.#rings.filter(({ isOut }) => !isOut).length >= most) return undefined;
    const ring: Ring<Way> = { ways, media: this.#host.media(first), invite: undefined, status: undefined, isOut: false };
    this.#rings = [...this.#rings, ring];
    return ring;
  }

  candidates(candidates: readonly Candidate[], isEnd: boolean): void {
    this.#candidates.push([candidates, isEnd]);
    for (const { media } of this.#rings) media.candidates(candidates, isEnd);
  }

  lost(media: PhoneMedia): void {
    for (const ring of this.#rings) if (ring.media === media && !this.#isOver && !ring.isOut) this.#out(ring, 488);
  }

  cancel(fields: Fields): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const ring of this.#rings) this.#letGo(ring, fields);
  }

  async #start(ring: Ring<Way>, offer: Promise<string>, ways: readonly Way[]): Promise<void> {
    try {
      const toPhone = await offer;
      if (!this.#isOver && !ring.isOut) this.#invite(ring, toPhone, ways);
    } catch {
      if (!this.#isOver && !ring.isOut) this.#out(ring, 488);
    }
  }

  #invite(ring: Ring<Way>, offer: string, [way, ...others]: readonly Way[]): void {
    if (way === undefined) return;
    let isOut = false;
    let hasRung = false;
    const refused = (status: number, response?: Response): void => {
      isOut = true;
      ring.invite = undefined;
      if (this.#isOver) return;
      const again = ring.media.ringAgain(status);
      if (again !== undefined) void this.#start(ring, again, [way, ...others]);
      else if (others.length > 0 && !hasRung && this.#host.hasFailed(status, response)) this.#next(ring, offer, others);
      else this.#out(ring, status);
    };
    const { talking } = this.#events;
    const invite = this.#host.invite(way, offer, {
      ...talking,
      // It may offer anew before it is taken (RFC 3311).
      offered: (sdp) => (this.#isOver ? talking.offered(sdp) : ring.media.phoneOffers(sdp, (work) => work())),
      ringing: () => {
        hasRung = true;
        if (!this.#isOver) this.#events.ringing();
      },
      early: (answer) => {
        if (this.#isOver || ring.isOut) return;
        this.#heard = ring;
        const { media } = ring;
        const n = ++this.#earlies;
        // Of what waits for the worker the last counts: whoever takes it says again what they have settled.
        this.#events.early({
          media,
          tell: async (toBrowser) => (n === this.#earlies ? media.early(answer, toBrowser) : undefined),
        });
      },
      taken: (leg, answer) => this.#taken(ring, leg, answer),
      refused,
    });
    // It may be so at once.
    if (invite === undefined) refused(503);
    else if (!isOut) ring.invite = invite;
  }

  #next(ring: Ring<Way>, offer: string, ways: readonly Way[]): void {
    const [way] = ways;
    const media = way && this.#host.mediaOfNext?.(way);
    if (media === undefined || this.#offer === undefined) return this.#invite(ring, offer, ways);
    ring.media.close();
    ring.media = media;
    void this.#start(ring, media.ring(this.#offer), ways);
  }

  #taken(ring: Ring<Way>, leg: SipLeg, answer: string): void {
    this.#isOver = true;
    for (const other of this.#rings) if (other !== ring) this.#letGo(other, { Reason: reasonOf('answered_elsewhere') });
    this.#events.taken(leg, answer, ring.media);
  }

  #out(ring: Ring<Way>, status: number): void {
    ring.status = status;
    this.#letGo(ring, {});
    if (status >= 600) {
      this.cancel({});
      return this.#events.refused(status);
    }
    this.#refusedByAll(status);
    if (!this.#isOver) this.#unhear(ring);
  }

  /** If they are all out. */
  #refusedByAll(status: number): void {
    if (this.#isOver || this.#rings.some((ring) => ring.status === undefined)) return;
    this.#isOver = true;
    // Somebody is there, and busy: that says more than who is not.
    this.#events.refused(this.#rings.some((ring) => ring.status === 486) ? 486 : status);
  }

  #unhear(ring: Ring<Way>): void {
    if (this.#heard !== ring) return;
    this.#heard = undefined;
    this.#events.early(undefined);
  }

  #letGo(ring: Ring<Way>, fields: Fields): void {
    if (ring.isOut) return;
    ring.isOut = true;
    ring.invite?.cancel(fields);
    ring.media.close();
  }
}

/**
 * A phone that rings. One login may be in several devices: all of them ring, each with media of its own, and the first that takes the call has
 * it. One that fails takes nothing from the others.
 *
 *           ┌─► INVITE by its latest flow ── 430, nobody, unreachable ──► by its next one (RFC 5626 §5.3)
 *           │                             ── 488: again with what it may have instead
 *   rings ──┤                             ── 4xx, 5xx: out; once all are: refused
 *           │                             ── 6xx: refused for all (RFC 3261 §16.7)
 *           └─► INVITE ── 2xx: taken, and CANCEL to the others
 */
import type { Candidate, Offer } from '@offhook/core';
import type { Binding, Response } from '@offhook/sip';
import type { LegEvents, SipLeg } from './leg.ts';
import type { OutgoingEvents, OutgoingInvite } from './outgoing.ts';
import { reasonOf } from './phone-causes.ts';
import type { PhoneMedia } from './phone-media.ts';

export interface RingsHost {
  /** The flows to each device, the latest first. */
  readonly devices: readonly (readonly Binding[])[];
  /** What is to carry the sound of one of them. */
  media(at: Binding): PhoneMedia;
  invite(at: Binding, offer: string, events: OutgoingEvents): OutgoingInvite;
}

export interface RingsEvents {
  /** Of the dialog with who takes it. */
  readonly talking: LegEvents;
  /** Some of them do. */
  ringing(): void;
  taken(leg: SipLeg, answer: string, media: PhoneMedia): void;
  /** All are out, with the status that says most. */
  refused(status: number): void;
}

interface Ring {
  readonly flows: readonly Binding[];
  readonly media: PhoneMedia;
  invite: OutgoingInvite | undefined;
  /** With what it was refused. */
  status: number | undefined;
  isOut: boolean;
}

/** Such as Reason (RFC 3326). */
type Fields = Readonly<Record<string, string>>;

export class PhoneRings {
  readonly #host: RingsHost;
  readonly #events: RingsEvents;
  readonly #rings: readonly Ring[];
  #isOver = false;

  constructor(host: RingsHost, events: RingsEvents) {
    this.#host = host;
    this.#events = events;
    this.#rings = host.devices.flatMap((flows) => {
      const [latest] = flows;
      return latest === undefined
        ? []
        : [{ flows, media: host.media(latest), invite: undefined, status: undefined, isOut: false }];
    });
  }

  /** Resolves once each has been rung, or could not be. */
  async start(offer: Offer): Promise<void> {
    if (this.#rings.length === 0) return this.#events.refused(480);
    await Promise.all(this.#rings.map((ring) => this.#start(ring, ring.media.ring(offer), ring.flows)));
  }

  candidates(candidates: readonly Candidate[], isEnd: boolean): void {
    for (const { media } of this.#rings) media.candidates(candidates, isEnd);
  }

  /** What was to carry the sound of one of them is gone. */
  lost(media: PhoneMedia): void {
    for (const ring of this.#rings) if (ring.media === media && !this.#isOver && !ring.isOut) this.#out(ring, 488);
  }

  cancel(fields: Fields): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const ring of this.#rings) this.#letGo(ring, fields);
  }

  async #start(ring: Ring, offer: Promise<string>, flows: readonly Binding[]): Promise<void> {
    try {
      const toPhone = await offer;
      if (!this.#isOver && !ring.isOut) this.#invite(ring, toPhone, flows);
    } catch {
      if (!this.#isOver && !ring.isOut) this.#out(ring, 488);
    }
  }

  #invite(ring: Ring, offer: string, [flow, ...others]: readonly Binding[]): void {
    if (flow === undefined) return;
    let isOut = false;
    const invite = this.#host.invite(flow, offer, {
      ...this.#events.talking,
      ringing: () => {
        if (!this.#isOver) this.#events.ringing();
      },
      taken: (leg, answer) => this.#taken(ring, leg, answer),
      refused: (status, response) => {
        isOut = true;
        ring.invite = undefined;
        if (this.#isOver) return;
        const again = ring.media.ringAgain(status);
        if (again !== undefined) void this.#start(ring, again, [flow, ...others]);
        else if (others.length > 0 && isFlowDead(status, response)) this.#invite(ring, offer, others);
        else this.#out(ring, status);
      },
    });
    // It may be so at once.
    if (!isOut) ring.invite = invite;
  }

  #taken(ring: Ring, leg: SipLeg, answer: string): void {
    this.#isOver = true;
    for (const other of this.#rings) if (other !== ring) this.#letGo(other, { Reason: reasonOf('answered_elsewhere') });
    this.#events.taken(leg, answer, ring.media);
  }

  #out(ring: Ring, status: number): void {
    ring.status = status;
    this.#letGo(ring, {});
    const statuses = this.#rings.flatMap((one) => one.status ?? []);
    if (status >= 600) this.cancel({});
    else if (statuses.length < this.#rings.length) return;
    this.#isOver = true;
    // Somebody is there, and busy: that says more than who is not.
    this.#events.refused(status < 600 && statuses.includes(486) ? 486 : status);
  }

  #letGo(ring: Ring, fields: Fields): void {
    if (ring.isOut) return;
    ring.isOut = true;
    ring.invite?.cancel(fields);
    ring.media.close();
  }
}

/** RFC 5626 §5.3: the device has not been asked. Whoever has answered has done so for all of its flows. */
function isFlowDead(status: number, response: Response | undefined): boolean {
  return status === 430 || (response === undefined && (status === 408 || status === 503));
}
